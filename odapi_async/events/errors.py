"""The errors that only events raise."""

from __future__ import annotations

from odapi_async.mirror.errors import MirrorError


class LeaseLost(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """The lease of an event ended before its transaction began. Nothing was written."""

    def __init__(self, event_id: int) -> None:
        super().__init__(
            f"the lease of event {event_id} has ended, and it may be handled elsewhere; give the inbox a "
            "lease that is longer than a handler takes"
        )

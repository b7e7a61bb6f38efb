"""The right to send one request now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from odapi_async.scheduler.waiter import SharedResult, Waiter


class SlotOwner(Protocol):
    """What a slot needs of the lane that granted it."""

    def record_start(self, slot: Slot) -> None:
        """Record that the request of a slot is sent now."""
        ...

    def pause(self, retry_after: float | None) -> float:
        """Pause after a 429, and return the seconds of a pause that begins now."""
        ...

    def release(self, slot: Slot) -> None:
        """Take a slot back."""
        ...


class Slot:
    """The right to send one request now. Use it in a `with` block around the request and its response.

    Attributes:
        enqueued_at: when its caller came, in seconds of the event loop's clock.
        granted_at: when the slot was granted.
        followers: callers of identical reads that wait for this request's outcome.
        sent_at: when the request was sent; None before.
        ended_at: when the slot was released.
        shared: what the followers get, once `share` was called.
    """

    __slots__ = ("_owner", "ended_at", "enqueued_at", "followers", "granted_at", "sent_at", "shared")

    def __init__(
        self, owner: SlotOwner, enqueued_at: float, granted_at: float, followers: Sequence[Waiter[Slot]]
    ) -> None:
        self._owner = owner
        self.enqueued_at = enqueued_at
        self.granted_at = granted_at
        self.followers = followers
        self.sent_at: float | None = None
        self.ended_at = 0.0
        self.shared: SharedResult | None = None

    @property
    def waited(self) -> float:
        """Seconds that its caller waited for it."""
        return self.granted_at - self.enqueued_at

    def sent(self) -> None:
        """Report that the request has been sent: the interval runs from this moment."""
        self._owner.record_start(self)

    def share(self, outcome: object) -> None:
        """Share the outcome with the followers; without it they queue again when the slot is released."""
        if self.followers:
            self.shared = SharedResult(outcome)

    def throttled(self, retry_after: float | None = None) -> float:
        """Report that the response was a 429: the lane pauses.

        Args:
            retry_after: seconds that the response asked to wait, if it did.

        Returns:
            The seconds of the pause; 0 if the lane was paused already.
        """
        return self._owner.pause(retry_after)

    def __enter__(self) -> Slot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # A caller that was cancelled before its request was sent gives the token back. A request that failed
        # to be sent may still have reached the server, so it counts as a start.
        try:
            if self.sent_at is None and not isinstance(error, asyncio.CancelledError):
                self.sent()
        finally:
            self._owner.release(self)

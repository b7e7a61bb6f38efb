"""Events of requests as they happen, for `OpenDental(on_event=...)`, and the package's logger.

An event names a lane (which is not a customer key), the practice if it has a name, an operation by the
template of its path, and numbers. It carries no key, no query, no body and no id of a row, so it may go
wherever logs and metrics go.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odapi_async.limits import Tier

LOGGER: Final = logging.getLogger("odapi_async")
"""The only logger of this package; it stays silent until the application configures logging."""
LOGGER.addHandler(logging.NullHandler())


class EventName(StrEnum):
    """What happened."""

    STARTED = "started"
    """A request was sent."""
    FINISHED = "finished"
    """A request ended, with whatever outcome. It was sent before, unless its error is ConnectFailed."""
    RETRIED = "retried"
    """A failed request goes back to the queue, after `pause` seconds."""
    THROTTLED = "throttled"
    """The response was a 429; `pause` is the wait that it asked for, if it did."""
    COALESCED = "coalesced"
    """A call shared the response of an identical request, and sent none itself."""
    REUSED = "reused"
    """A read was answered with an earlier response, because of `max_age`; `age` says how old it is."""
    PAUSED = "paused"
    """A lane pauses for `pause` seconds, because of a 429."""
    OPENED = "opened"
    """The circuit of a practice opened: nothing is sent to it for `pause` seconds, until a probe succeeds."""
    CLOSED = "closed"
    """A practice whose circuit was open has answered, or its server has after failed connections."""
    NOT_KEPT = "not_kept"
    """The office answered a write with success and did not keep `fields` (with `Verify.WARN`)."""
    NOT_VERIFIED = "not_verified"
    """A write was executed, and the read that checks it failed with `error` (with `Verify.WARN`)."""
    UNVERIFIABLE = "unverifiable"
    """A write was executed, and nothing that was sent can be read back (with `verify`)."""
    SWITCHED = "switched"
    """A practice with several ways is reached by another one from now on; `error` says why it was left."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a request, or to its lane because of it.

    Attributes:
        name: what happened.
        lane: the practice's lane, as in `scheduler.snapshot()` and `Practice.lane`; not its key.
        base_url: the URL of the API; it has no query and no credentials.
        operation: method and path, with the names of ids: "GET /patients/{PatNum}".
        priority: the name of the request's priority.
        tier: the tier that sets the practice's pace; None if none does, or if it is not known yet.
        attempt: the number of the attempt within its call, from 1; for RETRIED, that of the next attempt.
        wait: seconds in the queue, if the request got a slot.
        duration: for FINISHED, seconds from sending to the end of the response; if the request was not sent,
            the seconds spent on connecting.
        status: the HTTP status, if there was a response.
        error: the name of the error's class, if it failed; "CancelledError" if the caller was cancelled
            or its deadline was over.
        pause: seconds, as the event's name says.
        age: for REUSED, seconds since the request of that response was sent.
        practice: the practice's name, as passed to `OpenDental.practice`; None if it has none.
        fields: for NOT_KEPT, the wire names of the fields; empty if a deleted row is still there.
        way: the mode of the way that was chosen, if the practice has several ways; else None.
    """

    name: EventName
    lane: str
    base_url: str
    operation: str
    priority: str
    tier: Tier | None
    attempt: int
    wait: float | None = None
    duration: float | None = None
    status: int | None = None
    error: str | None = None
    pause: float | None = None
    practice: str | None = None
    age: float | None = None
    fields: tuple[str, ...] = ()
    way: str | None = None

    @property
    def label(self) -> str:
        """The name of the practice; its lane if it has none."""
        return self.lane if self.practice is None else self.practice


Hook = Callable[[Event], object]
"""Receives each event in the event loop, between two steps of a request: it must be quick and not block."""

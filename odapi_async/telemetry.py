"""What happens, told as it happens: a hook for events, and a few lines of log.

An event names a lane (which is not a customer key), an operation by the template of its path, and numbers.
It carries no key, no query, no body and no number of a row, so it may go wherever logs and metrics go.
"""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from odapi_async.errors import ConfigurationError
from odapi_async.limits import INTERVALS, Tier

LOGGER: Final = logging.getLogger("odapi_async")
"""The only logger of this package; it stays silent until the application configures logging."""
LOGGER.addHandler(logging.NullHandler())

_FILLED: Final = re.compile(r"/[^/{}]*\d[^/{}]*")  # a segment of a path that names a row, not a resource


class EventName(StrEnum):
    """What happened."""

    STARTED = "started"
    """A request has left this machine."""
    FINISHED = "finished"
    """A request is over, whatever came of it. It has left before, unless its error is ConnectFailed."""
    RETRIED = "retried"
    """A request that failed goes back to the queue, after `pause` seconds."""
    THROTTLED = "throttled"
    """The answer was 429; `pause` is what it asked for, if it did."""
    JOINED = "joined"
    """A call was answered by an identical request, and sent none itself."""
    PAUSED = "paused"
    """A lane pauses for `pause` seconds, because of a 429."""
    OPENED = "opened"
    """The circuit of a practice opened: for `pause` seconds, and until it answers, it is asked nothing."""
    CLOSED = "closed"
    """A practice whose circuit was open has answered."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a request, or to a lane because of it.

    Attributes:
        name: what happened.
        lane: the practice's lane, as in `scheduler.snapshot()` and `Practice.lane`; not its key.
        base_url: where the practice is; it has no query and no credentials.
        operation: method and path, with the names of keys: "GET /patients/{PatNum}".
        priority: the name of its priority.
        tier: what sets the practice's pace; None where nothing does, or where it is not known yet.
        attempt: which try of its call this is, from 1; for RETRIED, which one follows.
        wait: seconds that it was queued, where it had a turn.
        duration: for FINISHED, seconds from send to the whole answer; of one that never left, those spent
            on connecting.
        status: the HTTP status, where there was an answer.
        error: the name of the error's class, if it failed; "CancelledError" if its caller gave up.
        pause: seconds; what of, says the event's name.
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


Hook = Callable[[Event], object]
"""Takes each event in the event loop, between two steps of a request: it must be quick and may not block."""

_LOGGED: Final = {
    EventName.PAUSED: (
        logging.WARNING,
        "lane %(lane)s pauses for %(pause).1f s: %(operation)s was answered 429",
    ),
    EventName.OPENED: (
        logging.WARNING,
        "lane %(lane)s is not asked for %(pause).0f s: %(operation)s ended with %(error)s",
    ),
    EventName.CLOSED: (
        logging.INFO,
        "lane %(lane)s is asked again: %(operation)s was answered %(status)d",
    ),
    EventName.RETRIED: (
        logging.DEBUG,
        "lane %(lane)s: %(operation)s is queued again in %(pause).1f s after %(error)s, attempt %(attempt)d",
    ),
}


class Telemetry:
    """Tells the hook and the log.

    Args:
        hook: takes each event; None for none. What it raises breaks no call; the first such error is logged.

    Raises:
        ConfigurationError: the hook cannot be called, or would have to be awaited.
    """

    __slots__ = ("_has_failed", "hook")

    def __init__(self, hook: Hook | None = None) -> None:
        if hook is not None and not _is_plain(hook):
            raise ConfigurationError("on_event has to be a plain function that takes an event; not async")
        self.hook = hook
        self._has_failed = False

    def tell(self, event: Event) -> None:
        """Log an event if it is of interest to everyone, and hand it to the hook."""
        level, text = _LOGGED.get(event.name, (logging.NOTSET, ""))
        if level and LOGGER.isEnabledFor(level):
            LOGGER.log(level, text, asdict(event))
        if self.hook is None:
            return
        try:
            self.hook(event)
        except Exception as error:  # noqa: BLE001 - it is the caller's code, and may raise anything
            self._note(error)

    def _note(self, error: Exception) -> None:
        # its text and traceback may quote anything, and one line is enough for a hook that fails each time
        if not self._has_failed:
            self._has_failed = True
            LOGGER.error("on_event raised %s; calls go on, and this is said once", type(error).__name__)


@lru_cache(maxsize=1024)
def template(method: str, path: str) -> str:
    """Name an operation without the numbers of its rows, also if its path was written by hand."""
    return f"{method} {_FILLED.sub('/{key}', path)}"


def tier_of(interval: float) -> Tier | None:
    """Return the tier that sets an interval between two requests, in seconds; None where none does."""
    return next((tier for tier, seconds in INTERVALS.items() if seconds == interval), None)


def _is_plain(hook: object) -> bool:
    calls = (hook, getattr(type(hook), "__call__", None))  # noqa: B004 - an object may have an async one
    return callable(hook) and not any(map(inspect.iscoroutinefunction, calls))

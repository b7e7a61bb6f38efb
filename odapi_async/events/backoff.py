"""When an event is due again, and when it is set aside. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final

from odapi_async.events.schema import State
from odapi_async.events.stored import Claimed, Settlement

_LONGEST: Final = 3_600  # seconds
_FACTOR: Final = 3  # so that ten tries take two hours: another service may be away for one
_STEPS: Final = 8  # after which the longest is reached


def pause(tries: int) -> int:
    """Return the seconds until an event is due again that has failed so many times."""
    seconds: int = _FACTOR ** min(tries - 1, _STEPS)
    return min(seconds, _LONGEST)


def done(event: Claimed, now: dt.datetime) -> Settlement:
    """Return what becomes of an event that was handled, whatever became of its lease meanwhile."""
    return Settlement(event.event_id, State.DONE, event.tries, now, done_at=now)


def failed(event: Claimed, now: dt.datetime, token: str, error: str, max_tries: int) -> Settlement:
    """Return what becomes of an event whose handler failed.

    Args:
        event: the event.
        now: the time in UTC.
        token: its lease.
        error: the type of the error.
        max_tries: how often an event is tried.
    """
    state = State.SET_ASIDE if event.tries >= max_tries else State.WAITING
    due_at = now + dt.timedelta(seconds=pause(event.tries))
    return Settlement(event.event_id, state, event.tries, due_at, error, token=token)


def released(event: Claimed, token: str) -> Settlement:
    """Return what becomes of an event whose handler was cancelled: it is due at once, and that was no try."""
    due_at = event.received_at
    return Settlement(event.event_id, State.WAITING, event.tries - 1, due_at, token=token)

"""When a practice is read next, judging by its last slice. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_FIRST_RETRY: Final = 30.0
_LONGEST_RETRY: Final = 3_600.0
_BUSY: Final = 10.0
_LONGEST_WITHOUT_OTHERS: Final = 60.0


class SliceOutcome(StrEnum):
    """What became of a slice: one turn of one practice at a worker."""

    DONE = "done"
    """Everything that was due has been read."""
    STOPPED = "stopped"
    """Its time was over first. The next slice continues there."""
    PARTLY = "partly"
    """Some tables were read, and others failed."""
    FAILED = "failed"
    """Nothing could be read, or the practice's key was not found."""
    BUSY = "busy"
    """Another worker still holds the lock of its key, so nothing was sent."""


FAILURES: Final = frozenset({SliceOutcome.FAILED, SliceOutcome.PARTLY})


class Origin(StrEnum):
    """Where the error comes from that ended a slice."""

    PRACTICE = "practice"
    """The practice's: its office is not there, or it refuses the requests."""
    WORKER = "worker"
    """The worker's: it does not find the key of the practice. Another worker may find it."""
    DATABASE = "database"
    """The database's: it would have hit every other practice, too."""


def next_delay(outcome: SliceOutcome, every: float, failures: int, origin: Origin = Origin.PRACTICE) -> float:
    """Return the seconds from the end of a slice until the practice is due again.

    A practice that is not finished is due at once: behind all that are due already. One that fails is retried
    after 30 seconds, then after twice as long each time, up to its own interval or an hour, whichever is
    longer. If only some of its tables fail, the others are read as often as ever. After an error that is not
    its own, such as a full disk of the database or a key that a worker does not find, it is retried after 10
    seconds, and after a minute at most: another worker may find the key.

    Args:
        outcome: what became of the slice.
        every: seconds from one round of this practice to the next.
        failures: slices in a row that failed, with this one.
        origin: whose error it was, if it failed.
    """
    match outcome:
        case SliceOutcome.DONE | SliceOutcome.PARTLY:
            return every
        case SliceOutcome.STOPPED:
            return 0.0
        case SliceOutcome.BUSY:
            return _BUSY
        case SliceOutcome.FAILED if origin is not Origin.PRACTICE:
            return min(_BUSY * 2.0 ** min(failures - 1, 30), _LONGEST_WITHOUT_OTHERS)
        case SliceOutcome.FAILED:
            return min(_FIRST_RETRY * 2.0 ** min(failures - 1, 30), max(every, _LONGEST_RETRY))

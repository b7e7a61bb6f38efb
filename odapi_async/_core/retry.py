"""Whether a request that failed may be sent again, and when: one pure decision, made in one place.

| what happened                              | reads, repeatable PUT and DELETE | POST, PUTs that add up |
|--------------------------------------------|----------------------------------|------------------------|
| the request never left                     | again, after a backoff           | again, after a backoff |
| 429: refused before it was executed        | again, when the lane's pause ends| again, the same        |
| 5xx, timeout, connection lost              | again, after a backoff           | outcome unknown        |
| any other answer, eConnector not running   | the error                        | the error              |

A write of which an earlier try may have been done is of unknown outcome when its tries are used up, or when
a later one meets an office that is offline or a key that is refused: those tell of the later try alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from odapi_async.errors import (
    OfficeOffline,
    OpenDentalError,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently a call is tried.

    Attributes:
        attempts: tries in all of a call that fails; those that were throttled do not count.
        throttled: times that one call accepts a 429 before it raises it.
        base: seconds of the first backoff, which doubles with each try and is then shortened by chance.
        longest: seconds that one backoff may last.
    """

    attempts: int = 4
    throttled: int = 10
    base: float = 0.5
    longest: float = 20.0


class Verdict(Enum):
    """What to do with a try that failed."""

    AGAIN = auto()
    FAIL = auto()
    UNKNOWN = auto()
    """It may have been done: say so, and do not send it again."""


@dataclass(slots=True)
class Tries:
    """What one call has been through.

    Attributes:
        failed: tries that failed, those that were throttled not among them.
        throttled: tries that were answered 429.
        maybe_done: whether one of them may have been executed.
    """

    failed: int = 0
    throttled: int = 0
    maybe_done: bool = False


_FAIL: Final = (Verdict.FAIL, 0.0)


def decide(
    error: OpenDentalError,
    tries: Tries,
    policy: RetryPolicy,
    *,
    repeatable: bool,
    writes: bool,
    chance: float,
) -> tuple[Verdict, float]:
    """Decide what follows a try that failed; `tries` already counts it.

    Args:
        error: what happened.
        tries: what the call has been through, this try included.
        policy: how patient the caller is.
        repeatable: whether doing it twice is the same as doing it once.
        writes: whether it may change something at the office.
        chance: a random number from 0 to 1, for the jitter.

    Returns:
        What to do, and the seconds to wait before. After a 429 that is 0: the lane waits, for all its
        requests.
    """
    if isinstance(error, Throttled):
        return (
            (Verdict.AGAIN, 0.0) if tries.throttled <= policy.throttled else _at_the_end(tries, writes=writes)
        )
    if isinstance(error, OfficeOffline | Unauthorized):
        return _at_the_end(tries, writes=writes)  # they tell of this try, and nothing of the one before
    if not isinstance(error, TransportError | ServerError):
        return _FAIL
    if tries.maybe_done and not repeatable:
        return Verdict.UNKNOWN, 0.0
    if tries.failed < policy.attempts:
        return Verdict.AGAIN, backoff(tries.failed, policy, chance)
    return _at_the_end(tries, writes=writes)


def _at_the_end(tries: Tries, *, writes: bool) -> tuple[Verdict, float]:
    return (Verdict.UNKNOWN, 0.0) if tries.maybe_done and writes else _FAIL


def count(tries: Tries, error: OpenDentalError) -> None:
    """Count a try that failed."""
    if isinstance(error, Throttled):
        tries.throttled += 1
        return
    tries.failed += 1
    if isinstance(error, ServerError) or (isinstance(error, TransportError) and error.sent):
        tries.maybe_done = True


def backoff(failed: int, policy: RetryPolicy, chance: float) -> float:
    """Return the seconds to wait after so many failures: half of a doubling time, the rest by chance."""
    doublings = min(failed - 1, 1023)  # more of them is no number any more
    whole = min(policy.longest, policy.base * 2.0**doublings)
    return whole * (1 + chance) / 2

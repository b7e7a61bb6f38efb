"""Whether a failed attempt is retried, and when: one pure decision, made in one place.

| outcome of the attempt                     | read-only or idempotent  | POST, PUT that is not idempotent |
|--------------------------------------------|--------------------------|----------------------------------|
| not sent: refused, DNS, TLS                | retry after a backoff    | retry after a backoff            |
| 429: refused before execution              | retry when the pause ends | retry when the pause ends        |
| 5xx, timeout, connection lost              | retry after a backoff    | `OutcomeUnknown`                 |
| any other response, eConnector not running | raise the error          | raise the error                  |

If an earlier attempt of a write may have been executed, the outcome is unknown when the attempts are used up,
and also when a later attempt meets an office that is offline or a key that is refused: that error tells
nothing about the earlier attempt. A response that is too large is never requested again: a read raises the
error, and for every write the outcome is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from odapi_async._core.options import check_count, check_positive
from odapi_async.errors import (
    OfficeOffline,
    OpenDentalError,
    ResponseTooLarge,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently a call is retried.

    Attributes:
        max_attempts: attempts of one call; those that are answered 429 do not count.
        max_throttled: times that one call accepts a 429 before it raises it.
        base_delay: seconds of the first backoff; each failed attempt doubles them, and jitter takes up to
            half away.
        max_delay: seconds of one backoff at most, also if the Retry-After of a 5xx asks for more.

    Raises:
        ConfigurationError: one of them cannot be used; all may be 0, except `max_attempts`.
    """

    max_attempts: int = 4
    max_throttled: int = 10
    base_delay: float = 0.5
    max_delay: float = 20.0

    def __post_init__(self) -> None:
        """Check all numbers."""
        check_count("max_attempts", self.max_attempts)
        check_count("max_throttled", self.max_throttled, least=0)
        check_positive("base_delay", self.base_delay, "seconds", zero=True)
        check_positive("max_delay", self.max_delay, "seconds", zero=True)


class Verdict(Enum):
    """What to do after a failed attempt."""

    RETRY = auto()
    FAIL = auto()
    UNKNOWN = auto()
    """It may have been executed: raise OutcomeUnknown and never send it again."""


@dataclass(slots=True)
class RetryState:
    """The attempts of one call so far.

    Attributes:
        failed: attempts that failed, without those that were answered 429.
        throttled: attempts that were answered 429.
        maybe_executed: whether one of them may have been executed.
        interrupted: whether one ended without an outcome while it was in flight, as by a cancellation.
        error: the last failure.
        is_over: whether that failure ends the call.
        sent_at: when the request was sent whose response is the result, in seconds of the scheduler's clock.
            If it is that of an identical request, a moment before.
        goes_first: whether the first attempt waits at the head of its queue, as a retry does.
    """

    failed: int = 0
    throttled: int = 0
    maybe_executed: bool = False
    interrupted: bool = False
    error: OpenDentalError | None = field(default=None, compare=False)
    is_over: bool = False
    sent_at: float = 0.0
    goes_first: bool = False


_FAIL: Final = (Verdict.FAIL, 0.0)


def decide(
    error: OpenDentalError,
    state: RetryState,
    policy: RetryPolicy,
    *,
    idempotent: bool,
    read_only: bool,
    jitter: float,
) -> tuple[Verdict, float]:
    """Decide what follows a failed attempt, which `state` already counts.

    Args:
        error: what happened.
        state: the attempts of the call, this one included.
        policy: how often and how patiently it is retried.
        idempotent: whether doing it twice is the same as doing it once.
        read_only: whether it changes nothing at the office.
        jitter: a random number from 0 to 1.

    Returns:
        The verdict, and the seconds to wait before a retry. After a 429 they are 0: the lane itself pauses.
    """
    if isinstance(error, Throttled):
        return (
            (Verdict.RETRY, 0.0)
            if state.throttled <= policy.max_throttled
            else _give_up(state, read_only=read_only)
        )
    if isinstance(error, OfficeOffline | Unauthorized | ResponseTooLarge):
        # the first two tell nothing about earlier attempts, and the last would only come again
        return _give_up(state, read_only=read_only)
    if not isinstance(error, TransportError | ServerError):
        return _FAIL
    if state.maybe_executed and not idempotent:
        return Verdict.UNKNOWN, 0.0
    if state.failed < policy.max_attempts:
        return Verdict.RETRY, max(backoff(state.failed, policy, jitter), _wanted_delay(error, policy))
    return _give_up(state, read_only=read_only)


def _wanted_delay(error: OpenDentalError, policy: RetryPolicy) -> float:
    """Return the seconds that the server asks for, up to the longest backoff."""
    wanted = error.retry_after if isinstance(error, ServerError) else None
    return min(wanted or 0.0, policy.max_delay)


def _give_up(state: RetryState, *, read_only: bool) -> tuple[Verdict, float]:
    return (Verdict.UNKNOWN, 0.0) if state.maybe_executed and not read_only else _FAIL


def record_failure(state: RetryState, error: OpenDentalError) -> None:
    """Count a failed attempt."""
    state.error = error
    if isinstance(error, Throttled):
        state.throttled += 1
        return
    state.failed += 1
    if isinstance(error, ServerError) or (isinstance(error, TransportError) and error.sent):
        state.maybe_executed = True


def backoff(failed: int, policy: RetryPolicy, jitter: float) -> float:
    """Return the seconds to wait after so many failures: they double, and jitter takes up to half away."""
    doublings = min(failed - 1, 1023)  # more would overflow a float
    delay = min(policy.max_delay, policy.base_delay * 2.0**doublings)
    return delay * (1 + jitter) / 2

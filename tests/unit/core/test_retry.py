"""The decision about retries: the table in its module's docstring, row by row, and its limits."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async._core import retry
from odapi_async._core.retry import RetryPolicy, RetryState, Verdict, backoff, decide, record_failure
from odapi_async.errors import (
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    DecodeError,
    Gone,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    RequestTimeout,
    ResponseTooLarge,
    ServerError,
    Throttled,
    Unauthorized,
    UnexpectedStatus,
)

POLICY = RetryPolicy(max_attempts=3, max_throttled=2, base_delay=1.0, max_delay=8.0)

NOT_LEFT = ConnectFailed("PUT", "/x", "OSError")
REFUSED = Throttled(429, "PUT", "/x", "")
FAILED = ServerError(500, "PUT", "/x", "")

OUTCOMES: dict[str, list[OpenDentalError]] = {
    "not sent: refused, DNS, TLS": [NOT_LEFT],
    "429: refused before execution": [REFUSED],
    "5xx, timeout, connection lost": [
        FAILED,
        ServerError(504, "PUT", "/x", ""),
        RequestTimeout("PUT", "/x", "TimeoutError"),
        ConnectionLost("PUT", "/x", "OSError"),
    ],
    "any other response, eConnector not running": [
        BadRequest(400, "PUT", "/x", ""),
        OfficeOffline(400, "PUT", "/x", ""),
        Unauthorized(401, "PUT", "/x", ""),
        NotFound(404, "PUT", "/x", ""),
        Gone(410, "PUT", "/x", ""),
        UnexpectedStatus(302, "PUT", "/x", ""),
        DecodeError("Patient", b""),
    ],
}
CALLS = {
    "read-only or idempotent": [(True, True), (True, False)],
    "POST, PUT that is not idempotent": [(False, False)],
}
MEANINGS = {
    "retry after a backoff": (Verdict.RETRY, 1.0),
    "retry when the pause ends": (Verdict.RETRY, 0.0),
    "`OutcomeUnknown`": (Verdict.UNKNOWN, 0.0),
    "raise the error": (Verdict.FAIL, 0.0),
}


def table() -> list[tuple[str, str, str]]:
    """Read the cells of the table in the docstring: the failure, the kind of call, and the verdict."""
    lines = [line for line in (retry.__doc__ or "").splitlines() if line.startswith("|")]
    (_, *calls), _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [(what, call, cell) for what, *cells in rows for call, cell in zip(calls, cells, strict=True)]


def after(
    error: OpenDentalError,
    *,
    idempotent: bool = True,
    read_only: bool = False,
    attempts: RetryState | None = None,
    policy: RetryPolicy = POLICY,
    chance: float = 1.0,
) -> tuple[Verdict, float]:
    attempts = replace(attempts) if attempts else RetryState()
    record_failure(attempts, error)
    return decide(error, attempts, policy, idempotent=idempotent, read_only=read_only, jitter=chance)


def test_the_table_is_complete() -> None:
    assert {(what, call) for what, call, _ in table()} == {
        (what, call) for what in OUTCOMES for call in CALLS
    }


@pytest.mark.parametrize(("what", "call", "follows"), table())
def test_each_cell_of_the_table_is_true(what: str, call: str, follows: str) -> None:
    for error in OUTCOMES[what]:
        for idempotent, read_only in CALLS[call]:
            assert after(error, idempotent=idempotent, read_only=read_only) == MEANINGS[follows]


@pytest.mark.parametrize("read_only", [False, True])
def test_if_nothing_was_sent_the_last_error_is_raised_after_the_last_attempt(read_only: bool) -> None:
    assert after(NOT_LEFT, attempts=RetryState(failed=1), read_only=read_only)[0] is Verdict.RETRY
    assert after(NOT_LEFT, attempts=RetryState(failed=2), read_only=read_only) == (Verdict.FAIL, 0.0)


def test_if_a_write_may_have_been_executed_the_outcome_is_unknown() -> None:
    assert after(FAILED, attempts=RetryState(failed=1))[0] is Verdict.RETRY
    assert after(FAILED, attempts=RetryState(failed=2)) == (Verdict.UNKNOWN, 0.0)
    assert after(FAILED, attempts=RetryState(failed=2), read_only=True) == (Verdict.FAIL, 0.0)


def test_an_earlier_attempt_that_may_have_been_executed_is_remembered() -> None:
    earlier = RetryState(failed=2, maybe_executed=True)
    assert after(NOT_LEFT, attempts=earlier) == (Verdict.UNKNOWN, 0.0)
    assert after(NOT_LEFT, attempts=earlier, read_only=True) == (Verdict.FAIL, 0.0)


def test_a_throttled_write_after_an_uncertain_attempt_is_unknown() -> None:
    earlier = RetryState(failed=1, throttled=2, maybe_executed=True)
    assert after(REFUSED, attempts=earlier) == (Verdict.UNKNOWN, 0.0)
    assert after(REFUSED, attempts=earlier, read_only=True) == (Verdict.FAIL, 0.0)


def test_e1_a_response_that_is_too_large_is_never_requested_again() -> None:
    too_large = ResponseTooLarge("PUT", "/x", 1)
    assert after(too_large) == (Verdict.UNKNOWN, 0.0)
    assert after(too_large, idempotent=False) == (Verdict.UNKNOWN, 0.0)
    assert after(too_large, read_only=True) == (Verdict.FAIL, 0.0)


def test_throttled_attempts_are_counted_separately() -> None:
    assert after(REFUSED, attempts=RetryState(failed=9, throttled=1)) == (Verdict.RETRY, 0.0)
    assert after(REFUSED, attempts=RetryState(throttled=2)) == (Verdict.FAIL, 0.0)
    assert after(NOT_LEFT, attempts=RetryState(throttled=9))[0] is Verdict.RETRY


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (NOT_LEFT, RetryState(failed=1)),
        (REFUSED, RetryState(throttled=1)),
        (FAILED, RetryState(failed=1, maybe_executed=True)),
        (RequestTimeout("GET", "/x", "TimeoutError"), RetryState(failed=1, maybe_executed=True)),
        (ConnectionLost("GET", "/x", "OSError"), RetryState(failed=1, maybe_executed=True)),
        (NotFound(404, "GET", "/x", ""), RetryState(failed=1)),
    ],
)
def test_attempts_are_counted_by_kind(error: OpenDentalError, counted: RetryState) -> None:
    attempts = RetryState()
    record_failure(attempts, error)
    assert attempts == counted


def test_one_attempt_means_no_retry() -> None:
    assert after(NOT_LEFT, policy=RetryPolicy(max_attempts=1))[0] is Verdict.FAIL


def test_a_backoff_doubles_up_to_its_maximum() -> None:
    assert [backoff(failed, POLICY, 1.0) for failed in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert [backoff(failed, POLICY, 0.0) for failed in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


@settings(deadline=None)
@given(st.integers(1, 100), st.floats(0, 1), st.floats(0.001, 10), st.floats(0, 100))
def test_jitter_removes_at_most_half_of_a_backoff(
    failed: int, chance: float, base: float, longest: float
) -> None:
    policy = RetryPolicy(base_delay=base, max_delay=longest)
    most = min(longest, base * 2.0 ** (failed - 1))
    assert most / 2 <= backoff(failed, policy, chance) <= most <= longest


def test_the_delay_stays_finite_after_many_attempts() -> None:
    assert backoff(100_000, POLICY, 1.0) == POLICY.max_delay


@pytest.mark.parametrize(
    ("name", "values", "rule"),
    [
        ("max_attempts", ["4", 0, -1, True, 1.5, None], "a whole number, 1 or more; not |1 or more, not "),
        ("max_throttled", ["4", -1, False, 0.5, None], "a whole number, 0 or more; not |0 or more, not "),
        ("base_delay", ["0.5", -0.1, math.nan, math.inf, True, None], "a number of seconds, 0 or more; not "),
        ("max_delay", ["20", -1, math.nan, math.inf, True, None], "a number of seconds, 0 or more; not "),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused_at_once(name: str, values: list[Any], rule: str) -> None:
    for value in values:
        with pytest.raises(ConfigurationError, match=rf"^{name} has to be ({rule})"):
            RetryPolicy(**{name: value})


def test_the_least_policy_neither_retries_nor_waits() -> None:
    policy = RetryPolicy(max_attempts=1, max_throttled=0, base_delay=0, max_delay=0)
    assert backoff(1, policy, 0.5) == 0.0

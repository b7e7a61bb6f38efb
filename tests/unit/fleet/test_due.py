"""When a practice is read next."""

from __future__ import annotations

import pytest

from odapi_async import ConfigurationError
from odapi_async.fleet.due import Origin, SliceOutcome, next_delay
from odapi_async.fleet.slices import summary
from odapi_async.fleet.timing import Timing
from odapi_async.mirror import Outcome, Report, TableStatus


def test_a_practice_that_was_read_is_due_after_its_own_interval() -> None:
    assert next_delay(SliceOutcome.DONE, 900, 0) == 900
    assert next_delay(SliceOutcome.PARTLY, 900, 7) == 900, "its other tables do not wait for the broken one"


def test_a_practice_that_is_not_finished_is_due_at_once() -> None:
    assert next_delay(SliceOutcome.STOPPED, 900, 0) == 0


def test_failures_back_off_to_an_hour_or_the_own_interval() -> None:
    delays = [next_delay(SliceOutcome.FAILED, 900, failures) for failures in range(1, 10)]
    assert delays == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert next_delay(SliceOutcome.FAILED, 86_400, 30) == 86_400


def test_an_error_of_the_database_or_of_one_worker_is_retried_soon_and_never_late() -> None:
    for origin in (Origin.WORKER, Origin.DATABASE):
        delays = [next_delay(SliceOutcome.FAILED, 86_400, failures, origin) for failures in (1, 2, 3, 4, 99)]
        assert delays == [10, 20, 40, 60, 60], "it is not the practice's own error"


@pytest.mark.parametrize("every", [1, 900, 10**6])
@pytest.mark.parametrize("failures", [1, 31, 10**9])
def test_no_number_of_failures_is_too_large(failures: int, every: float) -> None:
    assert 30 <= next_delay(SliceOutcome.FAILED, every, failures) <= max(3_600, every)


def report(*outcomes: Outcome) -> Report:
    tables = ("patients", "claims", "recalls", "payments")
    return Report(
        tables=tuple(
            TableStatus(
                practice="harbour",
                table=table,
                outcome=outcome,
                error="OfficeOffline: down" if outcome.is_failure else "",
            )
            for table, outcome in zip(tables, outcomes, strict=False)
        )
    )


@pytest.mark.parametrize(
    ("outcomes", "expected", "error"),
    [
        ((Outcome.DONE, Outcome.UP_TO_DATE), SliceOutcome.DONE, ""),
        ((Outcome.DONE, Outcome.STOPPED, Outcome.STOPPED), SliceOutcome.STOPPED, ""),
        ((Outcome.FAILED, Outcome.STOPPED), SliceOutcome.STOPPED, "patients: OfficeOffline: down"),
        ((Outcome.DONE, Outcome.FAILED), SliceOutcome.PARTLY, "claims: OfficeOffline: down"),
        ((Outcome.INCOMPLETE,), SliceOutcome.PARTLY, "patients: OfficeOffline: down"),
        (
            (Outcome.FAILED, Outcome.FAILED, Outcome.FAILED),
            SliceOutcome.FAILED,
            "patients: OfficeOffline: down; and 2 more tables",
        ),
        (
            (Outcome.FAILED, Outcome.FAILED),
            SliceOutcome.FAILED,
            "patients: OfficeOffline: down; and 1 more table",
        ),
    ],
)
def test_the_tables_decide_what_became_of_a_slice(
    outcomes: tuple[Outcome, ...], expected: SliceOutcome, error: str
) -> None:
    found = summary(report(*outcomes))
    assert (found.outcome, found.error) == (expected, error)


@pytest.mark.parametrize(
    "changes",
    [
        {"lease": 15.0},
        {"probe": 4.0},
        {"probe": 0.0},
        {"takeover": 10.0},
        {"tick": 7},
        {"tick": 0},
        {"slice": 0.0},
        {"look": -1.0},
        {"patience": float("nan")},
    ],
)
def test_times_that_do_not_fit_together_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        Timing(**changes)  # type: ignore[arg-type]

"""The throttle's arithmetic, with moments that the test names."""

from __future__ import annotations

import pytest

from odapi_async.sandbox import Office, Throttle
from odapi_async.sandbox.throttle import Gate, Pass


def run(gate: Gate, at: float) -> Pass:
    gate.arrive(at)
    verdict = gate.admit(at)
    if verdict is Pass.START:
        gate.start(at)
        gate.end()
    gate.leave()
    return verdict


def test_a_request_at_the_interval_is_in_time_and_one_before_it_is_a_violation() -> None:
    gate = Gate(1.0, Throttle.COUNT, 10)
    for at in (100.0, 101.0, 101.999, 103.5):
        assert run(gate, at) is Pass.START
    assert gate.stats.violations == 1
    assert gate.stats.starts == [100.0, 101.0, 101.999, 103.5]


def test_an_overlap_is_an_arrival_during_an_execution_even_after_the_interval() -> None:
    gate = Gate(1.0, Throttle.COUNT, 10)
    gate.arrive(0.0)
    gate.start(0.0)
    gate.arrive(5.0)
    assert (gate.stats.overlaps, gate.stats.violations, gate.stats.max_overlap) == (1, 0, 2)


def test_a_refused_request_does_not_move_the_last_start() -> None:
    gate = Gate(1.0, Throttle.REFUSE, 10)
    assert run(gate, 10.0) is Pass.START
    assert run(gate, 10.9) is Pass.REFUSE
    assert gate.retry_after(10.9) == 1
    assert run(gate, 11.0) is Pass.START
    assert (gate.stats.executed, gate.stats.refused, gate.stats.violations) == (2, 1, 1)


def test_retry_after_is_whole_seconds_rounded_up() -> None:
    gate = Gate(5.0, Throttle.REFUSE, 10)
    run(gate, 10.0)
    assert gate.retry_after(10.5) == 5


def test_early_requests_wait_until_the_queue_is_full() -> None:
    gate = Gate(1.0, Throttle.HOLD, 2)
    assert [run(gate, 10.0) for _ in range(4)] == [Pass.START, Pass.WAIT, Pass.WAIT, Pass.REFUSE]
    gate.stop_waiting()
    assert run(gate, 20.0) is Pass.WAIT, "nobody overtakes a request that waits already"
    assert gate.stats.held == 3


def test_without_an_interval_everything_passes_and_nothing_is_counted_against_the_client() -> None:
    gate = Gate(0.0, Throttle.REFUSE, 0)
    gate.start(1.0)
    assert run(gate, 1.0) is Pass.START
    assert (gate.stats.violations, gate.stats.overlaps) == (0, 0)


@pytest.mark.parametrize(
    ("permissions", "mode", "pace", "page"),
    [
        ({"ReadAll"}, "remote", 5.0, 100),
        ({"ReadAll", "Comm"}, "remote", 1.0, 100),
        ({"ReadAll", "Enterprise"}, "remote", 0.5, 1000),
        ({"ReadAll"}, "local", 0.0, 1000),
        ({"ReadAll", "Enterprise"}, "service", 0.0, 10_000),
    ],
)
def test_an_office_paces_and_pages_by_permissions_and_mode(
    permissions: set[str], mode: str, pace: float, page: int
) -> None:
    office = Office(customer_key="k", permissions=frozenset(permissions), mode=mode)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert (office.pace, office.page) == (pace, page)


def test_a_permission_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="ReadEverything"):
        Office(customer_key="k", permissions=frozenset({"ReadEverything"}))

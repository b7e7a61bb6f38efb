"""The simulated fleet of the benchmarks decides as the engine, the guard and the tick do."""

from __future__ import annotations

import pytest

from benchmarks.fleet_model import Model, Plan
from benchmarks.fleet_statements import count
from odapi_async.fleet.timing import DEFAULT_TIMING

TIMING = DEFAULT_TIMING
HOUR = 3_600.0


def fleet(practices: int, workers: int, concurrency: int = 4, every: float = 60.0) -> Model:
    intervals = [1.0] * practices
    return Model(Plan(intervals=intervals, workers=workers, concurrency=concurrency, every=every, seed=1))


def test_without_faults_a_copy_is_as_old_as_a_round_a_tick_and_a_slice() -> None:
    model = fleet(practices=20, workers=5)
    model.run(HOUR)
    assert model.lags()[-1] <= 60 + TIMING.tick + 2 * (1 + 8 + 1)
    assert max(model.counts.waits) <= TIMING.tick


def test_a_small_practice_waits_one_slice_for_a_full_worker_and_not_for_a_first_copy() -> None:
    model = fleet(practices=10, workers=1, concurrency=2)
    for giant in range(6):
        model.add_backlog(giant, 20_000, first_copy=True)
    model.run(2 * HOUR)
    turns = 6 / 2 + 1  # all giants have a turn before
    assert max(model.lags(range(6, 10))) <= turns * TIMING.slice + 60
    assert model.counts.requests < 20_000, "the first copies still go on"


def test_somebody_who_waits_is_not_behind_those_that_are_only_due() -> None:
    model = fleet(practices=100, workers=1, concurrency=2)
    model.run(600)
    assert model.waiting > 50
    waiting = next(at for at, each in enumerate(model.practices) if each.started_at < 300)
    model.sync(waiting)
    model.run(630)
    assert model.practices[waiting].started_at > 600
    assert max(model.counts.urgent) <= 1 + 8 + 2, "a slice of another practice ends first"


def test_the_slices_of_a_killed_worker_come_back_after_the_takeover() -> None:
    model = fleet(practices=40, workers=2, concurrency=40, every=5.0)
    model.run(112)
    busy = [each for each in (0, 1) if model.running_at(each)]
    held = sum(model.running_at(each) for each in busy)
    for each in busy:
        model.kill(each)
        model.start_worker(each)
    model.run(200)
    assert len(model.counts.lost) == held > 0
    assert TIMING.takeover / 4 <= min(model.counts.lost)
    assert max(model.counts.lost) <= TIMING.takeover + TIMING.look + 1 + TIMING.tick
    assert not model.counts.busy, "the locks were free at once"


def test_the_locks_of_a_frozen_worker_are_taken_after_the_takeover() -> None:
    model = fleet(practices=40, workers=4, concurrency=40, every=5.0)
    model.run(112)
    frozen = next(each for each in range(4) if model.running_at(each))
    model.freeze(frozen)
    model.run(200)
    assert model.counts.lost
    assert min(model.counts.lost) >= TIMING.takeover - TIMING.probe
    assert max(model.counts.lost) <= 2 * TIMING.takeover + TIMING.look


def test_a_practice_never_has_two_slices() -> None:
    model = fleet(practices=30, workers=3, every=5.0)
    for second in range(50, 500, 50):
        model.at(second, lambda: model.freeze(0))
        model.at(second + 1, lambda: model.kill(1))
        model.at(second + 2, lambda: model.end_worker(2))
        for worker in range(3):
            model.at(second + 20, lambda worker=worker: model.start_worker(worker))  # type: ignore[misc]
    for second in range(600):
        model.run(float(second))
        assert model.running == len(model.numbers_running())
    assert model.counts.slices > 100
    model.run(700)
    assert len(model.lags()) == 30
    assert model.lags()[-1] < 100


def test_a_worker_that_ends_leaves_its_practices_to_others_at_once() -> None:
    model = fleet(practices=20, workers=2, concurrency=20, every=5.0)
    model.run(112)
    leaving = next(each for each in (0, 1) if model.running_at(each))
    model.end_worker(leaving)
    model.run(114)
    assert not model.running_at(leaving)
    model.run(145)
    assert model.lags()[-1] < 5 + 3 * TIMING.tick


def test_an_office_that_is_offline_is_tried_less_and_less() -> None:
    model = fleet(practices=1, workers=1)
    model.practices[0].online_at = HOUR
    model.run(HOUR)
    assert model.counts.slices < 10
    model.run(3 * HOUR)
    assert len(model.lags()) == 1


def test_a_model_with_the_same_seed_sees_the_same() -> None:
    first, second = (fleet(practices=50, workers=3) for _ in range(2))
    for each in (first, second):
        each.at(70, lambda each=each: each.kill(0))  # type: ignore[misc]
        each.run(HOUR)
    assert first.lags() == second.lags()


LOG = """7 LOG:  statement: BEGIN;
7 LOG:  execute __asyncpg_stmt_1__: UPDATE fleet_practices SET worker=$1
7 DETAIL:  Parameters: $1 = '...'
8 LOG:  execute x: UPDATE fleet_workers SET seen_at = now(), slices = $2
7 LOG:  statement: COMMIT;
7 LOG:  execute y: SELECT pg_advisory_unlock($1)
9 LOG:  execute z: WITH available AS (SELECT 1 FROM odapi_pgqueuer
    FOR UPDATE SKIP LOCKED)
9 LOG:  execute z: SELECT COUNT(*) FROM odapi_pgqueuer
9 LOG:  execute z: INSERT INTO odapi_pgqueuer (priority) VALUES ($1)
"""


@pytest.mark.parametrize(
    ("part", "statements"),
    [("slice", 3), ("sign", 1), ("dequeue", 1), ("look", 1), ("tick", 1), ("other", 1)],
)
def test_a_statement_belongs_to_the_part_whose_table_it_names(part: str, statements: int) -> None:
    found = count(LOG, 1.0)
    assert found.parts.get(part) == statements
    assert found.slices == 1

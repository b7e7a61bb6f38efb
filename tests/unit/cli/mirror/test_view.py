"""What is shown of a run: never more than fits, and no end that nobody knows."""

from __future__ import annotations

from typing import Any, Final

import pytest

from odapi_async import Priority
from odapi_async.cli.mirror.view import cells, chosen, practices, totals
from odapi_async.cli.mirror.watch import Moment, Seen
from odapi_async.mirror import Outcome, TableStatus
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import Estimate, RequestTiming
from odapi_async.scheduler import Counts, LaneSnapshot

PACE: Final = RequestTiming(5.0)


def seen(outcome: Outcome, practice: str = "main", table: str = "patients", **fields: Any) -> Seen:
    running = outcome is Outcome.RUNNING
    standing = TableStatus(practice=practice, table=table, outcome=outcome, **fields)
    return Seen(standing, 10.0, None, PACE) if running else Seen(standing)


def sweeping(rows: int, expected: int | None, practice: str = "main") -> Seen:
    return seen(
        Outcome.RUNNING,
        practice,
        sync_mode=SyncMode.SWEEP,
        rows=rows,
        requests=rows // 100,
        expected=expected,
    )


def lane(**fields: Any) -> LaneSnapshot:
    plain: dict[str, Any] = {
        "lane": "x",
        "interval": 5.0,
        "tier": None,
        "queued": {},
        "in_flight": 0,
        "oldest_age": 0.0,
        "next_slot": 0.0,
        "paused": False,
        "mean_duration": 0.1,
        "counts": Counts(),
    }
    return LaneSnapshot(**plain | fields)


@pytest.mark.parametrize(
    ("of", "shown"),
    [
        (
            sweeping(2_000, 4_000),
            ("main", "patients", "2,000 of about 4,000", "20", "200", "", "in about 1 min 40 s"),
        ),
        (sweeping(2_000, None), ("main", "patients", "2,000", "20", "200", "", "unknown (first copy)")),
        (sweeping(4_000, 4_000), ("main", "patients", "4,000 of about 4,000", "40", "400", "", "unknown")),
        (
            seen(Outcome.RUNNING, sync_mode=SyncMode.CHANGES),
            ("main", "patients", "0", "0", "0", "", "unknown"),
        ),
        (seen(Outcome.WAITING), ("main", "patients", "0", "0", "", "", "later")),
        (seen(Outcome.UP_TO_DATE), ("main", "patients", "0", "0", "", "", "nothing due")),
        (seen(Outcome.DONE, rows=1_500, requests=15), ("main", "patients", "1,500", "15", "", "", "done")),
        (seen(Outcome.FAILED, "a\x1b[31m"), ("a [31m", "patients", "0", "0", "", "", "failed")),
    ],
)
def test_the_cells_of_a_table(of: Seen, shown: tuple[str, ...]) -> None:
    assert cells(of) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (None, ""),
        (lane(), ""),
        (lane(in_flight=1, queued={Priority.BULK: 3}), "for the answer"),
        (lane(queued={Priority.BULK: 3}, next_slot=3.24), "for its turn, 3.2 s"),
        (lane(queued={Priority.BULK: 3}, next_slot=30.0, paused=True), "paused for 30 s"),
    ],
)
def test_what_a_table_waits_for(at: LaneSnapshot | None, shown: str) -> None:
    assert cells(sweeping(100, None)._replace(lane=at))[5] == shown


def test_a_practice_is_open_as_long_as_one_of_its_tables_is() -> None:
    moment = Moment(
        1.0,
        (
            seen(Outcome.DONE, "a"),
            seen(Outcome.FAILED, "a"),
            seen(Outcome.UP_TO_DATE, "a"),
            sweeping(100, 200, "b"),
            seen(Outcome.WAITING, "b"),
        ),
    )
    first, second = practices(moment)
    assert first == ("a", False, 1, Estimate(0.0))
    assert second == ("b", True, 0, Estimate(5.0, least=True))


@pytest.mark.parametrize(
    ("tables", "end"),
    [
        ((sweeping(2_000, 4_000, "b"),), "it ends in about 1 min 40 s"),
        ((sweeping(2_000, 4_000, "b"), seen(Outcome.WAITING, "b")), "it ends in at least 1 min 40 s"),
        ((sweeping(2_000, None, "b"),), "the end is unknown"),
        ((seen(Outcome.DONE, "b", rows=2_000, requests=20),), "at the end"),
    ],
)
def test_the_totals(tables: tuple[Seen, ...], end: str) -> None:
    done = 2 if end == "at the end" else 1
    moment = Moment(20.0, (seen(Outcome.FAILED, "a", requests=1), *tables))
    assert totals(moment) == (
        f"20 s: {done} of 2 practices done, 2,000 rows, 21 requests, 100 rows/s, 1 table failed; {end}"
    )


def test_before_anything_is_known() -> None:
    assert totals(Moment(0.0)) == "0 s: it begins"


def many() -> Moment:
    tables: list[Seen] = []
    for number in range(300):
        name = f"office-{number}"
        tables += [
            seen(Outcome.FAILED if number == 7 else Outcome.DONE, name, "patients"),
            sweeping(100, None, name) if number < 20 else seen(Outcome.DONE, name, "recalls"),
            seen(Outcome.WAITING if number < 20 else Outcome.DONE, name, "claims"),
        ]
    return Moment(5.0, tuple(tables))


def test_all_tables_are_shown_if_they_fit() -> None:
    moment = Moment(5.0, many().tables[:6])
    assert chosen(moment, 6) == [*moment.tables]


def test_of_many_those_under_way_are_shown_and_then_what_failed() -> None:
    outcomes = [each.standing.outcome for each in chosen(many(), 30)]
    assert outcomes == [Outcome.RUNNING] * 20 + [Outcome.FAILED]


@pytest.mark.parametrize("room", [-2, 0, 1, 19])
def test_there_are_never_more_than_fit(room: int) -> None:
    assert len(chosen(many(), room)) == max(room, 0)

"""The progress of a mirror as lines and as a table that fits the terminal."""

from __future__ import annotations

import io
from typing import Any, Final

import pytest
from rich.console import Console

from odapi_async import Priority
from odapi_async.cli.mirror.progress import RunProgress, TableProgress
from odapi_async.cli.mirror.view import MirrorView, cells, practices, totals, visible_tables
from odapi_async.mirror import Outcome, TableStatus
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import Estimate, RequestTiming
from odapi_async.scheduler import Counts, LaneSnapshot

PACE: Final = RequestTiming(5.0)


def table(outcome: Outcome, practice: str = "main", name: str = "patients", **fields: Any) -> TableProgress:
    running = outcome is Outcome.RUNNING
    status = TableStatus(practice=practice, table=name, outcome=outcome, **fields)
    return TableProgress(status, 10.0, None, PACE) if running else TableProgress(status)


def sweeping(rows: int, expected: int | None, practice: str = "main") -> TableProgress:
    return table(
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
            ("main", "patients", "2,000 of about 4,000", "20", "200", "", "about 1 min 40 s left"),
        ),
        (sweeping(2_000, None), ("main", "patients", "2,000", "20", "200", "", "first copy")),
        (sweeping(4_000, 4_000), ("main", "patients", "4,000 of about 4,000", "40", "400", "", "running")),
        (
            table(Outcome.RUNNING, sync_mode=SyncMode.CHANGES),
            ("main", "patients", "0", "0", "0", "", "running"),
        ),
        (table(Outcome.WAITING), ("main", "patients", "0", "0", "", "", "waiting")),
        (table(Outcome.UP_TO_DATE), ("main", "patients", "0", "0", "", "", "nothing due")),
        (table(Outcome.DONE, rows=1_500, requests=15), ("main", "patients", "1,500", "15", "", "", "done")),
        (table(Outcome.FAILED, "a\x1b[31m"), ("a [31m", "patients", "0", "0", "", "", "failed")),
    ],
)
def test_the_cells_of_a_table(of: TableProgress, shown: tuple[str, ...]) -> None:
    assert cells(of) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (None, ""),
        (lane(), ""),
        (lane(in_flight=1, queued={Priority.BULK: 3}), "the response"),
        (lane(queued={Priority.BULK: 3}, next_slot=3.24), "its slot, 3.2 s"),
        (lane(queued={Priority.BULK: 3}, next_slot=30.0, paused=True), "the end of a pause, 30 s"),
    ],
)
def test_a_running_table_shows_the_reason_of_its_wait(at: LaneSnapshot | None, shown: str) -> None:
    assert cells(sweeping(100, None)._replace(lane=at))[5] == shown


def test_a_practice_is_open_while_one_of_its_tables_is() -> None:
    progress = RunProgress(
        1.0,
        (
            table(Outcome.DONE, "a"),
            table(Outcome.FAILED, "a"),
            table(Outcome.UP_TO_DATE, "a"),
            sweeping(100, 200, "b"),
            table(Outcome.WAITING, "b"),
        ),
    )
    first, second = practices(progress)
    assert first == ("a", False, 1, Estimate(0.0))
    assert second == ("b", True, 0, Estimate(5.0, least=True))


@pytest.mark.parametrize(
    ("tables", "end"),
    [
        ((sweeping(2_000, 4_000, "b"),), "about 1 min 40 s left"),
        ((sweeping(2_000, 4_000, "b"), table(Outcome.WAITING, "b")), "at least 1 min 40 s left"),
        ((sweeping(2_000, None, "b"),), "time left unknown"),
        ((table(Outcome.DONE, "b", rows=2_000, requests=20),), "finished"),
    ],
)
def test_the_totals(tables: tuple[TableProgress, ...], end: str) -> None:
    done = 2 if end == "finished" else 1
    progress = RunProgress(20.0, (table(Outcome.FAILED, "a", requests=1), *tables))
    assert totals(progress) == (
        f"20 s: {done} of 2 practices done, 2,000 rows, 21 requests, 100 rows/s, 1 table failed; {end}"
    )


def test_the_totals_before_the_first_table() -> None:
    assert totals(RunProgress(0.0)) == "0 s: starting"


def many() -> RunProgress:
    tables: list[TableProgress] = []
    for number in range(300):
        name = f"office-{number}"
        tables += [
            table(Outcome.FAILED if number == 7 else Outcome.DONE, name, "patients"),
            sweeping(100, None, name) if number < 20 else table(Outcome.DONE, name, "recalls"),
            table(Outcome.WAITING if number < 20 else Outcome.DONE, name, "claims"),
        ]
    return RunProgress(5.0, tuple(tables))


def test_all_tables_are_shown_if_they_fit() -> None:
    progress = RunProgress(5.0, many().tables[:6])
    assert visible_tables(progress, 6) == [*progress.tables]


def test_if_not_all_fit_running_tables_come_first_and_then_failed_ones() -> None:
    outcomes = [each.status.outcome for each in visible_tables(many(), 30)]
    assert outcomes == [Outcome.RUNNING] * 20 + [Outcome.FAILED]


@pytest.mark.parametrize("height", [-2, 0, 1, 19])
def test_never_more_tables_than_fit(height: int) -> None:
    assert len(visible_tables(many(), height)) == max(height, 0)


def test_lines_name_each_practice_once_and_the_totals_every_ten_seconds() -> None:
    view = MirrorView()
    running = table(Outcome.RUNNING, "a")
    done, failed = table(Outcome.DONE, "a"), table(Outcome.FAILED, "b")

    def lines(seconds: float, *tables: TableProgress) -> list[str]:
        return [*view.lines(RunProgress(seconds, tables))]

    assert lines(0.0) == lines(1.0, running) == []
    assert lines(3.0, done, failed) == ["3 s: a is done", "3 s: b is done, 1 table failed"]
    assert lines(4.0, done, failed) == []
    assert [line.partition(":")[0] for line in lines(11.0, running)] == ["11 s"]
    assert lines(12.0, running) == []
    assert [line.partition(":")[0] for line in lines(21.5, running)] == ["22 s"]


@pytest.mark.parametrize("height", [1, 5, 24])
@pytest.mark.parametrize("count", [3, 500])
def test_the_table_is_never_higher_or_wider_than_the_terminal(height: int, count: int) -> None:
    console = Console(width=70, height=height, force_terminal=True)
    tables = tuple(
        table(Outcome.RUNNING, f"[bold]office {number} {'x' * 50}", "appointments") for number in range(count)
    )
    drawn = console.render_lines(MirrorView().table(RunProgress(1.0, tables), height))
    assert len(drawn) <= max(height - 1, 2)
    text = "\n".join("".join(segment.text for segment in line) for line in drawn)
    assert "[bold]" in text or height == 1


def test_f10_names_of_500_practices_are_whole_at_80_columns() -> None:
    names = [f"practice-of-main-street-{number}" for number in range(500)]
    progress = RunProgress(5.0, tuple(sweeping(20_000, 20_000, name) for name in names))
    out = io.StringIO()
    Console(file=out, width=80, height=24).print(MirrorView().table(progress, 24))
    lines = out.getvalue().splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    assert [line.split()[:2] for line in lines[2:]] == [
        [name, "patients"] for name in names[: len(lines) - 2]
    ]

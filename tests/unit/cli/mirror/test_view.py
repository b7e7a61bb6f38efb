"""The progress of a mirror as lines, and as a frame that fits the terminal."""

from __future__ import annotations

import datetime as dt
import io
import re
from itertools import pairwise
from typing import Any, Final

import pytest
from rich.cells import cell_len
from rich.console import Console

from odapi_async import Priority
from odapi_async.cli.mirror.changes import FailureTracker
from odapi_async.cli.mirror.problems import When
from odapi_async.cli.mirror.progress import RunProgress
from odapi_async.cli.mirror.view import MirrorView, frame, totals
from odapi_async.mirror import Outcome, TableStatus
from odapi_async.mirror.cursor import SyncMode
from odapi_async.scheduler import Counts, LaneSnapshot
from tests.unit.cli.mirror.runs import (
    EASTERN,
    NOON,
    OFFLINE,
    REFUSED,
    TOO_OLD,
    Clock,
    failed,
    fleet,
    practice_of,
    progress_of,
    running,
    status,
    sweeping,
)

WHEN: Final = When(NOON, EASTERN)
SIZES: Final = ((20, 5), (80, 24), (300, 100), (20, 1), (1, 1), (8, 200))


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


def tracked(*tables: TableStatus) -> FailureTracker:
    tracker = FailureTracker()
    tracker.update(tables, NOON, 0.0)
    return tracker


def drawn(progress: RunProgress, width: int = 80, height: int = 24) -> list[str]:
    problems = tracked(*progress.statuses).problems()
    return frame(progress, problems, WHEN, width, height)


def on_console(view: MirrorView, progress: RunProgress, width: int, height: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, force_terminal=True)
    console.print(view.table(progress, height), end="")
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", out.getvalue()).splitlines()


def test_a_run_without_problems_is_a_header_and_the_practices_that_are_read() -> None:
    progress = progress_of(
        status(practice="a", rows=1_500, requests=15),
        sweeping(2_000, 4_000, "b"),
        status(Outcome.WAITING, "c"),
    )
    assert drawn(progress) == [
        "20 s: 1 of 3 practices done, 1 reading, 1 waiting, 3,500 rows, 35 requests,",
        "0 rows/s, at least 1 min 40 s left",
        "b  patients  2,000 of ~4,000 rows  0 of 1 table done  200 rows/s  1 min left",
    ]


def test_failures_are_grouped_with_their_advice_once() -> None:
    tables = [failed(name, table) for name in ("harbour", "hill") for table in ("patients", "recalls")]
    lines = drawn(progress_of(*tables, failed("lake", "recalls", REFUSED), status(practice="main")))
    assert lines == [
        "20 s: 1 of 4 practices done, 2 offline, 1 failed, 0 rows, 0 requests, 0 rows/s,",
        "finished",
        "1 practice: KeyRefused -> correct the key of this practice, or enable it in the",
        "  developer portal, then run it again",
        "  lake  recalls, since 07:00: GET /recalls failed with status 401: no such key",
        "2 practices offline -> run it again when the eConnector runs: it continues from",
        "  here",
        "  harbour  since 07:00, 2 tables wait",
        "  hill     since 07:00, 2 tables wait",
    ]


def test_every_practice_is_in_one_of_the_counts() -> None:
    progress = progress_of(
        status(practice="done"),
        failed("offline", "patients"),
        failed("offline", "recalls", REFUSED),
        running("offline", "claims"),
        failed("failed", "recalls", REFUSED),
        running("failed", "claims"),
        running("reading"),
        status(Outcome.WAITING, "waiting"),
    )
    header = drawn(progress, 300)[0]
    assert header.startswith("20 s: 1 of 5 practices done, 1 offline, 1 failed, 1 reading, 1 waiting, ")


def test_500_practices_of_which_40_fail_in_three_ways_fit_80_by_24() -> None:
    lines = drawn(progress_of(*fleet()))
    assert len(lines) <= 23
    assert max(map(cell_len, lines)) <= 80
    text = "\n".join(lines)
    assert "0 of 500 practices done, 14 offline, 26 failed, 460 reading" in text
    for advised in ("correct the key", "update Open Dental there", "when the eConnector runs"):
        assert " ".join(text.split()).count(advised) == 1
    shown = [line for line in lines if line.startswith("practice-of")]
    assert lines[-1] == f"+ {460 - len(shown)} more reading"
    assert shown[0].startswith("practice-of-main-street-4")  # one that needs the most time
    assert shown[0].endswith(" min left")
    hidden = [int(found[1]) for line in lines if (found := re.fullmatch(r"  \+ (\d+) more", line))]
    rows = [line for line in lines if re.match(r"  practice-of-main-street-\d+  ", line)]
    assert sum(hidden) + len(rows) == 40


def test_the_slowest_practices_are_shown_if_not_all_fit() -> None:
    tables = [sweeping(100, 1_000, f"office-{number}") for number in range(50)]
    tables[17].expected, tables[31].expected = 90_000, None
    lines = drawn(progress_of(*tables))
    assert lines[2].startswith("office-17")
    assert len(lines) == 13
    assert lines[-1] == "+ 40 more reading"


def test_a_practice_without_an_estimate_ranks_by_the_time_that_it_has_taken() -> None:
    quick = practice_of([sweeping(100, 1_000, "quick")])
    first = practice_of([sweeping(900_000, None, "first")], seconds=7_000.0)
    progress = RunProgress(20.0, (quick, first), (*quick.tables, *first.tables))
    assert [line.split()[0] for line in drawn(progress)[2:]] == ["first", "quick"]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("failing", [0, 40, 500])
@pytest.mark.unmeasured
def test_a_frame_is_never_higher_or_wider_than_the_terminal(width: int, height: int, failing: int) -> None:
    view = MirrorView(clock=Clock(NOON))
    lines = on_console(view, progress_of(*fleet(failing=failing)), width, height)
    assert 1 <= len(lines) <= max(height - 1, 1)
    assert max(map(cell_len, lines)) <= max(width, 8)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 200,
        "歯科医院" * 12,
        "🦷🪥" * 20,
        "a\x1b[31mb\x07\r\n\u202ec",
        "[bold]office[/bold]",
        "half a \ud800 character",
    ],
    ids=["long", "CJK", "emoji", "control", "markup", "surrogate"],
)
@pytest.mark.parametrize("width", [20, 80, 300])
def test_names_are_whole_and_safe(name: str, width: int) -> None:
    progress = progress_of(failed(name, "recalls", REFUSED), running(name, "claims"))
    view = MirrorView(clock=Clock())
    lines = on_console(view, progress, width, 100)
    shown = "".join(each if each.isprintable() else " " for each in name)
    text = "".join("".join(lines).split())
    assert text.count("".join(shown.split())) == 2  # a problem and a table that is read
    assert max(map(cell_len, lines)) <= width
    assert all(line.isprintable() for line in lines)
    (line,) = view.lines(progress._replace(uptime=55.0))
    assert line.isprintable()
    assert shown in line


def test_at_20_columns_the_counts_come_first() -> None:
    lines = drawn(progress_of(*fleet()), 20, 10)
    assert lines[:3] == ["20 s: 0/500 done,", "14 offline,", "26 failed,"]
    assert len(lines) <= 9


def test_at_20_columns_the_header_ends_with_a_whole_part() -> None:
    progress = progress_of(*fleet())._replace(seconds=740.0)
    assert drawn(progress, 20, 24)[:9] == [
        "12 min 20 s:",
        "0/500 done,",
        "14 offline,",
        "26 failed,",
        "460 reading,",
        "460,000 rows,",
        "4,600 requests,",
        "0 rows/s,",
        "at least 57 min 25 s",
    ]
    assert drawn(progress, 20, 24)[9] == "left"
    assert drawn(progress, 20, 8)[:3] == ["12 min 20 s:", "0/500 done,", "14 offline"]
    assert drawn(progress, 20, 2) == ["0/500 done"]


@pytest.mark.unmeasured
@pytest.mark.parametrize("width", [20, 25, 40, 79])
def test_a_header_is_never_cut_within_a_part(width: int) -> None:
    def parts(height: int) -> list[str]:
        text = " ".join(drawn(progress, width, height))
        return text.partition(" 13 ")[0].removeprefix("12 min 20 s: ").split(", ")

    progress = progress_of(*fleet())._replace(seconds=740.0)
    whole = parts(200)
    assert len(whole) == 8
    for height in (1, 2, 3, 4, 6, 8, 12, 24):
        assert parts(height) == whole[: len(parts(height))]


def test_a_name_that_is_wider_than_the_terminal_is_broken_between_its_words() -> None:
    lines = drawn(progress_of(running("practice-of-main-street-475")), 20)
    assert lines[-3:-1] == ["practice-of-main-", "street-475"]


def test_a_first_copy_and_the_reason_of_a_wait() -> None:
    def cells(of: LaneSnapshot | None) -> str:
        found = practice_of([sweeping(2_000, None)], lane=of)
        (_, line) = drawn(RunProgress(20.0, (found,), found.tables), 300)
        return line.removeprefix("main  patients  2,000 rows  0 of 1 table done  200 rows/s").strip()

    assert cells(None) == cells(lane()) == "first copy"
    assert cells(lane(in_flight=1, queued={Priority.BULK: 3})) == "waits for the response  first copy"
    assert cells(lane(queued={Priority.BULK: 3}, next_slot=3.24)) == "next request in 3.2 s  first copy"
    assert cells(lane(queued={Priority.BULK: 3}, next_slot=30.0, paused=True)) == "paused, 30 s  first copy"


def test_changes_have_no_estimate() -> None:
    lines = drawn(progress_of(running(sync_mode=SyncMode.CHANGES)), 300)
    assert lines[1] == "main  patients  0 rows  0 of 1 table done  0 rows/s"


@pytest.mark.parametrize(
    ("tables", "end"),
    [
        ((sweeping(2_000, 4_000, "b"),), "about 1 min 40 s left"),
        ((sweeping(2_000, 4_000, "b"), status(Outcome.WAITING, "b")), "at least 1 min 40 s left"),
        ((sweeping(2_000, None, "b"),), "time left unknown"),
        ((status(practice="b", rows=2_000, requests=20),), "finished"),
    ],
)
def test_the_totals(tables: tuple[TableStatus, ...], end: str) -> None:
    progress = progress_of(failed("a", requests=1), *tables, rows_per_second=100.0, pace=0.974)
    state = "2 of 2 practices done" if end == "finished" else "1 of 2 practices done, 1 reading"
    assert totals(progress) == (
        f"20 s: {state}, 2,000 rows, 21 requests, 100 rows/s, pace 97 % of the limit, {end}"
    )


def test_the_totals_before_the_first_table() -> None:
    assert totals(RunProgress(0.0)) == "0 s: starting"
    assert drawn(RunProgress(0.0), 20, 5) == ["0 s: starting"]


def test_between_two_rounds_the_time_of_the_next_one_is_shown() -> None:
    next_round = NOON + dt.timedelta(minutes=5)
    progress = progress_of(failed("harbour"), status(), number=3, next_round=next_round)
    lines = drawn(progress, 100)
    assert lines[0] == (
        "round 3, 20 s: 1 of 2 practices done, 1 offline, 0 rows, 0 requests, next round at 07:05"
    )
    assert lines[-1] == "  harbour  since 07:00, patients waits"


class Following:
    """A view that is read as lines, round after round."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock(NOON)
        self.uptime = 0.0
        self.view = MirrorView(FailureTracker(follow=True), clock=self.clock, **options)

    def lines(self, *tables: TableStatus, minutes: float = 5.0, **more: Any) -> list[str]:
        self.clock.forward(minutes=minutes)
        self.uptime += 60 * minutes
        progress = progress_of(*tables, **more)._replace(uptime=self.uptime)
        return [line.partition(" ")[2] for line in self.view.lines(progress)]


def test_over_many_rounds_there_is_a_line_when_a_failure_begins_and_one_when_it_ends() -> None:
    follow = Following(only_failures=True)
    good = [status(practice="harbour", table=f"t{number}") for number in range(12)]
    bad = [failed("harbour", f"t{number}") for number in range(12)]
    assert follow.lines(*good) == []
    assert follow.lines(*bad) == [
        "harbour: offline, 12 tables wait -> it is read again when the eConnector runs"
    ]
    assert [line for _ in range(1_000) for line in follow.lines(*bad)] == []
    assert follow.lines(*good)[-1:] == ["harbour: no longer offline, after 3 d 11 h"]
    assert follow.lines(*good) == []


def test_the_lines_of_other_changes() -> None:
    follow = Following()
    assert follow.lines(
        status(practice="hill", rows=1_200, requests=12), failed("hill", "fees", TOO_OLD), minutes=0.1
    ) == [
        "hill was read, but 1 table failed: 1,200 rows, 12 requests",
        f"hill, fees: {TOO_OLD} -> remove this table for this practice, or update Open Dental there",
    ]
    (line,) = follow.lines(
        status(practice="hill", withheld=150), failed("hill", "fees", TOO_OLD), minutes=0.1
    )
    assert line == (
        "hill, patients: 150 rows were not in the list any more, and are not marked as deleted -> "
        "if this is right: --sweep --accept-removals; else the next sweep decides"
    )
    both = failed("hill", error="ConnectFailed: nobody listens"), failed("hill", "fees", TOO_OLD)
    (line,) = follow.lines(*both, minutes=0.1)
    assert line.startswith("hill: not reachable, patients waits -> check that this machine")
    assert follow.lines(status(practice="hill"), both[1], minutes=0.1) == [
        "hill: reachable again, after 6 s; 1 table still fails"
    ]
    assert follow.lines(status(practice="hill"), status(practice="hill", table="fees"), minutes=0.1) == [
        "hill, fees: read again, after 24 s"
    ]


def test_totals_become_rarer() -> None:
    follow = Following()
    table = running()
    shown = [number for number in range(1_000) if follow.lines(table, minutes=1.0)]
    assert shown[:6] == [0, 2, 6, 14, 30, 62]
    assert {after - before for before, after in pairwise(shown[6:])} == {60}
    assert follow.lines(table, minutes=90.0, next_round=NOON) == []


def test_lines_begin_with_the_local_time_and_a_new_day_with_its_date() -> None:
    clock = Clock(NOON)
    view = MirrorView(clock=clock)
    local = clock.now.astimezone()
    (line,) = view.lines(progress_of(status()))
    assert line == f"{local:%H:%M:%S} main is done: 0 rows, 0 requests"
    clock.forward(days=1)
    date, line = view.lines(progress_of(failed()))
    assert date == (local + dt.timedelta(days=1)).date().isoformat()
    assert line.startswith(f"{local:%H:%M:%S} main: offline, patients waits -> ")


@pytest.mark.parametrize("jump", [-500, 500])
def test_a_clock_that_jumps_makes_no_lines(jump: int) -> None:
    follow = Following()
    follow.lines(failed(), minutes=0.1)
    follow.clock.forward(days=jump)
    assert follow.lines(failed(), minutes=0.1) == []
    line = follow.lines(status(), minutes=0.1)[-2]
    assert line.startswith("main: no longer offline, after ") or jump < 0
    assert "-" not in line.partition("after")[2]


def test_the_year_one_is_a_time_like_any_other() -> None:
    tables = (failed(),)
    tracker = FailureTracker()
    tracker.update(tables, dt.datetime.min, 0.0)  # in UTC, without a zone
    lines = frame(progress_of(*tables), tracker.problems(), WHEN, 80, 24)
    assert "since 0001-01-01 00:00" in lines[-1]
    assert OFFLINE not in lines[-1]


def test_f10_names_of_500_practices_are_whole_at_80_columns() -> None:
    names = [f"practice-of-main-street-{number}" for number in range(500)]
    lines = on_console(
        MirrorView(clock=Clock()), progress_of(*(sweeping(20_000, 20_000, name) for name in names)), 80, 24
    )
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    shown = [line.split()[:2] for line in lines if line.startswith("practice-of")]
    assert len(shown) == 10
    assert all(name in names and table == "patients" for name, table in shown)

"""What `odapi mirror` prints: on a terminal, elsewhere, quietly, and as JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sys
from typing import Any, Final

import pytest

from odapi_async.cli.mirror.output import MirrorOutput
from odapi_async.cli.mirror.report import Round, make_round
from odapi_async.mirror import Report, Status, TableFreshness, TableStatus
from tests.unit.cli.mirror.runs import NAIVE_NOON, NOON, OFFLINE, Clock, failed, progress_of, running, status

TIME: Final = r"\d\d:\d\d:\d\d "
GOOD: Final = tuple(status(practice="harbour", table=f"t{number}", requests=1) for number in range(3))
BAD: Final = tuple(failed("harbour", f"t{number}") for number in range(3))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Output:
    """The output of a run and the rounds that it is given."""

    def __init__(self, earlier: Status | None = None, **options: Any) -> None:
        self.written: list[str] = []
        self.clock = Clock()
        self.output = MirrorOutput(write=self.written.append, clock=self.clock, **options)
        self.output.start(earlier)
        self.seconds = 0.0

    def round(self, *tables: TableStatus) -> list[str]:
        """Return what a round prints whose tables are given."""
        self.written.clear()
        self.clock.forward(minutes=5)
        self.seconds += 300.0
        with self.output.display() as display:
            display.show(progress_of(*(_copy(each) for each in tables))._replace(uptime=self.seconds))
        self.output.round_ended(made(*tables))
        return [re.sub(TIME, "", line) for text in self.written for line in text.splitlines()]


def _copy(table: TableStatus) -> TableStatus:
    return TableStatus(**{name: getattr(table, name) for name in table.__struct_fields__})


def made(*tables: TableStatus) -> Round:
    return make_round(Report(tables=tables), 1.0)


def test_one_round_prints_what_happens_and_its_result() -> None:
    lines = Output().round(*GOOD, failed("hill"))
    assert lines[:3] == [
        "harbour is done: 0 rows, 3 requests",
        "hill: offline, patients waits -> run it again when the eConnector runs: it continues from here",
        "20 s: 1 of 2 practices done, 1 offline, 0 rows, 3 requests, 0 rows/s, finished",
    ]
    assert lines[3].split() == ["practice", "table", "read", "rows", "requests", "deleted"]
    assert lines[-2:] == [
        "hill: offline, patients waits -> run it again when the eConnector runs: it continues from here",
        "not everything was read: 2 practices, 0 rows, 3 requests, in 1 s",
    ]


def test_many_rounds_print_changes_alone() -> None:
    output = Output(follow=True, quiet=False)
    assert output.round(*GOOD)[-1] == "everything was read: 1 practice, 0 rows, 3 requests, in 1 s"
    output.round(*GOOD)
    assert output.round(*BAD)[0] == (
        "harbour: offline, 3 tables wait -> it is read again when the eConnector runs"
    )
    hours = [line for _ in range(500) for line in output.round(*BAD)]
    assert len(hours) < 50  # the totals, once in an hour, and the dates
    assert not any("->" in line for line in hours)
    assert output.round(*GOOD)[-1].startswith("harbour: no longer offline, after 1 d 17 h")


def test_quietly_many_rounds_print_failures_alone() -> None:
    output = Output(follow=True, quiet=True)
    assert output.round(*GOOD) == []
    assert len(output.round(*BAD)) == 1
    assert [line for _ in range(500) for line in output.round(*BAD)] == []
    date, line = output.round(*GOOD)
    assert date == (output.clock.now.astimezone()).date().isoformat()
    assert line == "harbour: no longer offline, after 1 d 17 h"
    assert output.round(*GOOD) == []


def test_quietly_one_round_prints_its_failures() -> None:
    assert Output(quiet=True).round(*GOOD) == []
    assert Output(quiet=True).round(*GOOD, failed("hill")) == [
        "hill: offline, patients waits -> run it again when the eConnector runs: it continues from here",
        "not everything was read: 2 practices, 0 rows, 3 requests, in 1 s",
    ]
    assert len(Output(quiet=True).round(*GOOD, status(withheld=150))) == 2


def test_quietly_a_failure_that_does_not_count_yet_prints_nothing() -> None:
    output = Output(quiet=True)
    output.output.round_ended(made(*BAD), is_ok=True)
    assert output.written == []
    output.output.round_ended(made(*BAD), is_ok=False)
    assert len(output.written) == 1


def earlier() -> Status:
    table = TableFreshness(
        practice="hill",
        table="patients",
        read_at=None,
        swept_at=None,
        failing_since=NAIVE_NOON - dt.timedelta(days=2),
        error=OFFLINE,
        age=None,
    )
    return Status(at=NAIVE_NOON, tables=(table,))


def test_what_failed_in_runs_before_is_reported_since_then() -> None:
    day = (NOON - dt.timedelta(days=2)).astimezone().date().isoformat()
    lines = Output(earlier=earlier()).round(failed("hill"), *GOOD)
    assert not any(line.startswith("hill: offline,") for line in lines)
    assert lines[-2].startswith(f"hill: offline since {day} ")
    lines = Output(earlier=earlier()).round(status(practice="hill"))
    assert "hill: no longer offline, after 2 d 00 h" in lines


def test_json_is_a_line_for_each_table_that_ends() -> None:
    output = Output(json_lines=True)
    found = [json.loads(line) for line in output.round(*GOOD, failed("hill"), running("lake"))]
    assert [(each["practice"], each["outcome"]) for each in found] == [
        *[("harbour", "done")] * 3,
        ("hill", "failed"),
    ]
    assert found[0]["at"] == "2026-11-28T12:05:00Z"


def test_quiet_json_is_a_line_for_each_change() -> None:
    output = Output(json_lines=True, quiet=True, follow=True, earlier=earlier())
    assert output.round(*GOOD, failed("hill")) == []
    (line,) = output.round(*GOOD, status(practice="hill"))
    assert json.loads(line)["change"] == "recovered"
    assert json.loads(line)["failing_since"] == "2026-11-26T12:00:00Z"
    assert [json.loads(line)["table"] for line in output.round(*BAD)] == ["t0", "t1", "t2"]
    assert output.round(*BAD) == []


def test_a_summary_in_json_is_a_line_for_each_round() -> None:
    output = Output(json_summary=True, follow=True)
    for tables, failing in ((GOOD, 0), (BAD, 1), (BAD, 1)):
        (line,) = output.round(*tables)
        assert len(json.loads(line)["failed"]) == failing


def test_both_kinds_of_json_are_told_apart_by_their_event() -> None:
    lines = Output(json_lines=True, json_summary=True).round(*GOOD)
    assert [json.loads(line)["event"] for line in lines] == ["table"] * 3 + ["round"]


def standard_output(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard output a terminal. A fixture cannot, because pytest replaces standard output after it."""
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    return out


def test_on_a_terminal_one_view_stays_over_all_rounds_and_failures_scroll_above_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = standard_output(monkeypatch)
    output = Output(follow=True)
    with output.output:
        for tables in (GOOD, BAD, BAD, GOOD):
            assert output.round(*tables) == []
    text = terminal.getvalue()
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor is hidden once
    assert text.count("3 tables wait -> ") == 1
    assert text.count("no longer offline") == 1
    assert "is done" not in text


def test_on_a_terminal_one_round_ends_with_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = standard_output(monkeypatch)
    output = Output()
    lines = output.round(*GOOD, failed("hill"))
    assert lines[-1].startswith("not everything was read")
    assert "1 practice offline -> run it again" in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith("\x1b[2K")  # the view is gone

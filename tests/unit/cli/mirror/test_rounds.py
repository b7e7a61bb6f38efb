"""What a round has done, for people and for scripts; and how far one is, without a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live

from odapi_async.cli.mirror.progress import LiveTable, PlainLines, Silent, showing
from odapi_async.cli.mirror.report import advice, as_json, as_table, as_text, make_round
from odapi_async.cli.mirror.watch import Moment, Seen
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.mirror.cursor import SyncMode

OFFLINE = "OfficeOffline: GET /recalls was answered 400: not running [the request is fine]"


def standing(
    table: str, outcome: Outcome = Outcome.DONE, practice: str = "main", **fields: Any
) -> TableStatus:
    return TableStatus(practice=practice, table=table, outcome=outcome, **fields)


REPORT = Report(
    tables=(
        standing("patients", sync_mode=SyncMode.SWEEP, rows=1_200, requests=12, deleted=1),
        standing("appointments", sync_mode=SyncMode.CHANGES, rows=3, requests=1),
        standing("providers", Outcome.UP_TO_DATE),
        standing("recalls", Outcome.FAILED, sync_mode=SyncMode.SWEEP, error=OFFLINE),
    )
)


def test_a_round_for_people() -> None:
    assert as_text(make_round(REPORT, 12.3456)).splitlines() == [
        "practice         table         read   rows  requests  gone",
        "main          patients     all rows  1,200        12     1",
        "main      appointments      changes      3         1     0",
        "main         providers  nothing due      0         0     0",
        "main           recalls       failed      0         0     0",
        "",
        f"main, recalls: {OFFLINE} -> run it again when the eConnector runs: it goes on from here",
        "not everything was read: 1 practice, 1,203 rows, 13 requests, 1 row gone, in 13 s",
    ]


def test_a_round_for_scripts() -> None:
    text = as_json(make_round(REPORT, 12.3456))
    assert "\n" not in text
    found = json.loads(text)
    tables = found.pop("tables")
    assert found == {
        "complete": False,
        "seconds": 12.346,
        "practices": 1,
        "rows": 1_203,
        "requests": 13,
        "deleted": 1,
    }
    assert tables[0] == {
        "practice": "main",
        "table": "patients",
        "outcome": "done",
        "sync_mode": "sweep",
        "rows": 1_200,
        "requests": 12,
        "deleted": 1,
    }
    assert (tables[3]["outcome"], tables[3]["error"]) == ("failed", OFFLINE)
    assert tables[3]["advice"].startswith("run it again when the eConnector runs")


def test_of_very_many_tables_there_is_a_line_for_each_practice() -> None:
    tables = tuple(
        standing(table, practice=f"office-{number}", rows=10, requests=1)
        for number in range(30)
        for table in ("patients", "claims")
    )
    found = make_round(Report(tables=tables), 1.0)
    head, *lines = as_table(found.tables).splitlines()
    assert head.split() == ["practice", "tables", "failed", "rows", "requests", "gone"]
    assert len(lines) == 30
    assert lines[0].split() == ["office-0", "2", "0", "20", "2", "0"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Unauthorized: GET /recalls was answered 401: no", "developer portal"),
        ("NeedsVersion: recalls: needs 25.1", "leave this table out"),
        ("ServerError: GET /recalls was answered 504: late", "run it again: it goes on from here"),
        ("SomethingNew: what", "run it again: it goes on from here"),
    ],
)
def test_every_failure_comes_with_what_to_do(error: str, said: str) -> None:
    assert said in advice(error)


def test_plain_lines_tell_each_practice_once_and_the_totals_now_and_then() -> None:
    lines: list[str] = []
    shown = PlainLines(lines.append)
    running = Seen(standing("patients", Outcome.RUNNING, "a"))
    done, failed = Seen(standing("patients", practice="a")), Seen(standing("claims", Outcome.FAILED, "b"))
    shown.show(Moment(0.0))
    shown.show(Moment(1.0, (running,)))
    assert lines == []
    shown.show(Moment(3.0, (done, failed)))
    shown.show(Moment(4.0, (done, failed)))
    assert lines == ["3 s: a is done", "3 s: b is done, 1 table failed"]
    shown.show(Moment(11.0, (running,)))
    shown.show(Moment(12.0, (running,)))
    assert [line.partition(":")[0] for line in lines[2:]] == ["11 s"]
    shown.show(Moment(21.5, (running,)))
    assert [line.partition(":")[0] for line in lines[3:]] == ["22 s"]


@pytest.mark.parametrize("height", [1, 5, 24])
@pytest.mark.parametrize("count", [3, 500])
def test_the_live_table_is_never_higher_or_wider_than_the_terminal(height: int, count: int) -> None:
    console = Console(width=70, height=height, force_terminal=True, record=True)
    tables = tuple(
        Seen(standing("appointments", Outcome.RUNNING, f"[bold]office {number} {'x' * 50}"))
        for number in range(count)
    )
    with console.capture() as capture, Live(console=console, auto_refresh=False) as live:
        shown = LiveTable(live)
        shown.show(Moment(1.0, tables))
        drawn = console.render_lines(live.renderable)
    assert len(drawn) <= max(height - 1, 2)
    assert "[bold]" in capture.get() or height == 1


def test_scripts_see_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with showing(print, silent=True) as shown:
        assert isinstance(shown, Silent)
        shown.show(Moment(1.0))
    with showing(print, silent=False) as shown:
        assert isinstance(shown, PlainLines)
    assert capsys.readouterr().out == ""

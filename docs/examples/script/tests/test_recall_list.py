"""The program against a sandbox, which behaves as offices do."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import os
import signal
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from odapi_async import OpenDental, Request, Response
from odapi_async.resources.recalls import RecallListItem
from odapi_async.sandbox import Fault, Office, Sandbox, Throttle
from odapi_async.testing import SandboxTransport, run_in_virtual_time
from recall_list import DONE, FAILED, HEAD, INTERRUPTED, cells, main

BOTH = ["harbour", "lake"]


@pytest.fixture
def sandbox() -> Sandbox:
    """Two offices whose keys may read and nothing else; one that comes too early is refused."""
    offices = [Office(customer_key=f"key-of-{name}", rows={"recalls": 230}) for name in BOTH]
    return Sandbox(offices, throttle=Throttle.REFUSE)


@pytest.fixture
def run(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, list[list[str]]]]:
    """Run the program with the keys of the sandbox, and return its exit code and the rows of its file."""
    monkeypatch.chdir(tmp_path)
    for name in BOTH:
        monkeypatch.setenv(f"OPENDENTAL_CUSTOMER_KEY_{name.upper()}", f"key-of-{name}")
    monkeypatch.setattr(asyncio, "run", run_in_virtual_time)  # the pace is kept, and nothing waits

    def run(*arguments: str) -> tuple[int, list[list[str]]]:
        code = main(arguments, OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox)))
        file = tmp_path / "recalls.csv"
        if not file.exists():
            return code, []
        return code, [*csv.reader(file.read_text("utf-8-sig").splitlines())]

    return run


Run = Callable[..., tuple[int, list[list[str]]]]


def test_all_rows_of_all_practices_are_in_the_file(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    code, (head, *rows) = run(*BOTH)
    assert code == DONE
    assert tuple(head) == HEAD
    assert [row[0] for row in rows].count("harbour") > 100, "several pages"
    assert {row[0] for row in rows} == {*BOTH}
    due = [row[1] for row in rows if row[0] == "lake"]
    assert due == sorted(due)
    assert stat.S_IMODE((tmp_path / "recalls.csv").stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [tmp_path / "recalls.csv"]
    assert sum(sandbox.stats(f"key-of-{name}").refused for name in BOTH) == 0, "the pace was kept"


def test_the_due_dates_can_be_chosen(run: Run) -> None:
    start = dt.datetime.now(dt.UTC).date()
    end = start + dt.timedelta(days=20)
    code, (_, *rows) = run("harbour", "--start", f"{start}", "--end", f"{end}")
    assert code == DONE
    assert rows
    assert all(f"{start}" <= row[1] <= f"{end}" for row in rows)


def test_an_office_that_is_offline_does_not_stop_the_others(
    run: Run, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.add_fault(Fault("offline", customer_key="key-of-lake", times=None))
    code, (_, *rows) = run(*BOTH)
    assert code == FAILED
    assert {row[0] for row in rows} == {"harbour"}
    said = capsys.readouterr().err
    assert "lake: " in said
    assert "eConnector" in said


class BreaksLater(SandboxTransport):
    """Reaches an office that fails from the second page of a list on."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self._office = sandbox

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if "Offset=" in request.url:
            self._office.add_fault(Fault("status", path="/recalls"))
        return await super().send(request, on_sent)


def test_a_list_that_breaks_in_the_middle_is_not_in_the_file(
    run: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    client = OpenDental(sandbox.developer_key, transport=BreaksLater(sandbox))
    assert main(["lake"], client) == FAILED
    assert len(sandbox.arrivals) > 3, "the second page was requested several times"
    assert [*tmp_path.iterdir()] == []


def test_faults_that_pass_are_not_noticed(run: Run, sandbox: Sandbox) -> None:
    clean = run("lake")
    for fault in ("throttle", "drop", "status"):
        sandbox.add_fault(Fault(fault, path="/recalls"))
    assert run("lake") == clean
    assert clean[0] == DONE


def test_a_formula_in_a_name_is_no_formula_in_a_spreadsheet(run: Run, sandbox: Sandbox) -> None:
    patient = sandbox.rows("key-of-lake", "recalls")[0]["PatNum"]
    sandbox.change_row("key-of-lake", "patients", patient, {"LName": '=HYPERLINK("http://x")', "FName": ""})
    _, (_, *rows) = run("lake")
    assert [row[2][:12] for row in rows if "HYPERLINK" in row[2]]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "\uff1d1+1", "\uff201", "\t=1+1", "x;=1+1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert "'" in str(cells(RecallListItem(Note=text))[-1])


def test_ctrl_c_while_the_file_is_written_leaves_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(row: RecallListItem) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr("recall_list.cells", interrupt)
    assert run("lake") == (INTERRUPTED, [])
    assert [*tmp_path.iterdir()] == []


def test_ctrl_c_leaves_no_file(
    run: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_LAKE", "key-of-lake")
    sandbox.add_fault(Fault("latency", seconds=60, times=None))
    threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
    client = OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox))
    assert main(["lake"], client) == INTERRUPTED
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "arguments", [[], ["harbour", "--sandbox"], ["moon"], ["harbour", "--start", "soon"]]
)
def test_wrong_arguments_are_refused_before_anything_is_sent(
    run: Run, sandbox: Sandbox, arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    assert not sandbox.arrivals


def test_the_flag_reads_made_up_practices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asyncio, "run", run_in_virtual_time)
    assert main(["--sandbox", "-o", f"{tmp_path / 'some.csv'}"]) == DONE
    assert "rows of harbour, main-street -> " in capsys.readouterr().err

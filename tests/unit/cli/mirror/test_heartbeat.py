"""The heartbeat: a file that is there whole or as it was before, and never in half."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Final

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.heartbeat import Beat, Heartbeat, make_beat
from odapi_async.cli.mirror.report import Round, TableResult
from odapi_async.mirror import Outcome

BEAT: Final = Beat(at="2026-11-28T15:00:00Z", rounds=3, complete=False, ok=True, practices=2, failed=1)


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_nothing_is_written_before_the_first_round(tmp_path: Path) -> None:
    (tmp_path / "beat.json").write_text("from before")
    Heartbeat(tmp_path / "beat.json")
    Heartbeat(tmp_path / "another.json")
    assert names_in(tmp_path) == ["beat.json"]
    assert (tmp_path / "beat.json").read_text() == "from before"


def test_each_round_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "beat.json"
    heartbeat = Heartbeat(path)
    for rounds in (1, 2):
        heartbeat.beat(Beat(at="now", rounds=rounds, complete=True, ok=True, practices=1, failed=0))
    heartbeat.beat(BEAT)
    assert names_in(tmp_path) == ["beat.json"]
    assert json.loads(path.read_text()) == {
        "at": "2026-11-28T15:00:00Z",
        "rounds": 3,
        "complete": False,
        "ok": True,
        "practices": 2,
        "failed": 1,
    }
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_a_killed_process_leaves_is_one_file_that_the_next_one_removes(tmp_path: Path) -> None:
    path = tmp_path / "beat.json"
    heartbeat = Heartbeat(path)
    heartbeat._write(b"half of a be")  # it was killed before the file was in its place
    left = heartbeat._write(b"half of another")
    assert names_in(tmp_path) == [left.name]
    left.chmod(0o400)
    heartbeat.beat(BEAT)
    assert names_in(tmp_path) == ["beat.json"]
    assert json.loads(path.read_text())["rounds"] == 3
    heartbeat._write(b"half of a be")
    Heartbeat(path)
    assert names_in(tmp_path) == ["beat.json"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path / "beat.json")
    (tmp_path / "precious").write_text("precious")
    left = heartbeat._write(b"")
    left.unlink()
    left.symlink_to(tmp_path / "precious")
    heartbeat.beat(BEAT)
    assert (tmp_path / "precious").read_text() == "precious"
    assert names_in(tmp_path) == ["beat.json", "precious"]
    assert not (tmp_path / "beat.json").is_symlink()


def test_the_content_counts_and_names_nobody() -> None:
    tables = [
        TableResult(
            practice="harbour",
            table=outcome.value,
            outcome=outcome,
            sync_mode="",
            rows=0,
            requests=0,
            deleted=0,
        )
        for outcome in (Outcome.DONE, Outcome.FAILED, Outcome.UP_TO_DATE, Outcome.INCOMPLETE)
    ]
    found = Round(complete=False, seconds=1.0, practices=1, rows=0, requests=0, deleted=0, tables=tables)
    beat = make_beat(7, found, ok=True)
    assert (beat.rounds, beat.complete, beat.ok, beat.practices, beat.failed) == (7, False, True, 1, 2)
    assert beat.at.endswith("Z")
    assert len(beat.at) == 20
    assert "harbour" not in repr(beat)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/beat.json", "cannot be written: No such file or directory"),
        ("file/beat.json", "cannot be written: Not a directory"),
        ("folder", "cannot be written: it is a folder"),
        (".", "cannot be written: it is a folder"),
        ("a\0b", "has a character that no path has"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as caught:
        Heartbeat(tmp_path / name)
    assert str(caught.value) == f"the file of --heartbeat {said}"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that even root may not write")
def test_a_folder_that_may_not_be_written_is_refused_at_the_start() -> None:
    with pytest.raises(UsageError, match="the file of --heartbeat cannot be written: "):
        Heartbeat(Path("/proc/self/beat.json"))


def test_a_folder_that_is_gone_later_stops_no_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    heartbeat = Heartbeat(tmp_path / "folder" / "beat.json")
    (tmp_path / "folder").rmdir()
    heartbeat.beat(BEAT)
    assert capsys.readouterr().err == (
        "odapi: the file of --heartbeat cannot be written: No such file or directory\n"
    )

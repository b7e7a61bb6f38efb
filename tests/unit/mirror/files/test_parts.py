"""Fault D7: parts of exports that were killed are removed by the next export, and no others."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import ExportFailed
from odapi_async.mirror.files.parts import atomic_replace

_EXPORT: Final = """
import sys
from pathlib import Path
from odapi_async.mirror.files.parts import atomic_replace
with atomic_replace(Path(sys.argv[1])) as part:
    part.write_text("rows of patients")
    print(part.name, flush=True)
    sys.stdin.readline()
"""


def hidden(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name.startswith("."))


def test_d7_the_part_of_a_killed_export_is_removed_by_the_next_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _EXPORT, str(tmp_path / "patients.csv")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        name = process.stdout.readline().strip()
        with atomic_replace(tmp_path / "recalls.csv") as part:
            assert hidden(tmp_path) == sorted([name, part.name]), "the export runs, so its part stays"
        process.kill()
    assert hidden(tmp_path) == [name]
    with atomic_replace(tmp_path / "recalls.csv") as part:
        assert hidden(tmp_path) == [part.name]
    assert [each.name for each in tmp_path.iterdir()] == ["recalls.csv"]


def test_d7_two_exports_of_this_process_keep_their_parts(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    with atomic_replace(path) as first, atomic_replace(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first", "the one that ended last"
    assert hidden(tmp_path) == []


def test_d7_files_of_others_stay(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("kept")
    (tmp_path / ".link.odapi-part").symlink_to(target)
    (tmp_path / ".folder.odapi-part").mkdir()
    os.mkfifo(tmp_path / ".pipe.odapi-part")
    for name in (".patients.csv.abcd1234", "patients.odapi-part", ".odapi-part.bak"):
        (tmp_path / name).write_text("kept")
    before = {each.name for each in tmp_path.iterdir()}
    with atomic_replace(tmp_path / "patients.csv"):
        pass
    assert {each.name for each in tmp_path.iterdir()} == before | {"patients.csv"}
    assert target.read_text() == "kept"


def test_d7_a_part_that_another_export_took_for_stale_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock
    removed: list[Path] = []

    def lock_late(handle: int, mode: int) -> None:
        parts = [*tmp_path.glob(".*")]
        if not removed:
            removed.append(parts[0])
            parts[0].unlink()
        flock(handle, mode)

    monkeypatch.setattr("fcntl.flock", lock_late)
    with atomic_replace(tmp_path / "patients.csv") as part:
        part.write_text("rows")
    assert removed
    assert removed != [part]
    assert (tmp_path / "patients.csv").read_text() == "rows"


def test_d7_on_a_disk_without_locks_parts_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int, mode: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    stale = tmp_path / ".patients.csv.abcd1234.odapi-part"
    stale.write_text("rows")
    with atomic_replace(tmp_path / "patients.csv"):
        pass
    assert stale.exists()


def test_a_failed_export_removes_its_part(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed), atomic_replace(tmp_path / "patients.csv"):
        raise OSError(28, "No space left on device")
    assert hidden(tmp_path) == []

"""Key files that other users can open."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from odapi_async.cli.mirror.key_files import open_key_files, warning
from odapi_async.mirror.config import Config, PracticeConfig

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such modes")


def config(**files: Path) -> Config:
    return Config(practices={name: PracticeConfig(key_file=file) for name, file in files.items()})


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o640, False), (0o644, True), (0o606, True)])
def test_only_files_that_everybody_can_open_are_found(tmp_path: Path, mode: int, *, is_open: bool) -> None:
    file = tmp_path / "a.key"
    file.touch()
    file.chmod(mode)
    found = open_key_files(config(a=file, same=file, gone=tmp_path / "gone", odd=tmp_path / "a\0b"))
    assert found == [file] * is_open
    assert open_key_files(Config(practices={"env": PracticeConfig(key_env="A_KEY")})) == []


def test_the_command_can_be_pasted_into_a_shell() -> None:
    text = warning([Path("a.key"), Path("main street\n.key")])
    assert text.startswith("other users of this machine can open 2 files with customer keys: chmod 600 ")
    assert shlex.split(text.partition(": ")[2])[2:] == ["a.key", "main street .key"]


def test_500_files_are_one_short_line() -> None:
    text = warning([Path(f"keys/practice-{number}.key") for number in range(500)])
    assert text.startswith(
        "other users of this machine can open 500 files with customer keys: chmod 600 keys/"
    )
    assert text.endswith("keys/practice-9.key (and 490 more)")

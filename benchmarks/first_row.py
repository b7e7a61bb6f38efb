"""Measures the way of a new user: from nothing to the first rows, without keys.

Three commands: make an environment, install the package, run the first lines of the README. They run in an
empty folder, without a cache of pip. The package comes from a wheel of this folder, and its dependencies from
the package index, so the network counts, too.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.figures import Figure, Size, alone
from benchmarks.processes import ROOT, environment

_BLOCK: Final = re.compile(r"^```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE: Final = 300.0
_SCRIPT: Final = "first.py"
_GOAL: Final = 60.0


class Command(NamedTuple):
    """One command that a new user types.

    Attributes:
        name: what it does.
        words: the program and its arguments.
    """

    name: str
    words: tuple[str, ...]


def run(size: Size) -> list[Figure]:
    """Take the way some times, each time in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = _wheel(Path(folder))
        taken = [_way(wheel) for _ in range(size.of(1, 3))]
    names = [*taken[0]]
    return [
        Figure("commands from nothing to the first rows", len(names), "commands"),
        Figure("seconds of all of them", statistics.median(sum(each.values()) for each in taken), "s", _GOAL),
        *(
            Figure(f"for comparison: {name}", statistics.median(each[name] for each in taken), "s")
            for name in names
        ),
    ]


def commands(wheel: Path) -> tuple[Command, ...]:
    """Return the commands; `odapi-async` is the wheel."""
    python = _python(".venv")
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", str(wheel))
    return (
        Command("python -m venv .venv", (sys.executable, "-m", "venv", ".venv")),
        Command("pip install odapi-async", (python, *install)),
        Command(f"python {_SCRIPT}", (python, _SCRIPT)),
    )


def first_lines() -> str:
    """Return the first Python of the README, which needs no keys."""
    found = _BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return found["text"]


def _python(folder: str) -> str:
    """Return the path of Python in an environment."""
    return str(Path(folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))))


def _way(wheel: Path) -> dict[str, float]:
    """Run the commands in an empty folder, and return the seconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / _SCRIPT).write_text(first_lines(), encoding="utf-8")
        seconds: dict[str, float] = {}
        printed = b""
        for command in commands(wheel):
            began = time.monotonic()
            printed = _output(command.words, folder)
            seconds[command.name] = time.monotonic() - began
    assert printed.startswith(b"['"), f"no rows: {printed!r}"
    return seconds


def _wheel(folder: Path) -> Path:
    """Build the wheel in an environment of its own, since that of the benchmarks may have no pip."""
    _output((sys.executable, "-m", "venv", "builder"), folder)
    python = str(folder / _python("builder"))
    _output((python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", str(ROOT)), folder)
    (wheel,) = folder.glob("dist/*.whl")
    return wheel


def _output(words: tuple[str, ...], folder: Path | str) -> bytes:
    env = {name: value for name, value in environment().items() if not name.startswith("OPENDENTAL_")}
    done = subprocess.run(words, cwd=folder, env=env, stdout=subprocess.PIPE, timeout=_PATIENCE, check=True)
    return done.stdout


if __name__ == "__main__":
    alone("first_row", run)

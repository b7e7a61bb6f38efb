"""Measures how quickly the command `odapi` starts, beside a typer program with a single command.

Help, version and completion run in new interpreters, all cases in turn, and each is compared with the typer
program of the same round. CPU time, because a busy machine changes the time of a clock.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.figures import Figure, Size, alone
from benchmarks.processes import ROOT

_GOAL: Final = 1.5
_TYPER: Final = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def greet(name: str, loud: bool = False) -> None:
    print(name)
app(prog_name="greet")
"""
_ODAPI: Final = ("-m", "odapi_async.cli")


class _Case(NamedTuple):
    """One command line.

    Attributes:
        name: its name in the table.
        arguments: the arguments of the interpreter.
        environment: more variables.
        compared: whether it is compared with the typer program.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = {}
    compared: bool = True


def _completion(words: str) -> dict[str, str]:
    count = len(words.split(" ")) - 1
    return {"_ODAPI_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}


_BASE: Final = _Case("typer with one command, --help", ("-c", _TYPER, "--help"), compared=False)
_CASES: Final = (
    _BASE,
    _Case("an interpreter that does nothing", ("-c", "pass"), compared=False),
    _Case("odapi --version", (*_ODAPI, "--version")),
    _Case("odapi --help", (*_ODAPI, "--help")),
    _Case("odapi list --help", (*_ODAPI, "list", "--help")),
    _Case("odapi mirror --help", (*_ODAPI, "mirror", "--help")),
    _Case("odapi fleet work --help", (*_ODAPI, "fleet", "work", "--help")),
    _Case("odapi resources insur", (*_ODAPI, "resources", "insur"), compared=False),
    _Case("Tab after: odapi li", _ODAPI, _completion("odapi li")),
    _Case("Tab after: odapi list pati", _ODAPI, _completion("odapi list pati")),
    _Case(
        "Tab after: odapi list patients --columns LN", _ODAPI, _completion("odapi list patients --columns LN")
    ),
)


def run(size: Size) -> list[Figure]:
    """Run all command lines in turn; a ratio is the median of the ratios of all rounds."""
    for each in _CASES:
        _milliseconds(each)  # writes the .pyc files of modules that were never imported before
    found: dict[str, list[float]] = {each.name: [] for each in _CASES}
    for _ in range(size.of(3, 21)):
        for each in _CASES:
            found[each.name].append(_milliseconds(each))
    base = found[_BASE.name]
    return [
        *(
            Figure(
                f"{each.name}, of a typer program",
                statistics.median(one / other for one, other in zip(found[each.name], base, strict=True)),
                "x",
                _GOAL,
            )
            for each in _CASES
            if each.compared
        ),
        *(Figure(f"for comparison: {name}", min(values), "ms") for name, values in found.items()),
    ]


def _milliseconds(case: _Case) -> float:
    """Return the CPU time of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *case.arguments],
        cwd=ROOT,
        env={**os.environ, **case.environment},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    alone("command_start", run)

"""Measures how quickly the command `odapi` starts, beside a typer program with a single command.

Help, version and completion run in new interpreters, all cases in turn, and each is compared with the typer
program of the same round, which shows its help or completes an option. CPU time, because a busy machine
changes the time of a clock.
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
        base: the case of the typer program that it is compared with; empty for none.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = {}
    base: str = ""


def _completion(words: str) -> dict[str, str]:
    program, *rest = words.split(" ")
    variable = f"_{program.upper()}_COMPLETE"
    return {variable: "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(rest))}


_BASE: Final = "typer with one command, --help"
_BASE_TAB: Final = "typer with one command, Tab after: greet --lo"
_CASES: Final = (
    _Case(_BASE, ("-c", _TYPER, "--help")),
    _Case(_BASE_TAB, ("-c", _TYPER), _completion("greet --lo")),
    _Case("an interpreter that does nothing", ("-c", "pass")),
    _Case("odapi --version", (*_ODAPI, "--version"), base=_BASE),
    _Case("odapi --help", (*_ODAPI, "--help"), base=_BASE),
    *(
        _Case(f"odapi {command} --help", (*_ODAPI, *command.split(" "), "--help"), base=_BASE)
        for command in ("list", "mirror", "fleet work")
    ),
    _Case("odapi resources insur", (*_ODAPI, "resources", "insur")),
    *(
        _Case(f"Tab after: odapi {words}", _ODAPI, _completion(f"odapi {words}"), base=_BASE_TAB)
        for words in ("li", "list pati", "list patients --columns LN")
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
    return [
        *(
            Figure(
                f"{each.name}, of a typer program",
                statistics.median(
                    one / other for one, other in zip(found[each.name], found[each.base], strict=True)
                ),
                "x",
                _GOAL,
            )
            for each in _CASES
            if each.base
        ),
        *(
            Figure(f"for comparison: {name}", statistics.median(values), "ms")
            for name, values in found.items()
        ),
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

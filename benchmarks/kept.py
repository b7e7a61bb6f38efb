"""The figures of docs/benchmarks.md, kept in a file beside it: one run seldom measures all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from benchmarks.figures import Figure, Size
from benchmarks.page import charts, page
from benchmarks.processes import ROOT

PAGE: Final = ROOT / "docs" / "benchmarks.md"
FILE: Final = PAGE.with_suffix(".json")


class Measured(msgspec.Struct):
    """The figures of one benchmark.

    Attributes:
        command: what measured them.
        machine: the machine and the versions that they were measured with.
        figures: the figures.
    """

    command: str
    machine: list[str]
    figures: list[Figure]


def command(name: str, size: Size) -> str:
    """Return what measures a benchmark in this size, and writes its part of the page."""
    words = (
        "nox -s bench -- --only",
        name,
        *(() if size is Size.USUAL else (f"--{size.name.lower()}",)),
        "--page",
    )
    return " ".join(words)


def gaps(new: Mapping[str, Measured]) -> list[str]:
    """Return what was not measured, and why: the page needs all of it."""
    return [figure.name for each in new.values() for figure in each.figures if figure.value is None]


def read() -> dict[str, Measured]:
    """Return the figures that are kept, by the name of their benchmark."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Measured])


def keep(new: Mapping[str, Measured], order: Sequence[str]) -> None:
    """Replace the figures of some benchmarks, and write the page and its charts."""
    known = read() | {**new}
    kept = {name: known[name] for name in order if name in known}
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    for name, text in files(kept).items():
        (PAGE.parent / name).write_text(text, encoding="utf-8")


def files(kept: Mapping[str, Measured]) -> dict[str, str]:
    """Return the text of the page and of its charts, by their names in docs."""
    found = {name: each.figures for name, each in kept.items()}
    machines = dict.fromkeys(line for each in kept.values() for line in each.machine)
    return {
        PAGE.name: page([*machines], found, {name: each.command for name, each in kept.items()}),
        **charts(found),
    }

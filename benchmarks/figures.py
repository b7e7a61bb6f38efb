"""The figures of a benchmark, and how they are printed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Literal, TypeVar

T = TypeVar("T")

_PACKAGES: Final = (
    "odapi-async",
    "aiohttp",
    "msgspec",
    "aiolimiter",
    "anyio",
    "uvloop",
    "httpx",
    "pydantic",
    "opendental-sdk",
    "sqlalchemy",
    "aiosqlite",
    "asyncpg",
    "pgqueuer",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured.
        value: the number; None if it was not measured, and the name says why.
        unit: its unit; "x" for a ratio.
        goal: the value to reach; None if the number is for comparison only.
        comparison: whether the value should be at most or at least the goal.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None = None
    comparison: Literal["<=", ">="] = "<="

    @property
    def missed(self) -> bool:
        """Whether there is a goal and the value misses it."""
        if self.goal is None or self.value is None:
            return False
        return self.value > self.goal if self.comparison == "<=" else self.value < self.goal


class Size(Enum):
    """How much a benchmark measures."""

    QUICK = auto()
    """Fewer and shorter measurements, to see whether it works."""
    USUAL = auto()
    """Enough for reliable figures."""
    FULL = auto()
    """The longest measurement, if a benchmark has one that takes many minutes; otherwise the usual one."""

    def of(self, quick: T, usual: T, full: T | None = None) -> T:
        """Return the value for this size; without a value for the full size, the usual one."""
        return {Size.QUICK: quick, Size.USUAL: usual, Size.FULL: usual if full is None else full}[self]


Run = Callable[[Size], list[Figure]]
"""A benchmark."""


def machine() -> list[str]:
    """Return lines of text that describe the machine and the versions."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return [f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {python}", packages]


def table(benchmark: str, figures: Iterable[Figure]) -> str:
    """Return the figures of one benchmark as text, one per line."""
    return "\n".join(_line(benchmark, figure) for figure in figures)


def alone(benchmark: str, run: Run, arguments: Sequence[str] | None = None) -> None:
    """Run one benchmark from the command line."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{benchmark}")
    add_sizes(parser)
    size: Size = parser.parse_args(arguments).size
    print("\n".join(machine()))
    print(table(benchmark, run(size)))
    sys.stdout.flush()


def add_sizes(parser: argparse.ArgumentParser) -> None:
    """Add --quick and --full to a command line; the result is in `size`."""
    parser.set_defaults(size=Size.USUAL)
    sizes = parser.add_mutually_exclusive_group()
    for size, what in (
        (Size.QUICK, "fewer and shorter measurements"),
        (Size.FULL, "the longest measurements, for many minutes"),
    ):
        sizes.add_argument(f"--{size.name.lower()}", dest="size", action="store_const", const=size, help=what)


def _line(benchmark: str, figure: Figure) -> str:
    goal = "" if figure.goal is None else f"{figure.comparison} {figure.goal:,.10g} {figure.unit}"
    verdict = "" if figure.goal is None else "missed" if figure.missed else "met"
    value = f"{shown(figure.value)} {figure.unit}"
    return f"{benchmark:15} {figure.name:66} {value:>16}  {goal:>14}  {verdict}".rstrip()


def shown(value: float | None) -> str:
    """Return a value as the tables show it."""
    if value is None:
        return "-"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"

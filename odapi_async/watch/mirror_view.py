"""The page's content of a single mirror, made from its status. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Final

from odapi_async.mirror import Status, TableFreshness
from odapi_async.mirror.advice import OFFLINE, advice, kind_of
from odapi_async.mirror.texts import counted, in_utc
from odapi_async.watch import problems
from odapi_async.watch.data import (
    Cell,
    Details,
    Fact,
    PaceLine,
    View,
    age_in_words,
    duration,
    level_of,
)
from odapi_async.watch.problems import Failure, words_of
from odapi_async.watch.tables import table_line

_IS_IT_RUNNING: Final = (
    "is odapi mirror running? If it has another interval than {}, start this page with --every"
)


def view(status: Status, every: float, pace: PaceLine) -> View:
    """Return the content of the page.

    Args:
        status: how current all tables are.
        every: seconds from one round of the mirror to the next.
        pace: the requests of the last hour.
    """
    cells: list[Cell] = []
    failures: list[Failure] = []
    for name, tables in groupby(status.tables, lambda each: each.practice):
        found = tuple(tables)
        failing = [each for each in found if each.failing_since is not None]
        failures += [Failure(name, each.error, each.failing_since) for each in failing]
        cells.append(_cell(name, found, failing, every))
    advised = _IS_IT_RUNNING.format(duration(every))
    return View(
        title="Mirror",
        at=in_utc(status.at),
        cells=tuple(sorted(cells)),
        reading=None,
        problems=(*problems.grouped(failures, partial(advice, follow=True)), *problems.late(cells, advised)),
        pace=pace,
    )


def details(practice: str, tables: Sequence[TableFreshness], every: float) -> Details:
    """Return the details of a practice.

    Args:
        practice: its name.
        tables: its tables.
        every: seconds from one round of the mirror to the next.
    """
    age = _age(tables)
    failing = [each for each in tables if each.failing_since is not None]
    facts = [
        Fact("state", level_of(age, every)),
        Fact("copy", age_in_words(age) or "the first copy is not complete"),
        Fact("interval", duration(every)),
    ]
    if failing:
        facts.append(Fact("failing", counted(len(failing), "table")))
    return Details(practice, tuple(facts), tuple(map(table_line, tables)))


def _cell(
    name: str, tables: Sequence[TableFreshness], failing: Sequence[TableFreshness], every: float
) -> Cell:
    age = _age(tables)
    # an error that needs a person comes before one that may end by itself
    worst = min(failing, key=lambda each: kind_of(each.error) in OFFLINE, default=None)
    return Cell(
        practice=name,
        level=level_of(age, every),
        age=age_in_words(age),
        target=duration(every),
        failing=words_of(worst.error) if worst else "",
    )


def _age(tables: Sequence[TableFreshness]) -> float | None:
    """Return the age of the oldest table; None if the first copy of one is not complete."""
    ages = [each.age for each in tables if each.age is not None]
    return max(ages) if ages and len(ages) == len(tables) else None

"""Writes docs/mirror-tables.md, the table of all mirrored tables: `python docs/mirror_table.py`."""
# ruff: noqa: INP001 - it stands beside the pages that it belongs to, and those are no package

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from odapi_async.mirror.plans import EXCLUDED, PLANS, Plan
from odapi_async.resources import parameters

PAGE: Final = Path(__file__).with_name("mirror-tables.md")

_HEAD: Final = """\
# Which tables are mirrored, and how?

{mirrored} of the {resources} resources of the API are copied; the others stand at the end, with reasons.
This page is written from the code by `python docs/mirror_table.py`, and a test fails when the two differ.

- **table**: the name in the database, and the attribute at a practice.
- **how it is read**: *changes by* names the filter that finds what has changed since the last time; where
  there is none, a change is seen at the next reading of all rows. The days say how often all rows are read,
  which also finds what was deleted. *for each row of* means that the API wants a key of another table: this
  costs one request for each of its rows. Behind *with* stand the filters that show what the list leaves out
  by default; where two are joined by "and", two lists are read, which make up the table together.
- **deleted rows**: a row that is missing when all rows have been read counts as deleted. What stands here is
  the value that tells it sooner.
- **version**: the first version of Open Dental that can be read in this way; "?" where that is not known. An
  older one may have the list, but lack one of the filters or ask for a key.

Two tables are read in full each day although there is a filter, as it may miss changes:

- `payments`: the filter goes by the day of entry and does not find what was edited later.
- `procedure_logs`: the reference leaves open whether the filter finds what was altered, or only what is new.

Some rows cannot be read at all: hidden clinics, and in tables that are read for each patient those that name
no patient. The list of `documents` also holds mounts (DocNum 0), which are no documents.
"""

_TABLE: Final = "| table | key | how it is read | deleted rows | version |\n|---|---|---|---|---|"

_REST: Final = """\
## What is left out

| resource | why |
|---|---|"""


def render() -> str:
    """Return the whole page."""
    head = _HEAD.format(mirrored=len(PLANS), resources=len(PLANS) + len(EXCLUDED))
    rows = [_row(plan) for plan in PLANS]
    rest = [f"| `{resource}` | {reason} |" for resource, reason in sorted(EXCLUDED.items())]
    return "\n".join([head, _TABLE, *rows, "", _REST, *rest, ""])


def _row(plan: Plan) -> str:
    deleted = f"{plan.deleted.field} is {plan.deleted.value}" if plan.deleted else ""
    cells = (f"`{plan.table}`", plan.id_field, _reading(plan), deleted, _version(plan))
    return " ".join(f"| {cell}".rstrip() for cell in cells) + " |"


def _reading(plan: Plan) -> str:
    changes = f"changes by {plan.changes.filter}; " if plan.changes else ""
    parent = f", for each row of `{plan.parent.table}`" if plan.parent else ""
    every = "every day" if plan.sweep_days == 1 else f"every {plan.sweep_days:g} days"
    filters = " and ".join(_filters(plan))
    return f"{changes}all rows {every}{parent}" + (f", with {filters}" if filters else "")


def _filters(plan: Plan) -> list[str]:
    """Return the filters of each list, as a request spells them."""
    several = len(plan.list_filters) > 1
    lists = [
        ", ".join(f"{name}={_shown(value)}" for name, value in each.items()) for each in plan.list_filters
    ]
    return [f"`{each}`" if each else "no filter" for each in lists if each or several]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def _version(plan: Plan) -> str:
    """Return the newest of the versions that the list, its whole and its filters need."""
    operation = plan.operation
    used = {name for given in plan.list_filters for name in given}
    used |= {plan.changes.filter} if plan.changes else set()
    used |= {plan.parent.filter} if plan.parent else set()
    filters = [each.since for name, each in parameters(operation).items() if name in used]
    needed = [operation.since, plan.since, *filters]
    return max((each for each in needed if each), key=_numbers, default="?")


def _numbers(version: str) -> list[int]:
    return [int(each) for each in version.split(".")]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")

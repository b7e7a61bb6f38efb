"""Made-up rows: every row is a function of the office's seed, the resource and the row's id.

Nothing is stored per row, so an office of 200,000 patients needs no more memory than one of twelve: most
fields come from a pool of a few hundred variants, and the few that must differ from row to row are computed
from the row's id.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from odapi_async.sandbox import catalogue, names
from odapi_async.sandbox.catalogue import Field

Value = Any
"""A stored value: int, float, text (also dates and "true"/"false") or a list of ints."""

Row = dict[str, Value]

POOL: Final = 240
"""Number of variants of each resource's rows."""

NO_DATE: Final = "0001-01-01"
NO_DATETIME: Final = "0001-01-01 00:00:00"
SERVER_TIME: Final = "serverDateTime"

_FIRST_STAMP: Final = dt.datetime(2020, 1, 1)
_STAMP_STEP: Final = dt.timedelta(seconds=60)
_MIDDLE_DAY: Final = dt.date(2026, 11, 23)
_STAMPS: Final = frozenset({"DateTStamp", "SecDateTEdit", "SecDateTEntry"})
_NATURAL: Final = ("AptDateTime", "SchedDate", "ProcDate")
_UNNATURAL: Final = frozenset({SERVER_TIME, "Birthdate", "SecDateEntry"}) | _STAMPS

_ROLES: Final = {
    "patients": ("PatNum", "Guarantor", "Subscriber", "PatNumChild", "PatNumGuardian", "ResponsParty"),
    "providers": ("ProvHyg", "ProvTreat", "ProvBill", "PriProv", "SecProv", "ProviderNum", "ProvNumDefault",
                  "ProvDentist", "ProvHygienist"),
    "operatories": ("Op", "OpNum"),
    "appointments": ("NextAptNum", "PlannedAptNum"),
    "definitions": ("Confirmed", "AdjType", "PayType", "CommType", "DocCategory", "RecallStatus", "ProcCat"),
    "userods": ("SecUserNumEntry", "UserNumPresenter"),
    "feescheds": ("FeeSched", "CopayFeeSched"),
    "insplans": ("InsPlan1", "InsPlan2"),
    "claimforms": ("ClaimForm",),
    "etranss": ("EtransNum",),
}  # fmt: skip
"""Columns that refer to another resource and are not named after its primary key."""

_TARGETS: Final = {column: resource for resource, columns in _ROLES.items() for column in columns}


def stamp(row_id: int) -> str:
    """Return the moment of the last change of an unwritten row; it rises with the id."""
    return (_FIRST_STAMP + _STAMP_STEP * row_id).isoformat(" ")


def first_row_id_after(moment: str) -> int:
    """Return the lowest id of an unwritten row whose stamp is `moment` or later (yyyy-MM-dd HH:mm:ss)."""
    ahead = dt.datetime.fromisoformat(moment) - _FIRST_STAMP
    return max(1, -(-ahead // _STAMP_STEP))


def natural_date(fields: tuple[Field, ...]) -> str | None:
    """Return the field that a filter named `date` applies to: the day of the event itself."""
    dates = [
        field.name for field in fields if field.type in {"date", "datetime"} and field.name not in _UNNATURAL
    ]
    return next((name for name in _NATURAL if name in dates), dates[0] if dates else None)


def empty_value(field: Field) -> Value:
    """Return the value of a field that was never written."""
    empty: dict[str, Value] = {
        "int": 0, "float": 0.0, "bool": "false", "date": NO_DATE, "datetime": NO_DATETIME, "time": "00:00:00",
    }  # fmt: skip
    if field.type.startswith("list"):
        return []
    return empty.get(field.type, "")


@lru_cache(maxsize=512)
def shared_pool(name: str, seed: int, counts: frozenset[tuple[str, int]]) -> list[Row | None]:
    """Return the pool of all tables with this name, seed and numbers of rows: making rows takes long.

    Args:
        name: the name of the table.
        seed: the office's seed.
        counts: the numbers of rows that the office was given.
    """
    del name, seed, counts  # they only tell pools apart
    return [None] * POOL


class RowMaker:
    """Makes the rows of one table.

    Args:
        name: mixed into the seed, so that no two tables look alike.
        fields: the columns.
        primary_key: the column that holds the row id, if there is one.
        seed: the office's seed.
        count: gives the number of rows of a resource, for foreign keys.
        pool: the values that rows share, by variant, so far; makers with equal arguments may share it.
    """

    def __init__(
        self,
        name: str,
        fields: tuple[Field, ...],
        primary_key: str | None,
        seed: int,
        count: Callable[[str], int],
        pool: list[Row | None],
    ) -> None:
        self.fields = tuple(field for field in fields if field.name != SERVER_TIME)
        self.primary_key = primary_key
        self.natural = natural_date(self.fields)
        self._seed = f"{seed}/{name}"
        self._count = count
        self._pool = pool
        self.moving: dict[str, Callable[[int], Value]] = {}
        for field in self.fields:
            mover = self._mover(field)
            if mover is not None:
                self.moving[field.name] = mover

    def row(self, row_id: int) -> Row:
        """Return a new copy of the unwritten row with this id."""
        row = self.variant(row_id % POOL).copy()
        for name, mover in self.moving.items():
            row[name] = mover(row_id)
        return row

    def value(self, row_id: int, name: str) -> Value:
        """Return one value of the unwritten row with this id."""
        mover = self.moving.get(name)
        return self.variant(row_id % POOL)[name] if mover is None else mover(row_id)

    def variant(self, number: int) -> Row:
        """Return the values that all rows with this remainder share; fields that differ by row are empty."""
        row = self._pool[number]
        if row is None:
            chance = random.Random(f"{self._seed}/{number}")  # noqa: S311 - made-up rows, no secret
            row = self._pool[number] = {
                field.name: self._make(field, number, chance) for field in self.fields
            }
        return row

    def _mover(self, field: Field) -> Callable[[int], Value] | None:
        if field.name == self.primary_key:
            return _identity if field.type == "int" else "key-{}".format
        if field.name in _STAMPS:
            return stamp
        if field.name == "SecDateEntry":
            return _entry_day
        if field.type == "int" and _TARGETS.get(field.name) == "patients":
            patients = self._count("patients")
            if field.name == "Guarantor" and self.primary_key == "PatNum":
                return _head_of_family
            return lambda row_id: 1 + row_id * 37 % patients if patients else 0
        return None

    def _make(self, field: Field, number: int, chance: random.Random) -> Value:
        if field.name in self.moving:
            return empty_value(field)
        if field.enum or field.enum_observed:
            return chance.choice(field.enum or field.enum_observed or ())
        if field.type == "int":
            return self._number(field.name, chance)
        if field.type == "str":
            return names.text(field.name, chance)
        return self._simple(field, number, chance)

    def _number(self, name: str, chance: random.Random) -> int:
        target = _target(name)
        if target is None:
            return chance.randrange(10)
        count = self._count(target)
        return chance.randint(1, count) if count else 0

    def _simple(self, field: Field, number: int, chance: random.Random) -> Value:
        if field.type == "float":
            return round(chance.uniform(0, 1500), 2)
        if field.type == "bool":
            return chance.choice(("true", "false"))
        if field.type == "time":
            return f"{chance.randrange(8, 18):02}:{chance.choice((0, 10, 30)):02}:00"
        if field.type.startswith("list"):
            target = self._count("operatories")
            return sorted(chance.sample(range(1, target + 1), k=min(target, chance.randrange(3))))
        return self._date(field, number, chance)

    def _date(self, field: Field, number: int, chance: random.Random) -> str:
        time = f" {chance.randrange(8, 18):02}:{chance.choice((0, 10, 20, 30, 40, 50)):02}:00"
        if field.name == self.natural:
            day = _MIDDLE_DAY + dt.timedelta(days=number * 37 % (POOL // 2) - POOL // 4)
        elif field.name == "Birthdate":
            day = dt.date(1940, 1, 1) + dt.timedelta(days=chance.randrange(30_000))
        elif chance.getrandbits(1):
            return str(empty_value(field))
        else:
            day = _MIDDLE_DAY - dt.timedelta(days=chance.randrange(1000))
        return f"{day}{time}" if field.type == "datetime" else f"{day}"


def _identity(row_id: int) -> int:
    return row_id


def _entry_day(row_id: int) -> str:
    return str((_FIRST_STAMP + _STAMP_STEP * row_id).date())


def _head_of_family(row_id: int) -> int:
    return row_id - (row_id - 1) % 3


@cache
def _target(name: str) -> str | None:
    known = _TARGETS.get(name)
    if known is not None:
        return known
    owners = (each.name for each in catalogue.load().values() if each.primary_key == name)
    return next(owners, None)

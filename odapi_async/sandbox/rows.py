"""Made-up rows: every row is a function of the office's seed, the resource and the row's key.

Nothing is kept per row, so that an office of 200,000 patients costs no more memory than one of twelve: most
fields come from a pool of a few hundred variants, and the few that must differ from row to row are worked out
from the key.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, Final

from odapi_async.sandbox import catalogue, names
from odapi_async.sandbox.catalogue import Field

Value = Any
"""A stored value: int, float, text (also dates and "true"/"false") or a list of ints."""

Row = dict[str, Value]

POOL: Final = 240
"""Variants of each resource's rows."""

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
"""Columns that point to a row of another resource under a name of their own."""

_TARGETS: Final = {column: resource for resource, columns in _ROLES.items() for column in columns}


def stamp(key: int) -> str:
    """Return the moment of the last change of an untouched row; it rises with the key."""
    return (_FIRST_STAMP + _STAMP_STEP * key).isoformat(" ")


def first_key_after(moment: str) -> int:
    """Return the lowest key whose untouched row was changed at or after `moment` (yyyy-MM-dd HH:mm:ss)."""
    ahead = dt.datetime.fromisoformat(moment) - _FIRST_STAMP
    return max(1, -(-ahead // _STAMP_STEP))


def natural_date(fields: tuple[Field, ...]) -> str | None:
    """Return the field that a filter called `date` means: the day on which the thing itself takes place."""
    dates = [
        field.name for field in fields if field.type in {"date", "datetime"} and field.name not in _UNNATURAL
    ]
    return next((name for name in _NATURAL if name in dates), dates[0] if dates else None)


def blank(field: Field) -> Value:
    """Return the value of a field into which nothing was ever written."""
    blanks: dict[str, Value] = {
        "int": 0, "float": 0.0, "bool": "false", "date": NO_DATE, "datetime": NO_DATETIME, "time": "00:00:00",
    }  # fmt: skip
    if field.type.startswith("list"):
        return []
    return blanks.get(field.type, "")


class RowMaker:
    """Makes the rows of one table.

    Args:
        name: what the seed is mixed with, so that no two tables look alike.
        fields: the columns.
        primary_key: the column that holds the key, if there is one.
        seed: the office's seed.
        count: gives the number of rows of a resource, for foreign keys.
    """

    def __init__(
        self,
        name: str,
        fields: tuple[Field, ...],
        primary_key: str | None,
        seed: int,
        count: Callable[[str], int],
    ) -> None:
        self.fields = tuple(field for field in fields if field.name != SERVER_TIME)
        self.primary_key = primary_key
        self.natural = natural_date(self.fields)
        self._seed = f"{seed}/{name}"
        self._count = count
        self._pool: list[Row | None] = [None] * POOL
        self.moving: dict[str, Callable[[int], Value]] = {}
        for field in self.fields:
            mover = self._mover(field)
            if mover is not None:
                self.moving[field.name] = mover

    def row(self, key: int) -> Row:
        """Return a fresh copy of the untouched row with this key."""
        row = self.variant(key % POOL).copy()
        for name, mover in self.moving.items():
            row[name] = mover(key)
        return row

    def value(self, key: int, name: str) -> Value:
        """Return one value of the untouched row with this key."""
        mover = self.moving.get(name)
        return self.variant(key % POOL)[name] if mover is None else mover(key)

    def variant(self, number: int) -> Row:
        """Return what all rows with this remainder share; fields that differ from row to row hold a blank."""
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
            return lambda key: 1 + key * 37 % patients if patients else 0
        return None

    def _make(self, field: Field, number: int, chance: random.Random) -> Value:
        if field.name in self.moving:
            return blank(field)
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
            return str(blank(field))
        else:
            day = _MIDDLE_DAY - dt.timedelta(days=chance.randrange(1000))
        return f"{day}{time}" if field.type == "datetime" else f"{day}"


def _identity(key: int) -> int:
    return key


def _entry_day(key: int) -> str:
    return str((_FIRST_STAMP + _STAMP_STEP * key).date())


def _head_of_family(key: int) -> int:
    return key - (key - 1) % 3


def _target(name: str) -> str | None:
    known = _TARGETS.get(name)
    if known is not None:
        return known
    owners = (each.name for each in catalogue.load().values() if each.primary_key == name)
    return next(owners, None)

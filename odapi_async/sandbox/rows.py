"""Made-up rows: every row is a function of the office's seed, the resource and the row's id.

Nothing is stored per row, so an office of 200,000 patients needs no more memory than one of twelve: most
fields come from a pool of a few hundred variants, and the few that must differ from row to row are computed
from the row's id.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from odapi_async.sandbox import definitions, names, references, special
from odapi_async.sandbox.catalogue import Field
from odapi_async.sandbox.references import Source
from odapi_async.sandbox.special import World

Value = Any
"""A stored value: int, float, text (also dates and "true"/"false") or a list of ints."""

Row = dict[str, Value]

POOL: Final = 240
"""Number of variants of each resource's rows."""

NO_DATE: Final = "0001-01-01"
NO_DATETIME: Final = special.NO_DATETIME
SERVER_TIME: Final = "serverDateTime"

_FIRST_STAMP: Final = dt.datetime(2020, 1, 1)
_STAMP_STEP: Final = dt.timedelta(minutes=1)
_DAY_MINUTES: Final = 24 * 60
_CLOCK: Final = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(_DAY_MINUTES)]
_STAMPS: Final = frozenset({"DateTStamp", "SecDateTEdit", "SecDateTEntry", "HistDateTStamp"})
_NATURAL: Final = ("AptDateTime", "SchedDate", "ProcDate")
_UNNATURAL: Final = frozenset({SERVER_TIME, "Birthdate", "SecDateEntry"}) | _STAMPS
_AHEAD: Final = frozenset(
    {"AptDateTime", "DateTimeStart", "dateSched", "DateTimeDue", "OrthoAutoNextClaimDate", "ChargeDate"}
    | {"DateDue", "DueDate", "DateTask", "DateTL"}
)
"""The days of events that may lie ahead; all others have happened."""
_FAMILY: Final = 3


def stamp(row_id: int) -> str:
    """Return the moment of the last change of an unwritten row; it rises with the id."""
    day, minute = divmod(row_id, _DAY_MINUTES)
    return f"{_day_text(day)} {_CLOCK[minute]}:00"


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
def shared_pool(name: str, seed: int, counts: frozenset[tuple[str, int]], today: dt.date) -> list[Row | None]:
    """Return the pool of all tables with these properties: making rows takes long.

    Args:
        name: the name of the table.
        seed: the office's seed.
        counts: the numbers of rows that the office was given.
        today: the day around which the dates are.
    """
    del name, seed, counts, today  # they only tell pools apart
    return [None] * POOL


class RowMaker:
    """Makes the rows of one table.

    Args:
        resource: the resource's name in the path.
        name: mixed into the seed, so that no two tables look alike.
        fields: the columns.
        primary_key: the column that holds the row id, if there is one.
        world: what the rows can know of their office.
        pool: the values that rows share, by variant, so far; makers with equal arguments may share it.

    Attributes:
        fields: the columns that are stored.
        natural: the column of the day of the event itself, if there is one.
        datetimes: the columns that hold a date and a time.
        moving: the columns that differ from row to row, with what computes them from the row's id.
        texts: the columns whose text is that of another row; made-up rows leave them empty.
    """

    def __init__(
        self,
        resource: str,
        name: str,
        fields: tuple[Field, ...],
        primary_key: str | None,
        world: World,
        pool: list[Row | None],
    ) -> None:
        self.resource = resource
        self.fields = tuple(field for field in fields if field.name != SERVER_TIME)
        self.primary_key = primary_key
        self.natural = natural_date(self.fields)
        self.datetimes = [field.name for field in self.fields if field.type == "datetime"]
        self._seed = f"{world.seed}/{name}"
        self._world = world
        self._pool = pool
        self._columns = {field.name: field for field in self.fields}
        self.texts: dict[str, Source] = {}
        self.moving: dict[str, Callable[[int], Value]] = {}
        special_movers = special.movers(resource, world)
        for field in self.fields:
            source = references.text_source(field.name, self._columns, primary_key)
            mover = special_movers.get(field.name) or self._mover(field)
            if source is not None and field.name not in special_movers:
                self.texts[field.name] = source
            elif mover is not None:
                self.moving[field.name] = mover
        if primary_key is None and "PatNum" not in self._columns:
            self.moving["PatNum"] = world.patient_of  # lists of one patient may not repeat who it is

    def row(self, row_id: int) -> Row:
        """Return a new copy of the unwritten row with this id, with empty texts."""
        row = self.variant(row_id % POOL).copy()
        for name, mover in self.moving.items():
            row[name] = mover(row_id)
        return row

    def value(self, row_id: int, name: str) -> Value:
        """Return one value of the unwritten row with this id, texts included."""
        mover = self.moving.get(name)
        if mover is not None:
            return mover(row_id)
        source = self.texts.get(name)
        if source is not None:
            return self._copy(self.value(row_id, source.key), source, self._columns[name])
        return self.variant(row_id % POOL)[name]

    def differs(self, name: str) -> bool:
        """Return whether a column differs between rows of one variant."""
        source = self.texts.get(name)
        return name in self.moving or (source is not None and source.key in self.moving)

    def variant(self, number: int) -> Row:
        """Return the values that all rows with this remainder share; fields that differ by row are empty."""
        row = self._pool[number]
        if row is None:
            chance = random.Random(f"{self._seed}/{number}")  # noqa: S311 - made-up rows, no secret
            row = {field.name: self._make(field, number, chance) for field in self.fields}
            head = (number - (number - 1) % _FAMILY) % POOL
            if self.primary_key is not None:
                family = row if head == number else self.variant(head)
                special.settle(self.resource, number, row, family, self._world)
            self._pool[number] = row
        return row

    def _mover(self, field: Field) -> Callable[[int], Value] | None:
        if field.name == self.primary_key:
            return _identity if field.type == "int" else "key-{}".format
        if field.name in _STAMPS:
            return stamp
        if field.name == "SecDateEntry":
            return _entry_day if field.type == "date" else stamp
        source = references.COPIES.get(self.resource, {}).get(field.name)
        if source is not None and source.key in self._columns:
            return self._copier(source, field)
        if field.type == "int" and references.target(self.resource, field.name) == references.PATIENTS:
            return self._world.patient_of
        return None

    def _copier(self, source: Source, field: Field) -> Callable[[int], Value]:
        """Return what copies a value from the row to which a key leads; it remembers the first rows."""
        known: dict[int, Value] = {}

        def copied(row_id: int) -> Value:
            leads_to = self.value(row_id, source.key)
            found = known.get(leads_to)
            if found is None:
                found = self._copy(leads_to, source, field)
                if len(known) < POOL:
                    known[leads_to] = found
            return found

        return copied

    def _copy(self, leads_to: int, source: Source, field: Field) -> Value:
        """Return the value of another made-up row, or an empty one if there is none."""
        values = [self._world.made(source.resource, leads_to, column) for column in source.columns]
        if values[0] is None:
            return empty_value(field)
        return values[0] if len(values) == 1 else source.separator.join(values)

    def _make(self, field: Field, number: int, chance: random.Random) -> Value:
        if field.name in self.moving or field.name in self.texts:
            return empty_value(field)
        if field.enum or field.enum_observed:
            return chance.choice(field.enum or field.enum_observed or ())
        if field.type == "int":
            return self._number(field.name, chance)
        if field.type == "str":
            return self._text(field, chance)
        return self._simple(field, number, chance)

    def _number(self, name: str, chance: random.Random) -> int:
        if name in references.NO_TABLE:
            return 0
        target = references.target(self.resource, name)
        if target is None:
            return chance.randrange(10)
        if target == references.DEFINITIONS:
            category = references.category(self.resource, name) or 0
            ids = definitions.ids_of(category, self._world.count(target))
            return chance.choice(ids) if ids else 0
        count = self._world.count(target)
        return chance.randint(1, count) if count else 0

    def _text(self, field: Field, chance: random.Random) -> str:
        repeated = references.text_target(self.resource, field)
        if repeated is None:
            return names.text(field.name, chance)
        resource, column = repeated
        count = self._world.count(resource)
        return self._world.made(resource, chance.randint(1, count), column) if count else ""

    def _simple(self, field: Field, number: int, chance: random.Random) -> Value:
        if field.type == "float":
            return round(chance.uniform(0, 1500), 2)
        if field.type == "bool":
            return chance.choice(("true", "false"))
        if field.type == "time":
            return f"{chance.randrange(8, 18):02}:{chance.choice((0, 10, 30)):02}:00"
        if field.type.startswith("list"):
            count = self._world.count(references.target(self.resource, field.name) or "operatories")
            return sorted(chance.sample(range(1, count + 1), k=min(count, chance.randrange(3))))
        return self._date(field, number, chance)

    def _date(self, field: Field, number: int, chance: random.Random) -> str:
        today = self._world.timetable.today
        time = f" {chance.randrange(8, 18):02}:{chance.choice((0, 10, 20, 30, 40, 50)):02}:00"
        if field.name == self.natural:
            days = number * 37 % (POOL // 2)
            day = today + dt.timedelta(days=days - POOL // 4 if field.name in _AHEAD else -days)
        elif field.name == "Birthdate":
            day = dt.date(1940, 1, 1) + dt.timedelta(days=chance.randrange(30_000))
        elif chance.getrandbits(1):
            return str(empty_value(field))
        else:
            day = today - dt.timedelta(days=1 + chance.randrange(1000))
        return f"{day}{time}" if field.type == "datetime" else f"{day}"


def _identity(row_id: int) -> int:
    return row_id


def _entry_day(row_id: int) -> str:
    return _day_text(row_id // _DAY_MINUTES)


@lru_cache(maxsize=1000)
def _day_text(number: int) -> str:
    return str((_FIRST_STAMP + dt.timedelta(days=number)).date())

"""An office before anything is written: how many rows it has, and what makes them.

All of it follows from a few values, and making it takes long. So offices with equal values share it, in all
sandboxes of a process.
"""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache

from odapi_async.sandbox import catalogue, definitions, rows, timetable
from odapi_async.sandbox.catalogue import Field, Resource
from odapi_async.sandbox.office import SMALL
from odapi_async.sandbox.references import DEFINITIONS
from odapi_async.sandbox.rows import RowMaker, Value
from odapi_async.sandbox.special import World
from odapi_async.sandbox.timetable import Timetable


class Start:
    """An office at its start.

    Args:
        seed: the office's seed.
        counts: the numbers of rows that the office was given, by resource.
        version: the office's version, with four numbers.
        today: the day around which the dates are.

    Attributes:
        today: the day around which the dates are.
    """

    def __init__(self, seed: int, counts: frozenset[tuple[str, int]], version: str, today: dt.date) -> None:
        self.today = today
        self._given = counts
        self._counts = dict(counts)
        self._makers: dict[tuple[str, str | None], RowMaker] = {}
        self._world = World(
            count=self.count,
            made=self._made,
            timetable=Timetable(self.count, seed, today),
            seed=seed,
            version=version,
        )

    def count(self, resource: str) -> int:
        """Return how many rows of a resource the office has."""
        count = self._counts.get(resource)
        if count is None:
            count = self._counts[resource] = self._default_count(resource)
        return count

    def maker(self, resource: Resource, own: str | None = None) -> RowMaker:
        """Return what makes the rows of a resource, or those of a struct that has rows of its own."""
        maker = self._makers.get((resource.name, own))
        if maker is None:
            maker = self._makers[resource.name, own] = self._new_maker(resource, own)
        return maker

    def _new_maker(self, resource: Resource, own: str | None) -> RowMaker:
        if own is not None:
            fields, primary_key = resource.structs[own], None
        else:
            fields, primary_key = _shared_fields(resource), resource.primary_key
        world = self._world
        name = f"{resource.name}/{own or ''}"
        pool = rows.shared_pool(name, world.seed, self._given, self.today)
        return RowMaker(resource.name, name, fields, primary_key, world, pool)

    def _default_count(self, resource: str) -> int:
        if resource == DEFINITIONS:
            return definitions.DEFAULT_COUNT
        if resource == "subscriptions":
            return 0  # they are made by programs, and no program has used the key yet
        if resource == "schedules":
            return timetable.schedules_for(self.count("appointments"))
        if resource == "scheduleops":
            return len(self._world.timetable.with_operatories())
        of_patients = catalogue.load()[resource].primary_key == "PatNum" and resource != "patients"
        return self.count("patients") if of_patients else SMALL

    def _made(self, resource: str, row_id: int, column: str) -> Value:
        """Return a value of a row as it was at the start; None if there was none."""
        if not 1 <= row_id <= self.count(resource):
            return None
        return self.maker(catalogue.load()[resource]).value(row_id, column)


@lru_cache(maxsize=64)
def start_of(seed: int, counts: frozenset[tuple[str, int]], version: str, today: dt.date) -> Start:
    """Return the start of the offices with these values; see `Start`."""
    return Start(seed, counts, version, today)


@cache
def own_struct(resource: str, struct: str | None) -> str | None:
    """Return the struct if it has rows of its own, and None if its rows are those of the main table."""
    found = catalogue.load()[resource]
    if struct is None or _has_primary_key(found, found.structs[struct]):
        return None
    return struct


def _has_primary_key(resource: Resource, fields: tuple[Field, ...]) -> bool:
    return any(field.name == resource.primary_key for field in fields)


def _shared_fields(resource: Resource) -> tuple[Field, ...]:
    """Return the columns of all structs that are views of the resource's main table."""
    fields: dict[str, Field] = {}
    for struct in resource.structs.values():
        if _has_primary_key(resource, struct):
            for field in struct:
                fields.setdefault(field.name, field)
    return tuple(fields.values())

"""The tables of one office: rows are made up on demand, and stored once they are written."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from odapi_async.sandbox import catalogue, rows
from odapi_async.sandbox.catalogue import Field, Resource
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.office import SMALL, Office
from odapi_async.sandbox.rows import POOL, Row, RowMaker, Value

_KEPT_SELECTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on rows.

    Attributes:
        field: the field that it tests.
        label: distinguishes it from other conditions on that field.
        test: returns whether a value of the field passes.
        since: for a condition on a stamp, the earliest moment that can pass.
    """

    field: str
    label: str
    test: Callable[[Value], bool]
    since: str | None = None


class Table:
    """The rows of one resource, ordered by id.

    Args:
        maker: makes the rows that were never written.
        count: how many rows there are at first; their ids start at 1.
        clock: tells the office's time.

    Attributes:
        changes: how often something was written; it never decreases.
    """

    def __init__(self, maker: RowMaker, count: int, clock: OfficeClock) -> None:
        self.maker = maker
        self.clock = clock
        self.changes = 0
        self._count = count
        self.reset()

    def reset(self) -> None:
        """Forget everything that was written."""
        self.row_ids: range | list[int] = range(1, self._count + 1)
        self._next = self._count + 1
        self._written: dict[int, Row] = {}
        self._selections: dict[tuple[tuple[str, str], ...], Sequence[int]] = {}
        self.changes += 1

    def __contains__(self, row_id: int) -> bool:
        """Return whether there is a row with this id."""
        if isinstance(self.row_ids, range):
            return row_id in self.row_ids
        at = bisect.bisect_left(self.row_ids, row_id)
        return at < len(self.row_ids) and self.row_ids[at] == row_id

    def written(self, row_id: int) -> Row | None:
        """Return the row if it was ever written."""
        return self._written.get(row_id)

    def row(self, row_id: int) -> Row:
        """Return a copy of the row with this id, which must exist."""
        written = self._written.get(row_id)
        return self.maker.row(row_id) if written is None else written.copy()

    def all(self) -> Iterator[Row]:
        """Yield every row."""
        return (self.row(row_id) for row_id in self.row_ids)

    def add(self, values: Row) -> int:
        """Add a row with these values, all others empty, and return its id."""
        row_id = self._next
        self._next += 1
        row = {field.name: rows.empty_value(field) for field in self.maker.fields}
        primary_key = self.maker.primary_key
        self._write(row_id, row, values)
        if primary_key in row:
            self._written[row_id][primary_key] = self.maker.value(row_id, primary_key)
        self._own_ids().append(row_id)
        return row_id

    def change(self, row_id: int, values: Row) -> None:
        """Write values into the row with this id, which must exist, and set its stamps to now."""
        self._write(row_id, self.row(row_id), values)

    def remove(self, row_id: int) -> None:
        """Remove the row with this id, which must exist."""
        row_ids = self._own_ids()
        del row_ids[bisect.bisect_left(row_ids, row_id)]
        self._written.pop(row_id, None)
        self._changed()

    def select(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Return the ids of the rows that pass every filter."""
        if not filters:
            return self.row_ids
        label = tuple((each.field, each.label) for each in filters)
        found = self._selections.get(label)
        if found is None:
            while len(self._selections) >= _KEPT_SELECTIONS:
                del self._selections[next(iter(self._selections))]
            found = self._selections[label] = self._search(filters)
        return found

    def _own_ids(self) -> list[int]:
        if isinstance(self.row_ids, range):
            self.row_ids = list(self.row_ids)
        return self.row_ids

    def _write(self, row_id: int, row: Row, values: Row) -> None:
        moment = self.clock.now()
        for name in ("DateTStamp", "SecDateTEdit"):
            if name in row:
                row[name] = moment
        row.update((name, value) for name, value in values.items() if name in row)
        self._written[row_id] = row
        self._changed()

    def _changed(self) -> None:
        self._selections.clear()
        self.changes += 1

    def _search(self, filters: Sequence[Filter]) -> list[int]:
        found = self._candidates(filters)
        for each in filters:
            found = self._passing(found, each)
        return list(found)

    def _candidates(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Skip the rows that are too old by their id alone: stamps of unwritten rows rise with the id."""
        since = next((each.since for each in filters if each.since is not None), None)
        if since is None:
            return self.row_ids
        first = rows.first_row_id_after(since)
        at = bisect.bisect_left(self.row_ids, first)
        touched = sorted(row_id for row_id in self._written if row_id < first)
        return [*touched, *self.row_ids[at:]] if touched else self.row_ids[at:]

    def _passing(self, row_ids: Sequence[int], each: Filter) -> list[int]:
        written, maker, name, test = self._written, self.maker, each.field, each.test
        mover = maker.moving.get(name)
        if mover is not None:
            return [
                row_id
                for row_id in row_ids
                if test(written[row_id][name] if row_id in written else mover(row_id))
            ]
        good = {number for number in range(POOL) if test(maker.variant(number)[name])}
        return [
            row_id
            for row_id in row_ids
            if (test(written[row_id][name]) if row_id in written else row_id % POOL in good)
        ]


class OfficeTables:
    """All tables of one office, each made on first use.

    Args:
        office: the office.
        clock: tells the office's time.
    """

    def __init__(self, office: Office, clock: OfficeClock) -> None:
        self._office = office
        self._clock = clock
        self._tables: dict[tuple[str, str | None], Table] = {}

    def reset(self) -> None:
        """Forget everything that was written; what was made for unwritten rows stays."""
        for table in self._tables.values():
            table.reset()

    def count(self, resource: str) -> int:
        """Return how many rows of a resource the office has at the start."""
        of_patients = catalogue.load()[resource].primary_key == "PatNum" and resource != "patients"
        default = self.count("patients") if of_patients else SMALL
        return self._office.rows.get(resource, default)

    def table(self, resource: Resource, struct: str | None = None) -> Table:
        """Return the table that holds the rows of a struct; without a struct, the resource's main table.

        Structs with the primary key are views of the same rows; the others have rows of their own.
        """
        own = (
            struct
            if struct is not None and not _has_primary_key(resource, resource.structs[struct])
            else None
        )
        table = self._tables.get((resource.name, own))
        if table is None:
            table = self._tables[resource.name, own] = self._make(resource, own)
        return table

    def _make(self, resource: Resource, own: str | None) -> Table:
        if own is not None:
            fields, primary_key = resource.structs[own], None
        else:
            fields, primary_key = _shared_fields(resource), resource.primary_key
        name, seed = f"{resource.name}/{own or ''}", self._office.seed
        pool = rows.shared_pool(name, seed, frozenset(self._office.rows.items()))
        maker = RowMaker(name, fields, primary_key, seed, self.count, pool)
        return Table(maker, self.count(resource.name), self._clock)


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

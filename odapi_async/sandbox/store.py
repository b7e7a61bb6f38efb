"""The rows of one office: made up until they are written to, and then kept."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from odapi_async.sandbox import catalogue, rows
from odapi_async.sandbox.catalogue import Field, Resource
from odapi_async.sandbox.office import SMALL, Office
from odapi_async.sandbox.rows import POOL, Row, RowMaker, Value

_KEPT_SELECTIONS: Final = 8
_ZONE: Final = dt.timezone(dt.timedelta(hours=-8))


def now() -> str:
    """Return the wall clock of the sandbox's offices, which lie eight hours behind UTC."""
    return dt.datetime.now(_ZONE).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on rows.

    Attributes:
        field: the field that it looks at.
        label: what tells it from other conditions on that field.
        test: whether a value of the field passes.
        since: for a condition on a stamp: no earlier moment passes.
    """

    field: str
    label: str
    test: Callable[[Value], bool]
    since: str | None = None


class Table:
    """The rows of one kind, in the order of their keys.

    Args:
        maker: makes the rows that were never written to.
        count: how many rows there are at first; their keys run from 1.
    """

    def __init__(self, maker: RowMaker, count: int) -> None:
        self.maker = maker
        self.keys: range | list[int] = range(1, count + 1)
        self._next = count + 1
        self._written: dict[int, Row] = {}
        self._selections: dict[tuple[tuple[str, str], ...], Sequence[int]] = {}

    def __contains__(self, key: int) -> bool:
        """Say whether there is a row with this key."""
        if isinstance(self.keys, range):
            return key in self.keys
        at = bisect.bisect_left(self.keys, key)
        return at < len(self.keys) and self.keys[at] == key

    def written(self, key: int) -> Row | None:
        """Return the row if it was ever written to."""
        return self._written.get(key)

    def row(self, key: int) -> Row:
        """Return a copy of the row with this key, which must exist."""
        written = self._written.get(key)
        return self.maker.row(key) if written is None else written.copy()

    def all(self) -> Iterator[Row]:
        """Yield every row."""
        return (self.row(key) for key in self.keys)

    def add(self, values: Row) -> int:
        """Add a row of blanks and these values, and return its key."""
        key = self._next
        self._next += 1
        row = {field.name: rows.blank(field) for field in self.maker.fields}
        primary_key = self.maker.primary_key
        self._write(key, row, values)
        if primary_key in row:
            self._written[key][primary_key] = self.maker.value(key, primary_key)
        self._own_keys().append(key)
        return key

    def change(self, key: int, values: Row) -> None:
        """Write values into the row with this key, which must exist, and move its stamps to this moment."""
        self._write(key, self.row(key), values)

    def remove(self, key: int) -> None:
        """Remove the row with this key, which must exist."""
        keys = self._own_keys()
        del keys[bisect.bisect_left(keys, key)]
        self._written.pop(key, None)
        self._selections.clear()

    def select(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Return the keys of the rows that pass every filter."""
        if not filters:
            return self.keys
        label = tuple((each.field, each.label) for each in filters)
        found = self._selections.get(label)
        if found is None:
            while len(self._selections) >= _KEPT_SELECTIONS:
                del self._selections[next(iter(self._selections))]
            found = self._selections[label] = self._search(filters)
        return found

    def _own_keys(self) -> list[int]:
        if isinstance(self.keys, range):
            self.keys = list(self.keys)
        return self.keys

    def _write(self, key: int, row: Row, values: Row) -> None:
        moment = now()
        for name in ("DateTStamp", "SecDateTEdit"):
            if name in row:
                row[name] = moment
        row.update((name, value) for name, value in values.items() if name in row)
        self._written[key] = row
        self._selections.clear()

    def _search(self, filters: Sequence[Filter]) -> list[int]:
        found = self._candidates(filters)
        for each in filters:
            found = self._passing(found, each)
        return list(found)

    def _candidates(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Skip the rows that are too old by their key alone, as untouched stamps rise with it."""
        since = next((each.since for each in filters if each.since is not None), None)
        if since is None:
            return self.keys
        first = rows.first_key_after(since)
        at = bisect.bisect_left(self.keys, first)
        touched = sorted(key for key in self._written if key < first)
        return [*touched, *self.keys[at:]] if touched else self.keys[at:]

    def _passing(self, keys: Sequence[int], each: Filter) -> list[int]:
        written, maker, name, test = self._written, self.maker, each.field, each.test
        mover = maker.moving.get(name)
        if mover is not None:
            return [key for key in keys if test(written[key][name] if key in written else mover(key))]
        good = {number for number in range(POOL) if test(maker.variant(number)[name])}
        return [key for key in keys if (test(written[key][name]) if key in written else key % POOL in good)]


class Store:
    """All tables of one office, each made when it is first asked for.

    Args:
        office: the practice.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tables: dict[tuple[str, str | None], Table] = {}

    def count(self, resource: str) -> int:
        """Return how many rows of a resource the office has at first."""
        of_patients = catalogue.load()[resource].primary_key == "PatNum" and resource != "patients"
        default = self.count("patients") if of_patients else SMALL
        return self._office.rows.get(resource, default)

    def table(self, resource: Resource, struct: str | None = None) -> Table:
        """Return the table that holds the rows of a struct; without a struct, the resource's main table.

        Structs that carry the primary key are views of the same rows; the others have rows of their own.
        """
        own = struct if struct is not None and not _has_key(resource, resource.structs[struct]) else None
        table = self._tables.get((resource.name, own))
        if table is None:
            table = self._tables[resource.name, own] = self._make(resource, own)
        return table

    def _make(self, resource: Resource, own: str | None) -> Table:
        if own is not None:
            fields, key = resource.structs[own], None
        else:
            fields, key = _shared_fields(resource), resource.primary_key
        maker = RowMaker(f"{resource.name}/{own or ''}", fields, key, self._office.seed, self.count)
        return Table(maker, self.count(resource.name))


def _has_key(resource: Resource, fields: tuple[Field, ...]) -> bool:
    return any(field.name == resource.primary_key for field in fields)


def _shared_fields(resource: Resource) -> tuple[Field, ...]:
    """Return the columns of every struct that shows the resource's own rows."""
    fields: dict[str, Field] = {}
    for struct in resource.structs.values():
        if _has_key(resource, struct):
            for field in struct:
                fields.setdefault(field.name, field)
    return tuple(fields.values())

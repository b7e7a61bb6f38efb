"""The tables of one office: rows are made up on demand, and stored once they are written."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from odapi_async.sandbox import catalogue, rows, special
from odapi_async.sandbox.appointment_history import APPOINTMENTS, HISTORY, Recorder, Written, copy_of
from odapi_async.sandbox.catalogue import Resource
from odapi_async.sandbox.changed_rows import ChangedRows
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.references import Source
from odapi_async.sandbox.rows import POOL, Row, RowMaker, Value
from odapi_async.sandbox.start import Start, own_struct, start_of

_KEPT_SELECTIONS: Final = 8
_STAMPS: Final = ("DateTStamp", "SecDateTEdit")
_TIME: Final = len("HH:mm:ss")

Find = Callable[[str], "Table"]
"""Returns the table of a resource."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on rows.

    Attributes:
        columns: the columns that it tests.
        label: distinguishes it from other conditions.
        test: returns whether the values of the columns pass.
        since: for a condition on a stamp, the earliest moment that can pass.
    """

    columns: tuple[str, ...]
    label: str
    test: Callable[..., bool]
    since: str | None = None


class Order(NamedTuple):
    """The order of a list: by the values of a column, and rows with equal values by their ids."""

    column: str
    last_first: bool = False


def condition(column: str, label: str, test: Callable[[Value], bool], since: str | None = None) -> Filter:
    """Return a condition on one column."""
    return Filter((column,), label, test, since)


def equal(column: str, value: Value) -> Filter:
    """Return the condition that a column has a value."""
    return condition(column, f"={value}", lambda found: found == value)


class Table:
    """The rows of one resource, ordered by id.

    Args:
        maker: makes the rows that were never written.
        count: how many rows there are at first; their ids start at 1.
        clock: tells the office's time.
        find: returns the tables from which texts come.
        on_written: called after each write.
        record: told of each row that was written.

    Attributes:
        row_ids: the ids of all rows.
        history: which rows changed, and when.
        changes: how often something was written; it never decreases.
        untouched: whether every row is as it was at the start.
    """

    def __init__(
        self,
        maker: RowMaker,
        count: int,
        clock: OfficeClock,
        find: Find,
        on_written: Callable[[], object] | None = None,
        record: Recorder | None = None,
    ) -> None:
        self.maker = maker
        self._on_written = on_written
        self._record = record
        self.clock = clock
        self.changes = 0
        self._count = count
        self._find = find
        self._sources: tuple[Table, ...] | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything that was written."""
        self.row_ids: range | list[int] = range(1, self._count + 1)
        self._next = self._count + 1
        self._written: dict[int, Row] = {}
        self._selections: dict[object, Sequence[int]] = {}
        self.history = ChangedRows()
        self.changes += 1
        self.untouched = True

    def __contains__(self, row_id: int) -> bool:
        """Return whether there is a row with this id."""
        if isinstance(self.row_ids, range):
            return row_id in self.row_ids
        at = bisect.bisect_left(self.row_ids, row_id)
        return at < len(self.row_ids) and self.row_ids[at] == row_id

    @property
    def written_ids(self) -> Collection[int]:
        """The ids of the rows that were ever written and not removed."""
        return self._written.keys()

    def written(self, row_id: int) -> Row | None:
        """Return the row with its texts if it was ever written."""
        written = self._written.get(row_id)
        return None if written is None else self._with_texts(written.copy())

    def row(self, row_id: int) -> Row:
        """Return a copy of the row with this id, which must exist."""
        written = self._written.get(row_id)
        if written is None:
            return self._with_texts(self.maker.row(row_id), made=True)
        return self._with_texts(written.copy())

    def all(self) -> Iterator[Row]:
        """Yield every row."""
        return (self.row(row_id) for row_id in self.row_ids)

    def value(self, row_id: int, name: str) -> Value:
        """Return one value of the row with this id, which must exist."""
        written = self._written.get(row_id)
        source = self.maker.texts.get(name)
        if source is None:
            return self.maker.value(row_id, name) if written is None else written[name]
        if written is not None and written[name] is not None:
            return written[name]
        return self.text(source, self.value(row_id, source.key))

    def text(self, source: Source, row_id: int) -> str:
        """Return the text of the row to which a key leads; empty if there is none."""
        table = self._find(source.resource)
        if row_id not in table:
            return ""
        if len(source.columns) == 1:
            return str(table.value(row_id, source.columns[0]))
        return source.separator.join(table.value(row_id, column) for column in source.columns)

    def sources(self) -> tuple[Table, ...]:
        """Return the tables from which texts come."""
        if self._sources is None:
            names = dict.fromkeys(source.resource for source in self.maker.texts.values())
            self._sources = tuple(self._find(name) for name in names)
        return self._sources

    def add(self, values: Row) -> int:
        """Add a row with these values, all others empty, and return its id."""
        row_id = self._next
        self._next += 1
        row = {field.name: rows.empty_value(field) for field in self.maker.fields}
        row.update(special.empty_numbers(self.maker.resource))
        row.update(dict.fromkeys(self.maker.texts))
        row.update(
            (name, self.clock.now()) for name in special.entry_moments(self.maker.resource) if name in row
        )
        primary_key = self.maker.primary_key
        self._write(row_id, row, values)
        if primary_key in row:
            self._written[row_id][primary_key] = self.maker.value(row_id, primary_key)
        self._own_ids().append(row_id)
        if self._record is not None:
            self._record("added", self.row(row_id), values)
        return row_id

    def change(self, row_id: int, values: Row) -> None:
        """Write values into the row with this id, which must exist; its stamps become now if it changes."""
        written = self._written.get(row_id)
        if written is None:
            written = self.maker.row(row_id) | dict.fromkeys(self.maker.texts)
        if self._write(row_id, written.copy(), values) and self._record is not None:
            self._record("changed", self.row(row_id), values)

    def remove(self, row_id: int) -> None:
        """Remove the row with this id, which must exist."""
        row = self.row(row_id)
        self.history.removed(row_id, self.clock.now(), row)
        row_ids = self._own_ids()
        del row_ids[bisect.bisect_left(row_ids, row_id)]
        self._written.pop(row_id, None)
        self._changed()
        if self._record is not None:
            self._record("removed", row, {})

    def select(self, filters: Sequence[Filter], order: Order | None = None) -> Sequence[int]:
        """Return the ids of the rows that pass every filter, in ascending order if no other one is given."""
        if not filters and order is None:
            return self.row_ids
        sources = tuple(table.changes for table in self.sources()) if self._on_texts(filters) else ()
        label = (tuple((each.columns, each.label) for each in filters), order, sources)
        found = self._selections.get(label)
        if found is None:
            while len(self._selections) >= _KEPT_SELECTIONS:
                del self._selections[next(iter(self._selections))]
            found = self._search(filters)
            if order is not None:
                found.sort(key=lambda row_id: (self.value(row_id, order.column), row_id))
                found = found[::-1] if order.last_first else found
            self._selections[label] = found
        return found

    def find_text(self, name: str, text: str) -> int:
        """Return the id of the first row whose column has this text, in any case; 0 if there is none."""
        sought = text.casefold()
        found = (each for each in self.row_ids if str(self.value(each, name)).casefold() == sought)
        return next(found, 0)

    def _on_texts(self, filters: Sequence[Filter]) -> bool:
        return any(name in self.maker.texts for each in filters for name in each.columns)

    def _with_texts(self, row: Row, *, made: bool = False) -> Row:
        for name, source in self.maker.texts.items():
            if made or row[name] is None:
                row[name] = self.text(source, row[source.key])
        return row

    def _own_ids(self) -> list[int]:
        if isinstance(self.row_ids, range):
            self.row_ids = list(self.row_ids)
        return self.row_ids

    def _write(self, row_id: int, row: Row, values: Row) -> bool:
        """Write values into a row, and return whether it is new or has changed."""
        moment = self.clock.now()
        values = special.entered(self.maker.resource, values)
        before = row.copy()
        row.update((name, value) for name, value in values.items() if name in row)
        self._settle_texts(row, values)
        self._settle_times(row)
        is_change = row != before or row_id not in self  # saving the same values is none
        if is_change:
            row.update((name, moment) for name in _STAMPS if name in row and name not in values)
            self.history.changed(row_id, moment)
        self._written[row_id] = row
        self._changed()
        return is_change

    def _settle_texts(self, row: Row, values: Row) -> None:
        """Turn texts that were written into the keys of the rows that have them; others stay as they are."""
        for name, source in self.maker.texts.items():
            if source.key in values:
                row[name] = None
            elif name in values and len(source.columns) == 1:
                found = self._find(source.resource).find_text(source.columns[0], values[name])
                if found:
                    row[source.key], row[name] = found, None

    def _settle_times(self, row: Row) -> None:
        """Put times of day that were written into columns with a date on the day of the row."""
        natural = row.get(self.maker.natural or "") or rows.NO_DATETIME
        for name in self.maker.datetimes:
            value = row[name]
            if value[2:3] == ":":
                row[name] = f"{natural[:10]} {value}" if len(value) == _TIME else f"{natural[:10]} {value}:00"

    def _changed(self) -> None:
        self._selections.clear()
        self.changes += 1
        self.untouched = False
        if self._on_written is not None:
            self._on_written()

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
        if any(self.maker.differs(name) for name in each.columns):
            return [row_id for row_id in row_ids if self._passes(row_id, each)]
        known: dict[int, bool] = {}
        passing: list[int] = []
        for row_id in row_ids:
            if row_id in self._written:
                passes = self._passes(row_id, each)
            else:
                variant = row_id % POOL
                if variant not in known:
                    known[variant] = self._passes(row_id, each)
                passes = known[variant]
            if passes:
                passing.append(row_id)
        return passing

    def _passes(self, row_id: int, each: Filter) -> bool:
        return each.test(*[self.value(row_id, name) for name in each.columns])


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
        self._start: Start | None = None
        self._listeners: dict[str, Callable[[], object]] = {}

    def on_written(self, resource: str, call: Callable[[], object]) -> None:
        """Call a function after each write to a resource; tables that are in use already do not."""
        self._listeners[resource] = call

    def reset(self) -> None:
        """Forget everything that was written; what was made for unwritten rows stays until another day."""
        if self._start is not None and self._start.today != self._today():
            self._start = None
            self._tables.clear()
        for table in self._tables.values():
            table.reset()

    @property
    def now(self) -> str:
        """The office's time, as yyyy-MM-dd HH:mm:ss."""
        return self._clock.now()

    @property
    def start(self) -> Start:
        """The office before anything was written."""
        if self._start is None:
            office = self._office
            self._start = start_of(
                office.row_seed,
                frozenset(office.rows.items()),
                ".".join(map(str, office.program_version)),
                self._today(),
            )
        return self._start

    def named(self, resource: str) -> Table:
        """Return the main table of the resource with this name."""
        table = self._tables.get((resource, None))
        return self.table(catalogue.load()[resource]) if table is None else table

    def table(self, resource: Resource, struct: str | None = None) -> Table:
        """Return the table that holds the rows of a struct; without a struct, the resource's main table.

        Structs with the primary key are views of the same rows; the others have rows of their own.
        """
        own = own_struct(resource.name, struct)
        table = self._tables.get((resource.name, own))
        if table is None:
            start = self.start
            table = Table(
                start.maker(resource, own),
                start.count(resource.name),
                self._clock,
                self.named,
                self._listeners.get(resource.name),
                self._add_copy if (resource.name, own) == (APPOINTMENTS, None) else None,
            )
            self._tables[resource.name, own] = table
        return table

    def _add_copy(self, written: Written, row: Row, values: Mapping[str, Value]) -> None:
        self.named(HISTORY).add(copy_of(written, row, values, self.now))

    def _today(self) -> dt.date:
        return dt.date.fromisoformat(self._clock.now()[:10])

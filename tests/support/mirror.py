"""Copies, and what they are copies of: what the API answers and what the database holds, as equal values."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Plan, Report, Store, TableStatus
from odapi_async.mirror.database.columns import format_timespan
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.database.schema import OWN_COLUMNS, RUNS, STATE
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import Arrival, Fault, Office
from odapi_async.testing import SandboxTransport
from tests.support.bench import QUICK, Bench, in_process, remote

NAME: Final = "main-street"
LONG_AGO: Final = dt.datetime(2001, 2, 3, 4, 5, 6)

Row = dict[str, Any]
Key = int


class Clock:
    """A clock that is years off, as it may be on a machine that nobody looks after. Only tests move it."""

    def __init__(self, now: dt.datetime = LONG_AGO) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **much: float) -> None:
        self.now += dt.timedelta(**much)


class Arrivals(deque[Arrival]):
    """Tells of each request before it is answered."""

    told: Callable[[Arrival], object] | None = None

    def append(self, arrival: Arrival, /) -> None:
        super().append(arrival)
        if self.told is not None:
            self.told(arrival)


class Copy(msgspec.Struct):
    """A practice at a sandbox and its copy."""

    bench: Bench
    store: Store
    mirror: Mirror
    practice: Practice
    clock: Clock

    async def run(self, *tables: str, **options: Any) -> Report:
        """Run the mirror for some tables."""
        return await self.mirror.run({NAME: self.practice}, tables, **options)

    async def one(self, table: str, **options: Any) -> TableStatus:
        """Run the mirror, and return what has become of a table, which has been read."""
        report = await self.run(table, **options)
        assert report.complete, report.failed
        return report.tables[-1]

    def at(self, number: int, path: str, act: Callable[[], object]) -> None:
        """Do something when the request of this number (from 1) arrives at a path, before it is answered."""
        seen = 0

        def told(arrival: Arrival) -> None:
            nonlocal seen
            seen += arrival.path == path
            if seen == number and arrival.path == path:
                act()

        self.watch(told)

    def watch(self, told: Callable[[Arrival], object]) -> None:
        """Call something with each request from now on, before it is answered."""
        arrivals = self.bench.box.arrivals = Arrivals()
        arrivals.told = told

    def fail_from(self, number: int, path: str) -> None:
        """Let the request of this number fail, and all that come after it at the same path."""
        self.at(number, path, lambda: self.bench.box.add_fault(Fault("status", None, path=path, status=404)))

    def queries(self, path: str) -> list[dict[str, str]]:
        """What was asked for at a path since the last time, in order."""
        found = [each.query for each in self.bench.box.arrivals if each.path == path]
        self.bench.box.arrivals.clear()
        return found

    async def check(self, *tables: str) -> int:
        """Make sure that the tables hold just what the API answers; return how many rows that is."""
        return sum([await agree(self.store, NAME, self.practice, table) for table in tables])


@asynccontextmanager
async def copying(
    url: str,
    *offices: Office,
    clock: Clock | None = None,
    **options: Any,
) -> AsyncGenerator[Copy]:
    """A sandbox, a client, a store and a mirror, wired together; the options are the practice's."""
    clock = clock or Clock()
    async with in_process(*(offices or (remote(),))) as bench, Store(url, clock=clock) as store:
        yield Copy(bench, store, Mirror(bench.client, store), bench.practice(**options), clock)


@asynccontextmanager
async def later(copy: Copy) -> AsyncGenerator[Copy]:
    """The same copy for a new client, which does not know what the other one met with."""
    box = copy.bench.box
    transport = SandboxTransport(box)
    async with OpenDental(box.developer_key, retries=QUICK, transport=transport) as client:
        bench = Bench(box, client, transport)
        yield Copy(bench, copy.store, Mirror(client, copy.store), bench.practice(), copy.clock)


async def asked(practice: Practice, table: str) -> dict[Key, Row]:
    """What the API answers for a table, by key, as values of columns."""
    plan = BY_TABLE[table]
    found: list[Any] = []
    for filters in await _lists(practice, plan):
        found += await getattr(getattr(practice, table), plan.method)(**filters)
    names = {column.wire: column.name for column in columns(plan.operation.returns)}
    rows = [{name: _plain(getattr(row, wire)) for wire, name in names.items()} for row in found]
    return {row[names[plan.id_field]]: row for row in rows if row[names[plan.id_field]]}


async def _lists(practice: Practice, plan: Plan) -> list[dict[str, object]]:
    if plan.parent is None:
        return [dict(given) for given in plan.list_filters]
    above = await asked(practice, plan.parent.table)
    return [{**given, plan.parent.filter: key} for key in above for given in plan.list_filters]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return format_timespan(value)
    if isinstance(value, list):
        return msgspec.json.encode(value).decode()
    return value


async def held(store: Store, practice: str, table: str) -> dict[Key, Row]:
    """What the database holds of a table, by key, with the columns that are the mirror's own."""
    rows = store.tables[table]
    (key,) = (column.name for column in rows.primary_key.columns if column.name != "practice")
    async with store.engine.connect() as connection:
        found = (await connection.execute(sa.select(rows).where(rows.c.practice == practice))).mappings()
        listed = [dict(row) for row in found]
    by_key = {row[key]: row for row in listed}
    assert len(by_key) == len(listed), "a key stands twice"
    return by_key


async def agree(store: Store, name: str, practice: Practice, table: str) -> int:
    """Make sure that a table holds just what the API answers, value by value; return the number of rows."""
    source, copy = await asked(practice, table), await held(store, name, table)
    mark = BY_TABLE[table].deleted
    gone = {key for key, row in copy.items() if row["deleted_at"] is not None}
    marked = {key for key, row in source.items() if mark and row[mark.field.lower()] == mark.value}
    there = {key for key in copy if key in marked or key not in gone}
    assert marked <= gone, "a deleted row is not marked"
    assert sorted(source.keys() - there) == [], "rows are missing"
    assert sorted(there - source.keys()) == [], "rows are not at the source any more"
    for key, row in source.items():
        mine = {column: value for column, value in copy[key].items() if column not in OWN_COLUMNS}
        assert mine == row
        assert all(type(mine[column]) is type(row[column]) for column in mine), key
        assert copy[key]["seen_at"] is not None
    return len(source)


async def places(store: Store) -> dict[tuple[str, str], Row]:
    """How far each table has been read."""
    async with store.engine.connect() as connection:
        found = (await connection.execute(sa.select(STATE))).mappings()
        return {(row["practice"], row["table_name"]): dict(row) for row in found}


async def runs(store: Store, table: str | None = None) -> list[Row]:
    """What the runs did, in order."""
    async with store.engine.connect() as connection:
        found = (await connection.execute(sa.select(RUNS).order_by(RUNS.c.run))).mappings()
        return [dict(row) for row in found if table in (None, row["table_name"])]


async def execute(store: Store, *statements: str) -> None:
    """Run statements in the database, as somebody does who has it open too."""
    async with store.engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)

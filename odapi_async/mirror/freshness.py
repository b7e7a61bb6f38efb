"""How current a mirror is: for each table, when it was last found current, and since when it fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import FRESHNESS, META, SCHEMA_VERSION
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.database.url import missing_file
from odapi_async.mirror.errors import SchemaTooNew, StoreError
from odapi_async.mirror.plans import BY_TABLE


class TableFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """How current one table of one practice is.

    Attributes:
        practice: the name of the practice.
        table: the name of the table.
        read_at: the time in UTC when it was last found current: all changes of the office until then are in
            the database. None if it never was, or if a database of version 1 does not prove it.
        swept_at: the time in UTC when all rows were last read; None if the first copy is not complete.
        failing_since: the time in UTC since when every attempt to read it failed; None if the last one did
            not fail.
        error: the last error, without keys or patient data; empty if there is none.
        age: seconds since `read_at`, beyond what the plan allows: a table without a filter for changes is
            as current as it can be until its next sweep is due. None if `read_at` is None.
    """

    practice: str
    table: str
    read_at: dt.datetime | None = None
    swept_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    error: str = ""
    age: float | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How current a mirror is.

    Attributes:
        at: the time in UTC for which this is true.
        tables: all tables, sorted by practice and name.
    """

    at: dt.datetime
    tables: tuple[TableFreshness, ...]

    def too_old(self, max_age: float) -> tuple[TableFreshness, ...]:
        """Return the tables whose age is more than `max_age` seconds, and those that were never complete."""
        return tuple(each for each in self.tables if each.age is None or each.age > max_age)


async def read_status(
    store: Store, practices: Collection[str] | None = None, *, sweep_days: float | None = None
) -> Status:
    """Return how current the tables in a database are. Nothing is sent, and nothing is written.

    Args:
        store: the database.
        practices: the names of the practices to return; None for all in the database.
        sweep_days: the days from one sweep to the next that the mirror was told; None for each table's own.

    Raises:
        StoreError: the database cannot be used, it holds no mirror, or an older version of this package
            created it and no mirror has run since.
    """
    now = store.clock()
    check_exists(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            rows = await connection.run_sync(_read, practices)
    return Status(at=now, tables=tuple(_freshness(row, now, sweep_days) for row in rows))


def check_exists(store: Store) -> None:
    """Refuse a file that does not exist: a connection would create it.

    Raises:
        StoreError: there is no such file.
    """
    if (file := missing_file(store.engine.url)) is not None:
        raise StoreError(f"{file} does not exist; create it with: odapi mirror")


def _read(connection: sa.Connection, practices: Collection[str] | None) -> Sequence[Sequence[Any]]:
    if not sa.inspect(connection).has_table(META.name):
        raise StoreError("holds no mirror; create one with: odapi mirror")
    found = connection.execute(sa.select(META.c.format)).scalar_one()
    if found > SCHEMA_VERSION:
        raise SchemaTooNew
    if found < SCHEMA_VERSION:
        raise StoreError("was created by an older odapi-async; the next odapi mirror upgrades it")
    query = sa.select(FRESHNESS).order_by(FRESHNESS.c.practice, FRESHNESS.c.table_name)
    if practices is not None:
        query = query.where(FRESHNESS.c.practice.in_(practices))
    return connection.execute(query).all()


def _freshness(row: Sequence[Any], now: dt.datetime, sweep_days: float | None) -> TableFreshness:
    practice, table, read_at, swept_at, failing_since, error = row
    plan = BY_TABLE.get(table)
    days = 0.0
    if plan and plan.changes is None:
        days = plan.sweep_days if sweep_days is None else sweep_days
    read_at = _time(read_at)
    return TableFreshness(
        practice=practice,
        table=table,
        read_at=read_at,
        swept_at=_time(swept_at),
        failing_since=_time(failing_since),
        error=error,
        age=None if read_at is None else max(0.0, (now - read_at).total_seconds() - days * 86_400),
    )


def _time(value: dt.datetime | str | None) -> dt.datetime | None:
    """Return a time; SQLite has none, and keeps it as a text."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value

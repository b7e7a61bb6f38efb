"""The rows of a mirrored table as an export reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator
from typing import Any, Final

import sqlalchemy as sa

from odapi_async.errors import suggestion
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import STATE
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.files.database_file import check_file
from odapi_async.mirror.files.formats import RowBatch
from odapi_async.mirror.files.parts import ExportFailed
from odapi_async.mirror.files.since import changed_since
from odapi_async.mirror.one_line import on_one_line
from odapi_async.mirror.plans import PLANS
from odapi_async.mirror.suggestions import check_tables

_BATCH: Final = 5_000  # rows in memory at a time
_INTERNAL: Final = frozenset({"sweep"})  # a number that has no meaning outside the database


class TableSource:
    """A table of a database.

    Args:
        store: the database.
        table: the table.
        existing: the names of the columns that the database has: an older one may lack the newest.
        practices: the practices whose rows it may hold, in order.

    Attributes:
        table: as given.
        columns: the columns to export; the first one is the practice.
        practices: as given.
    """

    def __init__(self, store: Store, table: sa.Table, existing: set[str], practices: list[str]) -> None:
        self.table = table
        self.columns = [
            each for each in table.columns if each.name in existing and each.name not in _INTERNAL
        ]
        self.practices = practices
        self._store = store

    def select(self, practice: str | None, *, deleted: bool, since: dt.datetime | None) -> sa.Select[Any]:
        """Return the query for the rows to export, in the order of practices and row ids.

        Args:
            practice: the practice whose rows are selected; None for all.
            deleted: whether rows are included that are marked as deleted.
            since: the time of the first change, then deleted rows are included, too; None for all rows.
        """
        rows = self.table
        query = sa.select(*self.columns).order_by(*rows.primary_key.columns)
        if practice is not None:
            query = query.where(rows.c.practice == practice)
        if since is not None:
            return changed_since(rows, query, since, self._store.engine.dialect)
        return query if deleted else query.where(rows.c.deleted_at.is_(None))

    async def batches(self, query: sa.Select[Any]) -> AsyncGenerator[RowBatch]:
        """Yield the rows of a query."""
        with translate_errors():
            async with self._store.engine.connect() as connection:
                result = await connection.stream(query)
                async for batch in result.partitions(_BATCH):
                    yield batch


async def open_source(store: Store, table: str, practice: str | None) -> TableSource:
    """Return a table of a database.

    Args:
        store: the database.
        table: the name of the table.
        practice: the name of a practice that has to be in it; None if any is enough.

    Raises:
        ConfigurationError: there is no such table.
        ExportFailed: the table has not been mirrored.
        StoreError: the database cannot be used.
    """
    check_tables([table])
    check_file(store, table)
    with translate_errors():
        async with store.engine.connect() as connection:
            existing = await connection.run_sync(_column_names, table)
            known = await connection.run_sync(_practices, table) if existing else []
    if not known:
        raise ExportFailed(f"{table} is not in this database; copy it with: odapi mirror {table}")
    if practice is not None and practice not in known:
        raise ExportFailed(
            f"{table} of {on_one_line(practice)} is not in this database; {suggestion(practice, known)}"
        )
    return TableSource(store, store.tables[table], existing, known)


async def mirrored_tables(store: Store, practice: str | None = None) -> list[str]:
    """Return the names of the tables that the database holds, in the order of `PLANS`.

    Args:
        store: the database.
        practice: the practice whose tables are returned; all tables if it has none.

    Raises:
        ExportFailed: there is no database, or nothing has been mirrored into it.
        StoreError: the database cannot be used.
    """
    check_file(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            found = await connection.run_sync(_mirrored)
            own = await connection.run_sync(_mirrored, practice) if practice else found
    if not found:
        raise ExportFailed("nothing has been copied into this database; run: odapi mirror")
    return [plan.table for plan in PLANS if plan.table in (own or found)]


def _column_names(connection: sa.Connection, table: str) -> set[str]:
    inspector = sa.inspect(connection)
    if not inspector.has_table(table) or not inspector.has_table(STATE.name):
        return set()
    return {each["name"] for each in inspector.get_columns(table)}


def _practices(connection: sa.Connection, table: str) -> list[str]:
    query = sa.select(STATE.c.practice).where(STATE.c.table_name == table).order_by(STATE.c.practice)
    return [*connection.execute(query).scalars()]


def _mirrored(connection: sa.Connection, practice: str | None = None) -> set[str]:
    existing = {*sa.inspect(connection).get_table_names()}
    if STATE.name not in existing:
        return set()
    query = sa.select(STATE.c.table_name).distinct()
    if practice is not None:
        query = query.where(STATE.c.practice == practice)
    return existing & {*connection.execute(query).scalars()}

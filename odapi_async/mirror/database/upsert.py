"""Inserts or updates rows of the mirrored tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.mirror.database.columns import column_encoder, columns
from odapi_async.mirror.database.schema import OWN_COLUMNS
from odapi_async.mirror.database.statement import CompiledStatement
from odapi_async.mirror.plans import Plan


def insert_into(table: sa.Table, dialect: sa.Dialect) -> postgresql.Insert | sqlite.Insert:
    """Return an insert statement that supports ON CONFLICT."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class RowWriter:
    """Writes rows of one table with one statement, compiled once.

    SQLAlchemy compiles the statement, but the values go directly to the driver, because SQLAlchemy's own
    conversion of a row takes several times as long as the driver itself.

    Args:
        plan: how the table is read.
        table: the table.
        dialect: the dialect of the database.
    """

    def __init__(self, plan: Plan, table: sa.Table, dialect: sa.Dialect) -> None:
        struct = plan.operation.returns
        self._encode = column_encoder(struct, dialect.name)
        self._is_sqlite = dialect.name == "sqlite"
        self._marker = plan.deleted
        names = ["practice", *(each.name for each in columns(struct)), *OWN_COLUMNS[1:]]
        insert = insert_into(table, dialect).values({name: sa.bindparam(name) for name in names})
        new = insert.excluded
        changed: dict[str, Any] = {name: new[name] for name in names if name not in table.primary_key.columns}
        # a row that was deleted before keeps the time when this was found
        changed["deleted_at"] = sa.case(
            (new.deleted_at.is_(None), None), else_=sa.func.coalesce(table.c.deleted_at, new.deleted_at)
        )
        primary_key = list(table.primary_key.columns)
        self._statement = CompiledStatement(
            insert.on_conflict_do_update(index_elements=primary_key, set_=changed), dialect
        )
        self._order = [names.index(name) for name in self._statement.names]

    async def write(
        self, connection: AsyncConnection, practice: str, rows: Sequence[Any], now: dt.datetime, sweep: int
    ) -> None:
        """Insert rows, or update the rows with the same ids.

        Args:
            connection: a connection in a transaction.
            practice: the name of the practice that the rows belong to.
            rows: structs.
            now: the time in UTC when they were fetched.
            sweep: the number of the sweep that they count for.
        """
        seen_at = str(now) if self._is_sqlite else now
        deleted_at = (
            [seen_at if self._is_deleted(row) else None for row in rows] if self._marker else repeat(None)
        )
        columns = [repeat(practice), *self._encode(rows), repeat(seen_at), deleted_at, repeat(sweep)]
        ordered = zip(*[columns[at] for at in self._order], strict=False)  # the repeated values never end
        await self._statement.run_many(connection, ordered)

    def _is_deleted(self, row: Any) -> bool:
        return self._marker is not None and getattr(row, self._marker.field) == self._marker.value

"""Writes rows into the tables of the database, the shortest way that there is."""

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
    """Return an insert that knows what to do on a conflict."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class RowWriter:
    """Writes rows of one table: one statement, made once, and one list of values for each row.

    The statement is SQLAlchemy's, but the values go to the driver as they are: its own way from a row to the
    driver costs several times what the driver itself takes.

    Args:
        plan: how the table is read.
        table: the table.
        dialect: the database's.
    """

    def __init__(self, plan: Plan, table: sa.Table, dialect: sa.Dialect) -> None:
        struct = plan.operation.returns
        self._read = column_encoder(struct, dialect.name)
        self._lite = dialect.name == "sqlite"
        self._mark = plan.deleted
        names = ["practice", *(each.name for each in columns(struct)), *OWN_COLUMNS[1:]]
        insert = insert_into(table, dialect).values({name: sa.bindparam(name) for name in names})
        new = insert.excluded
        changed: dict[str, Any] = {name: new[name] for name in names if name not in table.primary_key.columns}
        # a row that was gone before stays gone since then
        changed["deleted_at"] = sa.case(
            (new.deleted_at.is_(None), None), else_=sa.func.coalesce(table.c.deleted_at, new.deleted_at)
        )
        keys = list(table.primary_key.columns)
        self._statement = CompiledStatement(
            insert.on_conflict_do_update(index_elements=keys, set_=changed), dialect
        )
        self._order = [names.index(name) for name in self._statement.names]

    async def write(
        self, connection: AsyncConnection, practice: str, rows: Sequence[Any], now: dt.datetime, sweep: int
    ) -> None:
        """Insert rows, or write them over the ones with the same keys.

        Args:
            connection: in a transaction.
            practice: whose rows they are.
            rows: structs.
            now: when they were read, in UTC.
            sweep: which sweep they count for.
        """
        moment = str(now) if self._lite else now
        gone = [moment if self._is_gone(row) else None for row in rows] if self._mark else repeat(None)
        same = repeat(practice), repeat(moment), gone, repeat(sweep)
        columns = [same[0], *self._read(rows), *same[1:]]
        ordered = zip(*[columns[at] for at in self._order], strict=False)  # some of them never end
        await self._statement.run_many(connection, ordered)

    def _is_gone(self, row: Any) -> bool:
        return self._mark is not None and getattr(row, self._mark.field) == self._mark.value

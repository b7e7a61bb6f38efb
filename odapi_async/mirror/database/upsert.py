"""The statements that insert or update rows of one mirrored table, and the values that they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from odapi_async.mirror.database.columns import column_encoder
from odapi_async.mirror.database.pages import Columns
from odapi_async.mirror.plans import Plan

_TEXTS: Final = 64  # statements of different lengths that are kept for each table


def insert_into(table: sa.Table, dialect: sa.Dialect) -> postgresql.Insert | sqlite.Insert:
    """Return an insert statement that supports ON CONFLICT."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class Upsert:
    """The statements of one table, written once: SQLAlchemy would take longer for a row than the driver.

    Args:
        plan: how the table is read.
        table: the table.
        dialect: the dialect of the database.

    Attributes:
        table: the name of the table.
        names: the columns, in the order of the values.
        insert: an INSERT without its values.
        on_conflict: the clause that updates a row that exists.
        with_parameters: a statement of PostgreSQL for one row.
        stage: the name of a temporary table in PostgreSQL for rows that are merged at once.
        create_stage: the statement that creates it where it does not exist.
        merge_stage: the statement that upserts its rows.
    """

    def __init__(self, plan: Plan, table: sa.Table, dialect: sa.Dialect) -> None:
        quote = dialect.identifier_preparer.quote
        self.table = table.name
        self.names = tuple(column.name for column in table.columns)
        columns = ", ".join(map(quote, self.names))
        key = [column.name for column in table.primary_key.columns]
        changes = ", ".join(
            f"{quote(name)} = {_changed(table.name, quote(name))}" for name in self.names if name not in key
        )
        self.insert = f"INSERT INTO {quote(table.name)} ({columns})"
        self.on_conflict = f" ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {changes}"
        parameters = ", ".join(f"${at + 1}" for at in range(len(self.names)))
        self.with_parameters = f"{self.insert} VALUES ({parameters}){self.on_conflict}"
        # connections behind a pooler may have the table of a version that knows fewer columns
        self.stage = f"stage_{sha256(columns.encode()).hexdigest()[:8]}_{table.name}"
        self.create_stage = (
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {self.stage} ON COMMIT DELETE ROWS"
            f" AS SELECT {columns} FROM {quote(table.name)} WITH NO DATA"
        )
        self.merge_stage = f"{self.insert} SELECT {columns} FROM {self.stage}{self.on_conflict}"
        self._is_sqlite = dialect.name == "sqlite"
        self._marker = plan.deleted
        self._encode = column_encoder(plan.operation.returns, dialect.name, {*self.names})
        self._key = [self.names.index(name) for name in key]
        self.with_rows: Callable[[int, bool], str] = lru_cache(_TEXTS)(self._with_rows)

    def columns(self, practice: str, rows: Sequence[Any], now: dt.datetime, sweep: int) -> Columns:
        """Return the values of rows, column by column in the order of `names`.

        Args:
            practice: the name of the practice that the rows belong to.
            rows: structs.
            now: the time in UTC when they were fetched.
            sweep: the number of the sweep that they count for.

        Raises:
            ValueRejected: an amount is none that a database can hold.
        """
        if not rows:
            return [()] * len(self.names)
        count, marker = len(rows), self._marker
        seen_at = str(now) if self._is_sqlite else now
        deleted_at: list[Any] = [None] * count
        if marker:
            deleted_at = [seen_at if getattr(row, marker.field) == marker.value else None for row in rows]
        return [[practice] * count, *self._encode(rows), [seen_at] * count, deleted_at, [sweep] * count]

    def last_of_each(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Return the last row of each id: a statement may update a row only once."""
        practice, row_id = self._key
        found = {(row[practice], row[row_id]): row for row in rows}
        return rows if len(found) == len(rows) else [*found.values()]

    def _with_rows(self, count: int, is_new: bool) -> str:  # noqa: FBT001 - lru_cache tells them apart by place
        """Return a statement of SQLite for this many rows."""
        row = f"({', '.join('?' * len(self.names))})"
        return f"{self.insert} VALUES {', '.join([row] * count)}{'' if is_new else self.on_conflict}"


def _changed(table: str, name: str) -> str:
    if name != "deleted_at":
        return f"excluded.{name}"
    # a row that was deleted before keeps the time when this was found
    return f"CASE WHEN excluded.{name} IS NULL THEN NULL ELSE coalesce({table}.{name}, excluded.{name}) END"

"""Makes the tables of the database, and lets those that are there grow with the structs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async.mirror.cursor import BEGINNING
from odapi_async.mirror.database.schema import FORMAT, META, STATE, own
from odapi_async.mirror.errors import SchemaTooNew

_ANEW: Final[dict[str, Any]] = {
    "swept_at": None,
    "part": 0,
    "parent": 0,
    "checkpoint": msgspec.json.encode(BEGINNING).decode(),
}
"""What a cursor holds whose table has to be read from its first row on, also by a sweep that is under way."""

_LOCK: Final = 20_261_125  # any number, as long as it is the same for all


def make_own(connection: sa.Connection) -> None:
    """Make the mirror's own tables, as the only program that makes tables until the transaction ends.

    Raises:
        StoreIsNewer: they were made by a newer version of this package.
    """
    _lock(connection)
    found = None
    if sa.inspect(connection).has_table(META.name):
        found = connection.execute(sa.select(META.c.format)).scalar()
    if found is not None and found > FORMAT:
        raise SchemaTooNew
    own.create_all(connection)
    if found is None:
        connection.execute(sa.insert(META).values(format=FORMAT))


def make(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Make tables, or add the columns that they lack; one that grew is to be swept anew."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for table in tables:
        if table.name not in there:
            connection.execute(sa.schema.CreateTable(table))
            continue
        has = {column["name"] for column in inspector.get_columns(table.name)}
        new = [column for column in table.columns if column.name not in has]
        for column in new:
            connection.execute(_adding(column, connection.dialect))
        if new:
            stale = sa.update(STATE).where(STATE.c.table_name == table.name)
            connection.execute(stale.values(_ANEW | {"version": STATE.c.version + 1}))


def make_indexes(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Make the indexes that tables lack: when rows are there, as that costs a fraction of keeping them up."""
    _lock(connection)
    for table in tables:
        for index in table.indexes:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


def _lock(connection: sa.Connection) -> None:
    # without its own BEGIN, SQLite would take each table and each column for a transaction
    lite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if lite else f"SELECT pg_advisory_xact_lock({_LOCK})")


def _adding(column: sa.Column[Any], dialect: sa.Dialect) -> sa.TextClause:
    quote = dialect.identifier_preparer
    kind = column.type.compile(dialect=dialect)
    return sa.text(
        f"ALTER TABLE {quote.format_table(column.table)} ADD COLUMN {quote.format_column(column)} {kind}"
    )

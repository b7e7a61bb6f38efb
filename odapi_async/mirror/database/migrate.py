"""Creates the tables of the database, and adds the columns that a newer version of this package knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async.mirror.cursor import BEGINNING
from odapi_async.mirror.database.comments import write_comments
from odapi_async.mirror.database.schema import (
    CREATE_FRESHNESS,
    META,
    OWN_METADATA,
    PRACTICES,
    SCHEMA_VERSION,
    STATE,
    define_tables,
)
from odapi_async.mirror.database.upgrade import fill_times
from odapi_async.mirror.errors import SchemaTooNew

_RESTARTED: Final[dict[str, Any]] = {
    "swept_at": None,
    "read_at": None,
    "idle": False,
    "part": 0,
    "parent": 0,
    "checkpoint": msgspec.json.encode(BEGINNING).decode(),
}
"""The cursor columns of a table that must be read again from its first row, even during a sweep."""

_INDEXES: Final = (
    "SELECT relname FROM pg_catalog.pg_class WHERE relname = ANY ($1::text[]) AND relkind IN ('i', 'I')"
    " AND pg_catalog.pg_table_is_visible(oid)"
)

_LOCK_ID: Final = 20_261_125  # any number, as long as all processes use the same one


def create_own_tables(connection: sa.Connection) -> None:
    """Create the mirror's own tables; until the transaction ends, no other process can change the schema.

    Raises:
        SchemaTooNew: a newer version of this package created them.
    """
    lock_schema(connection)
    found = None
    if sa.inspect(connection).has_table(META.name):
        found = connection.execute(sa.select(META.c.format)).scalar()
    if found is not None and found > SCHEMA_VERSION:
        raise SchemaTooNew
    OWN_METADATA.create_all(connection)
    if found is None:
        connection.execute(sa.insert(META).values(format=SCHEMA_VERSION))
        connection.execute(CREATE_FRESHNESS)
    elif found < SCHEMA_VERSION:
        _upgrade(connection)


def _upgrade(connection: sa.Connection) -> None:
    """Add what version 1 lacks. A program of version 1 that runs meanwhile does not see the new columns."""
    inspector = sa.inspect(connection)
    for table in (STATE, PRACTICES):
        has = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in has:
                connection.execute(_add_column(column, connection.dialect))
    fill_times(connection)
    connection.execute(CREATE_FRESHNESS)
    connection.execute(sa.update(META).values(format=SCHEMA_VERSION))


def create_tables(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Create tables, or add the columns that they lack; a table with new columns is swept again."""
    tables = tuple(tables)
    inspector = sa.inspect(connection)
    existing = set(inspector.get_table_names())
    for table in tables:
        if table.name not in existing:
            connection.execute(sa.schema.CreateTable(table))
            continue
        has = {column["name"] for column in inspector.get_columns(table.name)}
        _drop_excluded(connection, table, has)
        new = [column for column in table.columns if column.name not in has]
        for column in new:
            connection.execute(_add_column(column, connection.dialect))
        if new:
            stale = sa.update(STATE).where(STATE.c.table_name == table.name)
            connection.execute(stale.values(_RESTARTED | {"version": STATE.c.version + 1}))
    write_comments(connection, tables)


def drop_excluded(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Drop the columns that existing tables have and these definitions leave out, for excluded fields."""
    lock_schema(connection)
    inspector = sa.inspect(connection)
    existing = {*inspector.get_table_names()}
    for table in tables:
        if table.name in existing:
            _drop_excluded(connection, table, {each["name"] for each in inspector.get_columns(table.name)})


def _drop_excluded(connection: sa.Connection, table: sa.Table, has: Collection[str]) -> None:
    """Drop the columns of fields that are excluded now. Others may be the user's own, and stay."""
    whole = define_tables()[table.name]
    excluded = [each for each in whole.columns if each.name in has and each.name not in table.columns]
    for index in whole.indexes if excluded else ():
        if any(column in index.columns.values() for column in excluded):
            connection.execute(sa.schema.DropIndex(index, if_exists=True))
    quote = connection.dialect.identifier_preparer
    for column in excluded:
        name = f"{quote.format_table(table)} DROP COLUMN {quote.format_column(column)}"
        connection.execute(sa.text(f"ALTER TABLE {name}"))


def create_indexes(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Create missing indexes; over existing rows this costs a fraction of updating them with each row."""
    lock_schema(connection)
    indexes = [index for table in tables for index in table.indexes]
    existing = _existing(connection, [str(index.name) for index in indexes])
    for index in indexes:
        if index.name not in existing:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


def _existing(connection: sa.Connection, names: list[str]) -> set[str]:
    """Return which indexes exist in PostgreSQL: only the owner of a table may say IF NOT EXISTS there."""
    if connection.dialect.name == "sqlite":
        return set()
    return {*connection.exec_driver_sql(_INDEXES, (names,)).scalars()}


def lock_schema(connection: sa.Connection) -> None:
    """Let no other process change the schema until the transaction ends."""
    # without an explicit BEGIN, SQLite would commit after each table and each column
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if is_sqlite else f"SELECT pg_advisory_xact_lock({_LOCK_ID})"
    )


def create_beside(connection: sa.Connection, metadata: sa.MetaData, meta: sa.Table, version: int) -> None:
    """Create tables of another part beside those of the mirror, if they are missing.

    Args:
        connection: to the database of the mirror.
        metadata: the tables.
        meta: the one of them whose only row has the version, as `format`.
        version: the version of the tables.

    Raises:
        SchemaTooNew: a newer version of this package created them.
    """
    if _is_there(connection, meta, version):
        return
    lock_schema(connection)
    if _is_there(connection, meta, version):  # another process has created them meanwhile
        return
    metadata.create_all(connection)
    connection.execute(sa.insert(meta).values(format=version))


def _is_there(connection: sa.Connection, meta: sa.Table, version: int) -> bool:
    if not sa.inspect(connection).has_table(meta.name):
        return False
    found = connection.execute(sa.select(meta.c.format)).scalar()
    if found is not None and found > version:
        raise SchemaTooNew
    return found is not None


def _add_column(column: sa.Column[Any], dialect: sa.Dialect) -> sa.TextClause:
    quote = dialect.identifier_preparer
    compiler: Any = dialect.ddl_compiler
    definition: str = compiler(dialect, None).get_column_specification(column)
    return sa.text(f"ALTER TABLE {quote.format_table(column.table)} ADD COLUMN {definition}")

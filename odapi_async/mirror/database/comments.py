"""Comments on the tables and columns of PostgreSQL, from the descriptions of this version of the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from odapi_async.mirror.database.descriptions import OWN, column_comments, is_generated, table_comment
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.plans import BY_TABLE

_CURRENT: Final = """
SELECT c.relname, a.attname, d.description
FROM pg_catalog.pg_class AS c
JOIN (
    SELECT attrelid, attname, attnum FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT oid, NULL, 0 FROM pg_catalog.pg_class
) AS a ON a.attrelid = c.oid
LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
WHERE c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(c.oid)
    AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
"""
"""The comments of tables that this user may comment on: they belong to one of its roles."""

_LOCK_TIMEOUT: Final = "1s"
"""A comment is not worth waiting for a VACUUM."""


class _Comment(NamedTuple):
    """A comment as it should be.

    Attributes:
        name: the name with which a comment of this package begins.
        text: the comment.
    """

    name: str
    text: str


def write_comments(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Write the comments that are missing or come from another version of this package; SQLite has none.

    Comments that somebody else has written stay. If the user of the mirror may not comment on a table, or a
    comment fails, the database stays without it.

    Args:
        connection: a connection in a transaction; this has to be its last step.
        tables: the mirrored tables.
    """
    if connection.dialect.name != "postgresql":
        return
    found = connection.exec_driver_sql(_CURRENT, ([table.name for table in tables],))
    changes = [
        _statement(connection, table, column, wanted.text)
        for table, column, current in found
        if (wanted := _wanted(table).get(column))
        and current != wanted.text
        and (current is None or is_generated(current, wanted.name))
    ]
    if changes:
        wait = f"PERFORM pg_catalog.set_config('lock_timeout', '{_LOCK_TIMEOUT}', true)"
        block = "; ".join((wait, *changes))
        with suppress(DBAPIError), connection.begin_nested():
            # one block, because each statement of its own would be one round trip
            connection.exec_driver_sql(f"DO $comments$ BEGIN {block}; END $comments$")


@cache
def _wanted(table: str) -> dict[str | None, _Comment]:
    """Return the comments of a table by column; that of the table itself is under None."""
    return dict(_all_comments(table))


def _all_comments(table: str) -> Iterator[tuple[str | None, _Comment]]:
    yield None, _Comment(table, table_comment(table))
    plan = BY_TABLE[table]
    wires = {each.name: each.wire for each in columns(plan.operation.returns)}
    for column, text in column_comments(plan).items():
        yield column, _Comment(column if column in OWN else wires[column], text)


def _statement(connection: sa.Connection, table: str, column: str | None, text: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    literal = "'" + text.replace("'", "''") + "'"
    if column is None:
        return f"COMMENT ON TABLE {quote(table)} IS {literal}"
    return f"COMMENT ON COLUMN {quote(table)}.{quote(column)} IS {literal}"

"""Indexes for the questions that people ask first: the queries of docs/mirror.md use them.

They are few, because each of them makes writing a little slower. None has `seen_at` or `sweep`, which change
with every row that is read again: PostgreSQL updates a row in its place if no index has what has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import sqlalchemy as sa


class QueryIndex(NamedTuple):
    """One index.

    Attributes:
        columns: its columns, in order.
        where: the rows that it has, as SQL; None for all.
    """

    columns: tuple[str, ...]
    where: str | None = None


QUERY_INDEXES: Final[Mapping[str, tuple[QueryIndex, ...]]] = MappingProxyType(
    {
        # the practice is the last column: the appointments of a day are asked for in all practices
        "appointments": (
            QueryIndex(("aptdatetime", "practice")),
            QueryIndex(("deleted_at",), "deleted_at IS NOT NULL"),
        ),
        "patients": (QueryIndex(("lname", "fname")), QueryIndex(("baltotal",), "baltotal > 0")),
        "recalls": (QueryIndex(("datedue", "practice")),),
    }
)
"""The indexes by table."""


def add_query_indexes(table: sa.Table) -> None:
    """Add the indexes of a table to its definition, except those of columns that it does not have."""
    for columns, where in QUERY_INDEXES.get(table.name, ()):
        if all(name in table.c for name in columns):
            only = None if where is None else sa.text(where)
            sa.Index(
                f"ix_{table.name}_{'_'.join(columns)}",
                *(table.c[name] for name in columns),
                sqlite_where=only,
                postgresql_where=only,
            )

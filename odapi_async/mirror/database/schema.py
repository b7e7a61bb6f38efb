"""The tables of the database: the mirrored tables, derived from the structs, and the mirror's own tables."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from odapi_async.mirror.database.columns import DATE_TIME, sql_type
from odapi_async.mirror.database.indexes import add_query_indexes
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.plans import BY_TABLE, PLANS, Plan

SCHEMA_VERSION: Final = 2
"""The version of the mirror's own tables. A database with a higher version is not touched."""

OWN_COLUMNS: Final = ("practice", "seen_at", "deleted_at", "sweep")
"""The columns of a mirrored table that do not come from the API.

`seen_at` is the time (UTC) when the row was last fetched, `deleted_at` the time (UTC) when it was found to be
deleted, `sweep` the number of the last sweep that saw it.
"""

_ID_FIELDS: Final = frozenset(plan.id_field for plan in PLANS)

OWN_METADATA: Final = sa.MetaData()

META: Final = sa.Table("mirror_meta", OWN_METADATA, sa.Column("format", sa.Integer, nullable=False))

STATE: Final = sa.Table(
    "mirror_state",
    OWN_METADATA,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("sync_mode", sa.Text, nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("checkpoint", sa.Text, nullable=False),
    sa.Column("parent", sa.BigInteger, nullable=False),
    sa.Column("bookmark", DATE_TIME),
    sa.Column("next_bookmark", DATE_TIME),
    sa.Column("sweep", sa.BigInteger, nullable=False),
    sa.Column("swept_at", DATE_TIME),
    sa.Column("began_at", DATE_TIME),
    sa.Column("read_at", DATE_TIME),
    sa.Column("idle", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("failing_since", DATE_TIME),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
)
"""One row for each table of each practice: its cursor, and since when it fails.

A table in which nothing has changed since `read_at` is `idle`: then it was last found current at the
`read_at` of its practice. So a round that finds nothing writes one row for each practice, not for each table.
"""

PRACTICES: Final = sa.Table(
    "mirror_practices",
    OWN_METADATA,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("since", DATE_TIME, nullable=False),
    sa.Column("read_at", DATE_TIME),
)
"""One row for each practice: the fingerprint of its key, and when its idle tables were last found current."""

FRESHNESS: Final = sa.table(
    "mirror_freshness",
    *map(sa.column, ("practice", "table_name", "read_at", "swept_at", "failing_since", "error")),
)
"""A view with one row for each table of each practice: when it was last found current."""

CREATE_FRESHNESS: Final = sa.text(
    f"CREATE VIEW {FRESHNESS.name} AS"  # noqa: S608 - these are names of this module
    " SELECT s.practice, s.table_name, CASE WHEN s.idle THEN p.read_at ELSE s.read_at END AS read_at,"
    " s.swept_at, s.failing_since, s.error"
    f" FROM {STATE.name} AS s LEFT JOIN {PRACTICES.name} AS p ON p.practice = s.practice"
)

SKIPPED: Final = sa.Table(
    "mirror_skipped",
    OWN_METADATA,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("parent", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sweep", sa.BigInteger, nullable=False),
)
"""One row for each parent whose rows could not be read; the next run tries it again."""

RUNS: Final = sa.Table(
    "mirror_runs",
    OWN_METADATA,
    # SQLite numbers rows by itself only if the primary key is a plain INTEGER
    sa.Column("run", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("sync_mode", sa.Text, nullable=False),
    sa.Column("started_at", DATE_TIME, nullable=False),
    sa.Column("ended_at", DATE_TIME),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("deleted", sa.BigInteger, nullable=False),
    sa.Column("drifted", sa.BigInteger, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("ix_mirror_runs_practice", "practice", "table_name"),
)
"""One row for each time that a table of a practice was read: its figures."""


@cache
def define_tables() -> dict[str, sa.Table]:
    """Return the SQLAlchemy tables of all plans by name, once for all stores: defining them takes long."""
    metadata = sa.MetaData()
    return {plan.table: _table(plan, metadata) for plan in PLANS}


def define_without(table: str, fields: Collection[str]) -> sa.Table:
    """Return the SQLAlchemy table of a plan without the columns of some fields of the API."""
    return _table(BY_TABLE[table], sa.MetaData(), fields)


def id_column(table: sa.Table) -> sa.Column[Any]:
    """Return the column that holds the row ids of a mirrored table."""
    (column,) = (each for each in table.primary_key.columns if each.name != "practice")
    return column


def _table(plan: Plan, metadata: sa.MetaData, exclude: Collection[str] = ()) -> sa.Table:
    found = [each for each in columns(plan.operation.returns) if each.wire not in exclude]
    row_id = next(column.name for column in found if column.wire == plan.id_field)
    table = sa.Table(
        plan.table,
        metadata,
        sa.Column("practice", sa.Text, nullable=False),
        *(
            sa.Column(each.name, sql_type(each), nullable=each.name != row_id, info={"wire": each.wire})
            for each in found
        ),
        sa.Column("seen_at", DATE_TIME, nullable=False),
        sa.Column("deleted_at", DATE_TIME),
        sa.Column("sweep", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("practice", row_id),
    )
    stamp = plan.changes.stamp if plan.changes else None
    for each in found:
        if each.name != row_id and (each.wire == stamp or each.wire in _ID_FIELDS):
            sa.Index(f"ix_{plan.table}_{each.name}", table.c.practice, table.c[each.name])
    add_query_indexes(table)
    return table

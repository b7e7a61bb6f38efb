"""The tables of the database: those of rows, derived from the structs, and the mirror's own."""

from __future__ import annotations

from functools import cache
from typing import Final

import sqlalchemy as sa

from odapi_async.mirror.database.columns import columns, sql_type
from odapi_async.mirror.plans import PLANS, Plan

FORMAT: Final = 1
"""The version of what the mirror's own tables mean. A database with a higher one is not touched."""

OWN: Final = ("practice", "seen_at", "deleted_at", "sweep")
"""Columns of every mirrored table that do not come from the office.

`seen_at` says (in UTC) when a row was last read, `deleted_at` since when it is known to be gone, `sweep`
which reading of all rows saw it.
"""

_KEYS: Final = frozenset(plan.id_field for plan in PLANS)

own: Final = sa.MetaData()

META: Final = sa.Table("mirror_meta", own, sa.Column("format", sa.Integer, nullable=False))

STATE: Final = sa.Table(
    "mirror_state",
    own,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("sync_mode", sa.Text, nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("checkpoint", sa.Text, nullable=False),
    sa.Column("parent", sa.BigInteger, nullable=False),
    sa.Column("bookmark", sa.DateTime),
    sa.Column("next_bookmark", sa.DateTime),
    sa.Column("sweep", sa.BigInteger, nullable=False),
    sa.Column("swept_at", sa.DateTime),
)

RUNS: Final = sa.Table(
    "mirror_runs",
    own,
    # SQLite numbers rows by itself only if their key is a plain INTEGER
    sa.Column("run", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("sync_mode", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("deleted", sa.BigInteger, nullable=False),
    sa.Column("drifted", sa.BigInteger, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("ix_mirror_runs_practice", "practice", "table_name"),
)


@cache
def make_tables() -> dict[str, sa.Table]:
    """Return the SQLAlchemy tables of all plans by name, once for all stores: defining them takes long."""
    metadata = sa.MetaData()
    return {plan.table: _table(plan, metadata) for plan in PLANS}


def _table(plan: Plan, metadata: sa.MetaData) -> sa.Table:
    found = columns(plan.operation.returns)
    key = next(column.name for column in found if column.wire == plan.id_field)
    table = sa.Table(
        plan.table,
        metadata,
        sa.Column("practice", sa.Text, nullable=False),
        *(
            sa.Column(each.name, sql_type(each), nullable=each.name != key, info={"wire": each.wire})
            for each in found
        ),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("deleted_at", sa.DateTime),
        sa.Column("sweep", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("practice", key),
    )
    stamp = plan.changes.stamp if plan.changes else None
    for each in found:
        if each.name != key and (each.wire == stamp or each.wire in _KEYS):
            sa.Index(f"ix_{plan.table}_{each.name}", table.c.practice, table.c[each.name])
    return table

"""The fleet's own tables, beside those of the mirror. All times are the database's, with a zone."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

FLEET_VERSION: Final = 1
"""The version of the fleet's own tables. A worker of another version ends."""

METADATA: Final = sa.MetaData()

_TIME: Final = sa.DateTime(timezone=True)

META: Final = sa.Table(
    "fleet_meta",
    METADATA,
    sa.Column("format", sa.Integer, nullable=False),
    sa.Column("exclude", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("sweep_days", sa.Double),
)
"""One row: the version of the tables, and the settings of all practices; see `FleetSettings`."""

PRACTICES: Final = sa.Table(
    "fleet_practices",
    METADATA,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("key_ref", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("base_url", sa.Text),
    sa.Column("tier", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("tables", pg.ARRAY(sa.Text)),
    sa.Column("every", sa.Double, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("next_due", _TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("worker", sa.Uuid),
    sa.Column("started_at", _TIME),
    sa.Column("ended_at", _TIME),
    sa.Column("outcome", sa.Text, nullable=False, server_default=""),
    sa.Column("current_at", _TIME),
    sa.Column("failing_since", _TIME),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_fleet_practices_due", "next_due", postgresql_where=sa.text("enabled")),
)
"""One row for each practice: how it is reached, when it is read next, and what became of its last slice.

`key_ref` says where its customer key is, never what it is. `worker` is the worker that reads it now, or NULL.
`current_at` is when the last slice began that read everything: all rows are at least as current.
"""

WORKERS: Final = sa.Table(
    "fleet_workers",
    METADATA,
    sa.Column("worker", sa.Uuid, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("process", sa.Integer, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("concurrency", sa.Integer, nullable=False),
    sa.Column("backend", sa.Integer, nullable=False),
    sa.Column("settings", sa.Text, nullable=False, server_default=""),
    sa.Column("slices", sa.Integer, nullable=False, server_default="0"),
    sa.Column("started_at", _TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("seen_at", _TIME, nullable=False, server_default=sa.func.now()),
)
"""One row for each worker. `backend` is the server process that holds its locks, `seen_at` its last sign.

`settings` is the digest of the settings that it works by.
"""

PACE: Final = sa.Table(
    "fleet_pace",
    METADATA,
    sa.Column("minute", _TIME, primary_key=True),
    sa.Column("worker", sa.Uuid, primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("allowed", sa.Double, nullable=False),
)
"""One row for each minute of each worker: its requests, its rows, and how many requests were allowed."""

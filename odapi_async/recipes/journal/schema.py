"""The tables of journals, beside those of the mirror. They hold no patient data. All times are in UTC."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from odapi_async.mirror.database.migrate import create_beside

JOURNAL_VERSION: Final = 1
"""The version of these tables. A database with a higher version is not touched."""

METADATA: Final = sa.MetaData()


class StepState(StrEnum):
    """What has become of a step."""

    SENT = "sent"
    """It was about to be sent: it may have been executed, or not."""
    DONE = "done"
    """The office has it."""


META: Final = sa.Table("journal_meta", METADATA, sa.Column("format", sa.Integer, nullable=False))

RUNS: Final = sa.Table(
    "journal_runs",
    METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("leased_by", sa.Text),
    sa.Column("leased_until", sa.DateTime, nullable=False),
    sa.Column("begun_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sqlite_with_rowid=False,
)
"""One row for each run: `practice` is the fingerprint of its key, and `ended_at` the time of its last end."""

STEPS: Final = sa.Table(
    "journal_steps",
    METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("row_id", sa.BigInteger),
    sa.Column("known", sa.Text, nullable=False),
    sa.Column("noted_at", sa.DateTime, nullable=False),
    sqlite_with_rowid=False,
)
"""One row for each step.

`digest` is a keyed digest of what was sent. `fields` are the names of the fields that it writes, and `known`
the ids of the rows that were there before, both as JSON.
"""


def create_tables(connection: sa.Connection) -> None:
    """Create the tables of journals if they are missing.

    Raises:
        SchemaTooNew: a newer version of this package created them.
    """
    create_beside(connection, METADATA, META, JOURNAL_VERSION)

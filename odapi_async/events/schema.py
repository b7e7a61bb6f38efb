"""The tables of the inbox, beside those of the mirror. All times are those of the store's clock, in UTC."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from odapi_async.mirror.database.migrate import create_beside

EVENTS_VERSION: Final = 1
"""The version of these tables. A database with a higher version is not touched."""

AUDIT_TRAIL: Final = "HistAppointments"
"""The `kind` of the row of `event_seen` that holds how far the audit trail of a practice was read."""

METADATA: Final = sa.MetaData()


class State(StrEnum):
    """What has become of an event."""

    WAITING = "waiting"
    """It is due at `due_at`."""
    DONE = "done"
    """It was handled."""
    SET_ASIDE = "set_aside"
    """It failed too often."""


META: Final = sa.Table("event_meta", METADATA, sa.Column("format", sa.Integer, nullable=False))

INBOX: Final = sa.Table(
    "event_inbox",
    METADATA,
    # SQLite numbers rows by itself only if the primary key is a plain INTEGER
    sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("workstation", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("ids", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("leased_by", sa.Text),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("done_at", sa.DateTime),
    sa.Index(
        "ix_event_inbox_due",
        "due_at",
        "event_id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(
        "ix_event_inbox_done",
        "done_at",
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    ),
    sa.Index("ix_event_inbox_practice", "practice", "state", "received_at"),
    sqlite_autoincrement=True,  # an id is never given to a second event
)
"""One row for each event: `payload` has the rows that were new, as JSON, and `ids` their ids.

An event that somebody handles is still waiting: `leased_by` names the lease, and `due_at` is its end.
"""

SEEN: Final = sa.Table(
    "event_seen",
    METADATA,
    sa.Column("practice", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("row_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("latest", sa.LargeBinary),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Index("ix_event_seen_seen_at", "seen_at"),
    sqlite_with_rowid=False,
)
"""What was received: one row for each version of a row of an office, by its digest.

Of a table whose rows have no change stamp, one row for each id: `digest` is empty, and `latest` is the digest
of its last version. Of deleted rows, one row for each id, without any digest. One more row for each practice
whose audit trail is read: its `latest` is the position in it, as JSON.
"""


def create_tables(connection: sa.Connection) -> None:
    """Create the tables of the inbox if they are missing.

    Raises:
        SchemaTooNew: a newer version of this package created them.
    """
    create_beside(connection, METADATA, META, EVENTS_VERSION)

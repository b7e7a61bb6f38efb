"""The inbox in SQLite: each step is one transaction in one turn of the driver's thread."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from odapi_async.events.schema import INBOX, SEEN, State
from odapi_async.events.stored import (
    Arrival,
    Claimed,
    Settlement,
    StoredEvent,
    to_claimed,
    to_stored,
    version_of,
)
from odapi_async.mirror.database.thread_connection import run_in_thread

T = TypeVar("T")


class SqliteEvents:
    """Stores, claims and settles events.

    Args:
        engine: the engine of the database.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def store(self, arrivals: Sequence[Arrival]) -> list[int]:
        """Store what is new of deliveries, in one transaction, and return the number of new rows of each."""
        return await self._run(lambda raw: _in_transaction(raw, lambda: _store(raw, arrivals), is_safe=True))

    async def claim(self, now: dt.datetime, until: dt.datetime, token: str) -> Claimed | None:
        """Claim the event that is due for the longest time; None if none is due."""
        due = as_text(now)

        def claim(raw: sqlite3.Connection) -> Claimed | None:
            if raw.execute(_NEXT, (due,)).fetchone() is None:
                return None  # so a look that finds nothing locks nothing
            return _in_transaction(raw, lambda: _claim(raw, due, as_text(until), token))

        return await self._run(claim)

    async def settle(self, settlement: Settlement) -> bool:
        """Write what becomes of an event; return whether it was still waiting, and under this lease."""
        event_id, state, tries, due_at, error, done_at, token = settlement
        done = None if done_at is None else as_text(done_at)
        values = (state, tries, as_text(due_at), error, done, event_id, token, token)
        return await self._run(
            lambda raw: _in_transaction(raw, lambda: raw.execute(_SETTLE, values).rowcount == 1)
        )

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        async with self._engine.connect() as connection:
            return await run_in_thread(connection, work)


def as_text(time: dt.datetime) -> str:
    """Return a time as SQLAlchemy writes it, so that texts compare as times do."""
    return time.isoformat(" ", "microseconds")


def _in_transaction(raw: sqlite3.Connection, work: Callable[[], T], *, is_safe: bool = False) -> T:
    """Run statements in a transaction.

    Args:
        raw: the connection.
        work: runs the statements.
        is_safe: whether a machine that loses its power after this must not lose the transaction.
    """
    if is_safe:
        raw.execute("PRAGMA synchronous=FULL")
    try:
        raw.execute("BEGIN IMMEDIATE")
        result = work()
        raw.execute("COMMIT")
    except BaseException:
        raw.rollback()
        raise
    finally:
        if is_safe:
            raw.execute("PRAGMA synchronous=NORMAL")
    return result


def _store(raw: sqlite3.Connection, arrivals: Sequence[Arrival]) -> list[int]:
    return [_store_one(raw, each) for each in arrivals]


def _store_one(raw: sqlite3.Connection, arrival: Arrival) -> int:
    delivery, seen_at = arrival.delivery, as_text(arrival.at)
    items = [
        item
        for item in delivery.items
        if (version := version_of(delivery, item)) is None
        or raw.execute(_SEE, (*version, seen_at)).rowcount == 1
    ]
    if items:
        event = to_stored(arrival, items)._asdict() | {"received_at": seen_at}
        raw.execute(_INSERT, (*event.values(), seen_at))
    return len(items)


def _claim(raw: sqlite3.Connection, due: str, until: str, token: str) -> Claimed | None:
    found = raw.execute(_NEXT, (due,)).fetchone()
    if found is None:
        return None
    event_id, tries, *values = found
    raw.execute(_LEASE, (token, until, event_id))
    event = StoredEvent(*values)
    return to_claimed(
        event_id, tries + 1, event._replace(received_at=dt.datetime.fromisoformat(str(event.received_at)))
    )


_COLUMNS: Final = ", ".join(StoredEvent._fields)
_SEE: Final = (
    f"INSERT INTO {SEEN.name} (practice, kind, row_id, digest, latest, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (practice, kind, row_id, digest) DO UPDATE"
    " SET latest = excluded.latest, seen_at = excluded.seen_at"
    f" WHERE {SEEN.name}.latest IS NOT excluded.latest"
)
_INSERT: Final = (
    f"INSERT INTO {INBOX.name} ({_COLUMNS}, state, tries, due_at, error)"
    f" VALUES ({', '.join('?' * len(StoredEvent._fields))}, '{State.WAITING}', 0, ?, '')"
)
_NEXT: Final = (
    f"SELECT event_id, tries, {_COLUMNS} FROM {INBOX.name}"
    f" WHERE state = '{State.WAITING}' AND due_at <= ? ORDER BY due_at, event_id LIMIT 1"
)
_LEASE: Final = f"UPDATE {INBOX.name} SET leased_by = ?, due_at = ?, tries = tries + 1 WHERE event_id = ?"
_SETTLE: Final = (
    f"UPDATE {INBOX.name} SET state = ?, tries = ?, due_at = ?, leased_by = NULL, error = ?, done_at = ?"
    f" WHERE event_id = ? AND state = '{State.WAITING}' AND (? IS NULL OR leased_by = ?)"
)

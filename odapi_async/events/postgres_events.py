"""The inbox in PostgreSQL: two statements store many deliveries, and one claims an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from odapi_async.events.schema import INBOX, SEEN, State
from odapi_async.events.stored import (
    Arrival,
    Claimed,
    Settlement,
    StoredEvent,
    Version,
    to_claimed,
    to_stored,
    version_of,
)
from odapi_async.mirror.database.postgres_pages import arrays
from odapi_async.mirror.database.raw_connection import raw_connection

_Place = tuple[int, int]
"""A row: the index of its arrival, and its index in the delivery."""

_Key = tuple[str, str, int, bytes]
_Rows = dict[_Key, tuple[_Place, Version, dt.datetime]]


class PostgresEvents:
    """Stores, claims and settles events.

    Args:
        engine: the engine of the database.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def store(self, arrivals: Sequence[Arrival]) -> list[int]:
        """Store what is new of deliveries, in one transaction, and return the number of new rows of each."""
        async with raw_connection(self._engine) as raw, raw.transaction():
            new = await _see(raw, arrivals)
            events: list[StoredEvent] = []
            counts: list[int] = []
            for at, arrival in enumerate(arrivals):
                items = [item for place, item in enumerate(arrival.delivery.items) if (at, place) in new]
                counts.append(len(items))
                if items:
                    events.append(to_stored(arrival, items))
            if events:
                await raw.execute(_INSERT, *zip(*events, strict=True))
        return counts

    async def claim(self, now: dt.datetime, until: dt.datetime, token: str) -> Claimed | None:
        """Claim the event that is due for the longest time; None if none is due."""
        async with raw_connection(self._engine) as raw:
            found = await raw.fetchrow(_CLAIM, now, until, token)
        if found is None:
            return None
        event_id, tries, *values = found
        return to_claimed(event_id, tries, StoredEvent(*values))

    async def settle(self, settlement: Settlement) -> bool:
        """Write what becomes of an event; return whether it was still waiting, and under this lease."""
        event_id, state, *values = settlement
        async with raw_connection(self._engine) as raw:
            done: str = await raw.execute(_SETTLE, event_id, state.value, *values)
        return done == "UPDATE 1"


async def _see(raw: Any, arrivals: Sequence[Arrival]) -> set[_Place]:
    """Record the versions of all rows, and return the rows that are new."""
    new: set[_Place] = set()
    first: _Rows = {}
    last: _Rows = {}
    for at, arrival in enumerate(arrivals):
        for place, item in enumerate(arrival.delivery.items):
            version = version_of(arrival.delivery, item)
            if version is None:
                new.add((at, place))
                continue
            key, row = version.key, ((at, place), version, arrival.at)
            first.setdefault(key, row)
            if key in last and last[key][1] != version:  # of what was there, only the first one can tell
                new.add((at, place))
            last[key] = row
    new |= await _see_once(raw, first)
    # a statement may write a row only once
    await _see_once(raw, {key: row for key, row in last.items() if row[1] != first[key][1]})
    return new


async def _see_once(raw: Any, rows: _Rows) -> set[_Place]:
    if not rows:
        return set()
    # all processes write rows in the same order, so that none waits for one that waits for it
    values = [(*version, seen_at) for _, (_, version, seen_at) in sorted(rows.items())]
    found = await raw.fetch(_SEE, *zip(*values, strict=True))
    return {rows[tuple(row)][0] for row in found}


_COLUMNS: Final = StoredEvent._fields
_INSERT: Final = (
    f"INSERT INTO {INBOX.name} ({', '.join(_COLUMNS)}, state, tries, due_at, error)"
    f" SELECT new.*, '{State.WAITING}', 0, new.received_at, ''"
    f" FROM {arrays(INBOX, _COLUMNS)} AS new ({', '.join(_COLUMNS)})"
)
_SEEN: Final = (*Version._fields, "seen_at")
_SEE: Final = (
    f"INSERT INTO {SEEN.name} AS old ({', '.join(_SEEN)}) SELECT * FROM {arrays(SEEN, _SEEN)}"
    " ON CONFLICT (practice, kind, row_id, digest) DO UPDATE"
    " SET latest = excluded.latest, seen_at = excluded.seen_at"
    " WHERE old.latest IS DISTINCT FROM excluded.latest"
    " RETURNING practice, kind, row_id, digest"
)
_NOT_FLUSHED: Final = "set_config('synchronous_commit', 'off', true) = 'off'"
"""Lets a statement not wait for the disk: if a server loses its power, an event is handed out again."""

_CLAIM: Final = (
    f"WITH due AS MATERIALIZED (SELECT event_id FROM {INBOX.name}"
    f" WHERE state = '{State.WAITING}' AND due_at <= $1 ORDER BY due_at, event_id LIMIT 1"
    f" FOR UPDATE SKIP LOCKED) UPDATE {INBOX.name} AS event"
    " SET due_at = $2, leased_by = $3, tries = event.tries + 1 FROM due"
    f" WHERE event.event_id = due.event_id AND {_NOT_FLUSHED}"
    f" RETURNING event.event_id, event.tries, {', '.join(f'event.{name}' for name in _COLUMNS)}"
)
_SETTLE: Final = (
    f"UPDATE {INBOX.name} SET state = $2, tries = $3, due_at = $4, leased_by = NULL, error = $5,"
    " done_at = $6 WHERE event_id = $1"
    f" AND state = '{State.WAITING}' AND ($7::text IS NULL OR leased_by = $7) AND {_NOT_FLUSHED}"
)

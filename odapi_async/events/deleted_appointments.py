"""Finds deleted appointments of offices that do not post them, in the audit trail of the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from odapi_async import Checkpoint, OpenDentalError, Practice, Priority, Rows
from odapi_async.events.audit_trail import DELETED, Search, deleted_ids, deliveries, first_moment, is_older
from odapi_async.events.inbox import Inbox
from odapi_async.events.reading import Cause, Reading
from odapi_async.events.schema import AUDIT_TRAIL, SEEN
from odapi_async.events.stored import plain
from odapi_async.events.subscriptions import office_time
from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.transaction import begin
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.resources.hist_appointments import HistAppointment

APPOINTMENTS: Final = "appointments"
_READ: Final = ("hist_appointments",)
_MEANWHILE: Final = "until it can be read, deleted appointments are found by sweeps only"
_MOST_PAGES: Final = 10
"""Pages of one look. The next one goes on there."""
_PAGE: Final = 100  # rows that an office sends at least in one response
_KEPT: Final = dt.timedelta(days=1)  # after which a position is written again, so that it is not pruned


class _Position(NamedTuple):
    """How far the deletions of a practice were read.

    Attributes:
        checkpoint: the position in the list.
        since: older deletions are not told: a sweep has found them.
        saved_at: when the position was written; None if it was not.
    """

    checkpoint: Checkpoint
    since: dt.datetime = dt.datetime.min
    saved_at: dt.datetime | None = None


class DeletedAppointments:
    """Puts deletions that no subscription tells into the inbox, as if the office had posted them.

    So they are told from those that were received before, and are applied in the same way.

    Args:
        inbox: the inbox.
        store: its database, with the mirror.
        on_reading: called if deletions were found, and if an error begins or ends.
    """

    def __init__(self, inbox: Inbox, store: Store, on_reading: Callable[[Reading], object]) -> None:
        self._inbox = inbox
        self._store = store
        self._on_reading = on_reading
        self._untold: set[str] = set()
        self._errors: dict[str, str] = {}

    async def look(self, name: str, practice: Practice, *, is_told: bool) -> None:
        """Read which appointments were deleted since the last look.

        Args:
            name: the name of the practice.
            practice: the practice.
            is_told: whether a subscription tells it. Then nothing is sent, but once, for the time before.

        Raises:
            StoreError: the database cannot be used.
        """
        if is_told and name not in self._untold:
            return
        self._untold.add(name)
        found, error = 0, ""
        try:
            found = await self._read(name, practice.with_options(priority=Priority.BULK))
            if is_told:
                self._untold.discard(name)
        except StoreError:
            raise
        except OpenDentalError as failed:
            error = f"{type(failed).__name__}: {failed.message}; {_MEANWHILE}"
        if found or error != self._errors.get(name, ""):
            self._on_reading(Reading(name, _READ, Cause.DELETION, error))
        self._errors[name] = error

    async def _read(self, name: str, practice: Practice) -> int:
        """Store deletions as events, and return how many are new."""
        rows = practice.hist_appointments.list(HistApptAction=DELETED)
        position = await self._load(name) or await self._first(name, practice, rows)
        if position is None:
            return 0
        new = pages = 0
        async with aclosing(rows.walk("HistApptNum", after=position.checkpoint)) as walk:
            async for page in walk:
                for delivery in deliveries(name, deleted_ids(page.rows, position.since)):
                    new += await self._inbox.store(delivery)
                position = await self._moved(name, position, page.checkpoint)
                pages += 1
                if pages == _MOST_PAGES:
                    break
        return new

    async def _first(self, name: str, practice: Practice, rows: Rows[HistAppointment]) -> _Position | None:
        """Return where to begin; None if the mirror has no complete copy that could be wrong."""
        await self._store.open(())
        swept_at = (await self._store.state(name, APPOINTMENTS)).cursor.swept_at
        if swept_at is None:
            return None
        since = first_moment(await office_time(practice), self._store.clock() - swept_at)
        search = Search(_PAGE)
        while (probe := search.probe) is not None:
            row = await rows[probe : probe + 1].first()
            search.record(probe, is_older=row is not None and is_older(row, since))
        return _Position(Checkpoint(search.found), since)

    async def _moved(self, name: str, before: _Position, checkpoint: Checkpoint) -> _Position:
        now = self._store.clock()
        is_fresh = before.saved_at is not None and abs(now - before.saved_at) < _KEPT
        if is_fresh and checkpoint == before.checkpoint:
            return before
        await self._save(name, checkpoint, now)
        return before._replace(checkpoint=checkpoint, saved_at=now)

    @shielded
    async def _load(self, name: str) -> _Position | None:
        await self._inbox.open()
        query: Any = sa.select(SEEN.c.latest, SEEN.c.seen_at).where(
            SEEN.c.practice == plain(name), SEEN.c.kind == AUDIT_TRAIL
        )
        with translate_errors():
            async with self._store.engine.connect() as connection:
                found = (await connection.execute(query)).first()
        if found is None:
            return None
        return _Position(msgspec.json.decode(found.latest, type=Checkpoint), saved_at=found.seen_at)

    @shielded
    async def _save(self, name: str, checkpoint: Checkpoint, now: dt.datetime) -> None:
        values = {"latest": msgspec.json.encode(checkpoint), "seen_at": now}
        key = {"practice": plain(name), "kind": AUDIT_TRAIL, "row_id": 0, "digest": b""}
        with translate_errors():
            async with self._store.engine.begin() as connection:
                await begin(connection)
                insert = insert_into(SEEN, connection.dialect).values(key | values)
                update = insert.on_conflict_do_update(index_elements=[*SEEN.primary_key], set_=values)
                await connection.execute(update)

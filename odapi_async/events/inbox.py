"""The inbox: events of offices, kept in the database until they are handled."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async import ConfigurationError
from odapi_async.events import upkeep
from odapi_async.events.apply import Applied, apply
from odapi_async.events.backoff import failed
from odapi_async.events.delivery import Delivery
from odapi_async.events.event import Event, Unknown
from odapi_async.events.excluded import without_fields
from odapi_async.events.outage import Outage
from odapi_async.events.postgres_events import PostgresEvents
from odapi_async.events.schema import create_tables
from odapi_async.events.sqlite_events import SqliteEvents
from odapi_async.events.stored import Arrival, Settlement
from odapi_async.events.unread import Lease, Run, Unread
from odapi_async.events.upkeep import Chosen, InboxStatus, SetAside
from odapi_async.mirror import Store, StoreError, ValueRejected
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.group_commit import GroupCommit
from odapi_async.mirror.database.shielded import GRACE, run_shielded, shielded
from odapi_async.mirror.database.store import is_transient
from odapi_async.telemetry import LOGGER

T = TypeVar("T")

_GROUP: Final = 1_000  # rows of a transaction, after which it takes no further delivery
_WRITERS: Final = {"sqlite": 1, "postgresql": 2}  # transactions at the same time
_PRUNED: Final = dt.timedelta(hours=1)
_MOST_TOLD: Final = 100  # lines of the log
_KILLED: Final = "LeaseExpired"


class Inbox:
    """Keeps events of offices in a database, and hands them out until they are handled.

    A row that was received before is dropped: an office may send it several times. Any number of processes
    may use the inbox of one database. The tables are created on first use, beside those of the mirror.

    Every method raises a StoreError if the database cannot be used; the message never quotes a row.

    Args:
        store: the database. The fields that it excludes are not kept here, either.
        keep_days: days for which an event is kept after it was done, at most; it can be replayed until then.
        max_tries: how often an event is tried before it is set aside. One whose process is killed counts.
        lease: seconds for which an event is handed out to nobody else. Longer than a handler takes: after
            that time another one gets the event, in case that the first was killed.
        poll_interval: seconds between two looks for events that another process has stored.

    Raises:
        ConfigurationError: a number is not positive.
    """

    def __init__(
        self,
        store: Store,
        *,
        keep_days: float = 7.0,
        max_tries: int = 10,
        lease: float = 300.0,
        poll_interval: float = 1.0,
    ) -> None:
        for name, value in {
            "keep_days": keep_days,
            "max_tries": max_tries,
            "lease": lease,
            "poll_interval": poll_interval,
        }.items():
            if not value > 0:
                raise ConfigurationError(f"{name} has to be more than 0")
        self._store = store
        self._keep = dt.timedelta(days=keep_days)
        self._max_tries = max_tries
        self._lease = dt.timedelta(seconds=lease)
        self._poll_interval = poll_interval
        self._outage = Outage(poll_interval)
        kind = SqliteEvents if store.engine.dialect.name == "sqlite" else PostgresEvents
        self._events: SqliteEvents | PostgresEvents = kind(store.engine)
        self._arrivals = GroupCommit(
            self._commit,
            key=id,
            size=lambda each: len(each.delivery.items),
            limit=_GROUP,
            transactions=_WRITERS[store.engine.dialect.name],
            fails_alone=lambda error: isinstance(error, ValueRejected),
            is_transient=is_transient,
        )
        self._is_open = False
        self._pruned_at: dt.datetime | None = None
        self._news = asyncio.Event()
        self._unknown: set[tuple[str, str]] = set()

    async def open(self) -> None:
        """Create the tables if they are missing. All other methods do this, too.

        Raises:
            StoreError: the database cannot be used.
            SchemaTooNew: a newer version of this package created them.
        """
        if not self._is_open:
            await self._create()
            self._is_open = True

    @shielded
    async def _create(self) -> None:
        with translate_errors():
            async with self._store.engine.begin() as connection:
                await connection.run_sync(create_tables)

    async def store(self, delivery: Delivery) -> int:
        """Store the rows of a delivery that were not received before, as one event.

        When this returns, they are on disk. If it is cancelled, either all of them are stored or none.

        Args:
            delivery: what an office has posted.

        Returns:
            The number of new rows; there is no event if it is 0.

        Raises:
            StoreError: the database cannot be used; nothing was stored.
            ValueRejected: the database cannot store a value; nothing was stored.
        """
        await self.open()
        kept = without_fields(delivery, self._store.excluded)
        count = await self._arrivals.write(Arrival(kept, self._store.clock()))
        if count:
            self._wake()
        await self._prune_sometimes()
        return count

    async def _commit(self, arrivals: Sequence[Arrival]) -> list[int]:
        with translate_errors():
            return await self._events.store(arrivals)

    def _wake(self) -> None:
        """Let all that wait for events look for them."""
        self._news.set()
        self._news = asyncio.Event()

    async def unread(self, *, follow: bool = True) -> AsyncGenerator[Unread]:
        """Yield events that are due, the oldest one first. Each is handed out to nobody else meanwhile.

        While the database is away, this waits, and so does the end of the block of an event.

        Args:
            follow: whether to wait for further events, and for a database that is away; else this ends when
                no event is due.

        Raises:
            StoreError: the database cannot be used, and waiting does not help, or `follow` is false. The
                events are still there.
        """
        run = self._outage.wait_out if follow else _run
        await run(self.open)
        while True:
            news = self._news
            if (unread := await run(partial(self._claim, run))) is not None:
                yield unread
            elif not follow:
                return
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_interval):
                        await news.wait()

    async def _claim(self, run: Run) -> Unread | None:
        """Claim an event; if that is cancelled, it is given back."""
        claiming = asyncio.create_task(self._claim_next(run))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            await run_shielded(_give_back(claiming), grace=GRACE)
            raise

    async def _claim_next(self, run: Run) -> Unread | None:
        while True:
            now, token = self._store.clock(), uuid4().hex
            with translate_errors():
                claimed = await self._events.claim(now, now + self._lease, token)
            if claimed is None:
                return None
            if claimed.tries <= self._max_tries:
                unread = Unread(claimed, Lease(self._store, token, self._max_tries, self._settle, run))
                self._tell_unknown(unread.event)
                return unread
            # its handlers never came to an end, so that nothing else sets it aside
            await self._settle(failed(claimed, now, token, _KILLED, self._max_tries))

    def _tell_unknown(self, event: Event) -> None:
        """Log the first unknown event of each practice and kind: most handlers pass over them."""
        key = (event.practice, event.kind)
        if isinstance(event, Unknown) and key not in self._unknown and len(self._unknown) < _MOST_TOLD:
            self._unknown.add(key)
            LOGGER.warning("an event %r of %s is unknown: %s", event.kind, event.practice, event.problem)

    async def _settle(self, settlement: Settlement) -> bool:
        with translate_errors():
            return await self._events.settle(settlement)

    async def apply(self, unread: Unread, connection: AsyncConnection | None = None) -> Applied:
        """Write an event into the mirrored table of the same database.

        Args:
            unread: the event.
            connection: the connection of `Unread.transaction`; None for a transaction of its own.

        Raises:
            StoreError: the database cannot be used; nothing was written.
            ValueRejected: the database cannot store a value; nothing was written.
        """
        return await apply(self._store, unread, connection)

    async def replay(
        self, *, practice: str | None = None, kind: str | None = None, since: dt.datetime
    ) -> int:
        """Hand out events again that are done, and return their number.

        Args:
            practice: the name of a practice; None for all.
            kind: a kind of events, such as `Appointment`; None for all.
            since: the time since when they were received; without a zone it is UTC.
        """
        await self.open()
        count = await upkeep.replay(self._store, practice, kind, since)
        self._wake()
        return count

    async def set_aside(
        self, *, practice: str | None = None, kind: str | None = None, limit: int = 1_000
    ) -> list[SetAside]:
        """Return events that were set aside, the oldest first, without their rows.

        Args:
            practice: the name of a practice; None for all.
            kind: a kind of events, such as `Appointment`; None for all.
            limit: how many events are returned at most.
        """
        await self.open()
        return await upkeep.read_set_aside(self._store, Chosen(None, practice, kind), limit)

    async def retry(
        self,
        event_ids: Collection[int] | None = None,
        *,
        practice: str | None = None,
        kind: str | None = None,
    ) -> int:
        """Hand out events again that were set aside, and return their number.

        Args:
            event_ids: the numbers of the events; None for all.
            practice: the name of a practice; None for all.
            kind: a kind of events, such as `Appointment`; None for all.
        """
        await self.open()
        count = await upkeep.retry(self._store, Chosen(event_ids, practice, kind))
        self._wake()
        return count

    async def discard(
        self,
        event_ids: Collection[int] | None = None,
        *,
        practice: str | None = None,
        kind: str | None = None,
    ) -> int:
        """Remove events that were set aside, and return their number. Their rows are not handled.

        Args:
            event_ids: as for `retry`.
            practice: as for `retry`.
            kind: as for `retry`.
        """
        await self.open()
        return await upkeep.discard(self._store, Chosen(event_ids, practice, kind))

    async def status(self) -> InboxStatus:
        """Return what waits, by practice."""
        await self.open()
        return await upkeep.read_status(self._store)

    async def prune(self) -> int:
        """Remove what is kept no longer, and return the number of events. `store` does this once an hour.

        What tells that a row was received before is kept for as many days as events, and for 4 at least.
        Events that were set aside are kept until they are done.
        """
        await self.open()
        removed, is_all = 0, False
        while not is_all:
            count, is_all = await upkeep.prune(self._store, self._keep)
            removed += count
        return removed

    async def forget(self, practice: str) -> int:
        """Remove all events of a practice, and what tells that a row was received before.

        Returns:
            The number of events.
        """
        await self.open()
        return await upkeep.forget(self._store, practice)

    async def _prune_sometimes(self) -> None:
        """Remove some of what is kept no longer, about once an hour. The office waits for its response."""
        now = self._store.clock()
        if self._pruned_at is not None and now - self._pruned_at < _PRUNED:
            return
        self._pruned_at = now
        with suppress(StoreError):  # what was received is stored
            if not (await upkeep.prune(self._store, self._keep)).is_all:
                self._pruned_at = None  # the next delivery removes more


async def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()


async def _give_back(claiming: asyncio.Task[Unread | None]) -> None:
    with suppress(StoreError):
        if (unread := await claiming) is not None:
            await unread.release()

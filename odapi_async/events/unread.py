"""An event that was claimed from the inbox: when its block ends, it is done, or kept for another try."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, NamedTuple, Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.events import backoff
from odapi_async.events.delivery import Delivery, to_event
from odapi_async.events.errors import LeaseLost
from odapi_async.events.event import Event
from odapi_async.events.schema import INBOX, State
from odapi_async.events.stored import Claimed, Settlement
from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import GRACE, run_shielded, shielded
from odapi_async.mirror.database.transaction import begin
from odapi_async.telemetry import LOGGER

T = TypeVar("T")

_NAME: Final = 200  # characters of an error's type


class Run(Protocol):
    """Runs work with the database, and may repeat it."""

    async def __call__(self, work: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        """Return what the work returns."""
        ...


class Lease(NamedTuple):
    """What an event needs of the inbox that it was claimed from.

    Attributes:
        store: the database.
        token: identifies the lease.
        max_tries: how often an event is tried before it is set aside.
        settle: writes what becomes of an event.
        run: waits while the database is away, or does not.
    """

    store: Store
    token: str
    max_tries: int
    settle: Callable[[Settlement], Coroutine[Any, Any, bool]]
    run: Run


class Unread:
    """An event that nobody else handles until its lease ends. Use it in `async with`.

    If the block ends, the event is done. If it raises an error, the event is kept, and is due again after a
    pause; the error is logged by its type, and does not leave the block. If it is cancelled, the event is due
    again at once.

    Attributes:
        event: what the office told of.
        event_id: the number of the event.
        tries: how often it was tried, this time included.
        delivery: the rows as they were received.
    """

    __slots__ = ("_claimed", "_is_done", "_lease", "delivery", "event", "event_id", "tries")

    def __init__(self, claimed: Claimed, lease: Lease) -> None:
        self.event: Event = to_event(claimed.delivery, claimed.received_at)
        self.event_id = claimed.event_id
        self.tries = claimed.tries
        self.delivery: Delivery = claimed.delivery
        self._claimed = claimed
        self._lease = lease
        self._is_done = False

    def __repr__(self) -> str:
        event = self.event
        return (
            f"{type(self).__name__}(event_id={self.event_id}, practice={event.practice!r}, "
            f"kind={event.kind!r}, tries={self.tries})"
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if self._is_done:
            return False
        if kind is None:
            handled = backoff.done(self._claimed, self._lease.store.clock())
            await self._lease.run(partial(self._settle, handled))
        elif issubclass(kind, Exception):
            await self._keep(kind)
            return True
        else:
            with suppress(StoreError):  # it is due again when its lease ends
                await self.release()
        return False

    async def release(self) -> None:
        """Give the event back: it is due again at once, and this was no try.

        Raises:
            StoreError: the database cannot be used.
        """
        await self._settle(backoff.released(self._claimed, self._lease.token))

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """Handle the event exactly once in this database: its end and your statements are one transaction.

        In SQLite nothing else can use the store meanwhile: use the connection that you get, and nothing else.

        Yields:
            A connection of SQLAlchemy, in a transaction that is committed at the end of the block.

        Raises:
            LeaseLost: the lease has ended, and the event was claimed again. Nothing was written.
            StoreError: the database cannot be used. Nothing was written, unless the connection was lost while
                the transaction was committed; then the event is done if it was.
        """
        async with AsyncExitStack() as stack:
            with translate_errors():  # what the block raises is the caller's
                connection = await stack.enter_async_context(self._lease.store.engine.connect())
            await self._mark_done(connection)
            yield connection
            with translate_errors():
                await run_shielded(connection.commit(), grace=GRACE)
            self._is_done = True

    @shielded
    async def _mark_done(self, connection: AsyncConnection) -> None:
        # first, so that nobody can claim the event while the transaction lasts, however long that is
        mine = (INBOX.c.event_id == self.event_id, INBOX.c.leased_by == self._lease.token)
        now = self._lease.store.clock()
        update = sa.update(INBOX).where(*mine, INBOX.c.state == State.WAITING.value)
        values = {"state": State.DONE.value, "leased_by": None, "error": "", "done_at": now}
        with translate_errors():
            await begin(connection)
            found = await connection.execute(update.values(values))
        if found.rowcount != 1:
            raise LeaseLost(self.event_id)

    async def _keep(self, kind: type[BaseException]) -> None:
        name, lease = kind.__name__[:_NAME], self._lease
        kept = backoff.failed(self._claimed, lease.store.clock(), lease.token, name, lease.max_tries)
        await self._lease.run(partial(self._settle, kept))
        again = (
            "it is set aside"
            if kept.state is State.SET_ASIDE
            else f"it is due again in {backoff.pause(self.tries)} s"
        )
        LOGGER.warning(
            "event %d (%s of %s) failed with %s at try %d of %d: %s",
            *(self.event_id, self.event.kind, self.event.practice),
            *(name, self.tries, lease.max_tries, again),
        )

    async def _settle(self, settlement: Settlement) -> None:
        await run_shielded(self._lease.settle(settlement), grace=GRACE)

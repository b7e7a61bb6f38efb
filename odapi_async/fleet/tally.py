"""What a worker has done since it began, and how the database learns of it, for the line of the pace."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from odapi_async import Request, Response, Transport
from odapi_async.fleet.schema import PACE
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors


class Counts(NamedTuple):
    """What was done.

    Attributes:
        requests: requests that were sent.
        rows: rows that were written.
        allowed: requests that the limits of the API allowed to the practices that were read.
    """

    requests: int = 0
    rows: int = 0
    allowed: float = 0.0

    def since(self, before: Counts) -> Counts:
        """Return what was done since an earlier moment."""
        requests, rows = self.requests - before.requests, self.rows - before.rows
        return Counts(requests, rows, self.allowed - before.allowed)


class Tally:
    """Counts since the worker began.

    Attributes:
        requests: requests that were sent.
        rows: rows that were written.
        allowed: requests that the limits of the API allowed to the practices that were read.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.rows = 0
        self.allowed = 0.0
        self._written = Counts()

    @property
    def counts(self) -> Counts:
        """All counts."""
        return Counts(self.requests, self.rows, self.allowed)

    async def flush(self, store: Store, worker: UUID) -> None:
        """Add what was counted since the last time to the current minute of the worker.

        Raises:
            StoreError: the database cannot be used; the next time makes up for it.
        """
        counts = self.counts
        if counts == self._written:
            return
        new = counts.since(self._written)
        # the lanes are looked at once a second, and the first request of a slice may be between two looks
        new = new._replace(allowed=max(new.allowed, new.requests))
        minute = sa.func.date_trunc("minute", sa.func.now())
        row = insert(PACE).values(minute=minute, worker=worker, **new._asdict())
        added = {name: PACE.c[name] + row.excluded[name] for name in Counts._fields}
        statement = row.on_conflict_do_update(index_elements=["minute", "worker"], set_=added)
        with translate_errors():
            async with store.engine.begin() as connection:
                await connection.execute(statement)
        self._written = counts


class CountedTransport:
    """A transport that counts the requests that are sent.

    Args:
        transport: what sends them. It is closed with this one.
        tally: counts them.
    """

    def __init__(self, transport: Transport, tally: Tally) -> None:
        self._transport = transport
        self._tally = tally

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request; see `Transport.send`."""

        def sent() -> None:
            self._tally.requests += 1
            on_sent()

        return await self._transport.send(request, sent)

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()

"""Connections that a worker keeps: a lock and a subscription live as long as their connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final
from uuid import uuid4
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from odapi_async.mirror.database.store import utc_now

Clock = Callable[[], dt.datetime]


@asynccontextmanager
async def lasting_connection(engine: AsyncEngine) -> AsyncGenerator[Any]:
    """Yield a connection of asyncpg from the pool of an engine. At the end it is closed, not given back."""
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        try:
            yield raw.driver_connection
        finally:
            await connection.invalidate()


class Connections:
    """Gives the connections of a worker a name and a limit, by which the server can end them.

    A process that is frozen or cut off in the middle of a transaction would keep its locks: those of a
    practice's rows, or the one under which tables are created. The server itself ends a transaction that does
    nothing. It does not end one that waits for the rest of a statement: for that, other workers end all
    connections of this name.

    Args:
        engine: the engine of the worker's store.
        idle: seconds after which the server ends a transaction that does nothing.

    Attributes:
        name: the name of the connections that are opened from now on.
    """

    def __init__(self, engine: AsyncEngine, idle: float) -> None:
        self._engine = engine
        self._limit = f"SET idle_in_transaction_session_timeout = {idle * 1_000:.0f}"
        self.name = ""
        self._opened: WeakSet[Any] = WeakSet()

    @contextmanager
    def configured(self) -> Generator[None]:
        """Configure the connections that are opened in this block."""
        engine = self._engine.sync_engine
        event.listen(engine, "connect", self._configure)
        event.listen(engine, "checkout", self._check)
        try:
            yield
        finally:
            event.remove(engine, "connect", self._configure)
            event.remove(engine, "checkout", self._check)

    def renew(self) -> None:
        """Let all connections be replaced by others, with another name.

        If one is cut off, others may be, and nothing shows it.
        """
        self.name = f"{NAME}{uuid4()}"

    def terminate(self) -> None:
        """Break all connections: one that is cut off would keep a statement waiting for a long time."""
        for each in tuple(self._opened):
            if not each.is_closed():
                each.terminate()

    def _configure(self, connection: Any, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(self._limit)
        cursor.execute(f"SET application_name = '{self.name}'")
        cursor.close()
        connection.commit()
        record.info[self] = self.name
        self._opened.add(connection.driver_connection)

    def _check(self, _: object, record: ConnectionPoolEntry, __: object) -> None:
        """Refuse a connection that has another name: the pool replaces it, and all that are as old."""
        if record.info.get(self) != self.name:
            raise InvalidatePoolError


NAME: Final = "odapi fleet "
"""How the names of all connections of workers begin, as `application_name` in `pg_stat_activity`."""


async def database_clock(connection: Any, host: Clock = utc_now) -> Clock:
    """Return a clock that shows the database's time in UTC: the clocks of hosts differ.

    Args:
        connection: a connection of asyncpg.
        host: the clock of this host, in UTC.
    """
    at = host()
    ahead = await connection.fetchval("SELECT clock_timestamp() AT TIME ZONE 'UTC'") - at
    return lambda: (host() + ahead).replace(microsecond=0)

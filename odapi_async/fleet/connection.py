"""Connections that a worker keeps: a lock and a subscription live as long as their connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine

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


def end_idle_transactions(engine: AsyncEngine, seconds: float) -> None:
    """Let the server end the transactions of this process that do nothing for so many seconds.

    A process that is frozen in the middle of a transaction would keep its locks, such as the one under which
    tables are created, and stop all other workers.
    """
    setting = f"SET idle_in_transaction_session_timeout = {seconds * 1_000:.0f}"

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(setting)
        cursor.close()
        connection.commit()

    _ = configure
    renew_pool(engine)  # those that are there already have no such limit


def renew_pool(engine: AsyncEngine) -> None:
    """Let all connections of a pool be replaced: if one is cut off, others may be, and nothing shows it."""

    @event.listens_for(engine.sync_engine, "checkout", once=True)
    def renew(*_: object) -> None:
        raise InvalidatePoolError

    _ = renew


async def database_clock(connection: Any, host: Clock = utc_now) -> Clock:
    """Return a clock that shows the database's time in UTC: the clocks of hosts differ.

    Args:
        connection: a connection of asyncpg.
        host: the clock of this host, in UTC.
    """
    at = host()
    ahead = await connection.fetchval("SELECT clock_timestamp() AT TIME ZONE 'UTC'") - at
    return lambda: (host() + ahead).replace(microsecond=0)

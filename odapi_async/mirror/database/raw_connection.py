"""The driver's own connection to PostgreSQL, for statements that SQLAlchemy would only slow down."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine


@asynccontextmanager
async def raw_connection(engine: AsyncEngine) -> AsyncGenerator[Any]:
    """Take a connection of asyncpg from the pool; a statement outside its `transaction` is committed."""
    async with engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        try:
            yield raw
        finally:
            if raw.is_closed():
                await connection.invalidate()
                # a server that has ended this connection has ended the others, too
                await engine.dispose()

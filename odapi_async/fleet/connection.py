"""Connections that a worker keeps: a lock and a subscription live as long as their connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine


@asynccontextmanager
async def lasting_connection(engine: AsyncEngine) -> AsyncGenerator[Any]:
    """Yield a connection of asyncpg from the pool of an engine. At the end it is closed, not given back."""
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        try:
            yield raw.driver_connection
        finally:
            await connection.invalidate()

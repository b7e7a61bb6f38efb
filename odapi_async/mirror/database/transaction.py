"""The beginning of a transaction that reads before it writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


async def begin(connection: AsyncConnection) -> None:
    """Begin a transaction in SQLite if there is none yet.

    It would begin at the first statement that writes, and refuse that if another process has written
    since the first read.
    """
    if connection.dialect.name != "sqlite":
        return  # a row can be locked when it is read
    raw: Any = (await connection.get_raw_connection()).driver_connection
    if not raw.in_transaction:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")

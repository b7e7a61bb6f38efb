"""Checks that a database is fit for a fleet, and holds one of this version. They need no engine."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet.errors import FleetTooNew, NoFleet, UnsuitableDatabase
from odapi_async.fleet.schema import FLEET_VERSION, META
from odapi_async.mirror import Store

_SQLITE: Final = (
    "a fleet needs PostgreSQL: a SQLite file is for one program on one machine. Use --store "
    "postgresql://user@host/database; to split practices by name without a server, use odapi mirror --shard"
)


def check_dialect(store: Store) -> None:
    """Refuse a database that is not PostgreSQL.

    Raises:
        UnsuitableDatabase: it is not.
    """
    if store.engine.dialect.name != "postgresql":
        raise UnsuitableDatabase(_SQLITE)


async def check_version(connection: AsyncConnection) -> None:
    """Check that the fleet's tables are those of this version.

    Raises:
        NoFleet: there are none, or older ones.
        FleetTooNew: they are newer.
    """
    if not await connection.run_sync(lambda each: sa.inspect(each).has_table(META.name)):
        raise NoFleet
    found = (await connection.execute(sa.select(META.c.format))).scalar_one()
    if found > FLEET_VERSION:
        raise FleetTooNew
    if found < FLEET_VERSION:
        raise NoFleet("was created by an older odapi-async")

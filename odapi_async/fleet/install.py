"""Creates the tables of a fleet."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet import engine
from odapi_async.fleet.checks import check_dialect
from odapi_async.fleet.connection import lasting_connection
from odapi_async.fleet.errors import FleetTooNew, UnsuitableDatabase
from odapi_async.fleet.schema import FLEET_VERSION, META, METADATA
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors

_LOCK = 0x6F64617069666C65  # serializes installations
_OLDEST = 130_000

_TOO_OLD = "a fleet needs PostgreSQL 13 or later"


async def install(store: Store) -> None:
    """Create what the fleet needs in the database, or bring it up to date; run again, it changes nothing.

    Args:
        store: the mirror's database.

    Raises:
        UnsuitableDatabase: it is not PostgreSQL, or too old.
        FleetTooNew: a newer version of this package has changed the fleet's tables.
        StoreError: the database cannot be used.
    """
    check_dialect(store)
    with translate_errors():
        async with lasting_connection(store.engine) as connection:
            await _check_server(connection)
            await connection.execute(f"SELECT pg_advisory_lock({_LOCK})")
            await engine.install(connection)
            async with store.engine.begin() as own:
                await _create(own)
    await store.open(())


async def _check_server(connection: object) -> None:
    version = int(await connection.fetchval("SHOW server_version_num"))  # type: ignore[attr-defined]
    if version < _OLDEST:
        raise UnsuitableDatabase(f"{_TOO_OLD}; this is {version // 10_000}")


async def _create(connection: AsyncConnection) -> None:
    await connection.run_sync(METADATA.create_all)
    found = (await connection.execute(sa.select(META.c.format))).scalar_one_or_none()
    if found is None:
        await connection.execute(sa.insert(META).values(format=FLEET_VERSION))
    elif found > FLEET_VERSION:
        raise FleetTooNew

"""Fixtures: an empty database of a real PostgreSQL, and one that holds a fleet without practices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import pytest

from odapi_async.fleet.install import install
from odapi_async.mirror import Store
from tests.support.postgres import PostgresServer

_TABLES: Final = (
    *("fleet_practices", "fleet_workers", "fleet_pace", "odapi_pgqueuer", "odapi_pgqueuer_log"),
    *("mirror_practices", "mirror_state"),
)


@pytest.fixture
def empty_url(postgres: PostgresServer) -> str:
    """The URL of an empty database."""
    return postgres.emptied_database()


@pytest.fixture(scope="session")
def installed(postgres: PostgresServer) -> str:
    """The URL of a database that holds a fleet; `fleet_url` empties its tables."""
    url = postgres.new_database()

    async def prepare() -> None:
        async with Store(url) as store:
            await install(store)

    asyncio.run(prepare())
    return url


@pytest.fixture
def fleet_url(postgres: PostgresServer, installed: str) -> str:
    """The URL of a fleet without practices."""
    postgres.run(
        f"TRUNCATE {', '.join(_TABLES)}; UPDATE fleet_meta SET exclude = '{{}}', sweep_days = NULL;"
        " DROP TABLE IF EXISTS patients, recalls",
        name_of(installed),
    )
    return installed


@pytest.fixture
async def fleet(fleet_url: str) -> AsyncGenerator[Store]:
    """A fleet without practices."""
    async with Store(fleet_url) as store:
        yield store


def name_of(url: str) -> str:
    """Return the name of the database of a URL."""
    return url.partition("?")[0].rpartition("/")[2]

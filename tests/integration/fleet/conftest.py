"""The real server of the mirror's tests, with an empty database or one that holds a fleet."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from odapi_async.fleet.install import install
from odapi_async.mirror import Store
from tests.integration.mirror.conftest import lite, postgres
from tests.support.postgres import PostgresServer

__all__ = ["lite", "postgres"]


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """The URL of an empty database."""
    return postgres.emptied_database()


@pytest.fixture
async def fleet(url: str) -> AsyncGenerator[Store]:
    """A database that holds a fleet without practices."""
    async with Store(url) as store:
        await install(store)
        yield store

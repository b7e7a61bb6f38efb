"""A local opponent for tests that use one."""

from collections.abc import AsyncIterator

import pytest

from tests.opponent.server import Opponent


@pytest.fixture
async def opponent() -> AsyncIterator[Opponent]:
    async with Opponent() as server:
        yield server

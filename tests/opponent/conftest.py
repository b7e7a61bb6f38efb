"""A local and a remote opponent for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.opponent.server import Opponent


@pytest.fixture
async def opponent() -> AsyncIterator[Opponent]:
    async with Opponent() as server:
        yield server

"""The watch page of a database, and a browser to look at it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import Store
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import open_source
from tests.integration.mirror.conftest import postgres
from tests.support.made_up_fleet import make_mirror

__all__ = ["postgres"]

TOKEN: Final = "made-up-token-of-the-tests"
QUICK: Final = 0.05
"""Seconds between two looks at the database."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look as often as `pause` says, whatever a look costs."""
    monkeypatch.setattr("odapi_async.watch.feed._SHARE", 0.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    """The database of a single mirror with three practices."""
    async with Store(f"sqlite:///{tmp_path / 'practices.db'}") as store:
        await make_mirror(store, 3)
        yield store


@pytest.fixture
async def server(store: Store) -> AsyncGenerator[WatchServer]:
    """The page of this mirror."""
    async with WatchServer(await open_source(store), TOKEN, pause=QUICK) as server:
        yield server

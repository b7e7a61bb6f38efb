"""Workers are told of slices that are queued, and not of those that have ended at other workers."""

from __future__ import annotations

import asyncio
import json

import pytest

from odapi_async.fleet import engine
from odapi_async.fleet.connection import lasting_connection
from odapi_async.mirror import Store
from tests.integration.fleet.databases import empty_url, fleet, fleet_url, installed
from tests.support.postgres import is_there

__all__ = ["empty_url", "fleet", "fleet_url", "installed"]

pytestmark = pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine")


async def test_the_end_of_a_slice_wakes_no_other_worker(fleet: Store) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with lasting_connection(fleet.engine) as listening, lasting_connection(fleet.engine) as other:
        driver = engine._Driver(listening)
        await driver.add_listener("odapi_ch_pgqueuer", lambda payload: heard.put_nowait(str(payload)))
        await engine.enqueue(other, ["harbour"])
        await other.execute(f"DELETE FROM {engine.QUEUE}")
        await engine.enqueue(other, ["hill"])
        async with asyncio.timeout(10):
            operations = [json.loads(await heard.get())["operation"] for _ in range(2)]
    assert operations == ["insert", "insert"]

"""The connections of a worker: their names, and what it leaves in the store when it ends."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from odapi_async.fleet.connection import NAME, Connections
from odapi_async.mirror import Store
from odapi_async.mirror.database.store import utc_now
from tests.integration.fleet.databases import empty_url, fleet, fleet_url, installed
from tests.integration.fleet.working import sandbox, until, working
from tests.support.postgres import is_there

__all__ = ["empty_url", "fleet", "fleet_url", "installed"]

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine"),
]


async def names(store: Store, count: int = 1) -> set[str]:
    """The names of connections that are open at the same time."""
    connections = [await store.engine.connect() for _ in range(count)]
    try:
        query = sa.text("SELECT current_setting('application_name')")
        return {(await each.execute(query)).scalar_one() for each in connections}
    finally:
        for each in connections:
            await each.close()


def listeners(store: Store) -> int:
    dispatch = store.engine.sync_engine.pool.dispatch
    return len(dispatch.connect) + len(dispatch.checkout)


async def test_all_connections_are_replaced_as_often_as_they_are_renewed(fleet: Store) -> None:
    connections = Connections(fleet.engine, 1)
    before, given = await names(fleet, 3), set[str]()
    counts = {listeners(fleet)}
    with connections.configured():
        for _ in range(5):
            connections.renew()
            found = await names(fleet, 3)
            assert found == {connections.name}, "of all of them, those of the pool, too"
            given |= found
            counts.add(listeners(fleet))
    assert (len(before), len(given)) == (1, 5)
    assert all(each.startswith(NAME) for each in given)
    assert len(counts) == 2, "the pool keeps what listens to it for ever"
    assert listeners(fleet) == min(counts)


async def test_a_connection_that_another_worker_of_the_store_opened_is_used(fleet: Store) -> None:
    one, other = Connections(fleet.engine, 1), Connections(fleet.engine, 1)
    with one.configured(), other.configured():
        one.renew()
        other.renew()
        assert await names(fleet, 2) == {other.name}
        one.renew()
        assert await names(fleet, 2) == {other.name}


async def test_a_store_is_as_it_was_after_a_worker(fleet: Store, fleet_url: str) -> None:
    async with working(fleet_url, sandbox("hill")) as running:
        store = running.store
        await until(lambda: is_registered(fleet))
        assert store.clock is not utc_now, "it is the database's"
        await running.end()
        assert store.clock is utc_now
        assert listeners(store) == listeners(fleet)


async def is_registered(store: Store) -> bool:
    async with store.engine.connect() as connection:
        query = sa.text("SELECT EXISTS (SELECT FROM fleet_workers WHERE seen_at IS NOT NULL)")
        return bool((await connection.execute(query)).scalar_one())

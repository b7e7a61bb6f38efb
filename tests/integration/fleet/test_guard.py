"""The locks of workers, in a real PostgreSQL: one holder at a time, whatever happens to the other ones."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from odapi_async.fleet.connection import NAME, lasting_connection
from odapi_async.fleet.errors import GuardLost, LaneBusy, UnsuitableDatabase
from odapi_async.fleet.gate import Gate
from odapi_async.fleet.guard import Guard, check_pooler, lock_of
from odapi_async.fleet.install import install
from odapi_async.fleet.timing import Timing
from odapi_async.mirror import Store
from tests.support.pooler import pooler
from tests.support.postgres import PostgresServer, is_there

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine"),
]

TIMING = Timing(probe=0.1, lease=0.5, takeover=0.9, patience=0.4)
LOCK = lock_of("a fingerprint")

REGISTER = (
    "INSERT INTO fleet_workers (worker, host, process, version, concurrency, backend)"
    " VALUES ($1, 'host', 1, '0', 1, pg_backend_pid())"
)
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


class Holder(NamedTuple):
    """A worker's guard, its gate and its connection."""

    guard: Guard
    gate: Gate
    connection: Any
    worker: UUID


@pytest.fixture
async def store(postgres: PostgresServer) -> AsyncGenerator[Store]:
    async with Store(postgres.emptied_database()) as store:
        await install(store)
        yield store


@asynccontextmanager
async def holder(store: Store) -> AsyncGenerator[Holder]:
    async with lasting_connection(store.engine) as connection:
        worker, gate = uuid4(), Gate(TIMING.lease)
        await connection.execute(REGISTER, worker)
        yield Holder(Guard(connection, worker, gate, TIMING), gate, connection, worker)


async def locks(store: Store) -> int:
    async with lasting_connection(store.engine) as connection:
        return int(await connection.fetchval(HELD))


async def test_one_worker_at_a_time_holds_a_key(store: Store) -> None:
    async with holder(store) as one, holder(store) as other:
        watching = asyncio.create_task(one.guard.watch())
        async with one.guard.lane(LOCK):
            with pytest.raises(LaneBusy):
                async with other.guard.lane(LOCK):
                    pytest.fail("two workers hold one key")
            async with other.guard.lane(lock_of("another")):
                assert (one.guard.held, other.guard.held) == (1, 1)
        async with other.guard.lane(LOCK):
            pass
        watching.cancel()
        assert await locks(store) == 0


async def test_two_practices_of_one_worker_do_not_share_a_lock(store: Store) -> None:
    async with holder(store) as one, one.guard.lane(LOCK):
        with pytest.raises(LaneBusy):
            async with one.guard.lane(LOCK):
                pytest.fail("a session gets its own lock twice")


async def test_a_slice_waits_for_a_holder_that_ends_soon(store: Store) -> None:
    async with holder(store) as one, holder(store) as other:

        async def hold() -> None:
            async with one.guard.lane(LOCK):
                await asyncio.sleep(0.15)

        task = asyncio.create_task(hold())
        await asyncio.sleep(0.05)
        async with other.guard.lane(LOCK):
            assert task.done()


async def test_a_silent_worker_loses_its_locks_after_its_gate_is_shut(store: Store) -> None:
    async with holder(store) as silent, holder(store) as other:
        await silent.guard.probe()
        async with silent.guard.lane(LOCK):
            await asyncio.sleep(TIMING.takeover + 0.1)  # frozen: it gives no sign
            assert not silent.gate.is_open
            async with other.guard.lane(LOCK):
                pass
            with pytest.raises(GuardLost):
                await silent.guard.probe()
            assert not silent.gate.is_open


async def test_all_connections_of_a_silent_worker_are_ended(store: Store) -> None:
    """One that waits for the rest of a statement is not idle to the server, and keeps its rows for hours."""
    async with holder(store) as silent, holder(store) as other, lasting_connection(store.engine) as stranger:
        async with lasting_connection(store.engine) as second:
            for each in (silent.connection, second):
                await each.execute(f"SET application_name = '{NAME}one'")
            working = asyncio.create_task(second.execute("SELECT pg_sleep(60)"))
            async with silent.guard.lane(LOCK):
                await asyncio.sleep(TIMING.takeover + 0.1)
                async with other.guard.lane(LOCK):
                    pass
            with pytest.raises(Exception, match="terminating connection|connection was closed"):
                await working
        assert await stranger.fetchval("SELECT 1") == 1


async def test_a_worker_that_gives_signs_keeps_its_locks(store: Store) -> None:
    async with holder(store) as one, holder(store) as other:
        watching = asyncio.create_task(one.guard.watch())
        async with one.guard.lane(LOCK):
            for _ in range(4):
                assert one.gate.is_open
                with pytest.raises(LaneBusy):
                    async with other.guard.lane(LOCK):
                        pytest.fail("it was taken from a living worker")
        watching.cancel()


async def test_a_connection_that_the_server_ends_shuts_the_gate(store: Store) -> None:
    async with holder(store) as one, lasting_connection(store.engine) as person:
        watching = asyncio.create_task(one.guard.watch())
        async with one.guard.lane(LOCK):
            await person.execute(f"SELECT pg_terminate_backend({one.connection.get_server_pid()})")
            with pytest.raises(GuardLost):
                await watching
            assert not one.gate.is_open
        with pytest.raises(GuardLost):
            async with one.guard.lane(LOCK):
                pytest.fail("there is no connection")
        assert one.guard.held == 0


async def test_a_database_that_does_not_answer_in_time_shuts_the_gate(store: Store) -> None:
    async with holder(store) as one:
        await one.guard.probe()
        server = one.connection.get_server_pid()
        os.kill(server, signal.SIGSTOP)
        try:
            async with asyncio.timeout(5):
                with pytest.raises(GuardLost):
                    await one.guard.probe()
            assert not one.gate.is_open
        finally:
            os.kill(server, signal.SIGCONT)


async def test_a_worker_whose_row_was_removed_by_hand_stops(store: Store) -> None:
    async with holder(store) as one:
        await one.connection.execute("DELETE FROM fleet_workers")
        with pytest.raises(GuardLost):
            await one.guard.probe()


@pytest.mark.parametrize("steps", range(12))
async def test_a_slice_that_is_cancelled_leaves_no_lock(store: Store, steps: int) -> None:
    async with holder(store) as one:

        async def slice_() -> None:
            async with one.guard.lane(LOCK):
                await asyncio.sleep(0)

        task = asyncio.create_task(slice_())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert one.guard.held == 0
        assert await one.connection.fetchval(HELD) == 0
        await one.guard.probe()


async def test_cancelled_at_any_moment_between_statements(store: Store) -> None:
    """The answer of the server arrives after some of these moments, and before others."""
    async with holder(store) as one:
        for at in range(40):

            async def slice_() -> None:
                async with one.guard.lane(LOCK):
                    await asyncio.sleep(0)

            task = asyncio.create_task(slice_())
            await asyncio.sleep(at * 0.0002)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await one.connection.fetchval(HELD) == 0


def test_locks_are_numbers_of_64_bits_with_a_sign() -> None:
    found = {lock_of(f"fingerprint {at}") for at in range(1_000)}
    assert len(found) == 1_000
    assert all(-(2**63) <= each < 2**63 for each in found)


async def test_negative_numbers_of_locks_find_their_silent_holder(store: Store) -> None:
    lock = next(each for at in range(100) if (each := lock_of(f"{at}")) < 0)
    async with holder(store) as silent, holder(store) as other, silent.guard.lane(lock):
        await asyncio.sleep(TIMING.takeover + 0.1)
        async with other.guard.lane(lock):
            pass


async def test_a_pooler_in_transaction_mode_is_refused(store: Store, postgres: PostgresServer) -> None:
    name = store.engine.url.database
    async with (
        pooler(postgres.folder) as pool,
        Store(
            f"postgresql://postgres@127.0.0.1:{pool.port}/{name}?prepared_statement_cache_size=0"
        ) as pooled,
        lasting_connection(pooled.engine) as one,
        lasting_connection(pooled.engine) as other,
    ):
        with pytest.raises(UnsuitableDatabase, match="pooler in transaction mode"):
            await check_pooler(one, other)


async def test_connections_of_their_own_are_no_pooler(store: Store) -> None:
    async with lasting_connection(store.engine) as one, lasting_connection(store.engine) as other:
        await check_pooler(one, other)

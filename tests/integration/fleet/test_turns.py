"""What the database knows of slices, what a tick queues, and whose clock counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from odapi_async.fleet import FleetPractice, engine, turns
from odapi_async.fleet.connection import database_clock, lasting_connection
from odapi_async.fleet.difference import difference
from odapi_async.fleet.due import SliceOutcome
from odapi_async.fleet.install import install
from odapi_async.fleet.practices import apply, make_urgent
from odapi_async.fleet.schema import PACE, WORKERS
from odapi_async.fleet.status import PracticeStatus, read_fleet_status
from odapi_async.fleet.tally import Tally
from odapi_async.fleet.tick import prune, queue_due
from odapi_async.fleet.turns import Result
from odapi_async.mirror import Store
from odapi_async.mirror.database.store import utc_now
from tests.support.postgres import PostgresServer, is_there

pytestmark = pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine")

TAKEOVER = 15.0
WORKER = uuid4()


@pytest.fixture
async def store(postgres: PostgresServer) -> AsyncGenerator[Store]:
    async with Store(postgres.emptied_database()) as store:
        await install(store)
        yield store


async def load(store: Store, *names: str, every: float = 900.0) -> None:
    practices = [FleetPractice(name=name, key_ref="name:", every=every) for name in names]
    await apply(store, difference([], practices))


async def status_of(store: Store, name: str) -> PracticeStatus:
    return next(each for each in (await read_fleet_status(store)).practices if each.practice == name)


async def run(store: Store, name: str, outcome: SliceOutcome, error: str = "") -> None:
    turn = await turns.begin(store, name, WORKER, length=300)
    assert turn is not None
    await turns.end(store, turn, WORKER, Result(outcome=outcome, error=error))


async def execute(store: Store, statement: str) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(sa.text(statement))


async def test_a_slice_that_reads_everything_makes_a_practice_current(store: Store) -> None:
    await load(store, "harbour")
    turn = await turns.begin(store, "harbour", WORKER, length=300)
    assert turn is not None
    during = await status_of(store, "harbour")
    assert (during.reading, during.lag) == (True, None)
    assert 600 < during.due_in <= 660, "if it never ends, the practice is due again"
    await turns.end(store, turn, WORKER, Result(outcome=SliceOutcome.DONE))
    found = await status_of(store, "harbour")
    assert (found.reading, found.outcome, found.failures) == (False, "done", 0)
    assert found.lag is not None
    assert 890 < found.due_in <= 900


async def test_failures_count_until_one_slice_succeeds(store: Store) -> None:
    await load(store, "harbour")
    for count in (1, 2, 3):
        await run(store, "harbour", SliceOutcome.FAILED, "OfficeOffline: down")
        found = await status_of(store, "harbour")
        assert (found.failures, found.error) == (count, "OfficeOffline: down")
        assert found.failing_since is not None
        assert 30 * 2 ** (count - 1) - 5 < found.due_in <= 30 * 2 ** (count - 1)
    since = (await status_of(store, "harbour")).failing_since
    await run(store, "harbour", SliceOutcome.BUSY)
    found = await status_of(store, "harbour")
    assert (found.failures, found.failing_since, found.outcome) == (3, since, "failed")
    await run(store, "harbour", SliceOutcome.DONE)
    found = await status_of(store, "harbour")
    assert (found.failures, found.failing_since, found.error) == (0, None, "")


async def test_a_disabled_or_removed_practice_is_not_read(store: Store) -> None:
    await load(store, "harbour")
    await execute(store, "UPDATE fleet_practices SET enabled = false")
    assert await turns.begin(store, "harbour", WORKER, length=300) is None
    assert await turns.begin(store, "nobody", WORKER, length=300) is None


async def test_a_practice_that_somebody_asks_for_while_it_is_read_is_read_again(store: Store) -> None:
    await load(store, "harbour")
    turn = await turns.begin(store, "harbour", WORKER, length=300)
    assert turn is not None
    await make_urgent(store, ["harbour"])
    await turns.end(store, turn, WORKER, Result(outcome=SliceOutcome.DONE))
    assert (await status_of(store, "harbour")).due_in <= 0


@pytest.mark.parametrize("outcome", [SliceOutcome.DONE, SliceOutcome.STOPPED, SliceOutcome.FAILED])
async def test_it_keeps_its_priority(store: Store, outcome: SliceOutcome) -> None:
    await load(store, "harbour", "hill", "lake")
    turns_begun = {
        name: await turns.begin(store, name, WORKER, length=300) for name in ("harbour", "hill", "lake")
    }
    await make_urgent(store, ["hill"])
    await execute(store, f"TRUNCATE {engine.QUEUE}")  # its slice ends, and with it the job
    for turn in turns_begun.values():
        assert turn is not None
        await turns.end(store, turn, WORKER, Result(outcome=outcome))
    await execute(store, "UPDATE fleet_practices SET next_due = now() WHERE next_due > now()")
    await queue_due(store, TAKEOVER)
    assert await priorities(store) == {"harbour": 0, "hill": engine.URGENT, "lake": 0}
    await run(store, "hill", outcome)
    await execute(store, f"TRUNCATE {engine.QUEUE}")
    await execute(store, "UPDATE fleet_practices SET next_due = now() WHERE next_due > now()")
    await queue_due(store, TAKEOVER)
    assert await priorities(store) == {"harbour": 0, "hill": 0, "lake": 0}


async def test_it_keeps_its_priority_if_its_worker_dies(store: Store) -> None:
    await load(store, "harbour", "hill")
    for name in ("harbour", "hill"):
        await turns.begin(store, name, WORKER, length=300)
    await make_urgent(store, ["hill"])
    await execute(store, f"TRUNCATE {engine.QUEUE}")
    assert await queue_due(store, TAKEOVER) == 2
    assert await priorities(store) == {"harbour": 0, "hill": engine.URGENT}


async def priorities(store: Store) -> dict[str, int]:
    query = f"SELECT dedupe_key, priority FROM {engine.QUEUE}"
    async with store.engine.connect() as connection:
        return {row.dedupe_key: row.priority for row in await connection.execute(sa.text(query))}


async def test_the_end_of_a_slice_that_another_worker_has_taken_over_changes_nothing(store: Store) -> None:
    await load(store, "harbour")
    old = await turns.begin(store, "harbour", WORKER, length=300)
    other = uuid4()
    assert old is not None
    assert await turns.begin(store, "harbour", other, length=300) is not None
    await turns.end(store, old, WORKER, Result(outcome=SliceOutcome.FAILED, error="late"))
    found = await status_of(store, "harbour")
    assert (found.reading, found.error, found.failures) == (True, "", 0)


async def test_a_tick_queues_what_is_due_once(store: Store) -> None:
    await load(store, "harbour", "main-street", "orchard")
    await execute(
        store, "UPDATE fleet_practices SET next_due = now() + interval '1 h' WHERE practice = 'orchard'"
    )
    assert await queue_due(store, TAKEOVER) == 2
    assert await queue_due(store, TAKEOVER) == 0
    await execute(store, f"TRUNCATE {engine.QUEUE}")
    assert await queue_due(store, TAKEOVER) == 2, "a queue that was emptied by hand is filled again"


async def test_a_practice_whose_worker_is_gone_is_due(store: Store) -> None:
    await load(store, "harbour")
    await turns.begin(store, "harbour", WORKER, length=300)
    assert await queue_due(store, TAKEOVER) == 1
    await execute(store, f"TRUNCATE {engine.QUEUE}")
    async with store.engine.begin() as connection:
        row = {"worker": WORKER, "host": "a", "process": 1, "version": "0", "concurrency": 1, "backend": 1}
        await connection.execute(sa.insert(WORKERS).values(row))
    assert await queue_due(store, TAKEOVER) == 0
    await execute(store, "UPDATE fleet_workers SET seen_at = now() - interval '16 s'")
    assert await queue_due(store, TAKEOVER) == 1


async def test_what_nobody_needs_any_more_is_removed(store: Store) -> None:
    async with store.engine.begin() as connection:
        row = {"worker": WORKER, "host": "a", "process": 1, "version": "0", "concurrency": 1, "backend": 1}
        await connection.execute(sa.insert(WORKERS).values(row))
    tally = Tally()
    tally.requests, tally.rows, tally.allowed = 5, 50, 6.5
    await tally.flush(store, WORKER)
    await prune(store)
    status = await read_fleet_status(store)
    assert [(each.requests, each.rows, each.allowed) for each in status.pace] == [(5, 50, 6.5)]
    assert len(status.workers) == 1
    await execute(store, "UPDATE fleet_workers SET seen_at = now() - interval '25 h'")
    await execute(store, "UPDATE fleet_pace SET minute = minute - interval '3 days'")
    await prune(store)
    async with store.engine.connect() as connection:
        for table in (WORKERS, PACE):
            assert (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar() == 0


async def test_what_was_counted_is_written_once(store: Store) -> None:
    tally = Tally()
    for requests in (3, 3, 7):
        tally.requests = requests
        await tally.flush(store, WORKER)
    async with store.engine.connect() as connection:
        assert (await connection.execute(sa.select(sa.func.sum(PACE.c.requests)))).scalar() == 7


@pytest.mark.parametrize("minutes", [-7, 0, 7])
async def test_the_clock_of_the_database_counts(store: Store, minutes: float) -> None:
    def host() -> dt.datetime:
        return utc_now() + dt.timedelta(minutes=minutes)

    async with lasting_connection(store.engine) as connection:
        clock = await database_clock(connection, host)
        there = await connection.fetchval("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
    assert abs((clock() - there).total_seconds()) < 3
    assert clock().microsecond == 0

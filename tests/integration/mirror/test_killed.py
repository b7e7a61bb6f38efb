"""SIGKILL at random points of a run: the database has the rows of the source, without a hand laid on it."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Collection
from functools import partial
from typing import Final

import pytest
import sqlalchemy as sa

from odapi_async.mirror import Outcome, Store, StoreError
from odapi_async.sandbox import Arrival, Fault
from odapi_async.sandbox.rows import Row
from tests.support.bench import Bench, remote, serving
from tests.support.mirror import NAME, Arrivals, agree, copying, held, places, runs
from tests.support.mirror_victim import Order
from tests.support.mirror_victims import Victims, victims
from tests.support.postgres import PostgresServer, is_there

TABLES: Final = {"oak-street": ["patients", "procedure_logs"], "mill-lane": ["documents", "recalls"]}
RESOURCES: Final = (("oak-street", "patients"), ("oak-street", "procedurelogs"), ("mill-lane", "documents"))
OFFICES: Final = (
    remote("oak-street", rows={"patients": 1500, "procedurelogs": 900}, messy=0.1),
    remote("mill-lane", rows={"patients": 60, "documents": 150, "recalls": 250}, seed=2),
)

pytestmark = pytest.mark.unmeasured
LATENCY: Final = 0.004
MOST: Final = 8  # requests that a victim may live to send, and some milliseconds
JITTER: Final = 0.012


class Hunt:
    """Kills victims at random points while the source changes.

    Args:
        bench: the source.
        prey: the victims.
        order: what they do.
        seed: what chance grows from.
    """

    def __init__(self, bench: Bench, prey: Victims, order: Order, seed: int) -> None:
        self.killed = 0
        self.reading = 0
        self.completed = 0
        self._bench = bench
        self._prey = prey
        self._order = order
        self._random = random.Random(seed)

    async def kill(self, times: int) -> None:
        """Go on until so many were killed."""
        while self.killed < times:
            arrivals = self._bench.box.arrivals = Arrivals()
            reached = asyncio.Event()
            number = self._random.randint(0, MOST)
            arrivals.told = partial(_tell, arrivals, number, reached)
            end = await self._prey.start(self._order)
            waiting = asyncio.create_task(reached.wait())
            if number:
                await asyncio.wait([end, waiting], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(self._random.uniform(0, JITTER))  # real time, so that any moment may be hit
            waiting.cancel()
            self._prey.kill()
            self._count(await end, len(arrivals))
            self._change()

    def _count(self, ended: int, requests: int) -> None:
        if ended == 0:
            self.completed += 1
            self._order.sweep = True
            return
        assert ended == signal.SIGKILL
        self.killed += 1
        self.reading += requests > 0

    def _change(self) -> None:
        """Let a row come, one change and one go."""
        box = self._bench.box
        for key, resource in RESOURCES:
            rows = box.rows(key, resource)
            name = next(iter(rows[0]))
            box.remove_row(key, resource, self._random.choice(rows[:-1])[name])
            fields = rows[-1].keys()
            changed = {"LName": "Changed", "Note": "Changed."}
            box.change_row(key, resource, rows[-1][name], _only(changed, fields))
            new = {"LName": "New", "PatNum": 7, "ProcStatus": "C"}
            box.add_row(key, resource, _only(new, fields - {name}))


def _only(values: Row, fields: Collection[str]) -> Row:
    return {name: value for name, value in values.items() if name in fields}


def _tell(arrivals: Arrivals, number: int, reached: asyncio.Event, _: Arrival) -> None:
    if len(arrivals) >= number:
        reached.set()


async def check_left(store: Store) -> None:
    """Make sure that a cursor never is ahead of its rows."""
    for (practice, table), row in (await places(store)).items():
        cursor = (await store.state(practice, table)).cursor
        assert {*cursor.checkpoint.tail} <= (await held(store, practice, table)).keys()
        assert row["version"] == cursor.version


async def hunt(url: str, times: int) -> tuple[Hunt, int]:
    """Kill so many victims, let one live, and compare; return the number of rows."""
    async with serving(*OFFICES) as bench, victims() as prey:
        bench.box.add_fault(Fault("latency", None, seconds=LATENCY))
        order = Order(
            bench.box.url, bench.box.developer_key, {key: key for key in bench.box.keys}, TABLES, url
        )
        found = Hunt(bench, prey, order, seed=times)
        for part in range(5):
            await found.kill(times * (part + 1) // 5)
            async with Store(url) as store:
                await check_left(store)
        order.sweep = False
        assert await prey.run(order) == 0, "what was under way is completed"
        order.sweep = True
        assert await prey.run(order) == 0
        bench.box.clear_faults()
        async with Store(url) as store:
            rows = [
                await agree(store, name, bench.practice(name), table)
                for name, tables in TABLES.items()
                for table in tables
            ]
            ends = Counter(row["outcome"] for row in await runs(store))
            assert ends[Outcome.RUNNING] == 0
            assert ends[Outcome.KILLED] > times // 2
            assert ends.keys() <= {Outcome.DONE, Outcome.KILLED}
    assert found.killed == times
    assert found.reading >= 0.7 * times, "most were reading when they were killed"
    return found, sum(rows)


@pytest.mark.timeout(240)
async def test_fifty_times_in_a_file(lite: str) -> None:
    _, rows = await hunt(lite, 50)
    assert rows > 2500
    async with Store(lite) as store, store.engine.connect() as connection:
        assert (await connection.execute(sa.text("PRAGMA integrity_check"))).scalar_one() == "ok"


if is_there():

    @pytest.mark.timeout(120)
    async def test_ten_times_in_a_server(postgres: PostgresServer) -> None:
        _, rows = await hunt(postgres.new_database(), 10)
        assert rows > 2500

    async def test_the_server_itself_is_killed(postgres: PostgresServer) -> None:
        async with copying(postgres.new_database(), remote(rows={"patients": 450}), concurrency=1) as copy:
            copy.at(3, "/patients/Simple", postgres.kill)
            try:
                for _ in range(2):
                    with pytest.raises(StoreError, match=r"check .* server runs"):
                        await copy.run("patients", "claims")
            finally:
                postgres.restart()
            rows = await held(copy.store, NAME, "patients")
            assert len(rows) == (await copy.store.state(NAME, "patients")).cursor.checkpoint.offset == 100
            assert (await copy.run("patients", "claims")).complete
            assert await copy.check("patients", "claims") == 450 + 12
            outcomes = [row["outcome"] for row in await runs(copy.store)]
            assert outcomes == [Outcome.KILLED, Outcome.DONE, Outcome.DONE]

"""SIGKILL at random points of a run: the database has the rows of the source, without a hand laid on it."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, NamedTuple

import pytest
import sqlalchemy as sa

from odapi_async.mirror import Outcome, Store, StoreError
from odapi_async.sandbox import Arrival, Fault, Office
from odapi_async.sandbox.rows import Row
from tests.support.bench import Bench, remote, serving
from tests.support.mirror import NAME, Arrivals, agree, copying, held, places, runs
from tests.support.mirror_victim import Order
from tests.support.mirror_victims import Victims
from tests.support.postgres import PostgresServer, is_there


class Source(NamedTuple):
    """What is mirrored while victims are killed.

    Attributes:
        offices: the offices.
        tables: the tables by practice.
        changing: keys and resources whose rows change.
        requests: the most requests that a victim may live to send.
        seconds: the most that it lives longer.
        parts: how often the cursors are checked.
    """

    offices: tuple[Office, ...]
    tables: dict[str, list[str]]
    changing: tuple[tuple[str, str], ...]
    requests: int
    seconds: float
    parts: int


TWO: Final = Source(
    (
        remote("oak-street", rows={"patients": 1500, "procedurelogs": 900}, messy=0.1),
        remote("mill-lane", rows={"patients": 60, "documents": 150, "recalls": 250}, seed=2),
    ),
    {"oak-street": ["patients", "procedure_logs"], "mill-lane": ["documents", "recalls"]},
    (("oak-street", "patients"), ("oak-street", "procedurelogs"), ("mill-lane", "documents")),
    requests=8,
    seconds=0.012,
    parts=5,
)
NAMES: Final = tuple(f"office-{number}" for number in range(10))
TEN: Final = Source(
    tuple(remote(name, rows={"patients": 103, "recalls": 3}, seed=at) for at, name in enumerate(NAMES)),
    {name: ["patients", "recalls"] for name in NAMES},
    tuple((name, resource) for name in NAMES[::3] for resource in ("patients", "recalls")),
    requests=40,
    seconds=0.15,
    parts=2,
)

pytestmark = pytest.mark.unmeasured
LATENCY: Final = 0.004


class Hunt:
    """Kills victims at random points while the source changes.

    Args:
        bench: the source.
        prey: the victims.
        order: what they do.
        source: what is mirrored.
        seed: what chance grows from.
    """

    def __init__(self, bench: Bench, prey: Victims, order: Order, source: Source, seed: int) -> None:
        self.killed = 0
        self.reading = 0
        self.completed = 0
        self._bench = bench
        self._prey = prey
        self._order = order
        self._source = source
        self._random = random.Random(seed)

    async def kill(self, times: int) -> None:
        """Go on until so many were killed."""
        while self.killed < times:
            arrivals = self._bench.box.arrivals = Arrivals()
            reached = asyncio.Event()
            number = self._random.randint(0, self._source.requests)
            arrivals.told = partial(_tell, arrivals, number, reached)
            end = await self._prey.start(self._order)
            waiting = asyncio.create_task(reached.wait())
            if number:
                await asyncio.wait([end, waiting], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(
                self._random.uniform(0, self._source.seconds)
            )  # real time, so that any moment may be hit
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
        for key, resource in self._source.changing:
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


@pytest.fixture(scope="module")
def prey() -> Generator[Victims]:
    """One process for all tests: it takes seconds to start."""
    with Victims() as found:
        yield found


@asynccontextmanager
async def stopped(prey: Victims) -> AsyncGenerator[None]:
    """Let no victim survive its test."""
    try:
        yield
    finally:
        await prey.stop()


async def hunt(prey: Victims, url: str, times: int, source: Source = TWO) -> tuple[Hunt, int]:
    """Kill so many victims, let one live, and compare; return the number of rows."""
    async with serving(*source.offices) as bench, stopped(prey):
        bench.box.add_fault(Fault("latency", None, seconds=LATENCY))
        order = Order(
            bench.box.url, bench.box.developer_key, {key: key for key in bench.box.keys}, source.tables, url
        )
        found = Hunt(bench, prey, order, source, seed=times)
        for part in range(source.parts):
            await found.kill(times * (part + 1) // source.parts)
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
                for name, tables in source.tables.items()
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
async def test_fifty_times_in_a_file(prey: Victims, lite: str) -> None:
    _, rows = await hunt(prey, lite, 50)
    assert rows > 2500
    async with Store(lite) as store, store.engine.connect() as connection:
        assert (await connection.execute(sa.text("PRAGMA integrity_check"))).scalar_one() == "ok"


@pytest.mark.timeout(120)
async def test_ten_times_while_the_pages_of_ten_practices_are_written_in_groups(
    prey: Victims, lite: str
) -> None:
    _, rows = await hunt(prey, lite, 10, TEN)
    assert rows > 1000


if is_there():

    @pytest.mark.timeout(120)
    async def test_ten_times_in_a_server(prey: Victims, postgres: PostgresServer) -> None:
        _, rows = await hunt(prey, postgres.new_database(), 10)
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

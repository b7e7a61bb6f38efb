"""Ctrl-C at any moment of a run: nothing is lost, nothing stays open, and the next run completes it."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event

from odapi_async.mirror import Outcome, Store, StoreError
from odapi_async.sandbox import Office
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, Arrivals, Copy, copying, runs
from tests.support.watch import passes, pending, until

pytestmark = pytest.mark.unmeasured

TABLES: Final = ("patients", "claims", "documents")
MANY: Final = 1_000


def office() -> Office:
    return remote(rows={"patients": 4, "claims": 120, "documents": 10})


async def cancelled(copy: Copy, plan: Callable[[asyncio.Task[Any]], Callable[[], object]]) -> bool:
    """Run the mirror under a plan that cancels it; return whether it came to that."""
    run = asyncio.create_task(copy.run(*TABLES, sweep=True))
    undo = plan(run)
    try:
        await run
    except asyncio.CancelledError:
        return True
    finally:
        undo()
        await passes(2)  # whoever was to cancel it ends as well
        assert pending() == [], "what was under way has ended"
    return False


async def complete(copy: Copy) -> None:
    copy.bench.box.change_row(KEY, "claims", 7, {"ClaimNote": "Ring first."})
    report = await copy.run(*TABLES)
    assert report.complete, report.failed
    await copy.run("claims")
    assert await copy.check(*TABLES) == 4 + 120 + 10
    left = Counter(row["outcome"] for row in await runs(copy.store))
    assert left[Outcome.RUNNING] == 0
    assert left.keys() <= {Outcome.DONE, Outcome.KILLED}


@asynccontextmanager
async def each_statement(store: Store, notice: Callable[[], object]) -> AsyncGenerator[None]:
    """Call something before each statement of a new connection, in the event loop."""
    loop = asyncio.get_running_loop()

    def in_thread(_: str) -> None:
        loop.call_soon_threadsafe(notice)

    def in_loop(_: object) -> None:
        notice()

    def connected(connection: Any, _: object) -> None:
        driver = connection.driver_connection
        if store.engine.dialect.name == "sqlite":
            driver._connection.set_trace_callback(in_thread)
        else:
            driver.add_query_logger(in_loop)

    await store.engine.dispose()
    event.listen(store.engine.sync_engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(store.engine.sync_engine, "connect", connected)
        await store.engine.dispose()


async def test_cancelled_at_any_statement(url: str) -> None:
    async with copying(url, office()) as copy:
        stop: list[Callable[[], object]] = []
        left = 0

        def notice() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                stop[-1]()

        def plan(run: asyncio.Task[Any]) -> Callable[[], object]:
            stop.append(run.cancel)
            return lambda: None

        async with each_statement(copy.store, notice):
            left = number = 1
            hits = 0
            while number < MANY and await cancelled(copy, plan):
                number, hits = number + 1 + number // 8, hits + 1
                left = number
            left = 0
        assert hits >= 10
        await complete(copy)


async def test_cancelled_at_any_request(url: str) -> None:
    async with copying(url, office()) as copy:

        def at(number: int) -> Callable[[asyncio.Task[Any]], Callable[[], object]]:
            def plan(run: asyncio.Task[Any]) -> Callable[[], object]:
                arrivals = copy.bench.box.arrivals = Arrivals()
                arrivals.told = lambda _: run.cancel() if len(arrivals) == number else None
                return arrivals.clear

            return plan

        number, hits = 1, 0
        while number < MANY and await cancelled(copy, at(number)):
            number, hits = number + 1, hits + 1
        assert hits >= 5
        await complete(copy)


async def test_cancelled_after_any_number_of_turns_of_the_loop(url: str) -> None:
    rng = random.Random(20261125)
    async with copying(url, office()) as copy:
        hits = 0
        for _ in range(15):
            turns = int(2 ** rng.uniform(0, 9))

            async def cancel(run: asyncio.Task[Any], turns: int = turns) -> None:
                await passes(turns)
                run.cancel()

            def plan(run: asyncio.Task[Any]) -> Callable[[], object]:
                canceller = asyncio.create_task(cancel(run))
                return canceller.cancel

            hits += await cancelled(copy, plan)
        assert hits >= 5
        await complete(copy)


async def test_a_run_that_was_cancelled_is_named_in_the_table_of_runs(lite: str) -> None:
    async with copying(lite, office()) as copy:
        run = asyncio.create_task(copy.run("claims"))
        copy.at(2, "/claims", run.cancel)
        with pytest.raises(asyncio.CancelledError):
            await run
        assert copy.mirror.statuses[0].practice == NAME
        await copy.run("claims")
        assert [row["outcome"] for row in await runs(copy.store, "claims")] == [Outcome.KILLED, Outcome.DONE]


@pytest.mark.parametrize("turns", range(1, 12))
async def test_a_store_whose_end_is_cancelled_is_closed(
    lite: str, turns: int, caplog: pytest.LogCaptureFixture
) -> None:
    threads = threading.active_count()
    store = Store(lite)
    await store.open(["patients"])
    closing = asyncio.create_task(store.aclose())
    for _ in range(turns):
        await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    assert not caplog.records
    await until(lambda: threading.active_count() <= threads)


async def test_a_file_that_cannot_be_opened_starts_no_thread(tmp_path: Path) -> None:
    """The thread of its driver would use the event loop when that is closed already."""
    threads = threading.active_count()
    async with Store(f"sqlite:///file:{tmp_path}/none.db?mode=ro&uri=true") as store:
        with pytest.raises(StoreError, match="cannot be opened"):
            await store.count("main-street", "patients")
        assert threading.active_count() <= threads  # those of other tests may end meanwhile

"""Cancelled at every await: the next call works, and no task, connection or token is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import anyio
import pytest

from odapi_async import Mode, OpenDental, Practice, Priority, RetryPolicy, Tier, WaitTooLong
from odapi_async.sandbox import Fault, Sandbox
from tests.support.bench import KEY, QUICK, local, remote
from tests.support.lookup import by_name, delay_lookups
from tests.support.watch import passes, pending, until
from tests.support.wire import Heard, Proxy, RawServer, ok

LONG: Final = 30.0
PATIENT: Final = RetryPolicy(base_delay=LONG, max_delay=LONG)


@dataclass(frozen=True, slots=True)
class Path:
    """A client, and the way to the sandbox, on which connections are counted."""

    box: Sandbox
    proxy: Proxy
    client: OpenDental

    @property
    def sent(self) -> int:
        return self.client.scheduler.snapshot().counts.sent

    def practice(self, **options: Any) -> Practice:
        usual: dict[str, Any] = {
            "mode": Mode.LOCAL,
            "tier": Tier.READ_ALL,
            "concurrency": 1,
            "base_url": self.proxy.url,
        }
        return self.client.practice(KEY, **(usual | options))

    async def is_well(self, practice: Practice) -> None:
        """The practice answers, and there is nothing left of those who gave up."""
        assert (await practice.patients.get(7)).PatNum == 7
        await until(lambda: not pending())
        await until(lambda: self.proxy.open <= 1)
        assert self.client.scheduler.snapshot().lanes == ()


@asynccontextmanager
async def path(retries: RetryPolicy = QUICK, **office: Any) -> AsyncGenerator[Path]:
    served = remote(**office) if office else local()
    async with Sandbox([served]) as box, Proxy(box.url) as proxy:
        async with OpenDental(box.developer_key, retries=retries) as client:
            yield Path(box, proxy, client)
        await until(lambda: proxy.open == 0)


async def cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_while_it_waits_for_its_turn() -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=0.1))
        practice = way.practice()
        first = asyncio.create_task(practice.patients.get(1))
        await until(lambda: way.box.arrivals)
        second = asyncio.create_task(practice.patients.get(2))
        await passes(3)
        await cancel(second)
        await first
        await way.is_well(practice)
        assert [arrival.path for arrival in way.box.arrivals] == ["/patients/1", "/patients/7"]


async def test_while_it_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        go_on.wait(LONG)

    delay_lookups(monkeypatch, wait)
    async with path() as way:
        practice = way.practice(mode=Mode.REMOTE, base_url=by_name(way.proxy.url))
        connecting = asyncio.create_task(practice.patients.get(1))
        waiting = asyncio.create_task(practice.patients.get(7))
        await until(asked.is_set)
        await cancel(connecting)
        assert (way.sent, len(way.box.arrivals)) == (0, 0)
        go_on.set()
        async with asyncio.timeout(4.0):  # a token that is lost comes back after five seconds
            assert (await waiting).PatNum == 7
        assert way.sent == len(way.box.arrivals) == 1
        assert (pending(), way.proxy.open) == ([], 1)


async def test_while_it_waits_for_the_answer() -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=LONG))
        practice = way.practice()
        asking = asyncio.create_task(practice.patients.get(1))
        await until(lambda: way.box.arrivals)
        await cancel(asking)
        await way.is_well(practice)
        assert way.proxy.opened == 2, "the connection that was waited on is not used again"


async def test_while_it_reads_the_body() -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 50_000

    def reply(heard: Heard) -> bytes:
        return begun if heard.path == "/patients/1" else ok(b'{"PatNum": 7}')

    async with RawServer(reply) as server, OpenDental("developer", retries=QUICK) as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url, concurrency=1)
        reading = asyncio.create_task(practice.patients.get(1))
        await until(lambda: server.heard)
        await passes(50)  # half of the body is on its way, and the rest never comes
        assert not reading.done()
        await cancel(reading)
        assert (await practice.patients.get(7)).PatNum == 7
        await until(lambda: server.open == 1)
        assert (server.opened, pending()) == (2, [])


async def test_during_a_backoff() -> None:
    async with path(PATIENT) as way:
        way.box.add_fault(Fault("drop"))
        practice = way.practice()
        failing = asyncio.create_task(practice.patients.get(1))
        await until(lambda: way.box.arrivals and not way.client.scheduler.snapshot().lanes)
        await passes(3)
        await cancel(failing)
        await way.is_well(practice)
        assert len(way.box.arrivals) == 2


async def test_during_the_pause_after_a_429() -> None:
    async with path() as way:
        way.box.add_fault(Fault("throttle", retry_after=0.2))
        practice = way.practice()
        paused = asyncio.create_task(practice.patients.get(1))
        await until(lambda: any(lane.paused for lane in way.client.scheduler.snapshot().lanes))
        await cancel(paused)
        await way.is_well(practice)
        first, second = way.box.arrivals
        assert second.at - first.at >= 0.2, "the pause is the lane's, and goes on without him"


async def test_between_the_pages_of_a_list() -> None:
    async with path(rows={"patients": 1000}) as way:
        way.box.add_fault(Fault("latency", times=None, seconds=0.02))
        practice = way.practice(concurrency=3)
        collecting = asyncio.create_task(_collect(practice))
        await until(lambda: len(way.box.arrivals) >= 4)
        await cancel(collecting)
        assert pending() == []
        assert (await practice.patients.get(7)).PatNum == 7


async def _collect(practice: Practice) -> list[Any]:
    return await practice.patients.simple()


@asynccontextmanager
async def by_asyncio(seconds: float) -> AsyncGenerator[None]:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


@asynccontextmanager
async def by_anyio(seconds: float) -> AsyncGenerator[None]:
    with anyio.move_on_after(seconds) as scope:
        yield
    assert scope.cancelled_caught


@pytest.mark.parametrize("limit", [by_asyncio, by_anyio])
async def test_by_a_timeout_around_it(limit: Callable[[float], Any]) -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=LONG))
        practice = way.practice()
        async with limit(0.05):
            await practice.patients.get(1)
        await way.is_well(practice)


async def every_pass(make: Callable[[], Awaitable[Any]], after: Callable[[], Awaitable[None]]) -> int:
    """Cancel at the first pass of the loop, at the second, and so on, until the call is through before it."""
    count = 0
    while True:
        task = asyncio.ensure_future(make())
        await passes(count)
        if task.done():
            await task
            return count
        await cancel(task)
        await after()
        count += 1


@pytest.mark.parametrize("kept", [True, False], ids=["kept connection", "new connection"])
async def test_at_every_pass_of_the_event_loop(kept: bool) -> None:
    async with path() as way:
        practice = way.practice()

        async def again() -> None:
            assert (await practice.patients.get(7)).PatNum == 7
            if not kept:
                way.box.add_fault(Fault("drop"))
                await practice.providers.get(1)

        await again()
        assert await every_pass(lambda: practice.patients.get(1), again) > 5
        await way.is_well(practice)


async def has_left_by(count: int, box: Sandbox) -> bool:
    """Cancel a new client's first call at this pass; unless it has left, the one behind takes its token."""
    async with OpenDental(box.developer_key, retries=QUICK) as client:
        practice = client.practice(KEY, tier=Tier.READ_ALL, base_url=box.url)
        leaving = asyncio.create_task(practice.patients.get(1))
        behind = asyncio.create_task(practice.patients.get(7))
        await passes(count)
        sent = client.scheduler.snapshot().counts.sent
        await cancel(leaving)
        if sent:
            await cancel(behind)
            return True
        async with asyncio.timeout(4.0):  # a token that is lost comes back after five seconds
            await behind
        return False


async def test_at_every_pass_before_it_is_sent_it_costs_no_token() -> None:
    async with Sandbox([remote()]) as box:
        count = 0
        while not await has_left_by(count, box):
            count += 1
        assert count > 5
        assert len([arrival for arrival in box.arrivals if arrival.path == "/patients/7"]) == count


async def test_of_two_that_share_a_request_the_one_who_sends_it() -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=LONG, path="/patients/1"))
        practice = way.practice()
        sender, rider = (asyncio.create_task(practice.patients.get(1)) for _ in range(2))
        await until(lambda: way.box.arrivals)
        await cancel(sender)
        assert (await rider).PatNum == 1
        assert len(way.box.arrivals) == 2
        await way.is_well(practice)


async def test_of_two_that_share_a_request_the_one_who_rides_along() -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=0.1, path="/patients/1"))
        practice = way.practice()
        sender, rider = (asyncio.create_task(practice.patients.get(1)) for _ in range(2))
        await until(lambda: way.box.arrivals)
        await cancel(rider)
        assert (await sender).PatNum == 1
        assert len(way.box.arrivals) == 1
        await way.is_well(practice)


async def test_who_rode_along_and_waits_again_keeps_his_bound() -> None:
    async with path() as way:
        way.box.add_fault(Fault("latency", seconds=LONG))
        practice = way.practice(mode=Mode.REMOTE)
        rider = asyncio.create_task(
            practice.with_options(priority=Priority.BULK, max_wait=0.2).patients.get(1)
        )
        sender = asyncio.create_task(practice.with_options(priority=Priority.INTERACTIVE).patients.get(1))
        await until(lambda: way.box.arrivals)
        await cancel(sender)
        # his own turn is five seconds away now, which is more than he accepts
        async with asyncio.timeout(4.0):
            with pytest.raises(WaitTooLong):
                await rider

"""C1: a cancellation at the very edge of a timeout is never lost."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental, Request, RequestTimeout, RetryPolicy
from odapi_async._core.aiohttp_transport import AiohttpTransport
from tests.support.watch import until
from tests.support.wire import RawServer

TIMEOUT: Final = 0.1
AT_ONCE: Final = 50
WANTED: Final = 1_000


async def cancelled_at_the_edge(calls: list[asyncio.Task[Any]]) -> tuple[int, int]:
    """Cancel calls in the round of the loop in which their timeout is due.

    The loop is held up until both are due. Half of the cancellations come before the timeout, half after it.

    Returns:
        The number of calls that were cancelled before they had ended, and of those that then ended otherwise.
    """
    loop, cancelled = asyncio.get_running_loop(), list[asyncio.Task[Any]]()

    def cancel(call: asyncio.Task[Any]) -> None:
        if call.cancel():
            cancelled.append(call)

    now = loop.time()
    for number, call in enumerate(calls):
        loop.call_at(now + (TIMEOUT if number % 2 else 0.0), cancel, call)
    time.sleep(TIMEOUT + 0.005)  # noqa: ASYNC251 - the loop is late
    await asyncio.gather(*calls, return_exceptions=True)
    return len(cancelled), sum(not each.cancelled() for each in cancelled)


async def half_heard(server: RawServer, before: int, calls: list[asyncio.Task[Any]]) -> None:
    """Wait until half of the calls are in flight; on a slow machine the first ones end earlier."""
    await until(lambda: len(server.heard) - before >= AT_ONCE // 2 or any(each.done() for each in calls))


async def test_c1_none_of_1000_cancellations_at_the_timeout_is_lost() -> None:
    asyncio.get_running_loop().set_debug(False)  # it takes ten times as long
    transport, total, lost = AiohttpTransport(), 0, 0
    async with RawServer(lambda _: b"") as server:
        request = Request("GET", "/patients/1", f"{server.url}/patients/1", "ODFHIR a/b", None, TIMEOUT)
        while total < WANTED:
            calls = [asyncio.create_task(transport.send(request, lambda: None)) for _ in range(AT_ONCE)]
            await half_heard(server, len(server.heard), calls)
            cancelled, otherwise = await cancelled_at_the_edge(calls)
            total, lost = total + cancelled, lost + otherwise
        await transport.close()
    assert (lost, total >= WANTED) == (0, True)


@pytest.mark.parametrize("deadline", [None, 30.0])
async def test_c1_a_cancelled_call_sends_nothing_more(deadline: float | None) -> None:
    policy = RetryPolicy(max_attempts=3, base_delay=0.01)
    async with RawServer(lambda _: b"") as server, OpenDental("developer", retries=policy) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        practice = practice.with_options(timeout=TIMEOUT, deadline=deadline)
        call = asyncio.create_task(practice.patients.get(1))
        await until(lambda: server.heard)
        assert await cancelled_at_the_edge([asyncio.create_task(asyncio.sleep(0)), call]) == (2, 0)
        await asyncio.sleep(0.1)
        assert len(server.heard) == 1


async def test_c1_the_timeout_itself_still_ends_a_call() -> None:
    once = RetryPolicy(max_attempts=1)
    async with RawServer(lambda _: b"") as server, OpenDental("developer", retries=once) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url).with_options(timeout=TIMEOUT)
        with pytest.raises(RequestTimeout):
            await practice.patients.get(1)
        assert len(server.heard) == 1

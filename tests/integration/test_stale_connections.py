"""A4: bytes that nobody asked for are no response, and a get returns the row that was requested."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import pytest

from odapi_async import DecodeError, Mode, OpenDental, Practice, RetryPolicy
from tests.support.watch import until
from tests.support.wire import Heard, RawServer, ScriptedServer, ok

ONCE: Final = RetryPolicy(max_attempts=1)


def row(heard: Heard) -> bytes:
    return ok(b'{"PatNum": %s}' % (heard.path.rpartition("/")[2].encode() if heard.method == "GET" else b"7"))


UNASKED: Final[dict[str, Callable[[Heard], bytes]]] = {
    "the same response again": row,
    "408": lambda _: b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "no HTTP": lambda _: b"\x00\x01",
    "an end": lambda _: b"",
}

HALF: Final[dict[str, Callable[[Heard], bytes]]] = {
    "half a response": lambda _: b"HTTP/1.1 200 OK\r\nContent-Le"
}  # not seen once the loop has read it


class Late:
    """Answers each request, and sends more on the same connection once it is told to."""

    def __init__(self, more: Callable[[Heard], bytes]) -> None:
        self.sent = False
        self._more = more

    async def __call__(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(row(heard))
        if self.sent:
            return
        await asyncio.sleep(0.02)
        if more := self._more(heard):
            writer.write(more)
        else:
            writer.close()
        await asyncio.sleep(0)
        self.sent = True


@asynccontextmanager
async def practice_at(url: str) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", retries=ONCE) as od:
        yield od.practice("office", mode=Mode.LOCAL, base_url=url)


@pytest.mark.parametrize("more", UNASKED.values(), ids=UNASKED)
async def test_a4_the_next_request_gets_its_own_response(more: Callable[[Heard], bytes]) -> None:
    script = Late(more)
    async with ScriptedServer(script) as server, practice_at(server.url) as practice:
        assert (await practice.patients.get(1)).PatNum == 1
        await until(lambda: script.sent)
        await asyncio.sleep(0.02)
        assert (await practice.patients.get(2)).PatNum == 2
        created = await practice.patients.create(LName="Smith", FName="Jane")
        assert created.PatNum == 7
        assert [each.method for each in server.heard] == ["GET", "GET", "POST"]
        assert server.opened == 2, "the first connection was given up, and the second one kept"


@pytest.mark.parametrize("more", [*UNASKED.values(), *HALF.values()], ids=[*UNASKED, *HALF])
async def test_a4_bytes_that_the_loop_has_not_read_yet_count_too(more: Callable[[Heard], bytes]) -> None:
    """The server runs in a thread of its own, since the loop of the client stands still."""
    script = Late(more)
    async with in_thread(script) as url, practice_at(url) as practice:
        assert (await practice.patients.get(1)).PatNum == 1
        while not script.sent:
            time.sleep(0.01)  # noqa: ASYNC251 - this loop must not read
        time.sleep(0.01)  # noqa: ASYNC251 - likewise
        assert (await practice.patients.get(2)).PatNum == 2


@asynccontextmanager
async def in_thread(script: Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]) -> AsyncGenerator[str]:
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    client_loop = asyncio.get_running_loop()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        async with ScriptedServer(script) as server:
            end = asyncio.Event()
            loops.append((asyncio.get_running_loop(), end))
            client_loop.call_soon_threadsafe(started.set_result, server.url)
            await end.wait()

    thread = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(serve())))
    try:
        yield await started
    finally:
        loop, end = loops[0]
        loop.call_soon_threadsafe(end.set)
        await thread


async def test_a4_a_quiet_connection_is_kept() -> None:
    async with RawServer(row) as server, practice_at(server.url) as practice:
        for number in range(1, 6):
            assert (await practice.patients.get(number)).PatNum == number
            await asyncio.sleep(0.001)
        assert server.opened == 1


async def test_a4_a_get_refuses_another_row() -> None:
    answer = ok(b'{"PatNum": 1, "LName": "Smith"}')
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        assert (await practice.patients.get(1)).LName == "Smith"
        with pytest.raises(DecodeError, match="another Patient than the one that was requested") as caught:
            await practice.patients.get(2)
        assert (caught.value.field, caught.value.raw[:2]) == ("PatNum", b'{"')
        assert "Smith" not in f"{caught.value!r} {caught.value}"
        await until(lambda: len(server.heard) == 2)


async def test_a4_a_row_whose_path_has_another_id_is_not_compared() -> None:
    answer = ok(b'{"Total": 5.0, "PatNum": 3}')
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        assert (await practice.account_modules.aging(2)).Total == 5

"""E1: a response of any size costs bounded memory and time. The servers here send bombs."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import pytest

from odapi_async import Mode, NotFound, OpenDental, OutcomeUnknown, Practice, RetryPolicy, ServerError
from odapi_async._core.transport import MAX_RESPONSE
from odapi_async.errors import ConfigurationError, ConnectionLost, ResponseTooLarge, TransportError
from tests.support.wire import Heard, RawServer, ScriptedServer, ok

MIB: Final = 2**20
LIMIT: Final = 4 * MIB
BOMB_SIZE: Final = 96 * MIB
ROW: Final = b'{"PatNum": 1}'
FAST: Final = RetryPolicy(base_delay=0.01, max_delay=0.02)


def bomb(wbits: int) -> bytes:
    """Return a list of empty texts, compressed to about a thousandth."""
    packer = zlib.compressobj(1, zlib.DEFLATED, wbits)
    parts = [packer.compress(b'["')]
    parts += [packer.compress(b" " * MIB) for _ in range(BOMB_SIZE // MIB)]
    return b"".join([*parts, packer.compress(b'"]'), packer.flush()])


BOMBS: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "gzip": ("gzip", lambda: bomb(31)),
    "gzip of many members": ("gzip", lambda: gzip.compress(b" " * MIB) * (BOMB_SIZE // MIB)),
    "deflate": ("deflate", lambda: bomb(15)),
    "deflate without a header": ("deflate", lambda: bomb(-15)),
}


@asynccontextmanager
async def practice_at(url: str, max_response: int = LIMIT) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", retries=FAST, max_response=max_response) as od:
        yield od.practice("office", mode=Mode.LOCAL, base_url=url)


async def endless(head: str, writer: asyncio.StreamWriter, *, chunked: bool = False) -> None:
    """Send a gigabyte, as long as the client listens."""
    writer.write(f"HTTP/1.1 {head}\r\nContent-Type: text/html\r\n".encode())
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n")
    block = b"<" * MIB
    for _ in range(1024):
        writer.write(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        await writer.drain()


class Turns:
    """Counts how often the event loop gives other tasks their turn."""

    def __init__(self) -> None:
        self.count = 0

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.count += 1


@contextmanager
def memory_of(limit: int) -> Generator[None]:
    """Make sure that the block never uses much more memory than the limit, in bytes."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= limit + 8 * MIB


@pytest.mark.parametrize(("encoding", "make"), BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("limit", [LIMIT, MAX_RESPONSE])
@pytest.mark.unmeasured
async def test_e1_a_compressed_bomb_is_refused_in_bounded_memory_and_is_not_fetched_again(
    encoding: str, make: Callable[[], bytes], limit: int
) -> None:
    answer = ok(make(), Content_Encoding=encoding)
    async with RawServer(lambda _: answer) as server, practice_at(server.url, limit) as practice:
        turns = Turns()
        watching = asyncio.create_task(turns.watch())
        with memory_of(limit), pytest.raises(ResponseTooLarge) as caught:
            await practice.patients.list()
        watching.cancel()
        assert turns.count >= limit // MIB, "no megabyte is decompressed without a turn for other tasks"
        assert len(server.heard) == 1
        assert isinstance(caught.value, TransportError)
        assert caught.value.max_response == limit
        assert "GET /patients" in str(caught.value)
        assert "max_response" in str(caught.value)
        assert not [each for each in vars(caught.value).values() if isinstance(each, bytes)]


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "until the connection closes"])
async def test_e1_an_endless_response_is_read_up_to_the_limit(*, chunked: bool) -> None:
    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        await endless("200 OK", writer, chunked=chunked)

    async with ScriptedServer(script) as server, practice_at(server.url) as practice:
        with pytest.raises(ResponseTooLarge):
            await practice.patients.list()
        assert len(server.heard) == 1


async def test_e1_a_length_over_the_limit_is_refused_before_the_body_is_read() -> None:
    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1))

    async with ScriptedServer(script) as server, practice_at(server.url) as practice:
        async with asyncio.timeout(5):
            with pytest.raises(ResponseTooLarge):
                await practice.patients.list()


async def test_e1_a_write_with_too_large_a_response_has_an_unknown_outcome() -> None:
    answer = ok(b" " * (LIMIT + 1), status="201 Created")
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        with pytest.raises(OutcomeUnknown) as created:
            await practice.patients.create(LName="Smith", FName="Jane")
        with pytest.raises(OutcomeUnknown) as updated:
            await practice.patients.update(1, Preferred="Bee")
        assert [each.method for each in server.heard] == ["POST", "PUT"]
        for caught in (created, updated):
            assert isinstance(caught.value.__cause__, ResponseTooLarge)


async def test_e1_an_error_keeps_its_meaning_however_long_its_page_is() -> None:
    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        await endless("500 Internal Server Error", writer, chunked=True)

    async with ScriptedServer(script) as server, practice_at(server.url) as practice:
        with memory_of(LIMIT), pytest.raises(ServerError) as caught:
            await practice.patients.list()
        assert caught.value.explanation.startswith("<<<")
        assert len(caught.value.explanation) <= 64 * 1024
        assert len(server.heard) == FAST.max_attempts


COMPRESSED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "upper case": ("GZIP", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "two members": ("gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
    "deflate": ("deflate", zlib.compress),
    "deflate without a header": ("deflate", lambda body: zlib.compress(body, wbits=-15)),
    "identity": ("identity", bytes),
}


@pytest.mark.parametrize(("encoding", "pack"), COMPRESSED.values(), ids=COMPRESSED)
async def test_e1_a_compressed_response_is_read(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    answer = ok(pack(ROW), Content_Encoding=encoding)
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        assert (await practice.patients.get(1)).PatNum == 1
        assert (await practice.patients.get(1)).PatNum == 1
        assert server.opened == 1, "the connection is kept"
        assert server.heard[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(ROW)[:-9]),
        ("deflate", zlib.compress(ROW)[:-5]),
        ("br", b"\x0b\x06\x80"),
        ("gzip, gzip", gzip.compress(gzip.compress(ROW))),
    ],
    ids=["no gzip", "half of it", "half of deflate", "not accepted", "twice"],
)
async def test_e1_a_response_that_cannot_be_decompressed_is_a_lost_connection(
    encoding: str, body: bytes
) -> None:
    answer = ok(body, Content_Encoding=encoding)
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        with pytest.raises(ConnectionLost):
            await practice.patients.get(1)
        assert len(server.heard) == FAST.max_attempts


async def test_e1_an_error_that_cannot_be_decompressed_keeps_its_status() -> None:
    answer = ok(b"no gzip", status="404 Not Found", Content_Encoding="gzip")
    async with RawServer(lambda _: answer) as server, practice_at(server.url) as practice:
        with pytest.raises(NotFound) as caught:
            await practice.patients.get(1)
        assert (caught.value.explanation, len(server.heard)) == ("", 1)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "64"])
def test_e1_the_limit_has_to_be_a_number_of_bytes(wrong: int) -> None:
    with pytest.raises(ConfigurationError, match="max_response"):
        OpenDental("developer", max_response=wrong)

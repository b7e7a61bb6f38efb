"""Fault E12: the sandbox over HTTP reads no body without a key, and lets no web page control it."""

from __future__ import annotations

import asyncio
import contextlib
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

import pytest

from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.messages import MAX_BODY_BYTES
from odapi_async.sandbox.office import PERMISSIONS

KEY: Final = "office-one"
GOOD: Final = f"Authorization: ODFHIR sandbox-developer/{KEY}"
JSON: Final = "Content-Type: application/json"
MIB: Final = 1 << 20


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    office = Office(customer_key=KEY, permissions=frozenset(PERMISSIONS), mode="local")
    async with Sandbox([office]) as started:
        yield started


class Spoken:
    """One connection on which a test writes what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, sandbox: Sandbox) -> Spoken:
        url = urlsplit(sandbox.url)
        return cls(*await asyncio.open_connection(url.hostname, url.port))

    def send(self, start: str, *headers: str, host: str | None = None) -> None:
        address = self.writer.get_extra_info("peername")
        own = f"Host: {host or f'{address[0]}:{address[1]}'}"
        lines = [f"{start} HTTP/1.1", *([] if host == "" else [own]), *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode())

    async def status(self) -> tuple[int, bytes]:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        return int(head.split()[1]), head.lower()

    async def push(self, size: int) -> None:
        """Send a body of this size, or as much of it as the server takes."""
        piece = b"x" * 65_536
        try:
            for _ in range(size // len(piece)):
                self.writer.write(piece)
                await self.writer.drain()
        except ConnectionError:
            pass

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


async def spoken(sandbox: Sandbox, start: str, *headers: str, host: str | None = None) -> tuple[int, bytes]:
    connection = await Spoken.to(sandbox)
    connection.send(start, *headers, host=host)
    try:
        return await connection.status()
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((JSON,), 401),
        ((JSON, "Authorization: ODFHIR sandbox-developer/other"), 401),
        ((JSON, "Authorization: ODFHIR other/office-one"), 401),
        (("Content-Type: text/plain", GOOD), 400),
    ],
)
async def test_e12_a_request_is_refused_by_its_headers_before_a_byte_of_its_body_came(
    sandbox: Sandbox, headers: tuple[str, ...], expected: int
) -> None:
    status, head = await spoken(sandbox, "POST /api/v1/patients", *headers, "Content-Length: 500000000")
    assert (status, b"connection: close" in head) == (expected, True)
    assert [arrival.body for arrival in sandbox.arrivals] == [b""]


async def test_e12_a_body_without_a_key_is_not_kept_in_memory(sandbox: Sandbox) -> None:
    connection = await Spoken.to(sandbox)
    tracemalloc.start()
    try:
        connection.send("POST /api/v1/patients", JSON, f"Content-Length: {16 * MIB}")
        await connection.push(16 * MIB)
        assert (await connection.status())[0] == 401
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
        await connection.close()


@pytest.mark.parametrize("announced", [MAX_BODY_BYTES + 1, 10**15])
async def test_e12_a_body_that_is_announced_as_too_long_is_not_read(sandbox: Sandbox, announced: int) -> None:
    start = "PUT /api/v1/patients/1"
    status, head = await spoken(sandbox, start, JSON, GOOD, f"Content-Length: {announced}")
    assert (status, b"connection: close" in head) == (400, True)
    assert (sandbox.stats(KEY).requests, sandbox.stats(KEY).executed) == (1, 0)


@pytest.mark.parametrize(("headers", "expected"), [((JSON,), 401), ((JSON, GOOD), 400)])
async def test_e12_a_small_body_does_not_become_a_large_one(
    sandbox: Sandbox, headers: tuple[str, ...], expected: int
) -> None:
    bomb = zlib.compress(bytes(16 * MIB), 9)
    connection = await Spoken.to(sandbox)
    tracemalloc.start()
    try:
        length = f"Content-Length: {len(bomb)}"
        connection.send("PUT /api/v1/patients/1", *headers, "Content-Encoding: deflate", length)
        connection.writer.write(bomb)
        assert (await connection.status())[0] == expected
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
        await connection.close()


async def test_e12_only_a_request_with_a_key_is_told_to_continue(sandbox: Sandbox) -> None:
    start, expect = "PUT /api/v1/patients/1", "Expect: 100-continue"
    body = b'{"Preferred":"Bee"}'
    assert (await spoken(sandbox, start, JSON, expect, "Content-Length: 19"))[0] == 401
    connection = await Spoken.to(sandbox)
    connection.send(start, JSON, GOOD, expect, f"Content-Length: {len(body)}")
    assert (await connection.status())[0] == 100
    connection.writer.write(body)
    assert (await connection.status())[0] == 200
    await connection.close()
    assert sandbox.rows(KEY, "patients")[0]["Preferred"] == "Bee"


async def test_e12_a_connection_is_kept_if_the_body_was_read(sandbox: Sandbox) -> None:
    connection = await Spoken.to(sandbox)
    for _ in range(2):
        connection.send("GET /api/v1/patients/99", JSON, GOOD)
        status, head = await connection.status()
        assert (status, b"connection: close" in head) == (404, False)
        await connection.reader.readexactly(len('"Patient not found."'))
    await connection.close()


@pytest.mark.parametrize("start", ["GET /sandbox/stats", "POST /sandbox/reset", "DELETE /sandbox/faults"])
async def test_e12_a_control_path_answers_only_to_the_host_on_which_it_listens(
    sandbox: Sandbox, start: str
) -> None:
    port = urlsplit(sandbox.url).port or 0
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        assert (await spoken(sandbox, start, "Content-Length: 0", host=host))[0] == 200
    odd = (
        "evil.example",
        f"evil.example:{port}",
        "127.0.0.1",
        f"127.0.0.1:{port + 1}",
        f"127.0.0.1.evil:{port}",
    )
    for host in odd:
        assert (await spoken(sandbox, start, "Content-Length: 0", host=host))[0] == 403
    assert (await spoken(sandbox, start, "Content-Length: 0", f"Host: evil.example:{port}"))[0] in {400, 403}


async def test_e12_a_page_in_a_browser_cannot_reset_a_sandbox(sandbox: Sandbox) -> None:
    sandbox.change_row(KEY, "patients", 1, {"Preferred": "Bee"})
    start, origin = "POST /sandbox/reset", "Origin: http://evil.example"
    assert (await spoken(sandbox, start, "Content-Length: 0", origin))[0] == 403
    assert sandbox.rows(KEY, "patients")[0]["Preferred"] == "Bee"


async def test_e12_a_sandbox_with_a_control_token_is_controlled_with_it_alone() -> None:
    start = "DELETE /sandbox/stats"
    async with Sandbox([Office(customer_key=KEY)], control_token="möglich") as sandbox:
        for header in ("X-Nothing: 1", "Authorization: Bearer other", GOOD, "Authorization: Bearer"):
            assert (await spoken(sandbox, start, header))[0] == 401
        assert (await spoken(sandbox, start, "Authorization: Bearer möglich"))[0] == 200


async def test_a_sandbox_on_ipv6_has_an_address_that_clients_understand() -> None:
    sandbox = Sandbox([Office(customer_key=KEY)], host="::1")
    try:
        await sandbox.start()
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        assert urlsplit(sandbox.url).hostname == "::1"
        assert (await spoken(sandbox, "GET /sandbox/stats", host=f"[::1]:{urlsplit(sandbox.url).port}"))[
            0
        ] == 200
    finally:
        await sandbox.close()

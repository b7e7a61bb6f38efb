"""Streams all patients once with one client: `python -m benchmarks.stream_clients CLIENT ROOT IN_FLIGHT`.

Prints a `Streamed` as JSON. Every client fetches one page before the clock starts, so imports, decoders and
the first connection are not measured. It only counts the rows.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import GenericAlias
from typing import Any, Final
from unittest import mock

import aiohttp
import msgspec

from benchmarks.rows import bare_decoder, field_types
from odapi_async import Mode, OpenDental, Practice

PAGE: Final = 1_000
_HEADERS: Final = {"Authorization": "ODFHIR developer/customer", "Content-Type": "application/json"}


class Streamed(msgspec.Struct):
    """The result of one client: rows, seconds of wall time, and seconds of CPU."""

    rows: int
    wall: float
    cpu: float


class _Clock:
    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    def stop(self, rows: int) -> Streamed:
        return Streamed(rows, time.perf_counter() - self._wall, time.process_time() - self._cpu)


Fetch = Callable[[int], Awaitable[Sequence[object]]]


async def raw(root: str, in_flight: int) -> Streamed:
    """Stream with aiohttp and bare msgspec structs, the shortest code that does it."""
    decode = bare_decoder()
    url = f"{root}/1000/api/v1/patients/Simple"
    async with aiohttp.ClientSession(headers=_HEADERS) as session:

        async def fetch(offset: int) -> Sequence[object]:
            async with session.get(url, params={"Offset": str(offset)}) as response:
                return decode(await response.read())

        return await _drive(fetch, in_flight)


async def httpx_pydantic(root: str, in_flight: int) -> Streamed:
    """Stream with httpx and pydantic, the usual pair."""
    httpx, pydantic = importlib.import_module("httpx"), importlib.import_module("pydantic")
    model = pydantic.create_model("Model", **{name: (kind, ...) for name, kind in field_types().items()})
    validate = pydantic.TypeAdapter(GenericAlias(list, (model,))).validate_json
    url = f"{root}/1000/api/v1/patients/Simple"
    async with httpx.AsyncClient(headers=_HEADERS) as client:

        async def fetch(offset: int) -> Sequence[object]:
            page: Sequence[object] = validate((await client.get(url, params={"Offset": offset})).content)
            return page

        return await _drive(fetch, in_flight)


async def by_page(root: str, in_flight: int) -> Streamed:
    """Stream pages with this package."""
    async with OpenDental("developer") as client:
        practice = await _practice(client, root, in_flight)
        clock, rows = _Clock(), 0
        async for page in practice.patients.simple().pages():
            for _ in page:
                rows += 1
        return clock.stop(rows)


async def by_page_unchecked(root: str, in_flight: int) -> Streamed:
    """Stream pages with this package, but neither check nor complete the rows."""
    with mock.patch("odapi_async._wire.decoder.cleaner", return_value=None):
        return await by_page(root, in_flight)


async def by_row(root: str, in_flight: int) -> Streamed:
    """Stream rows with this package."""
    async with OpenDental("developer") as client:
        practice = await _practice(client, root, in_flight)
        clock, rows = _Clock(), 0
        async for _ in practice.patients.simple():
            rows += 1
        return clock.stop(rows)


def sdk_list(root: str, _: int) -> Streamed:
    """Page through opendental-sdk's `list` with the longest pages that an office sends."""
    patients_client = _sdk(f"{root}/1000/api/v1")
    clock, rows = _Clock(), 0
    while True:
        page = patients_client.list(offset=rows, limit=PAGE)
        for _ in page:
            rows += 1
        if len(page) < PAGE:
            return clock.stop(rows)


def sdk_get_all(root: str, _: int) -> Streamed:
    """Call opendental-sdk's `get_all` without its sleep; it knows pages of 100 rows only."""
    patients_client = _sdk(f"{root}/100/api/v1")
    clock, rows = _Clock(), 0
    for _ in patients_client.get_all(throttle_delay=0):
        rows += 1
    return clock.stop(rows)


async def _practice(client: OpenDental, root: str, in_flight: int) -> Practice:
    practice = client.practice(
        "customer", mode=Mode.LOCAL, base_url=f"{root}/1000/api/v1", concurrency=in_flight
    )
    await practice.patients.simple().first()
    return practice


def _sdk(url: str) -> Any:
    client = importlib.import_module("opendental").OpenDentalClient("developer", "customer", base_url=url)
    client.patients.list(limit=PAGE)
    return client.patients


async def _drive(fetch: Fetch, in_flight: int) -> Streamed:
    await fetch(0)
    clock, rows = _Clock(), 0
    async for page in _in_order(fetch, in_flight):
        for _ in page:
            rows += 1
    return clock.stop(rows)


async def _in_order(fetch: Fetch, in_flight: int) -> AsyncIterator[Sequence[object]]:
    tasks: deque[asyncio.Future[Sequence[object]]] = deque()
    offset = 0
    while True:
        while len(tasks) < in_flight:
            tasks.append(asyncio.ensure_future(fetch(offset)))
            offset += PAGE
        page = await tasks.popleft()
        yield page
        if len(page) < PAGE:
            await asyncio.gather(*tasks)
            return


CLIENTS: Final[Mapping[str, Callable[[str, int], Any]]] = {
    each.__name__: each
    for each in (raw, by_page, by_page_unchecked, by_row, httpx_pydantic, sdk_list, sdk_get_all)
}


def _main(name: str, root: str, in_flight: int) -> None:
    client = CLIENTS[name]
    if asyncio.iscoroutinefunction(client):
        streamed = asyncio.run(client(root, in_flight))
    else:
        streamed = client(root, in_flight)
    sys.stdout.buffer.write(msgspec.json.encode(streamed))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

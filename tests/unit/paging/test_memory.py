"""A list that waits for its next page does not hold the rows of the pages before."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import ClassVar, Final, cast

import msgspec
import pytest

from odapi_async import OpenDentalError, Response, Rows
from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest

KEPT: Final = 6  # of two pages: those that tell a page that is sent again


class Row(msgspec.Struct, weakref=True):
    __id_fields__: ClassVar[tuple[str, ...]] = ("Num",)
    Num: int


class Slow:
    """Replaces the calls to a practice: two pages come at once, and the third one never."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(prefetch=1, page_limit=100)
        self.prefetch = 1
        self.options = SimpleNamespace(check=None)
        self.waits = asyncio.Event()

    def start(self) -> Slow:
        return self

    def label(self, error: OpenDentalError) -> OpenDentalError:
        return error

    async def on_way(self, _: PreparedRequest) -> Slow:
        return self

    def without_reuse(self) -> Slow:
        return self

    def decode(self, read: Callable[[Response], list[Row]], response: Response) -> list[Row]:
        return read(response)

    async def execute(self, _: PreparedRequest, paging: Mapping[str, str]) -> Response:
        offset = int(paging.get("Offset", "0"))
        if offset >= 190:
            self.waits.set()
            await asyncio.Event().wait()
        return Response(200, {}, msgspec.json.encode([Row(offset + number) for number in range(1, 101)]))


async def by_page(rows: Rows[Row]) -> AsyncGenerator[Sequence[Row]]:
    async for page in rows.pages():
        yield page
        del page


async def by_row(rows: Rows[Row]) -> AsyncGenerator[Sequence[Row]]:
    async for row in rows:
        yield [row]
        del row


async def by_walk(rows: Rows[Row]) -> AsyncGenerator[Sequence[Row]]:
    async for page in rows.walk("Num"):
        yield page.rows
        del page


@pytest.mark.parametrize("read", [by_page, by_row, by_walk])
async def test_rows_are_let_go(read: Callable[[Rows[Row]], AsyncGenerator[Sequence[Row]]]) -> None:
    operation = Operation("GET", "/rows", Row, since=None)
    server = Slow()
    rows = Rows(cast("Calls", server), PreparedRequest(operation, operation.path, {}, None), Row)
    seen: list[weakref.ref[Row]] = []

    async def consume() -> None:
        async for some in read(rows):
            seen.extend(map(weakref.ref, some))
            del some

    consumer = asyncio.create_task(consume())
    await asyncio.wait_for(server.waits.wait(), 5)
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(seen) in {198, 200}
    assert sum(each() is not None for each in seen) <= KEPT
    consumer.cancel()
    await asyncio.gather(consumer, return_exceptions=True)

"""Fault A5: a server that ignores Offset would be read for ever; a query whose rows are alike must not be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from odapi_async import Mode, OpenDental, Practice, RepeatedPage, Request, Response, Tier
from tests.support.bench import KEY, in_process, local

ALIKE: Final = 250


class Deaf:
    """A transport whose server sends the same full page, whatever the Offset is, perhaps in another order."""

    def __init__(self, turn: int = 0) -> None:
        self.sent = 0
        self.turn = turn

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        self.sent += 1
        on_sent()
        first = self.turn * self.sent
        rows = ",".join(f'{{"PatNum":{(first + number) % 100 + 1}}}' for number in range(100))
        return Response(200, {}, f"[{rows}]".encode())

    async def close(self) -> None:
        pass


async def read_all(practice: Practice) -> None:
    await practice.patients.list(LName="a")


async def read_rows(practice: Practice) -> None:
    async for _ in practice.rows("/patients"):
        pass


async def walk(practice: Practice) -> None:
    async for _ in practice.patients.list(LName="a").walk("PatNum"):
        pass


@pytest.mark.parametrize("turn", [0, 1, 37, 99])
@pytest.mark.parametrize("read", [read_all, read_rows, walk])
async def test_a5_a_page_that_comes_again_ends_the_list(
    read: Callable[[Practice], Awaitable[None]], turn: int
) -> None:
    transport = Deaf(turn)
    async with OpenDental("developer", transport=transport) as client:
        practice = client.practice(KEY, tier=Tier.ENTERPRISE, mode=Mode.LOCAL)
        with pytest.raises(RepeatedPage, match="ignores Offset"):
            await read(practice)
    assert transport.sent < 10


async def test_the_rows_of_a_query_may_all_be_the_same() -> None:
    async with in_process(local(rows={"patients": ALIKE})) as bench:
        query = bench.practice().queries.short_query(SqlCommand="SELECT 1 AS one FROM patient")
        assert await query == [{"one": 1}] * ALIKE

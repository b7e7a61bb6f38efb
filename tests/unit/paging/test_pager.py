"""The pager alone: the offsets that it requests, the order of pages, and that it leaves no task behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from odapi_async._paging import pager
from odapi_async._paging.pager import Pager
from odapi_async._paging.window import Window
from odapi_async.limits import PAGE_LIMITS


class Listing:
    """A list of `total` whole numbers in pages of `limit`. Records the offsets that were requested."""

    def __init__(self, total: int, limit: int = 100) -> None:
        self.total = total
        self.limit = limit
        self.requested: list[int] = []
        self.limits: list[int | None] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self.before_response: Callable[[int], Awaitable[None]] = lambda _: asyncio.sleep(0)

    async def fetch(self, offset: int, limit: int | None = None) -> list[int]:
        self.requested.append(offset)
        self.limits.append(limit)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            await self.before_response(offset)
        finally:
            self.in_flight -= 1
        return list(range(offset, min(offset + min(limit or self.limit, self.limit), self.total)))


async def collect(pager: Pager[int]) -> list[int]:
    rows: list[int] = []
    while page := await pager.next():
        rows += page
    return rows


def nothing_else_runs() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 200, 250, 1000])
@pytest.mark.parametrize("prefetch", [1, 2, 4])
async def test_every_row_is_returned_once_and_in_order(total: int, prefetch: int) -> None:
    listing = Listing(total)
    assert await collect(Pager(listing.fetch, prefetch)) == list(range(total))
    assert nothing_else_runs()


@pytest.mark.parametrize(
    ("total", "limit", "requested"),
    [
        (0, 100, [0]),
        (99, 100, [0]),
        (100, 100, [0, 100]),
        (250, 100, [0, 100, 200]),
        (1000, 1000, [0, 1000]),
        (10_000, 10_000, [0, 10_000]),
        (500, 500, [0]),
    ],
)
async def test_one_page_at_a_time_sends_no_unneeded_request(
    total: int, limit: int, requested: list[int]
) -> None:
    listing = Listing(total, limit)
    await collect(Pager(listing.fetch, 1))
    assert listing.requested == requested
    assert (limit in PAGE_LIMITS) == (limit != 500)


@pytest.mark.parametrize("prefetch", [1, 3, 5])
async def test_pages_in_flight_are_limited(prefetch: int) -> None:
    listing = Listing(1050)
    await collect(Pager(listing.fetch, prefetch))
    assert listing.max_in_flight == prefetch


async def test_after_the_last_page_nothing_is_fetched() -> None:
    listing = Listing(50)
    pager = Pager(listing.fetch, 4)
    await collect(pager)
    assert await pager.next() is None
    assert listing.requested == [0]


async def test_nothing_is_fetched_before_the_first_call() -> None:
    listing = Listing(50)
    pager = Pager(listing.fetch, 4)
    await asyncio.sleep(0)
    assert listing.requested == []
    await pager.close()


async def test_a_late_page_is_returned_in_order() -> None:
    listing = Listing(650)

    async def later_ones_first(offset: int) -> None:
        for _ in range(1000 - offset):
            await asyncio.sleep(0)

    listing.before_response = later_ones_first
    assert await collect(Pager(listing.fetch, 4)) == list(range(650))


@pytest.mark.parametrize(("first", "then"), [(100, 1000), (1000, 100)])
@pytest.mark.parametrize("at", [100, 1000, 2000])
@pytest.mark.parametrize("prefetch", [1, 4])
async def test_a_changed_page_length_loses_and_repeats_no_row(
    first: int, then: int, at: int, prefetch: int
) -> None:
    listing = Listing(5432, first)

    async def change(offset: int) -> None:
        if offset >= at:
            listing.limit = then

    listing.before_response = change
    assert await collect(Pager(listing.fetch, prefetch)) == list(range(5432))
    assert nothing_else_runs()


async def test_after_a_shorter_page_the_offset_follows_the_received_rows() -> None:
    lengths = {0: 1000, 1000: 100, 1100: 100, 1200: 7}
    requested: list[int] = []

    async def fetch(offset: int, _: int | None) -> list[int]:
        requested.append(offset)
        await asyncio.sleep(0)
        return list(range(offset, offset + lengths.get(offset, 1000)))

    assert await collect(Pager(fetch, 3)) == list(range(1207))
    assert {1100, 1200} <= set(requested)


@pytest.mark.parametrize("prefetch", [1, 4])
async def test_an_error_comes_after_the_pages_before_it(prefetch: int) -> None:
    listing = Listing(1000)

    async def fail(offset: int) -> None:
        if offset == 200:
            raise OSError("the third page")

    listing.before_response = fail
    pager = Pager(listing.fetch, prefetch)
    assert await pager.next() == list(range(100))
    assert await pager.next() == list(range(100, 200))
    with pytest.raises(OSError, match="the third page"):
        await pager.next()
    await pager.close()
    assert nothing_else_runs()


async def test_closing_twice_cancels_pages_in_flight() -> None:
    listing = Listing(1000)
    forever = asyncio.Event()

    async def hang(offset: int) -> None:
        if offset:
            await forever.wait()

    listing.before_response = hang
    pager = Pager(listing.fetch, 4)
    await pager.next()
    await asyncio.sleep(0)
    assert listing.in_flight == 4
    await pager.close()
    await pager.close()
    assert listing.in_flight == 0
    assert nothing_else_runs()


async def test_a_cancelled_consumer_can_close_pages_in_flight() -> None:
    listing = Listing(1000)
    begun, forever = asyncio.Event(), asyncio.Event()

    async def hang(_: int) -> None:
        begun.set()
        await forever.wait()

    pager = Pager(listing.fetch, 4)
    await pager.next()
    listing.before_response = hang

    async def consume() -> None:
        try:
            await collect(pager)
        finally:
            await pager.close()

    consumer = asyncio.create_task(consume())
    await begun.wait()
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer
    assert listing.in_flight == 0
    assert nothing_else_runs()


async def collect_overlapping(pager: Pager[int]) -> list[tuple[int, list[int]]]:
    found: list[tuple[int, list[int]]] = []
    while (page := await pager.next()) is not None:
        found.append((pager.offset, page))
    return found


@pytest.mark.parametrize("prefetch", [1, 4])
@pytest.mark.parametrize("start", [0, 1, 99, 100, 250, 300])
async def test_reading_begins_at_the_start_offset(start: int, prefetch: int) -> None:
    listing = Listing(250)
    assert await collect(Pager(listing.fetch, prefetch, window=Window(start))) == list(range(start, 250))
    assert listing.requested[0] == start


@pytest.mark.parametrize("prefetch", [1, 2, 4])
@pytest.mark.parametrize(("limit", "overlap"), [(100, 1), (100, 2), (1000, 2), (3, 2), (5, 4)])
@pytest.mark.parametrize("start", [0, 95])
async def test_each_page_begins_with_the_end_of_the_one_before(
    start: int, limit: int, overlap: int, prefetch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pager, "PAGE_LIMITS", {limit})
    listing = Listing(320, limit)
    found = await collect_overlapping(Pager(listing.fetch, prefetch, window=Window(start), overlap=overlap))
    for (_, page), (offset, following) in pairwise(found):
        assert page[-overlap:] == following[:overlap]
        assert following[0] == offset
    assert found[0][0] == start
    assert sorted({row for _, page in found for row in page}) == list(range(start, 320))
    assert len(set(listing.requested)) == len(listing.requested), "no page is requested twice"
    assert nothing_else_runs()


@pytest.mark.parametrize("total", [100, 198])
async def test_a_list_that_ends_with_a_full_page_ends_with_the_overlap(total: int) -> None:
    listing = Listing(total)
    found = await collect_overlapping(Pager(listing.fetch, 1, overlap=2))
    assert found[-1] == (total - 2, [total - 2, total - 1])


async def test_pages_no_longer_than_the_overlap_do_not_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pager, "PAGE_LIMITS", {2})
    listing = Listing(7, 2)
    assert await collect(Pager(listing.fetch, 3, overlap=2)) == list(range(7))


@pytest.mark.parametrize(("first", "then"), [(100, 1000), (1000, 100)])
@pytest.mark.parametrize("prefetch", [1, 4])
async def test_overlapping_pages_whose_length_changes_leave_no_gap(
    first: int, then: int, prefetch: int
) -> None:
    listing = Listing(5432, first)

    async def change(offset: int) -> None:
        if offset >= 1500:
            listing.limit = then

    listing.before_response = change
    found = await collect_overlapping(Pager(listing.fetch, prefetch, overlap=2))
    for (_, page), (offset, following) in pairwise(found):
        assert page[-2:] == following[:2] == [offset, offset + 1]
    assert sorted({row for _, page in found for row in page}) == list(range(5432))


@pytest.mark.parametrize("prefetch", [1, 4])
async def test_a_rewind_cancels_prefetched_pages(prefetch: int) -> None:
    listing = Listing(450)
    pager = Pager(listing.fetch, prefetch)
    for _ in range(3):
        await pager.next()
    assert pager.offset == 200
    await pager.rewind(50)
    assert nothing_else_runs()
    assert await pager.next() == list(range(50, 150))
    assert pager.offset == 50
    assert await collect(pager) == list(range(150, 450))


async def test_a_rewind_continues_after_the_last_page() -> None:
    listing = Listing(150)
    pager = Pager(listing.fetch, 4)
    await collect(pager)
    await pager.rewind(140)
    assert await pager.next() == list(range(140, 150))
    assert await pager.next() is None


async def test_a_rewind_may_come_before_the_first_page() -> None:
    listing = Listing(150)
    pager = Pager(listing.fetch, 1, window=Window(120))
    await pager.rewind(30)
    assert await collect(pager) == list(range(30, 150))
    assert listing.requested[0] == 30

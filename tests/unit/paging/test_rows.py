"""`walk` keeps its promises on generated lists that change in any way while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from math import ceil, log2
from types import SimpleNamespace
from typing import Final, Literal, NamedTuple, cast
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async import Checkpoint, OpenDentalError, Response, Rows
from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest
from odapi_async._paging import pager
from odapi_async._paging.drift import OVERLAP, START


class Row(msgspec.Struct):
    Num: int


LIST: Final = Operation("GET", "/rows", Row, since=None)
Kind = Literal["delete", "insert", "move"]


class Step(NamedTuple):
    """One change of a list: a row is deleted, inserted, or moved to the end."""

    kind: Kind
    at: int


class Listing:
    """Replaces the calls to a practice: a list that changes before each response.

    Args:
        total: the number of rows at first.
        limit: the length of a page, in rows.
        prefetch: pages that may be in flight at once.
        changes: the changes of the list before each response.
        delays: iterations of the event loop that requests take, so that they overtake each other.
    """

    def __init__(
        self, total: int, limit: int, prefetch: int, changes: list[list[Step]], delays: list[int]
    ) -> None:
        self.settings = SimpleNamespace(prefetch=prefetch, page_limit=limit)
        self.prefetch = prefetch
        self.rows = list(range(total))
        self.remaining = set(self.rows)
        self.requested: list[int] = []
        self.limit = limit
        self._next = total
        self._changes = changes[::-1]
        self._delays = delays

    def opened(self) -> Rows[Row]:
        """Return the list as a client reads it."""
        return Rows(cast("Calls", self), PreparedRequest(LIST, LIST.path, {}, None), Row)

    def change(self) -> None:
        """Make the next changes."""
        for step in self._changes.pop() if self._changes else []:
            self._happen(step)

    def label(self, error: OpenDentalError) -> OpenDentalError:
        return error

    async def on_way(self, _: PreparedRequest) -> Listing:
        return self

    async def execute(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> Response:
        offset = int(paging.get("Offset", "0"))
        self.requested.append(offset)
        for _ in range(self._delays[len(self.requested) % len(self._delays)]):
            await asyncio.sleep(0)
        self.change()
        rows = [Row(num) for num in self.rows[offset : offset + self.limit]]
        return Response(200, {}, msgspec.json.encode(rows))

    def without_reuse(self) -> Listing:
        return self

    def decode(self, read: Callable[[Response], list[Row]], response: Response) -> list[Row]:
        return read(response)

    def _happen(self, step: Step) -> None:
        if step.kind == "insert":
            self.rows.insert(step.at % (len(self.rows) + 1), self._next)
            self._next += 1
        elif self.rows:
            row = self.rows.pop(step.at % len(self.rows))
            self.remaining.discard(row)
            if step.kind == "move":
                self.rows.append(row)


class Reader:
    """Reads a list in several walks, each from the last checkpoint of the one before."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.checkpoint = START
        self.row_ids: list[int] = []
        self.moves = 0

    async def read(self, pages: int | None = None) -> None:
        """Read a number of pages, or all."""
        checkpoint = msgspec.json.decode(msgspec.json.encode(self.checkpoint), type=Checkpoint)
        walk = self.listing.opened().walk("Num", checkpoint)
        expected = max(0, checkpoint.offset - OVERLAP)
        requested = len(self.listing.requested)
        read = 0
        while read != pages:
            page = await anext(walk, None)
            if page is None:
                break
            again = any(offset < expected for offset in self.listing.requested[requested:])
            assert page.drifted == again, "earlier rows were read again exactly if this is reported"
            self.moves += page.drifted
            self.row_ids += [row.Num for row in page.rows]
            self.checkpoint = page.checkpoint
            expected = page.checkpoint.offset - OVERLAP
            requested = len(self.listing.requested)
            read += 1
        await walk.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        self.listing.change()


def read(listing: Listing, pauses: list[int]) -> Reader:
    """Read a list with some pauses, each after a number of pages, and then to its end."""

    async def run() -> Reader:
        reader = Reader(listing)
        for pages in pauses:
            await reader.read(pages)
        await reader.read()
        return reader

    with patch.object(pager, "PAGE_LIMITS", {listing.limit}), asyncio.Runner(debug=True) as runner:
        return runner.run(run())


def max_requests(listing: Listing, limit: int, changes: int, pauses: int) -> int:
    """Return the requests needed if every change and every pause causes rewinds to the beginning."""
    pages = ceil(listing_length(listing) / (limit - OVERLAP)) + 2
    steps = ceil(log2(listing_length(listing) + 2)) + 1
    return (changes + pauses + 1) * (pages + steps) * (listing.prefetch + 1)


def listing_length(listing: Listing) -> int:
    """Return the maximum number of rows that a list has had."""
    return max([*listing.rows, *listing.remaining, 0]) + 1


totals = st.integers(0, 60)
limits = st.sampled_from([3, 4, 5, 8, 20, 100])
prefetches = st.sampled_from([1, 2, 4])
delays = st.lists(st.integers(0, 4), min_size=1, max_size=4)
pauses = st.lists(st.integers(0, 4), max_size=4)
ends = st.integers(0, 60) | st.sampled_from([-1, -2])


def changes(*kinds: Kind) -> st.SearchStrategy[list[list[Step]]]:
    steps = st.builds(Step, st.sampled_from(kinds), ends)
    return st.lists(st.lists(steps, max_size=5), max_size=25)


def with_one_move(made: list[list[Step]], when: int, at: int) -> list[list[Step]]:
    row_ids = [*made, *([] for _ in range(when + 1 - len(made)))]
    row_ids[when] = [*row_ids[when], Step("move", at)]
    return row_ids


one_move = st.builds(with_one_move, changes("delete", "insert"), st.integers(0, 12), ends)


# the same examples in each run, so that a failure is caused by a change and not by chance;
# to search for new ones, remove `derandomize` and increase `max_examples`
thorough = settings(max_examples=100, deadline=None, derandomize=True, report_multiple_bugs=False)


@thorough
@given(totals, limits, prefetches, delays, pauses)
def test_a_stable_list_is_read_once_and_in_order(
    total: int, limit: int, prefetch: int, delays: list[int], pauses: list[int]
) -> None:
    reader = read(Listing(total, limit, prefetch, [], delays), pauses)
    assert reader.row_ids == list(range(total))
    assert reader.moves == 0
    assert reader.checkpoint.offset == total


@pytest.mark.unmeasured
@thorough
@given(totals, limits, prefetches, changes("delete", "insert") | one_move, delays, pauses)
def test_a_drifting_list_loses_no_remaining_row(
    total: int, limit: int, prefetch: int, changes: list[list[Step]], delays: list[int], pauses: list[int]
) -> None:
    listing = Listing(total, limit, prefetch, changes, delays)
    reader = read(listing, pauses)
    assert listing.remaining <= {*reader.row_ids}
    assert len(listing.requested) <= max_requests(listing, limit, len(changes), len(pauses))


@pytest.mark.unmeasured
@thorough
@given(totals, limits, prefetches, changes("delete", "insert", "move"), delays, pauses)
def test_reading_always_ends(
    total: int, limit: int, prefetch: int, changes: list[list[Step]], delays: list[int], pauses: list[int]
) -> None:
    listing = Listing(total, limit, prefetch, changes, delays)
    read(listing, pauses)
    assert len(listing.requested) <= max_requests(listing, limit, len(changes), len(pauses))


def changed_before(request: int, *steps: Step) -> list[list[Step]]:
    return [*([[]] * (request - 1)), [*steps]]


def test_a_row_of_the_last_page_moved_to_the_end_hides_no_others() -> None:
    listing = Listing(23, 20, 1, changed_before(2, Step("move", 5)), [0])
    reader = read(listing, [])
    assert reader.row_ids == [*range(23), 5]
    assert reader.moves == 1


def test_the_last_row_moved_to_the_end_hides_no_others() -> None:
    listing = Listing(21, 20, 1, changed_before(2, Step("move", 19), Step("delete", 0)), [0])
    reader = read(listing, [])
    assert {*reader.row_ids} == {*range(21)}
    assert reader.moves == 1


def test_many_rows_moved_to_the_end_hide_no_others() -> None:
    listing = Listing(230, 100, 1, changed_before(3, *([Step("move", 110)] * 30)), [0])
    reader = read(listing, [])
    assert {*reader.row_ids} == {*range(230)}
    assert reader.moves == 1


def test_a_deleted_row_costs_one_more_request() -> None:
    listing = Listing(300, 50, 1, changed_before(5, Step("delete", 3)), [0])
    read(listing, [])
    assert listing.requested[:6] == [0, 48, 96, 144, 192, 142]
    assert listing.remaining == {*range(300)} - {3}


def test_a_repr_names_the_struct_and_no_filter() -> None:
    assert repr(Listing(1, 77, 1, [], [0]).opened()) == "<Rows of Row>"

"""A list that moves while it is read, by any steps: what `walk` promises, over lists that are made up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import ceil, log2
from types import SimpleNamespace
from typing import Final, Literal, NamedTuple, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async import Checkpoint, Rows
from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest
from odapi_async._paging.drift import OVERLAP, START


class Row(msgspec.Struct):
    Num: int


LIST: Final = Operation("GET", "/rows", Row, since=None)
Kind = Literal["delete", "insert", "move"]


class Step(NamedTuple):
    """One thing that happens to a list: a row goes, comes, or goes to the end."""

    kind: Kind
    at: int


class Listing:
    """Stands where the calls to a practice stand, and is a list that changes with every request for it.

    Args:
        total: how many rows there are at first.
        limit: the length of a page.
        ahead: pages that are asked for ahead.
        changes: what happens to the list before each request is answered.
        delays: how long the requests take to get there, so that they overtake each other.
    """

    def __init__(
        self, total: int, limit: int, ahead: int, changes: list[list[Step]], delays: list[int]
    ) -> None:
        self.settings = SimpleNamespace(prefetch=ahead)
        self.ahead = ahead
        self.rows = list(range(total))
        self.stayed = set(self.rows)
        self.asked: list[int] = []
        self._limit = limit
        self._next = total
        self._changes = changes[::-1]
        self._delays = delays

    def opened(self) -> Rows[Row]:
        """The list as someone who begins to read it has it."""
        return Rows(
            cast("Calls", self), PreparedRequest(LIST, LIST.path, {"Limit": str(self._limit)}, None), Row
        )

    def change(self) -> None:
        """Let happen what comes next."""
        for step in self._changes.pop() if self._changes else []:
            self._happen(step)

    async def execute(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> bytes:
        offset = int(paging.get("Offset", "0"))
        self.asked.append(offset)
        for _ in range(self._delays[len(self.asked) % len(self._delays)]):
            await asyncio.sleep(0)
        self.change()
        return msgspec.json.encode([Row(num) for num in self.rows[offset : offset + self._limit]])

    def _happen(self, step: Step) -> None:
        if step.kind == "insert":
            self.rows.insert(step.at % (len(self.rows) + 1), self._next)
            self._next += 1
        elif self.rows:
            row = self.rows.pop(step.at % len(self.rows))
            self.stayed.discard(row)
            if step.kind == "move":
                self.rows.append(row)


class Reader:
    """Reads a list in several walks, each from the place where the one before was left."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.place = START
        self.found: list[int] = []
        self.moves = 0

    async def read(self, pages: int | None = None) -> None:
        """Read so many pages, or all."""
        place = msgspec.json.decode(msgspec.json.encode(self.place), type=Checkpoint)
        walk = self.listing.opened().walk("Num", place)
        expected = max(0, place.offset - OVERLAP)
        asked = len(self.listing.asked)
        read = 0
        while read != pages:
            page = await anext(walk, None)
            if page is None:
                break
            again = any(offset < expected for offset in self.listing.asked[asked:])
            assert page.drifted == again, "earlier rows were read again exactly if this is reported"
            self.moves += page.drifted
            self.found += [row.Num for row in page.rows]
            self.place = page.checkpoint
            expected = page.checkpoint.offset - OVERLAP
            asked = len(self.listing.asked)
            read += 1
        await walk.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        self.listing.change()


def read(listing: Listing, legs: list[int]) -> Reader:
    """Read a list with a break after each leg, and then to its end."""

    async def run() -> Reader:
        reader = Reader(listing)
        for pages in legs:
            await reader.read(pages)
        await reader.read()
        return reader

    with asyncio.Runner(debug=True) as runner:
        return runner.run(run())


def most_requests(listing: Listing, limit: int, changes: int, legs: int) -> int:
    """The requests of a reader who after every change and every break goes back by steps to the beginning."""
    pages = ceil(listing_length(listing) / (limit - OVERLAP)) + 2
    steps = ceil(log2(listing_length(listing) + 2)) + 1
    return (changes + legs + 1) * (pages + steps) * (listing.ahead + 1)


def listing_length(listing: Listing) -> int:
    """The rows that a list has had, at most."""
    return max([*listing.rows, *listing.stayed, 0]) + 1


totals = st.integers(0, 60)
limits = st.sampled_from([3, 4, 5, 8, 20, 100])
aheads = st.sampled_from([1, 2, 4])
delays = st.lists(st.integers(0, 4), min_size=1, max_size=4)
legs = st.lists(st.integers(0, 4), max_size=4)
ends = st.integers(0, 60) | st.sampled_from([-1, -2])


def changes(*kinds: Kind) -> st.SearchStrategy[list[list[Step]]]:
    steps = st.builds(Step, st.sampled_from(kinds), ends)
    return st.lists(st.lists(steps, max_size=5), max_size=25)


def with_one_move(made: list[list[Step]], when: int, at: int) -> list[list[Step]]:
    found = [*made, *([] for _ in range(when + 1 - len(made)))]
    found[when] = [*found[when], Step("move", at)]
    return found


one_move = st.builds(with_one_move, changes("delete", "insert"), st.integers(0, 12), ends)


# the same examples each time, so that a run says something about the change and not about chance;
# to search for new ones, drop `derandomize` and raise `max_examples`
thorough = settings(max_examples=100, deadline=None, derandomize=True, report_multiple_bugs=False)


@thorough
@given(totals, limits, aheads, delays, legs)
def test_a_stable_list_is_read_once_and_in_order(
    total: int, limit: int, ahead: int, delays: list[int], legs: list[int]
) -> None:
    reader = read(Listing(total, limit, ahead, [], delays), legs)
    assert reader.found == list(range(total))
    assert reader.moves == 0
    assert reader.place.offset == total


@thorough
@given(totals, limits, aheads, changes("delete", "insert") | one_move, delays, legs)
def test_a_drifting_list_loses_no_remaining_row(
    total: int, limit: int, ahead: int, changes: list[list[Step]], delays: list[int], legs: list[int]
) -> None:
    listing = Listing(total, limit, ahead, changes, delays)
    reader = read(listing, legs)
    assert listing.stayed <= {*reader.found}
    assert len(listing.asked) <= most_requests(listing, limit, len(changes), len(legs))


@thorough
@given(totals, limits, aheads, changes("delete", "insert", "move"), delays, legs)
def test_reading_always_ends(
    total: int, limit: int, ahead: int, changes: list[list[Step]], delays: list[int], legs: list[int]
) -> None:
    listing = Listing(total, limit, ahead, changes, delays)
    read(listing, legs)
    assert len(listing.asked) <= most_requests(listing, limit, len(changes), len(legs))


def changed_before(request: int, *steps: Step) -> list[list[Step]]:
    return [*([[]] * (request - 1)), [*steps]]


def test_a_row_of_the_last_page_moved_to_the_end_hides_no_others() -> None:
    listing = Listing(23, 20, 1, changed_before(2, Step("move", 5)), [0])
    reader = read(listing, [])
    assert reader.found == [*range(23), 5]
    assert reader.moves == 1


def test_the_last_row_moved_to_the_end_hides_no_others() -> None:
    listing = Listing(21, 20, 1, changed_before(2, Step("move", 19), Step("delete", 0)), [0])
    reader = read(listing, [])
    assert {*reader.found} == {*range(21)}
    assert reader.moves == 1


def test_many_rows_moved_to_the_end_hide_no_others() -> None:
    listing = Listing(230, 100, 1, changed_before(3, *([Step("move", 110)] * 30)), [0])
    reader = read(listing, [])
    assert {*reader.found} == {*range(230)}
    assert reader.moves == 1


def test_a_deleted_row_costs_one_more_request() -> None:
    listing = Listing(300, 50, 1, changed_before(5, Step("delete", 3)), [0])
    read(listing, [])
    assert listing.asked[:6] == [0, 48, 96, 144, 192, 142]
    assert listing.stayed == {*range(300)} - {3}


def test_a_repr_names_the_struct_and_no_filter() -> None:
    assert repr(Listing(1, 77, 1, [], [0]).opened()) == "<Rows of Row>"

"""Slices of lists: the same rows as slicing a list that is in memory, with the fewest requests."""

from __future__ import annotations

import asyncio
import sys
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async import InvalidRequest, Mode, OpenDental
from odapi_async._paging import pager
from odapi_async._paging.pager import Pager
from odapi_async._paging.window import ALL, Window, window_in


class Listing:
    """A list of whole numbers at a server whose pages have up to `page` rows. Records the requests."""

    def __init__(self, total: int, page: int) -> None:
        self.rows = list(range(total))
        self.page = page
        self.requested: list[tuple[int, int | None]] = []

    async def fetch(self, offset: int, limit: int | None) -> list[int]:
        assert limit is None or 0 < limit <= self.page, "a Limit above that of the server may be refused"
        self.requested.append((offset, limit))
        await asyncio.sleep(0)
        return self.rows[offset : offset + (limit or self.page)]


def read(listing: Listing, window: Window, prefetch: int = 1, expected: int | None = None) -> list[int]:
    async def run() -> list[int]:
        rows: list[int] = []
        length = expected or listing.page
        fetching = Pager(listing.fetch, prefetch, page_limit=length, window=window)
        while page := await fetching.next():
            rows += page
        await fetching.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return rows

    with patch.object(pager, "PAGE_LIMITS", {listing.page}), asyncio.Runner(debug=True) as runner:
        return runner.run(run())


positions = st.none() | st.integers(0, 45)
parts = st.lists(st.tuples(positions, positions), min_size=1, max_size=3)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 40), st.sampled_from([1, 5, 8, 100]), st.sampled_from([1, 2, 4]), parts)
@pytest.mark.unmeasured
def test_parts_of_parts_are_those_of_a_list(
    total: int, page: int, prefetch: int, parts: list[tuple[int | None, int | None]]
) -> None:
    listing = Listing(total, page)
    window, expected = ALL, listing.rows
    for start, stop in parts:
        window, expected = window.part(slice(start, stop)), expected[start:stop]
    assert read(listing, window, prefetch) == expected
    assert window.is_empty <= (not listing.requested)
    for (offset, _), (later, _) in pairwise(listing.requested):
        assert later == offset + page


@pytest.mark.parametrize(
    ("start", "stop", "requested"),
    [
        (40, 60, [(40, 20)]),
        (0, 100, [(0, 100)]),
        (0, 500, [(0, None), (100, None), (200, None), (300, None), (400, 100)]),
        (50, 270, [(50, None), (150, None), (250, 20)]),
        (400, None, [(400, None), (500, None)]),
        (900, 950, [(900, 50)]),
        (7, 7, []),
        (9, 3, []),
    ],
)
def test_one_request_where_one_suffices_and_a_limit_on_the_last(
    start: int, stop: int | None, requested: list[tuple[int, int | None]]
) -> None:
    listing = Listing(550, 100)
    assert read(listing, ALL.part(slice(start, stop))) == listing.rows[start:stop]
    assert listing.requested == requested


def test_pages_that_are_longer_than_expected_are_cut() -> None:
    listing = Listing(5000, 1000)
    assert read(listing, Window(0, 1500), expected=100) == listing.rows[:1500]
    assert listing.requested == [(0, None), (1000, 500)]


@pytest.mark.parametrize("prefetch", [1, 3])
def test_nothing_beyond_the_part_is_fetched_ahead(prefetch: int) -> None:
    listing = Listing(10_000, 100)
    assert len(read(listing, Window(0, 250), prefetch)) == 250
    assert sorted(offset for offset, _ in listing.requested) == [0, 100, 200]


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (slice(-3, None), "must not be negative"),
        (slice(None, -1), "must not be negative"),
        (slice(0, 10, 2), "must have no step"),
        (slice(None, None, -1), "must have no step"),
        (slice("a", "b"), "must have whole numbers, not str"),
        (slice(1.5), "must have whole numbers, not float"),
        (slice(2.0), "must have whole numbers, not float"),
        (slice("", None), "must have whole numbers, not str"),
        (slice(0.0, None), "must have whole numbers, not float"),
        (slice(b"", 5), "must have whole numbers, not bytes"),
        (slice((), 5), "must have whole numbers, not tuple"),
        (slice(False, 5), "must have whole numbers, not bool"),
        (slice(0, True), "must have whole numbers, not bool"),
        (slice(0, 10, True), "must have whole numbers, not bool"),
        (slice(0, 10, 1.0), "must have whole numbers, not float"),
        (slice(0, 10, bytearray()), "must have whole numbers, not bytearray"),
        (slice(0, 10, 0), "must have no step"),
        (slice(2**63, None), "is too large"),
        (slice(0, 10**400), "is too large"),
    ],
)
def test_a_slice_that_the_api_has_no_form_for_is_refused(wanted: slice, rule: str) -> None:
    with pytest.raises(InvalidRequest, match=rule) as caught:
        ALL.part(wanted)
    assert caught.value.field == "slice"


class Number:
    """A whole number of another package, such as numpy.

    Args:
        value: its value.
    """

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


def test_any_whole_number_will_do() -> None:
    assert ALL.part(slice(Number(7), 9)) == Window(7, 9)
    assert ALL.part(slice(Number(0), Number(5), Number(1))) == Window(0, 5)
    assert ALL.part(slice(0, sys.maxsize)) == Window(0, sys.maxsize)
    with pytest.raises(InvalidRequest, match="must not be negative"):
        ALL.part(slice(Number(-1), None))
    with pytest.raises(InvalidRequest, match="must have no step"):
        ALL.part(slice(0, 9, Number(2)))


async def test_only_a_slice_selects_rows() -> None:
    async with OpenDental("developer") as od:
        rows: Any = od.practice("office", mode=Mode.LOCAL).patients.list()
        for odd in (7, -1, True, "a", None, 1.5, ("", None), (slice(1), 2), Number(7), ...):
            with pytest.raises(TypeError, match=r"use a slice: one row is `await rows\[7:8\]`"):
                rows[odd]


@pytest.mark.parametrize(
    ("query", "window"),
    [
        ({}, ALL),
        ({"Limit": "20"}, Window(0, 20)),
        ({"Offset": "400"}, Window(400, None)),
        ({"Limit": "20", "Offset": "400"}, Window(400, 420)),
        ({"Offset": "0"}, ALL),
    ],
)
def test_limit_and_offset_in_a_query_mean_what_they_mean_to_the_api(
    query: dict[str, str], window: Window
) -> None:
    assert window_in(query) == window


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("Limit", "0"), ("Limit", "-1"), ("Limit", "many"), ("Limit", "9" * 5_000)),
        *(("Offset", "-1"), ("Offset", "1.0"), ("Offset", ""), ("Offset", "abc"), ("Offset", "٣")),
    ],
)
def test_a_limit_or_an_offset_that_is_no_number_of_rows_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=f"{name}: must be a whole number from"):
        window_in({name: text})

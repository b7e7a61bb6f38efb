"""The rows that the benchmarks of streaming serve."""

from __future__ import annotations

import msgspec

from benchmarks.page_server import DISTINCT, Pages


def test_each_row_has_an_id_of_its_own() -> None:
    """A list that gives the same rows again would be refused by the client, and is none of an office."""
    pages = Pages(DISTINCT + 500)
    first, last = (msgspec.json.decode(pages.body(offset, 1_000)) for offset in (0, DISTINCT))
    assert [row["PatNum"] for row in first] == [*range(1, 1_001)]
    assert [row["PatNum"] for row in last] == [*range(DISTINCT + 1, DISTINCT + 501)]
    assert {**last[0], "PatNum": 1} == first[0]

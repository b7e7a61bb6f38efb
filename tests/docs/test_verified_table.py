"""docs/verified-writes.md is what its command writes."""

from __future__ import annotations

import pytest

from odapi_async.resources import names, operations
from tests.docs.pages import generated, pages


@pytest.fixture(scope="module")
def written() -> str:
    return generated("verified_table.py")


def test_the_page_is_up_to_date(written: str) -> None:
    assert pages()["docs/verified-writes.md"] == written, "run `python docs/verified_table.py`"


def test_every_write_has_one_line(written: str) -> None:
    lines = [
        line.split("`")[1]
        for line in written.splitlines()
        if line.startswith("| `") and "." in line.split("`")[1]
    ]
    writes = [
        f"{resource}.{name}"
        for resource in names()
        for name, operation in operations(resource).items()
        if not operation.read_only
    ]
    assert sorted(lines) == sorted(writes)

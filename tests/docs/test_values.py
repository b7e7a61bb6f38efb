"""Fault G12: the table of writes in docs/values.md is what its command writes, and has each write once."""

from __future__ import annotations

from odapi_async.resources import names, operations
from tests.docs.pages import generated, pages

PAGE = "docs/values.md"


def test_g12_the_page_is_up_to_date() -> None:
    assert pages()[PAGE] == generated("writes_table.py"), "run `python docs/writes_table.py`"


def test_g12_every_write_is_in_the_table_once() -> None:
    table = pages()[PAGE].partition("## Which write returns what?")[2]
    found: list[str] = []
    for line in table.splitlines():
        if line.startswith("| `") and not line.startswith("| `practice."):
            resource, *methods = line.split("`")[1::2]
            found += [f"{resource}.{method}" for method in methods]
    writes = [f"{name}.{key}" for name in names() for key, op in operations(name).items() if not op.read_only]
    assert sorted(found) == sorted(writes)

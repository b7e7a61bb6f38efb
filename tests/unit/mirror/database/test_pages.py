"""A page without the one character that PostgreSQL cannot store."""

from __future__ import annotations

import datetime as dt

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.pages import Columns, Page
from odapi_async.mirror.report import TableStatus


def page(columns: Columns) -> Page:
    status = TableStatus(practice="main-street", table="patients")
    now = dt.datetime(2026, 11, 28)
    return Page(
        status, run=None, cursor=Cursor(), row_count=2, columns=columns, skipped=None, is_new=True, now=now
    )


def test_a_nul_becomes_a_replacement_character() -> None:
    found = page([("a\0b\0", "Zoë"), (1, 2), (None, None)]).without_nul()
    assert found is not None
    assert found.rows == [("a\ufffdb\ufffd", 1, None), ("Zoë", 2, None)]


def test_a_page_without_nul_is_not_written_again() -> None:
    assert page([("Zoë", ""), (1, 2), (None, None)]).without_nul() is None


def test_a_page_shows_no_value() -> None:
    assert repr(page([("Quetzalc0atl", "Zoë"), (1, 2)])) == "Page(patients of main-street, 2 rows)"

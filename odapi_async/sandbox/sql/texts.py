"""Comparison of texts as MySQL's usual collation does it: without regard to case and accents."""

from __future__ import annotations

import sqlite3
import unicodedata
from functools import lru_cache
from typing import Any, Final

from odapi_async.sandbox.sql.work import Work

COLLATION: Final = "mysql_text"
"""The name of the collation in SQLite."""


def register(connection: sqlite3.Connection, work: Work) -> None:
    """Add the collation to a connection, and count each comparison as a call."""

    def compare(one: str, other: str) -> int:
        work.calls += 1
        return _compare(one, other)

    connection.create_collation(COLLATION, compare)


def position(text: Any, part: Any, start: Any) -> int | None:
    """Return where a part is in a text, counted from 1 and from `start` on; 0 if it is nowhere."""
    if None in (text, part, start):
        return None
    if start < 1:
        return 0
    return "".join(map(_letter, str(text))).find("".join(map(_letter, str(part))), start - 1) + 1


def _compare(one: str, other: str) -> int:
    if one == other:
        return 0
    first, second = _folded(one), _folded(other)
    return (first > second) - (first < second)


@lru_cache(maxsize=4096)  # a join compares the same texts again and again
def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join([each for each in parts if not unicodedata.combining(each)])


def _letter(letter: str) -> str:
    """Return one letter for one, so that positions stay."""
    return _folded(letter)[:1] or letter

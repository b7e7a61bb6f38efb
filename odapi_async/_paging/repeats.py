"""Notices a page that a server sends again. Pure.

Programs read hundreds of lists at once, so no page is kept in memory: three of its rows tell it from others,
and the ids of the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async._wire.cleaning import SERVER_TIME, row_id_fields


class _Outline(NamedTuple):
    """What is kept of a page.

    Attributes:
        length: the number of its rows.
        rows: its first, middle and last row by position; all rows if they have no ids.
    """

    length: int = 0
    rows: tuple[tuple[int, Any], ...] = ()


_NOTHING: Final = _Outline()


class Repeats:
    """Compares each page of a list with the first one and with the one before."""

    __slots__ = ("_before", "_first", "_first_ids")

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget all pages, because some are read again on purpose."""
        self._first = self._before = _NOTHING
        self._first_ids: frozenset[object] = frozenset()

    def is_repeated(self, page: Sequence[object]) -> bool:
        """Return whether a page is the one before, or the first one in another order, and remember it."""
        if not page:
            return False
        id_of = _id_getter(page[0])
        repeated = self._is_before(page) or self._is_shuffled(page, id_of)
        self._before = _outline(page, has_ids=id_of is not None)
        if self._first is _NOTHING:
            self._first = self._before
            self._first_ids = frozenset(map(id_of, page)) if id_of else frozenset()
        return repeated

    def _is_before(self, page: Sequence[object]) -> bool:
        length, rows = self._before
        return len(page) == length and all(_is_same_row(page[at], row) for at, row in rows)

    def _is_shuffled(self, page: Sequence[object], id_of: Callable[[object], object] | None) -> bool:
        length, rows = self._first
        if len(page) != length:
            return False
        # nearly always the last row is another one already
        if id_of and not (
            id_of(page[-1]) in self._first_ids and self._first_ids == frozenset(map(id_of, page))
        ):
            return False
        return all(any(_is_same_row(each, row) for each in page) for _, row in rows)


def _id_getter(row: object) -> Callable[[object], object] | None:
    """Return what reads the first field that may be an id; None if such rows have none."""
    names = row_id_fields(type(row)) if isinstance(row, msgspec.Struct) else ()
    return attrgetter(names[0]) if names else None


def _outline(page: Sequence[Any], *, has_ids: bool) -> _Outline:
    length = len(page)
    kept = (0, length // 2, length - 1) if has_ids else range(length)
    return _Outline(length, tuple((at, page[at]) for at in kept))


def _is_same_row(row: Any, before: Any) -> bool:
    if row == before or not hasattr(row, SERVER_TIME):
        return bool(row == before)
    # the time of the response is in each row
    return bool(row == msgspec.structs.replace(before, **{SERVER_TIME: getattr(row, SERVER_TIME)}))

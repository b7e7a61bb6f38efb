"""Notices a page that a server sends again. Pure.

Programs read hundreds of lists at once, so no page is kept in memory: its ids and three of its rows tell it
from others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async._wire.cleaning import SERVER_TIME, row_id_fields


class _Outline(NamedTuple):
    """What is kept of a page.

    Attributes:
        length: the number of its rows.
        ids: the values of the first field that may be an id; none for rows without such a field.
        rows: some of its rows by position; all of them if they have no ids.
    """

    length: int = 0
    ids: tuple[object, ...] = ()
    rows: tuple[tuple[int, Any], ...] = ()


_NOTHING: Final = _Outline()


class Repeats:
    """Compares each page of a list with the first one and with the one before."""

    __slots__ = ("_before", "_first")

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget all pages, because some are read again on purpose."""
        self._first = self._before = _NOTHING

    def is_repeated(self, page: Sequence[object]) -> bool:
        """Return whether a page is the one before, or the first one in another order, and remember it."""
        if not page:
            return False
        this = _outline(page)
        repeated = _is_same(this, page, self._before) or _is_shuffled(this, page, self._first)
        self._before = this
        if self._first is _NOTHING:
            self._first = this
        return repeated


def _outline(page: Sequence[Any]) -> _Outline:
    length = len(page)
    names = row_id_fields(type(page[0])) if isinstance(page[0], msgspec.Struct) else ()
    if not names:
        return _Outline(length, (), tuple(enumerate(page)))
    ids = tuple(getattr(row, names[0]) for row in page)
    return _Outline(length, ids, tuple((at, page[at]) for at in {0, length // 2, length - 1}))


def _is_same(this: _Outline, page: Sequence[object], before: _Outline) -> bool:
    return (
        this.length == before.length
        and this.ids == before.ids
        and all(_is_same_row(page[at], row) for at, row in before.rows)
    )


def _is_shuffled(this: _Outline, page: Sequence[object], first: _Outline) -> bool:
    return (
        this.length == first.length
        and set(this.ids) == set(first.ids)
        and all(any(_is_same_row(each, row) for each in page) for _, row in first.rows)
    )


def _is_same_row(row: Any, before: Any) -> bool:
    if row == before or not hasattr(row, SERVER_TIME):
        return bool(row == before)
    # the time of the response is in each row
    return bool(row == msgspec.structs.replace(before, **{SERVER_TIME: getattr(row, SERVER_TIME)}))

"""Whether a list has moved between two of its pages: plain values, no request.

An offset counts rows. Where a row goes that was read before, all later ones move up, and the next page
begins one row too late. So each page begins with the last rows of the page before; if these are not there,
the list has moved, and the way back is to read earlier rows again until known ones appear.

A known row shows where a page joins only if it has stayed in its place, and a row that somebody edits may go
to the end of a list. So one alone is never believed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

OVERLAP: Final = 2
"""Rows that each page shares with the one before."""

_TAIL: Final = 5  # keys that a place remembers: most of them will still be there
_FIRST_STEP: Final = 100  # rows to go back from a place at first; it doubles while too little is known


class Checkpoint(msgspec.Struct, frozen=True):
    """Where reading a list was left, to be stored and handed in again.

    Attributes:
        offset: rows of the list up to here.
        tail: keys of the last of them.
    """

    offset: int = 0
    tail: tuple[int | str, ...] = ()


START: Final = Checkpoint()


class Page(NamedTuple, Generic[T]):
    """Some rows, and where they end.

    Attributes:
        rows: those that had not been read before; only where the list has moved some may come again.
        place: where the next page goes on.
        moved: whether the list had moved, so that earlier rows were read again.
    """

    rows: list[T]
    checkpoint: Checkpoint
    drifted: bool


class DriftDetector:
    """Follows a list from page to page.

    Args:
        place: where to go on.
    """

    __slots__ = ("_back", "_known", "_step", "_tail")

    def __init__(self, place: Checkpoint) -> None:
        self._known: frozenset[Hashable] = frozenset(place.tail)
        self._tail = place.tail
        self._step = _FIRST_STEP
        self._back = 0

    def new_rows(self, keys: Sequence[int | str], offset: int) -> list[int] | None:
        """Return the positions of rows that are new; None if the list has moved.

        Args:
            keys: the keys of a page's rows.
            offset: where the page begins.
        """
        if offset and self._known and not self._joins(keys):
            return None
        return [at for at, key in enumerate(keys) if key not in self._known]

    def rewind(self, offset: int) -> int:
        """Return an earlier offset, the farther back the more often too little was known."""
        self._back = self._back * 2 or self._step
        return max(0, offset - self._back)

    def record_page(self, keys: Sequence[int | str], offset: int) -> tuple[Checkpoint, bool]:
        """Take a page as read; return the place behind it, and whether the way to it led back."""
        moved, self._back = self._back > 0, 0
        if keys:
            self._known = frozenset(keys)
            self._step = len(keys)
            self._tail = (*(key for key in self._tail if key not in self._known), *keys)[-_TAIL:]
        return Checkpoint(offset + len(keys), self._tail), moved

    def _joins(self, keys: Sequence[int | str]) -> bool:
        """Whether a page begins as the last one ended, or shows most of what was known."""
        if tuple(keys[:OVERLAP]) == self._tail[-OVERLAP:]:
            return True
        return 2 * sum(key in self._known for key in keys) > len(self._known)

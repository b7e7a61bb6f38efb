"""Detects that a list has drifted between two of its pages. Works on ids and offsets and sends no request.

An offset counts rows. If an earlier row is deleted, all later rows move up, and the next page begins one row
too late. So each page overlaps the page before by a few rows. If these rows are missing, the list has
drifted, and earlier rows are read again until known ids appear.

A known id connects two pages only if its row has not moved, and editing a row may move it to the end of the
list. So a single known id is never enough.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

OVERLAP: Final = 2
"""Rows by which each page overlaps the page before."""

_TAIL: Final = 5  # ids in a checkpoint: some of the rows may be gone by the time reading resumes
_FIRST_REWIND: Final = 100  # rows from a checkpoint back to the first rewind; each further rewind doubles it


class Checkpoint(msgspec.Struct, frozen=True):
    """A position in a list from which reading can resume later. It can be stored as JSON.

    Attributes:
        offset: the number of rows before this position.
        tail: the ids of the last of these rows.
    """

    offset: int = 0
    tail: tuple[int | str, ...] = ()


START: Final = Checkpoint()


class Page(NamedTuple, Generic[T]):
    """One page of a walk.

    Attributes:
        rows: the rows that had not been read before. If the list has drifted, some may come twice.
        checkpoint: the position after this page; pass it to `Rows.walk` to resume from here.
        drifted: whether the list had drifted, so that earlier rows were read again.
    """

    rows: list[T]
    checkpoint: Checkpoint
    drifted: bool


class DriftDetector:
    """Compares each page of a list with the page before.

    Args:
        checkpoint: the position from which reading resumes.
    """

    __slots__ = ("_known_ids", "_next_rewind", "_rewound_by", "_tail")

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._known_ids: frozenset[Hashable] = frozenset(checkpoint.tail)
        self._tail = checkpoint.tail
        self._next_rewind = _FIRST_REWIND
        self._rewound_by = 0

    def new_rows(self, ids: Sequence[int | str], offset: int) -> list[int] | None:
        """Return the indexes of the rows that are new; None if the list has drifted.

        If an id is in the page twice, the last row with it counts.

        Args:
            ids: the ids of a page's rows.
            offset: the offset of the page.
        """
        if offset and self._known_ids and not self._continues(ids):
            return None
        new = [index for index, row_id in enumerate(ids) if row_id not in self._known_ids]
        if len(set(ids)) == len(ids):
            return new
        return [*{ids[index]: index for index in new}.values()]

    def rewind(self, offset: int) -> int:
        """Return an earlier offset to read from. Each call in a row goes back twice as far."""
        self._rewound_by = self._rewound_by * 2 or self._next_rewind
        return max(0, offset - self._rewound_by)

    def record_page(self, ids: Sequence[int | str], offset: int) -> tuple[Checkpoint, bool]:
        """Record that a page was read; return the checkpoint after it, and whether a rewind preceded it."""
        drifted, self._rewound_by = self._rewound_by > 0, 0
        if ids:
            self._known_ids = frozenset(ids)
            self._next_rewind = len(ids)
            self._tail = (*(each for each in self._tail if each not in self._known_ids), *ids)[-_TAIL:]
        return Checkpoint(offset + len(ids), self._tail), drifted

    def _continues(self, ids: Sequence[int | str]) -> bool:
        """Return whether a page begins with the end of the page before, or contains most of its ids."""
        if tuple(ids[:OVERLAP]) == self._tail[-OVERLAP:]:
            return True
        return 2 * sum(row_id in self._known_ids for row_id in ids) > len(self._known_ids)

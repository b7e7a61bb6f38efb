"""Who may share whose answer: a plain data structure without an await."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence

from odapi_async.scheduler.slot import Waiter


class Joins:
    """The waiting callers of a lane, by what they ask for."""

    __slots__ = ("_alike", "_came", "_writes")

    def __init__(self) -> None:
        self._alike: dict[Hashable, dict[Waiter, None]] = {}
        self._writes: OrderedDict[Waiter, None] = OrderedDict()
        self._came = 0

    def stamp(self, waiter: Waiter) -> None:
        """Note when a caller came, counted in writes."""
        self._came += waiter.join is None
        waiter.epoch = self._came

    def add(self, waiter: Waiter) -> None:
        """Note that a caller waits."""
        if waiter.join is None:
            self._writes[waiter] = None
        else:
            self._alike.setdefault(waiter.join, {})[waiter] = None

    def discard(self, waiter: Waiter) -> None:
        """Note that a caller does not wait any more."""
        if waiter.join is None:
            self._writes.pop(waiter, None)
            return
        alike = self._alike.get(waiter.join, {})
        alike.pop(waiter, None)
        if not alike:
            self._alike.pop(waiter.join, None)

    def lead(self, leader: Waiter) -> Sequence[Waiter]:
        """Take out a caller whose request is sent now; return who may share its answer.

        Not those who came after a write that still waits: the answer would miss what it changes.
        """
        if leader.join is None:
            del self._writes[leader]
            return ()
        alike = self._alike[leader.join]
        del alike[leader]
        if not alike:
            del self._alike[leader.join]
            return ()
        first_write = next((each.epoch for each in self._writes), self._came + 1)
        return [each for each in alike if each.epoch < first_write]

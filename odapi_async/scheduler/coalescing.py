"""Which waiting reads may share one response: a plain data structure without an await."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence

from odapi_async.scheduler.slot import Slot
from odapi_async.scheduler.waiter import Waiter


class Coalescer:
    """The waiting callers of a lane, by the key that identical reads share."""

    __slots__ = ("_by_key", "_waiting_writes", "_writes_seen")

    def __init__(self) -> None:
        self._by_key: dict[Hashable, dict[Waiter[Slot], None]] = {}
        self._waiting_writes: OrderedDict[Waiter[Slot], None] = OrderedDict()
        self._writes_seen = 0

    def number(self, waiter: Waiter[Slot]) -> None:
        """Record when a new caller came, counted in writes."""
        self._writes_seen += waiter.coalesce_key is None
        waiter.write_number = self._writes_seen

    def add(self, waiter: Waiter[Slot]) -> None:
        """Add a waiting caller."""
        if waiter.coalesce_key is None:
            self._waiting_writes[waiter] = None
        else:
            self._by_key.setdefault(waiter.coalesce_key, {})[waiter] = None

    def discard(self, waiter: Waiter[Slot]) -> None:
        """Remove a caller that does not wait any more."""
        if waiter.coalesce_key is None:
            self._waiting_writes.pop(waiter, None)
            return
        identical = self._by_key.get(waiter.coalesce_key, {})
        identical.pop(waiter, None)
        if not identical:
            self._by_key.pop(waiter.coalesce_key, None)

    def pop_leader(self, leader: Waiter[Slot]) -> Sequence[Waiter[Slot]]:
        """Remove the caller whose request is sent now, and return those that may share its response.

        A read that was queued behind a waiting write is not among them: the response would miss what that
        write changes.
        """
        if leader.coalesce_key is None:
            del self._waiting_writes[leader]
            return ()
        identical = self._by_key[leader.coalesce_key]
        del identical[leader]
        if not identical:
            del self._by_key[leader.coalesce_key]
            return ()
        first_write = next((each.write_number for each in self._waiting_writes), self._writes_seen + 1)
        return [each for each in identical if each.write_number < first_write]

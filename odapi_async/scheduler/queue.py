"""The fair queue, which decides which caller is next. A plain data structure without an await.

Three priorities are served by weight: in each round a priority has as many turns as its weight, the most
urgent priority first. A round ends when no waiting priority has turns left. So an urgent caller is next, and
a bulk caller is never starved. Inside a priority, flows take turns; inside a flow, first come first served.
Items without a flow share one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from enum import IntEnum
from typing import Final, Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Priority(IntEnum):
    """How urgent a request is."""

    INTERACTIVE = 0
    """A person waits in front of a screen."""
    NORMAL = 1
    """The default."""
    BULK = 2
    """Syncs, exports, reports: uses the turns that the others leave, and always a small share."""


WEIGHTS: Final[tuple[int, ...]] = (16, 4, 1)
"""Turns of each priority in one round."""


class FairQueue(Generic[T]):
    """Items of three priorities and any number of flows. An item may be in it only once."""

    __slots__ = ("_flows", "_size", "_turns", "depths")

    def __init__(self) -> None:
        self._flows: tuple[OrderedDict[Hashable, OrderedDict[T, None]], ...] = tuple(
            OrderedDict() for _ in WEIGHTS
        )
        self._turns: list[int] = [*WEIGHTS]
        self._size = 0
        self.depths = [0] * len(WEIGHTS)
        """Items by priority."""

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        """Iterate over all items, not in the order of service."""
        for flows in self._flows:
            for items in flows.values():
                yield from items

    def push(self, item: T, priority: Priority, flow: Hashable = None, *, front: bool = False) -> None:
        """Add an item at the end of its flow, or at the head of its priority."""
        flows = self._flows[priority]
        items = flows.get(flow)
        if items is None:
            items = flows[flow] = OrderedDict()
        items[item] = None
        if front:
            items.move_to_end(item, last=False)
            flows.move_to_end(flow, last=False)
        self.depths[priority] += 1
        self._size += 1

    def pop(self) -> T:
        """Remove and return the next item.

        Raises:
            IndexError: the queue is empty.
        """
        if not self._size:
            raise IndexError("pop from an empty queue")
        priority = self._next_priority()
        flows = self._flows[priority]
        flow = next(iter(flows))
        items = flows[flow]
        item, _ = items.popitem(last=False)
        if not items:
            del flows[flow]
        elif len(flows) > 1:
            flows.move_to_end(flow)
        self.depths[priority] -= 1
        self._size -= 1
        return item

    def discard(self, item: T, priority: Priority, flow: Hashable = None) -> None:
        """Remove an item if it is still in the queue."""
        flows = self._flows[priority]
        items = flows.get(flow)
        if items is None or item not in items:
            return
        del items[item]
        if not items:
            del flows[flow]
        self.depths[priority] -= 1
        self._size -= 1

    def ahead(self, priority: Priority, *, front: bool = False) -> int:
        """Estimate how many items are served before a new one.

        Args:
            priority: its priority.
            front: whether it is added at the head of its priority; otherwise at the end, without a flow.
        """
        higher = sum(self.depths[:priority])
        if front:
            return higher
        same = self.depths[priority]
        rounds = (same + 1) / WEIGHTS[priority]
        lower = sum(
            min(self.depths[other], int(rounds * WEIGHTS[other]))
            for other in range(priority + 1, len(WEIGHTS))
        )
        return higher + same + lower

    def _next_priority(self) -> int:
        while True:
            for priority, depth in enumerate(self.depths):
                if depth and self._turns[priority]:
                    self._turns[priority] -= 1
                    return priority
            self._turns[:] = WEIGHTS

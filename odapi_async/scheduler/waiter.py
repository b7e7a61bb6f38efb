"""One caller that waits for a slot, and what it may get instead: the shared outcome of an identical read."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar

from odapi_async.scheduler.queue import Priority

S = TypeVar("S")


class SharedResult:
    """The outcome of an identical read that was sent after this one was requested."""

    __slots__ = ("outcome",)

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome


class Waiter(Generic[S]):
    """A caller that waits for a slot of type S.

    Attributes:
        future: what the caller awaits.
        priority: how urgent the request is.
        flow: the label of its flow.
        coalesce_key: the label shared by identical reads; None if the request may be a write.
        enqueued_at: when the caller came.
        write_number: writes that had come to this lane when this caller came, itself included.
        slot: its slot, once it has one.
        max_wait: seconds that the caller accepts to wait, if there is a deadline.
        deadline: when the caller gives up.
        timer: the timer that ends the wait at the deadline.
    """

    __slots__ = (
        "coalesce_key",
        "deadline",
        "enqueued_at",
        "flow",
        "future",
        "max_wait",
        "priority",
        "slot",
        "timer",
        "write_number",
    )

    def __init__(
        self,
        future: asyncio.Future[S | SharedResult],
        priority: Priority,
        flow: Hashable,
        coalesce_key: Hashable,
        enqueued_at: float,
    ) -> None:
        self.future = future
        self.priority = priority
        self.flow = flow
        self.coalesce_key = coalesce_key
        self.enqueued_at = enqueued_at
        self.write_number = 0
        self.slot: S | None = None
        self.max_wait = 0.0
        self.deadline: float | None = None
        self.timer: asyncio.TimerHandle | None = None

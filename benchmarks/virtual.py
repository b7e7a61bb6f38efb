"""An event loop that never sleeps: the time that it takes to run through hours of waiting is their cost."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)  # the system call stays, because a real loop makes it as well
        if not ready and timeout and timeout > 0:
            self.loop.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its clock jumps to the next timer when there is nothing left to do."""

    def __init__(self) -> None:
        self.now = 1000.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self.now


def run_virtually(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a new virtual loop, not in debug mode."""
    with asyncio.Runner(debug=False, loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)

"""An event loop in a thread, so that a server lives while the code of a page runs loops of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")

_PATIENCE: Final = 10.0


class Background:
    """A loop that runs in a thread as long as the `with` block.

    Its end is that of `asyncio.run`, which cancels the tasks that are left: a connection that was accepted at
    the moment when a server stopped is only closed by that.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event
        self._started = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._wait()), name="background-loop", daemon=True
        )

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in that loop and wait for what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE)

    async def _wait(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        await self._over.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(_PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_PATIENCE)
        assert not self._thread.is_alive()

"""Virtual time: an event loop whose clock jumps to the next timer instead of sleeping."""

from __future__ import annotations

import asyncio
import functools
import math
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# asyncio runs a timer that is due within the resolution of the system's clock, in seconds
_RESOLUTION: Final = 1e-9


class _Selector(selectors.DefaultSelector):
    loop: VirtualTimeLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)  # no timer is set: only a thread or a socket can go on
        ready = super().select(0)
        if not ready and timeout > 0:
            self.loop.advance(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps: if nothing is left to do, its clock jumps to the next timer.

    Timers, timeouts and `asyncio.sleep` behave as always, and hours of them pass at once. The clock does not
    wait for threads and sockets: they take no virtual time, and a timer may expire before they are done.

    Attributes:
        now: the loop's time, in seconds; `time()` returns it. It starts at 1000.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the virtual time, in seconds."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.now += seconds
        if self.now + _RESOLUTION <= self.now:
            # months later a nanosecond is too little for a float, and the timer would never count as due
            self.now = math.nextafter(self.now, math.inf)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - asyncio's
        """Wait for the threads of `asyncio.to_thread`. A timeout would be virtual, so there is none."""
        await super().shutdown_default_executor()


def run_in_virtual_time(coroutine: Coroutine[Any, Any, T], *, debug: bool | None = None) -> T:
    """Run a coroutine as `asyncio.run` does, in a `VirtualTimeLoop`, and return its result.

    Args:
        coroutine: what to run.
        debug: whether the loop runs in asyncio's debug mode; None respects PYTHONASYNCIODEBUG.

    Raises:
        RuntimeError: an event loop is running in this thread already.
    """
    with asyncio.Runner(debug=debug, loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)


def virtual_time(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Decorate an async test, so that each call runs it in virtual time, in an event loop of its own.

    The decorated test is a plain function, which needs no plugin for async tests. An async fixture would run
    in another loop; the fixtures of `odapi_async.testing.plugin` are not async, so they can be used.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_in_virtual_time(function(*args, **kwargs))

    return run

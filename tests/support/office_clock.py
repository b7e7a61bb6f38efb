"""An event loop in real time whose clock a test can put forward; the sandbox's offices follow it."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class JumpingLoop(asyncio.SelectorEventLoop):
    """Waits for sockets as always, but its time is ahead by what a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0
        super().__init__()
        self.slow_callback_duration = math.inf  # a jump looks like a slow callback

    def time(self) -> float:
        return super().time() + self.ahead


def jump(seconds: float) -> None:
    """Put the clock of the running loop forward."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpingLoop)
    loop.ahead += seconds


def on_a_jumping_clock(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make an async test run in a loop whose clock `jump` puts forward."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(debug=True, loop_factory=JumpingLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run

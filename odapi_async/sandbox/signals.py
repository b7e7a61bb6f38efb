"""The signals that end a sandbox, on every kind of event loop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable


def end_on_signals(end: Callable[[], None]) -> None:
    """Call a function on SIGINT and SIGTERM, if the running event loop can.

    A loop without signal handlers (Windows) cancels the main task on Ctrl-C, which ends it as well.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)

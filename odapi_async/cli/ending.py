"""The signals that end a server: the first one in good order, the second one at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Ending:
    """The signals that came, and a wait for the first one.

    Attributes:
        signals: the signals.
        on_first: called at the first one.
    """

    def __init__(self) -> None:
        self.signals: list[signal.Signals] = []
        self.on_first: Callable[[], object] = lambda: None
        self._first = asyncio.Event()

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C was the first signal."""
        return self.signals[:1] == [signal.SIGINT]

    async def wait(self) -> None:
        """Wait for the first signal."""
        await self._first.wait()

    def add(self, number: signal.Signals) -> None:
        """Note a signal."""
        self.signals.append(number)
        if len(self.signals) == 1:
            self._first.set()
            self.on_first()


@contextmanager
def ending() -> Generator[Ending]:
    """Let the first signal be waited for, and the second one cancel the task of the caller.

    A loop without signal handlers (Windows) cancels the main task on Ctrl-C.
    """
    loop, task, found = asyncio.get_running_loop(), asyncio.current_task(), Ending()

    def end(number: signal.Signals) -> None:
        found.add(number)
        if len(found.signals) > 1 and task is not None:
            task.cancel()

    for number in _SIGNALS:
        with suppress(NotImplementedError):  # the event loop of Windows has no signals
            loop.add_signal_handler(number, partial(end, number))
    try:
        yield found
    except asyncio.CancelledError:
        if len(found.signals) < 2:  # noqa: PLR2004 - the second signal ends it
            raise
    finally:
        for number in _SIGNALS:
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)

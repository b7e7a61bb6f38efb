"""A limit of the time that one input may take."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SECONDS: Final = 10.0  # a slow machine needs less than one for the worst input that is bounded


class Hang(Exception):
    """An input took too long."""


@contextmanager
def limited(seconds: float = SECONDS) -> Generator[None]:
    """Raise Hang inside the block if it takes too long. Where there is no such alarm, nothing happens."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_: int, __: FrameType | None) -> None:
    raise Hang(f"it took more than {SECONDS:g} seconds")

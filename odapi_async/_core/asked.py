"""When the responses were asked for from which a block of code got its rows: `with asked_at() as asked:`.

With `with_options(max_age=...)` a read may be answered with a response that is some seconds old. A program
that shows an amount to a person can say from when it is.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Final


class Asked:
    """What `asked_at` has found out so far.

    Attributes:
        at: the time in UTC, by the clock of this machine, at which the request of the oldest response was
            sent; None before the first response. The rows are not older than that.
    """

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at: datetime | None = None


_BLOCKS: Final[ContextVar[tuple[Asked, ...]]] = ContextVar("odapi_asked", default=())


@contextmanager
def asked_at() -> Generator[Asked]:
    """Find out how old the oldest response is from which the reads of a `with` block are answered.

    Reads in tasks that the block starts count, too. Blocks may be nested.
    """
    before = _BLOCKS.get()
    asked = Asked()
    _BLOCKS.set((*before, asked))
    try:
        yield asked
    finally:
        _BLOCKS.set(before)  # not by token: an async generator may end in another context


def wall_time() -> float:
    """Return the seconds of this machine's clock on the wall, which goes on while the machine sleeps."""
    return datetime.now(UTC).timestamp()


def record_age(age: float) -> None:
    """Record that a read is answered with a response; the client calls this.

    Args:
        age: seconds since its request was sent.
    """
    blocks = _BLOCKS.get()
    if not blocks:
        return
    at = datetime.now(UTC) - timedelta(seconds=age)
    for block in blocks:
        block.at = at if block.at is None else min(block.at, at)

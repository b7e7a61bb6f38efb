"""Transactions that end before a cancellation goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_GRACE: Final = 5.0  # seconds: a transaction takes milliseconds unless the database hangs


def shielded(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Awaitable[T]]:
    """Let a transaction come to its end first when whoever waits for it is cancelled.

    A connection that is left in the middle of a statement is closed, and SQLite then may keep its lock until
    the statement is collected as garbage: the next run would find the database locked by nobody.
    """

    @wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(function(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await _ended(task)
            raise

    return run


async def _ended(task: asyncio.Task[Any]) -> None:
    try:
        await asyncio.wait([task], timeout=_GRACE)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task

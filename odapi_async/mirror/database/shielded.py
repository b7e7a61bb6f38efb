"""Work that runs to its end even if its caller is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

GRACE: Final = 5.0  # seconds: a transaction takes milliseconds unless the database hangs


def shielded(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Decorate a transaction: if its caller is cancelled, the cancellation waits until it has ended.

    A connection that is dropped in the middle of a statement is closed, and SQLite may keep its lock until
    the statement is garbage collected: the next run would find the database locked although nobody uses it.
    A transaction that has not ended after 5 seconds is cancelled as well.
    """

    @wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await run_shielded(function(*args, **kwargs), grace=GRACE)

    return run


async def run_shielded(work: Coroutine[Any, Any, T], *, grace: float | None = None) -> T:
    """Run a coroutine; if the caller is cancelled, wait for its end before the cancellation goes on.

    Args:
        work: the coroutine.
        grace: how many seconds a cancelled caller waits before the work is cancelled, too; None for no limit.
            A second cancellation ends the wait at once.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _wait_then_cancel(task, grace)
        raise


async def _wait_then_cancel(task: asyncio.Task[Any], grace: float | None) -> None:
    try:
        await asyncio.wait([task], timeout=grace)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task

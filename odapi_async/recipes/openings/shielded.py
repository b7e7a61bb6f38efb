"""Work that runs to its end although its caller is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def run_to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; if the caller is cancelled, wait for its end before the cancellation goes on.

    A second cancellation ends the work, too.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()  # does nothing if it has ended
            with suppress(asyncio.CancelledError, Exception):
                await task
        raise

"""Work that runs to its end although its caller is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from odapi_async.telemetry import LOGGER

T = TypeVar("T")


async def run_to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; if the caller is cancelled, wait for its end before the cancellation goes on.

    A second cancellation ends the work, too. Nobody sees the error of work whose caller is gone, so its class
    is logged; its text may have ids of rows.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()  # does nothing if it has ended
            await _log_failure(task)
        raise


async def _log_failure(task: asyncio.Task[Any]) -> None:
    try:
        await task
    except asyncio.CancelledError:
        pass
    except Exception as error:  # noqa: BLE001 - it must not take the place of the cancellation
        LOGGER.warning(
            "a booking whose caller was cancelled ended with %s: look for it, or take it again",
            type(error).__name__,
        )

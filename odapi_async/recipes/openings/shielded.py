"""Work that runs to its end although its caller is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from odapi_async.errors import OpenDentalError
from odapi_async.telemetry import LOGGER

T = TypeVar("T")


async def run_to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; if the caller is cancelled, wait for its end before the cancellation goes on.

    A second cancellation ends the work, too. Nobody sees the errors of work whose caller is gone, so those of
    this package are logged; their texts have no patient data.
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
    except OpenDentalError as error:
        LOGGER.warning("the caller was cancelled, and nobody sees this error: %s", error)
    except Exception as error:  # noqa: BLE001 - it must not take the place of the cancellation
        LOGGER.error("the caller was cancelled, and nobody sees this error: %s", type(error).__name__)

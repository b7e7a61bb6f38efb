"""Work that ends although its caller is cancelled: the cancellation is never replaced by an error."""

from __future__ import annotations

import asyncio
import logging

import pytest

from odapi_async.recipes.openings import Taken
from odapi_async.recipes.openings.shielded import run_to_the_end


@pytest.mark.parametrize(
    ("error", "said"),
    [(Taken([7]), "ended with Taken: "), (ValueError("a secret"), "ended with ValueError: ")],
)
async def test_the_caller_is_cancelled_whatever_the_work_raises(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    go_on = asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        raise error

    caller = asyncio.create_task(run_to_the_end(work()))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    (record,) = (each for each in caplog.records if each.levelno >= logging.WARNING)
    assert said in record.getMessage()
    assert "secret" not in record.getMessage()
    assert "7" not in record.getMessage()

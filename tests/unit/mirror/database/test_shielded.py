"""A cancelled caller waits for the end of its transaction, but not forever."""

from __future__ import annotations

import asyncio

import pytest

from odapi_async.mirror.database import shielded as module
from odapi_async.mirror.database.shielded import shielded
from tests.support.watch import passes, pending


class Transaction:
    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.began = False
        self.ended: str | None = None

    @shielded
    async def run(self, result: str) -> str:
        self.began = True
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = result
        if result == "failed":
            raise LookupError(result)
        return result


async def start(transaction: Transaction, result: str) -> asyncio.Task[str]:
    async def caller() -> str:
        return await transaction.run(result)

    task = asyncio.create_task(caller())
    await passes(3)
    assert transaction.began
    return task


async def test_the_result_or_exception_of_the_transaction_is_passed_on() -> None:
    transaction = Transaction()
    transaction.may_end.set()
    assert await transaction.run("done") == "done"
    with pytest.raises(LookupError):
        await transaction.run("failed")


@pytest.mark.parametrize("result", ["done", "failed"])
async def test_a_cancelled_caller_waits_for_the_end(result: str) -> None:
    transaction = Transaction()
    task = await start(transaction, result)
    task.cancel()
    await passes(5)
    assert not task.done()
    transaction.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transaction.ended == result
    assert pending() == []


async def test_a_transaction_that_hangs_is_cancelled_after_the_grace_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.01)
    transaction = Transaction()
    task = await start(transaction, "done")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transaction.ended == "cancelled"
    assert pending() == []


async def test_a_caller_that_is_cancelled_twice_does_not_wait() -> None:
    transaction = Transaction()
    task = await start(transaction, "done")
    task.cancel()
    await passes(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transaction.ended == "cancelled"
    assert pending() == []

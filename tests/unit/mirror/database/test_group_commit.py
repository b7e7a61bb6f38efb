"""Items that wait together are written together, and each caller gets its own outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from odapi_async.mirror.database.group_commit import GroupCommit
from odapi_async.testing import run_in_virtual_time


class Database:
    """Writes groups of numbers when it is told to. It refuses negative numbers."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.lost = False
        self.deadlocks = 0
        self.attempts: list[list[int]] = []
        self.cancelled = 0

    async def commit(self, items: Sequence[int]) -> list[str]:
        try:
            await self.may_write.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        self.attempts.append([*items])
        if self.deadlocks:
            self.deadlocks -= 1
            raise TimeoutError("deadlock")
        if self.lost:
            raise OSError("no connection")
        if any(each < 0 for each in items):
            raise ValueError("refused")
        self.groups.append([*items])
        return [f"wrote {each}" for each in items]

    def writer(self, *, transactions: int = 1, limit: int = 100, **options: Any) -> GroupCommit[int, str]:
        return GroupCommit(
            self.commit,
            key=lambda item: item % 10,
            size=abs,
            limit=limit,
            transactions=transactions,
            fails_alone=lambda error: isinstance(error, ValueError | TimeoutError),
            is_transient=lambda error: isinstance(error, TimeoutError),
            **options,
        )


async def written(writer: GroupCommit[int, str], *items: int) -> list[str | BaseException]:
    return await asyncio.gather(*map(writer.write, items), return_exceptions=True)


async def three_callers() -> tuple[Database, list[asyncio.Task[str]]]:
    """Return a database that does not write yet, the first caller's transaction, and two that wait."""
    database = Database()
    database.may_write.clear()
    writer = database.writer()
    callers = [asyncio.create_task(writer.write(each)) for each in (1, 2, 3)]
    await asyncio.sleep(0)
    return database, callers


async def test_the_first_item_does_not_wait_and_the_others_go_together() -> None:
    database = Database()
    assert await written(database.writer(), 1, 2, 3, 4) == ["wrote 1", "wrote 2", "wrote 3", "wrote 4"]
    assert database.groups == [[1], [2, 3, 4]]


async def test_a_transaction_takes_no_more_items_once_it_is_long() -> None:
    database = Database()
    await written(database.writer(limit=50), 1, 32, 23, 4, 205, 6)
    assert database.groups == [[1], [32, 23], [4, 205], [6]]


async def test_two_items_with_one_key_are_never_in_one_transaction_and_keep_their_order() -> None:
    database = Database()
    await written(database.writer(), 1, 2, 12, 3, 22)
    assert database.groups == [[1], [2, 3], [12], [22]]
    database.groups.clear()
    await written(database.writer(transactions=9), 1, 11, 2, 21)
    assert database.groups == [[1], [2], [11], [21]]


async def test_several_transactions_run_at_the_same_time_where_the_database_allows_it() -> None:
    database = Database()
    database.may_write.clear()
    writer = database.writer(transactions=2)
    waiting = asyncio.create_task(written(writer, 1, 2, 3, 4))
    await asyncio.sleep(0)
    database.may_write.set()
    await waiting
    assert database.groups == [[1], [2], [3, 4]]


async def test_an_item_that_is_refused_fails_alone() -> None:
    database = Database()
    first, second, refused, last = await written(database.writer(), 1, 2, -3, 4)
    assert (first, second, last) == ("wrote 1", "wrote 2", "wrote 4")
    assert isinstance(refused, ValueError)
    assert database.groups == [[1], [2], [4]]


async def test_an_item_that_can_be_mended_is_written_again_alone() -> None:
    database = Database()

    def mend(item: int, error: Exception) -> int | None:
        assert str(error) == "refused"
        return -item if item == -3 else None

    found = await written(database.writer(mend=mend), -3, 1, -3, -4)
    assert found[:3] == ["wrote 3", "wrote 1", "wrote 3"]
    assert isinstance(found[3], ValueError)


def test_a_transaction_that_others_have_rolled_back_is_repeated_as_it_was() -> None:
    database = Database()
    database.deadlocks = 4
    assert run_in_virtual_time(written(database.writer(), 1)) == ["wrote 1"]
    assert database.attempts == [[1]] * 5
    database.attempts.clear()

    async def group() -> list[str | BaseException]:
        writing = asyncio.create_task(written(database.writer(), 1, 2, -3, 4))
        await asyncio.sleep(0)
        database.deadlocks = 2
        return await writing

    found = run_in_virtual_time(group())
    assert database.attempts == [[1]] * 3 + [[2, -3, 4], [2], [-3], [4]]
    assert [str(each) for each in found] == ["wrote 1", "wrote 2", "refused", "wrote 4"]


def test_a_transaction_is_not_repeated_for_ever() -> None:
    database = Database()
    database.deadlocks = 99
    (found,) = run_in_virtual_time(written(database.writer(), 1))
    assert isinstance(found, TimeoutError)
    assert len(database.attempts) == 5


def test_a_caller_that_is_cancelled_during_the_pause_gets_its_transaction_written() -> None:
    async def main() -> Database:
        database = Database()
        database.deadlocks = 3
        caller = asyncio.create_task(database.writer().write(1))
        await asyncio.sleep(0.1)
        caller.cancel()
        await asyncio.wait([caller])
        assert caller.cancelled()
        return database

    assert run_in_virtual_time(main()).groups == [[1]]


async def test_an_error_that_concerns_all_is_not_met_again_by_each() -> None:
    database = Database()
    database.lost = True
    assert all(isinstance(each, OSError) for each in await written(database.writer(), 1, 2, 3))
    database.lost = False
    assert await written(database.writer(), 4) == ["wrote 4"]


async def test_an_item_whose_caller_is_cancelled_while_it_waits_is_not_written() -> None:
    database, callers = await three_callers()
    callers[1].cancel()
    await asyncio.wait([callers[1]])
    assert callers[1].cancelled()
    database.may_write.set()
    assert [await callers[0], await callers[2]] == ["wrote 1", "wrote 3"]
    assert database.groups == [[1], [3]]


async def test_a_cancelled_caller_waits_until_its_transaction_has_ended() -> None:
    database, callers = await three_callers()
    callers[0].cancel()
    await asyncio.sleep(0)
    assert not callers[0].done()
    database.may_write.set()
    await asyncio.wait(callers)
    assert callers[0].cancelled()
    assert [each.result() for each in callers[1:]] == ["wrote 2", "wrote 3"]
    assert database.groups == [[1], [2, 3]]
    assert not database.cancelled


def test_a_transaction_that_hangs_is_cancelled_once_nobody_waits_for_it() -> None:
    async def main() -> str:
        database, callers = await three_callers()
        callers[0].cancel()
        await asyncio.sleep(4.9)
        assert not callers[0].done()
        await asyncio.sleep(0.2)
        assert callers[0].cancelled()
        assert database.cancelled == 1
        await asyncio.sleep(1)  # the others are in the next one, and one of them still waits
        callers[1].cancel()
        await asyncio.sleep(6)
        assert callers[1].cancelled()
        assert database.cancelled == 1
        database.may_write.set()
        return await callers[2]

    assert run_in_virtual_time(main()) == "wrote 3"


async def test_the_error_of_a_caller_that_has_left_is_told_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = Database()
    database.may_write.clear()
    writer = database.writer()
    caller = asyncio.create_task(writer.write(-1))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0)
    database.may_write.set()
    await asyncio.wait([caller])
    assert caller.cancelled()
    del caller
    assert not caplog.records

"""Identical reads that wait together are sent once, and no caller can tell the difference."""

import asyncio

import pytest

from odapi_async.errors import SchedulerClosed, WaitTooLong
from odapi_async.scheduler import Pace, Priority, Scheduler, SharedResult, Slot
from tests.support.clock import virtual_time
from tests.support.lanes import REMOTE, Caller, settle


class Reader:
    """Reads by label; a response is the number of requests that had been sent when it was fetched."""

    def __init__(self, *, pace: Pace = REMOTE, share: bool = True, duration: float = 0.1) -> None:
        self.duration = duration
        self.scheduler = Scheduler(margin=0)
        self.pace = pace
        self.share = share
        self.sent: list[str] = []

    async def read(self, label: str | None, priority: Priority = Priority.NORMAL) -> int:
        slot = await self.scheduler.acquire("lane", self.pace, priority=priority, coalesce_key=label)
        if isinstance(slot, SharedResult):
            assert isinstance(slot.outcome, int)
            return slot.outcome
        with slot:
            slot.sent()
            self.sent.append(label or "write")
            response = len(self.sent)
            await asyncio.sleep(self.duration)
            if self.share:
                slot.share(response)
        return response

    def task(self, label: str | None, priority: Priority = Priority.NORMAL) -> asyncio.Task[int]:
        return asyncio.create_task(self.read(label, priority))

    async def busy(self) -> asyncio.Task[int]:
        """Keep one request in flight, so that the following ones wait."""
        task = self.task("busy")
        await settle()
        return task


@virtual_time
async def test_identical_reads_that_wait_are_sent_once() -> None:
    reader = Reader()
    tasks = [await reader.busy(), *(reader.task("same") for _ in range(5)), reader.task("other")]
    assert await asyncio.gather(*tasks) == [1, 2, 2, 2, 2, 2, 3]
    assert reader.sent == ["busy", "same", "other"]
    assert (reader.scheduler.snapshot().counts.coalesced, reader.scheduler.snapshot().counts.sent) == (4, 3)


@virtual_time
async def test_a_read_in_flight_is_not_coalesced() -> None:
    reader = Reader()
    first = await reader.busy()
    second = reader.task("busy")
    assert (await first, await second) == (1, 2)


@virtual_time
async def test_an_urgent_follower_raises_the_priority() -> None:
    reader = Reader()
    tasks = [
        await reader.busy(),
        *(reader.task(f"bulk{index}", Priority.BULK) for index in range(10)),
        reader.task("same", Priority.BULK),
        reader.task("same", Priority.INTERACTIVE),
    ]
    await asyncio.gather(*tasks)
    assert reader.sent[:2] == ["busy", "same"]
    assert reader.sent.count("same") == 1


@virtual_time
async def test_a_read_after_a_write_does_not_share_with_one_before_it() -> None:
    reader = Reader()
    busy = await reader.busy()
    before, write, after = reader.task("same"), reader.task(None), reader.task("same")
    assert (await busy, await before, await write, await after) == (1, 2, 3, 4)


@virtual_time
async def test_a_read_after_a_write_does_not_share_with_an_urgent_read_sent_before_the_write() -> None:
    reader = Reader()
    busy = await reader.busy()
    write, patient = reader.task(None), reader.task("same")
    await settle()
    urgent = reader.task("same", Priority.INTERACTIVE)
    await asyncio.gather(busy, write, patient, urgent)
    assert reader.sent == ["busy", "same", "write", "same"]


@virtual_time
async def test_a_read_before_a_write_may_share_with_one_after_it() -> None:
    reader = Reader()
    busy = await reader.busy()
    early = reader.task("same", Priority.BULK)
    await settle()
    write, late = reader.task(None), reader.task("same", Priority.NORMAL)
    assert (await busy, await early, await write, await late) == (1, 3, 2, 3)


@virtual_time
async def test_a_cancelled_follower_cancels_nobody_else() -> None:
    reader = Reader()
    tasks = [await reader.busy(), *(reader.task("same") for _ in range(3))]
    await asyncio.sleep(1.05)  # the second request is in flight, with two followers
    tasks[2].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[1], results[3]] == [1, 2, 2]
    assert tasks[2].cancelled()


@virtual_time
async def test_if_the_leader_is_cancelled_the_followers_queue_again_in_order() -> None:
    reader = Reader()
    tasks = [await reader.busy(), *(reader.task("same") for _ in range(3)), reader.task("behind")]
    await asyncio.sleep(1.05)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert reader.sent == ["busy", "same", "same", "behind"]
    assert results[2:4] == [3, 3]
    assert reader.scheduler.snapshot().counts.coalesced == 1


@virtual_time
async def test_the_request_ends_if_its_last_caller_is_cancelled() -> None:
    reader = Reader()
    tasks = [await reader.busy(), reader.task("same"), reader.task("same")]
    await settle()
    tasks[1].cancel()
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert reader.sent == ["busy"]
    assert reader.scheduler.snapshot().lanes == ()


@virtual_time
async def test_an_outcome_that_is_not_shared_is_requested_again() -> None:
    reader = Reader(share=False)
    tasks = [await reader.busy(), reader.task("same"), reader.task("same")]
    assert await asyncio.gather(*tasks) == [1, 2, 3]


@virtual_time
async def test_closing_wakes_followers_too() -> None:
    reader = Reader()
    tasks = [await reader.busy(), reader.task("same"), reader.task("same")]
    await asyncio.sleep(1.05)
    await reader.scheduler.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[:2] == [1, 2]
    assert isinstance(results[2], SchedulerClosed)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@virtual_time
async def test_max_wait_applies_to_a_follower_until_its_request_is_sent() -> None:
    reader = Reader(duration=5.0)
    busy, same = await reader.busy(), reader.task("same")
    await settle()
    slot = await reader.scheduler.acquire("lane", REMOTE, coalesce_key="same", max_wait=6.0)
    assert isinstance(slot, SharedResult)
    assert [await busy, await same] == [1, 2]


@pytest.mark.parametrize("passes", range(8))
@virtual_time
async def test_followers_survive_a_cancellation_at_any_iteration(passes: int) -> None:
    reader = Reader()
    tasks = [await reader.busy(), *(reader.task("same") for _ in range(3))]
    loop = asyncio.get_running_loop()

    def cancel_after(left: int) -> None:
        if left:
            loop.call_soon(cancel_after, left - 1)
        else:
            tasks[1].cancel()

    loop.call_at(loop.time() + 1.0, cancel_after, passes)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert tasks[1].cancelled()
    assert len(set(results[2:])) == 1
    assert reader.scheduler.snapshot().lanes == ()


@virtual_time
async def test_without_a_coalesce_key_nothing_is_shared() -> None:
    caller = Caller(Scheduler(margin=0))
    await asyncio.gather(*(caller.call("write") for _ in range(3)))
    assert caller.order == ["write"] * 3


@virtual_time
async def test_a_follower_whose_deadline_passed_is_not_sent_late() -> None:
    reader = Reader(pace=Pace(0.0, in_flight=2), share=False, duration=3.0)
    leader = asyncio.create_task(reader.scheduler.acquire("lane", reader.pace, coalesce_key="same"))
    follower = asyncio.create_task(
        reader.scheduler.acquire("lane", reader.pace, coalesce_key="same", max_wait=1.0)
    )
    slot = await leader
    assert isinstance(slot, Slot)
    with slot:
        await asyncio.sleep(3.0)
    with pytest.raises(WaitTooLong):
        await follower

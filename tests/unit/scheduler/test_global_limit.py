"""The limit over all lanes: even, fair between practices, and safe to cancel."""

import asyncio
import itertools
from collections import Counter

import pytest

from odapi_async.scheduler import Pace, Scheduler
from odapi_async.scheduler.global_limit import GlobalLimit
from tests.support.clock import virtual_time
from tests.support.lanes import Caller, settle


@virtual_time
async def test_all_lanes_together_keep_the_rate_and_start_spread() -> None:
    caller = Caller(Scheduler(margin=0, max_rate=10.0), duration=0)
    await asyncio.gather(*(caller.call(str(index), lane=str(index)) for index in range(50)))
    assert caller.gaps == pytest.approx([0.1] * 49)


@virtual_time
async def test_requests_in_flight_are_limited() -> None:
    caller = Caller(Scheduler(margin=0, max_in_flight=7), duration=0.5)
    await asyncio.gather(*(caller.call(str(index), lane=str(index)) for index in range(40)))
    assert caller.most_running == 7


@virtual_time
async def test_practices_get_equal_shares_whatever_their_queues() -> None:
    caller = Caller(Scheduler(margin=0, max_rate=100.0), duration=0)
    greedy = [caller.task("greedy", lane="greedy") for _ in range(500)]
    others = [caller.task(f"other{index}", lane=f"other{index}") for index in range(199) for _ in range(3)]
    await asyncio.gather(*others)
    shares = Counter(caller.order)
    assert set(shares.values()) <= {3, 4}
    for task in greedy:
        task.cancel()
    await asyncio.gather(*greedy, return_exceptions=True)


@virtual_time
async def test_local_lanes_are_not_limited() -> None:
    caller = Caller(Scheduler(max_rate=1.0, max_in_flight=1), pace=Pace(0.0, 8), duration=0.1)
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(*(caller.call(str(index)) for index in range(16)))
    assert asyncio.get_running_loop().time() - begin == pytest.approx(0.2)


@pytest.mark.parametrize("passes", range(8))
@virtual_time
async def test_a_place_is_released_at_whatever_iteration_the_caller_is_cancelled(passes: int) -> None:
    caller = Caller(Scheduler(margin=0, max_rate=2.0, max_in_flight=1), duration=0.1)
    tasks = [caller.task(f"{lane}", lane=lane) for lane in "abc"]
    for _ in range(passes):
        await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(caller.call(lane, lane=lane) for lane in "def"))
    assert [name for name in caller.order if name in "def"] == ["d", "e", "f"]


@virtual_time
async def test_a_pause_applies_to_a_lane_that_waits_for_the_global_limit() -> None:
    scheduler = Scheduler(margin=0, max_rate=1.0)
    caller = Caller(scheduler, duration=0)
    with await scheduler.acquire("other", Pace(1.0)):
        pass
    with await scheduler.acquire("lane", Pace(0.1, in_flight=2)) as slot:
        slot.sent()
        behind = caller.task("behind")
        await asyncio.sleep(0.5)
        slot.throttled(9.0)
        paused = asyncio.get_running_loop().time()
    await behind
    assert caller.starts[0][1] >= paused + 9.0


@virtual_time
async def test_closing_while_lanes_wait_for_the_global_limit_leaves_no_task() -> None:
    scheduler = Scheduler(margin=0, max_rate=0.1, max_in_flight=1)
    caller = Caller(scheduler)
    tasks = [caller.task(lane, lane=lane) for lane in "abc"]
    await asyncio.sleep(1.0)
    await scheduler.close()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@virtual_time
async def test_a_global_limit_without_a_rate_does_not_wait() -> None:
    global_limit = GlobalLimit(None, 2)
    begin = asyncio.get_running_loop().time()
    for _ in itertools.repeat(None, 2):
        await global_limit.acquire()
    third = asyncio.create_task(global_limit.acquire())
    await settle()
    assert not third.done()
    global_limit.release()
    await third
    assert asyncio.get_running_loop().time() == begin


@virtual_time
async def test_a_caller_cancelled_while_waiting_for_the_rate_loses_no_place() -> None:
    global_limit = GlobalLimit(1.0, 1)
    begin = asyncio.get_running_loop().time()
    await global_limit.acquire()
    global_limit.release()
    waiting = asyncio.create_task(global_limit.acquire())
    await asyncio.sleep(0.5)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(60.0):
        await global_limit.acquire()
    assert asyncio.get_running_loop().time() - begin == pytest.approx(1.0)

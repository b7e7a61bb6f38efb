"""Many lanes: isolation, idle lanes, snapshots, one event loop."""

import asyncio

import pytest

from odapi_async.errors import WrongEventLoop
from odapi_async.scheduler import Counts, Pace, Priority, Scheduler
from tests.support.clock import run_virtually, virtual_time
from tests.support.lanes import INTERVAL, REMOTE, Caller, settle


@virtual_time
async def test_lanes_do_not_wait_for_each_other() -> None:
    caller = Caller(Scheduler())
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(*(caller.call(str(index), lane=str(index)) for index in range(100)))
    assert {moment for _, moment in caller.starts} == {begin}


@virtual_time
async def test_an_idle_lane_shrinks_to_one_number_and_is_not_early_later() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    for _ in range(3):
        await caller.call("alone")
        await settle()
        assert (scheduler.snapshot().lanes, scheduler.snapshot().idle) == ((), 1)
    assert caller.gaps == pytest.approx([INTERVAL] * 2)
    await asyncio.sleep(100)
    begin = asyncio.get_running_loop().time()
    await caller.call("long after")
    assert caller.starts[-1] == ("long after", begin)


@virtual_time
async def test_a_snapshot_shows_queued_in_flight_and_counts() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler, duration=0.5)
    tasks = [caller.task("first"), caller.task("bulk", Priority.BULK), caller.task("normal")]
    await asyncio.sleep(0.2)
    (lane,) = scheduler.snapshot().lanes
    assert lane.lane == "lane"
    assert lane.queued == {Priority.INTERACTIVE: 0, Priority.NORMAL: 1, Priority.BULK: 1}
    assert lane.in_flight == 1
    assert (lane.oldest_age, lane.next_slot) == pytest.approx((0.2, 0.8))
    assert (lane.paused, lane.counts) == (False, Counts(sent=1))
    await asyncio.gather(*tasks)
    await caller.call("refused", throttled=3.0)
    assert scheduler.snapshot().counts == Counts(sent=4, throttled=1)


@virtual_time
async def test_a_pause_shows_in_the_snapshot() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler, duration=0)
    refused, waiting = caller.task("refused", throttled=30.0), caller.task("waiting")
    await refused
    (lane,) = scheduler.snapshot().lanes
    assert lane.paused
    assert lane.next_slot == pytest.approx(30.0)
    await waiting


@virtual_time
async def test_of_two_paces_for_one_lane_the_slower_applies() -> None:
    scheduler = Scheduler(margin=0)
    fast, slow = Caller(scheduler), Caller(scheduler, pace=Pace(5.0))
    slow.starts = fast.starts
    await asyncio.gather(fast.call("a"), fast.call("b"), slow.call("c"), fast.call("d"))
    assert fast.gaps == pytest.approx([5.0] * 3)


def test_a_scheduler_belongs_to_one_event_loop() -> None:
    scheduler = Scheduler()

    async def use() -> None:
        with await scheduler.acquire("lane", REMOTE):
            pass

    run_virtually(use())
    with pytest.raises(WrongEventLoop, match=r"one OpenDental\(\) per event loop"):
        run_virtually(use())


@virtual_time
async def test_a_refused_caller_leaves_no_lane_behind() -> None:
    scheduler = Scheduler(max_queue=0)
    with pytest.raises(Exception, match="of this practice wait already"):
        await scheduler.acquire("lane", REMOTE)
    assert scheduler.snapshot().lanes == ()

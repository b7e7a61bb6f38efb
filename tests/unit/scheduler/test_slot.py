"""Slots, lanes and circuits report their times, pauses and openings. In virtual time."""

import asyncio
import sys
import threading
from collections import deque

import pytest

from odapi_async.errors import ConnectFailed
from odapi_async.scheduler import Pace, Scheduler, SharedResult, Slot
from tests.support.clock import virtual_time
from tests.support.lanes import INTERVAL, REMOTE, settle

MARGIN = 0.005
PLACES = 200
ROUNDS = 1000
DOWN = ConnectFailed("GET", "/x", "refused")


async def slot_of(scheduler: Scheduler, pace: Pace = REMOTE) -> Slot:
    slot = await scheduler.acquire("lane", pace)
    assert isinstance(slot, Slot)
    return slot


@virtual_time
async def test_a_slot_knows_how_long_its_caller_waited_and_when_it_ended() -> None:
    scheduler, clock = Scheduler(margin=MARGIN), asyncio.get_running_loop()
    with await slot_of(scheduler) as first:
        first.sent()
        await asyncio.sleep(0.25)
    with await slot_of(scheduler) as second:
        second.sent()
    assert first.waited == 0
    assert first.sent_at is not None
    assert first.ended_at - first.sent_at == 0.25
    assert second.waited == pytest.approx(INTERVAL + MARGIN - 0.25)
    assert second.ended_at == clock.time()
    await scheduler.close()


@virtual_time
async def test_a_requeued_follower_has_waited_since_it_was_queued() -> None:
    scheduler = Scheduler(margin=MARGIN)
    waiting = [asyncio.create_task(scheduler.acquire("lane", REMOTE, coalesce_key="same")) for _ in range(2)]
    await settle()
    leader = waiting[0].result()
    assert isinstance(leader, Slot)
    with leader:
        leader.sent()
        await asyncio.sleep(0.5)  # and ends without an outcome, so the follower queues again
    follower = await waiting[1]
    assert not isinstance(follower, SharedResult)
    with follower:
        assert follower.waited == pytest.approx(INTERVAL + MARGIN)
    await scheduler.close()


@virtual_time
async def test_a_pause_is_reported_by_the_429_that_begins_it() -> None:
    scheduler, free = Scheduler(), Pace(0.0, 3)
    slots = [await slot_of(scheduler, free) for _ in range(3)]
    pauses: list[float] = []
    for slot, retry_after in zip(slots, (2.0, 5.0, None), strict=True):
        with slot:
            slot.sent()
            pauses.append(slot.throttled(retry_after))
    assert pauses == [2.0, 0.0, 0.0]
    await asyncio.sleep(5.0)
    with await slot_of(scheduler, free) as late:
        late.sent()
        assert late.throttled(0.5) == 0.5
    await scheduler.close()


@virtual_time
async def test_a_circuit_reports_opening_and_closing() -> None:
    scheduler = Scheduler()
    assert not scheduler.record_success("lane")
    assert [scheduler.record_failure("lane", DOWN, threshold=2) for _ in range(3)] == [False, True, False]
    assert scheduler.record_success("lane")
    assert not scheduler.record_success("lane")
    assert not scheduler.record_failure("lane", DOWN, threshold=2)
    assert not scheduler.record_success("lane")


@virtual_time
async def test_a_snapshot_shows_the_interval_of_a_lane() -> None:
    scheduler = Scheduler()
    with await slot_of(scheduler) as slot:
        slot.sent()
        (lane,) = scheduler.snapshot().lanes
        assert lane.interval == INTERVAL
    await scheduler.close()


async def test_another_thread_may_take_snapshots() -> None:
    scheduler, ended = Scheduler(), threading.Event()
    failures: list[RuntimeError] = []

    def look() -> None:
        try:
            while not ended.is_set():
                scheduler.snapshot()
        except (
            RuntimeError
        ) as error:  # the message of Python if a set or a dictionary changes during iteration
            failures.append(error)

    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads switch as often as possible
    looking = threading.Thread(target=look)
    looking.start()
    try:
        slots: deque[Slot] = deque()
        for _ in range(ROUNDS):
            slots.append(await slot_of(scheduler, Pace(0.0, PLACES)))
            if len(slots) == PLACES:
                with slots.popleft() as oldest:
                    oldest.sent()
        for slot in slots:
            with slot:
                slot.sent()
    finally:
        ended.set()
        looking.join()
        sys.setswitchinterval(often)
    assert failures == []
    await scheduler.close()

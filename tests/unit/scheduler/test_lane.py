"""One lane in virtual time: pace, order, cancellation, pauses and limits."""

import asyncio
import random

import pytest

from odapi_async.errors import QueueFull, SchedulerClosed, SchedulerError, WaitTooLong
from odapi_async.scheduler import Bucket, Budget, LocalBuckets, Pace, Priority, Scheduler
from tests.support.clock import virtual_time
from tests.support.lanes import INTERVAL, REMOTE, Caller, settle

MARGIN = 0.005
STEP = INTERVAL + MARGIN


@virtual_time
async def test_starts_are_one_interval_and_the_margin_apart() -> None:
    caller = Caller(Scheduler(margin=MARGIN))
    await asyncio.gather(*(caller.call(str(index)) for index in range(20)))
    assert caller.order == [str(index) for index in range(20)]
    assert caller.gaps == pytest.approx([STEP] * 19)


@virtual_time
async def test_after_a_request_longer_than_the_interval_the_next_starts_at_once() -> None:
    caller = Caller(Scheduler(), duration=2.5)
    await asyncio.gather(*(caller.call(str(index)) for index in range(4)))
    assert caller.gaps == pytest.approx([2.5] * 3)
    assert caller.most_running == 1


@virtual_time
async def test_the_interval_runs_from_sending_and_not_from_the_grant() -> None:
    caller = Caller(Scheduler(margin=0))
    await asyncio.gather(caller.call("slow connect", connect=0.7), caller.call("next"))
    assert caller.gaps == pytest.approx([INTERVAL])


@virtual_time
async def test_a_free_lane_grants_without_waiting() -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    caller = Caller(Scheduler(), duration=0)
    await caller.call("only")
    assert caller.starts == [("only", begin)]


@virtual_time
async def test_local_lanes_run_a_limited_number_at_once() -> None:
    caller = Caller(Scheduler(), pace=Pace(0.0, in_flight=4), duration=1.0)
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(*(caller.call(str(index)) for index in range(12)))
    assert caller.most_running == 4
    assert asyncio.get_running_loop().time() - begin == pytest.approx(3.0)


@virtual_time
async def test_an_urgent_caller_waits_for_one_request_and_one_interval_at_most() -> None:
    caller = Caller(Scheduler(margin=MARGIN), duration=0.4)
    bulk = [caller.task(f"bulk{index}", Priority.BULK) for index in range(500)]
    await asyncio.sleep(10.3)
    enqueued_at = asyncio.get_running_loop().time()
    await caller.task("urgent", Priority.INTERACTIVE)
    started = dict(caller.starts)["urgent"]
    assert started - enqueued_at <= caller.duration + STEP
    for task in bulk:
        task.cancel()
    await asyncio.gather(*bulk, return_exceptions=True)


@virtual_time
async def test_a_late_urgent_caller_takes_the_token_of_another() -> None:
    caller = Caller(Scheduler())
    await caller.call("first")
    later = caller.task("bulk", Priority.BULK)
    await asyncio.sleep(0.5)
    await asyncio.gather(later, caller.call("urgent", Priority.INTERACTIVE))
    assert caller.order == ["first", "urgent", "bulk"]


@virtual_time
async def test_flows_take_turns_in_a_lane() -> None:
    caller = Caller(Scheduler())
    await asyncio.gather(*(caller.call(name, flow=name[0]) for name in ("a1", "a2", "a3", "b1")))
    assert caller.order == ["a1", "b1", "a2", "a3"]


@virtual_time
async def test_a_caller_cancelled_while_it_waits_costs_no_token() -> None:
    caller = Caller(Scheduler(margin=0))
    tasks = [caller.task(str(index)) for index in range(5)]
    await asyncio.sleep(0.5)
    for task in tasks[1:4]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert caller.order == ["0", "4"]
    assert caller.gaps == pytest.approx([INTERVAL])


@pytest.mark.parametrize("passes", range(8))
@virtual_time
async def test_a_cancellation_at_any_iteration_passes_the_slot_on(passes: int) -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    first, second, third = (caller.task(name) for name in ("first", "second", "third"))
    await first
    loop = asyncio.get_running_loop()

    def cancel_after(left: int) -> None:
        if left:
            loop.call_soon(cancel_after, left - 1)
        else:
            second.cancel()

    loop.call_at(caller.starts[0][1] + INTERVAL, cancel_after, passes)
    await asyncio.gather(second, third, return_exceptions=True)
    assert second.cancelled()
    assert caller.order[-1] == "third"
    assert caller.gaps == pytest.approx([INTERVAL] * len(caller.gaps))
    assert (scheduler.snapshot().lanes, scheduler.snapshot().idle) == ((), 1)


@pytest.mark.parametrize("passes", range(6))
@virtual_time
async def test_the_first_caller_may_be_cancelled_at_any_iteration(passes: int) -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    tasks = [caller.task(name) for name in ("first", "second", "third")]
    for _ in range(passes):
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert caller.order[-2:] == ["second", "third"]
    assert caller.gaps == pytest.approx([INTERVAL] * len(caller.gaps))
    assert (scheduler.snapshot().lanes, scheduler.snapshot().idle) == ((), 1)


@virtual_time
async def test_a_caller_cancelled_while_connecting_returns_the_token() -> None:
    caller = Caller(Scheduler(margin=0))
    connecting = caller.task("connecting", connect=5.0)
    waiting = caller.task("waiting")
    begin = asyncio.get_running_loop().time()
    await asyncio.sleep(0.2)
    connecting.cancel()
    await waiting
    assert dict(caller.starts) == pytest.approx({"waiting": begin + 0.2})


@virtual_time
async def test_a_request_that_fails_while_sending_counts_as_a_start() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    with pytest.raises(ConnectionError), await scheduler.acquire("lane", REMOTE):
        raise ConnectionError
    await caller.call("next")
    assert dict(caller.starts) == pytest.approx({"next": begin + INTERVAL})


@virtual_time
async def test_a_pause_holds_the_whole_lane_and_only_this_lane() -> None:
    caller = Caller(Scheduler(margin=0), duration=0)
    await caller.call("refused", throttled=7.0)
    begin = caller.starts[0][1]
    await asyncio.gather(caller.call("same lane"), caller.call("other lane", lane="other"))
    assert dict(caller.starts) == pytest.approx(
        {"refused": begin, "same lane": begin + 7.0, "other lane": begin}
    )


@virtual_time
async def test_a_shorter_pause_never_shortens_a_longer_one() -> None:
    scheduler = Scheduler(margin=0)
    local = Pace(0.0, in_flight=2)
    begin = asyncio.get_running_loop().time()
    with await scheduler.acquire("lane", local) as one, await scheduler.acquire("lane", local) as two:
        one.throttled(9.0)
        two.throttled(2.0)
    await scheduler.acquire("lane", local)
    assert asyncio.get_running_loop().time() - begin == pytest.approx(9.0)


@virtual_time
async def test_pauses_without_retry_after_double_until_a_success() -> None:
    caller = Caller(Scheduler(margin=0), duration=0)

    async def call(*, refused: bool) -> None:
        with await caller.scheduler.acquire("lane", REMOTE) as slot:
            slot.sent()
            caller.starts.append(("", asyncio.get_running_loop().time()))
            if refused:
                slot.throttled()

    for refused in (True, True, True, False, False, True, False):
        await call(refused=refused)
    assert caller.gaps == pytest.approx([1.0, 2.0, 4.0, 1.0, 1.0, 1.0])


@virtual_time
async def test_pauses_double_while_the_lane_stays_busy() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler, duration=0)
    behind = caller.task("behind", Priority.BULK)

    async def refused() -> None:
        with await scheduler.acquire("lane", REMOTE, retry=True) as slot:
            slot.sent()
            caller.starts.append(("refused", asyncio.get_running_loop().time()))
            slot.throttled()

    for _ in range(4):
        await refused()
    behind.cancel()
    await settle()
    assert caller.gaps == pytest.approx([1.0, 2.0, 4.0])


@virtual_time
async def test_a_429_widens_the_margin_and_successes_narrow_it() -> None:
    caller = Caller(Scheduler(margin=0.01), duration=0)
    calls = [caller.task("refused", throttled=0.0), *(caller.task(str(index)) for index in range(200))]
    await asyncio.gather(*calls)
    assert caller.gaps[1] == pytest.approx(INTERVAL + 0.02, abs=1e-3)
    assert caller.gaps[-1] == pytest.approx(INTERVAL + 0.01)


@pytest.mark.parametrize(
    ("margin", "wider"),
    [(0.0, 0.005), (0.001, 0.005), (0.02, 0.04), (0.4, 0.5), (0.5, 0.5), (1.0, 1.0)],
)
@virtual_time
async def test_a_429_never_makes_a_lane_faster_and_widens_the_margin_to_half_the_interval(
    margin: float, wider: float
) -> None:
    caller = Caller(Scheduler(margin=margin), duration=0)
    await asyncio.gather(
        caller.call("refused", throttled=0.0), *(caller.call(str(index)) for index in range(2))
    )
    assert caller.gaps[1] == pytest.approx(INTERVAL + wider)


@virtual_time
async def test_a_retry_goes_before_the_others_of_its_priority() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    tasks = [caller.task(name) for name in ("first", "second", "third")]
    await settle()

    async def again() -> None:
        with await scheduler.acquire("lane", REMOTE, retry=True):
            caller.starts.append(("again", asyncio.get_running_loop().time()))

    await asyncio.gather(again(), *tasks)
    assert caller.order == ["first", "again", "second", "third"]
    assert scheduler.snapshot().counts.retried == 1


@virtual_time
async def test_an_impossible_max_wait_fails_at_once_with_the_estimate() -> None:
    caller = Caller(Scheduler(margin=0))
    tasks = [caller.task(str(index)) for index in range(11)]
    await asyncio.sleep(0.5)
    begin = asyncio.get_running_loop().time()
    with pytest.raises(WaitTooLong) as caught:
        await caller.call("too late", max_wait=3.0)
    assert asyncio.get_running_loop().time() == begin
    assert caught.value.max_wait == 3.0
    assert caught.value.estimated_wait == pytest.approx(10.5)
    await caller.call("urgent", Priority.INTERACTIVE, max_wait=3.0)
    await asyncio.gather(*tasks)


@virtual_time
async def test_the_estimate_counts_slow_requests() -> None:
    caller = Caller(Scheduler(margin=0), duration=3.0)
    tasks = [caller.task(str(index)) for index in range(4)]
    await tasks[0]
    await settle()
    with pytest.raises(WaitTooLong) as caught:
        await caller.call("too late", max_wait=1.0)
    assert caught.value.estimated_wait == pytest.approx(9.0)
    await asyncio.gather(*tasks)


@virtual_time
async def test_a_wait_ends_at_max_wait() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler, duration=30.0)
    hanging = caller.task("hanging")
    await settle()
    begin = asyncio.get_running_loop().time()
    with pytest.raises(WaitTooLong):
        await caller.call("bounded", max_wait=2.0)
    assert asyncio.get_running_loop().time() - begin == pytest.approx(2.0)
    assert scheduler.snapshot().lanes[0].queued[Priority.NORMAL] == 0
    await hanging


@virtual_time
async def test_a_pause_fails_waiters_whose_deadline_is_inside_it() -> None:
    caller = Caller(Scheduler(margin=0), duration=0.5)
    refused = caller.task("refused", throttled=60.0)
    await settle()
    short, patient = caller.task("short", max_wait=5.0), caller.task("patient", max_wait=100.0)
    await refused
    paused_at = asyncio.get_running_loop().time()
    with pytest.raises(WaitTooLong) as caught:
        await short
    assert asyncio.get_running_loop().time() == paused_at
    assert caught.value.estimated_wait == pytest.approx(60.0, abs=1.1)
    await patient


@virtual_time
async def test_f1_a_retry_whose_deadline_is_inside_the_pause_fails_at_once() -> None:
    scheduler = Scheduler(margin=0)
    with await scheduler.acquire("lane", REMOTE) as slot:
        slot.sent()
        slot.throttled(20.0)
    begin = asyncio.get_running_loop().time()
    with pytest.raises(WaitTooLong, match=r"about 20\.0 s away, but max_wait is 3\.0 s") as caught:
        await scheduler.acquire("lane", REMOTE, max_wait=3.0, retry=True)
    assert asyncio.get_running_loop().time() == begin
    assert caught.value.estimated_wait == pytest.approx(20.0)


@virtual_time
async def test_a_waiter_that_the_pause_fails_is_told_what_is_left_of_its_max_wait() -> None:
    caller = Caller(Scheduler(margin=0), duration=4.0)
    refused = caller.task("refused", throttled=20.0)
    await settle()
    short = caller.task("short", max_wait=10.0)
    await refused
    with pytest.raises(
        WaitTooLong, match=r"about 20\.0 s away, but only 6\.0 s of max_wait are left"
    ) as caught:
        await short
    assert caught.value.waited == pytest.approx(4.0)


@virtual_time
async def test_a_retry_waits_only_behind_more_urgent_requests() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    await caller.call("first")
    tasks = [caller.task("urgent", Priority.INTERACTIVE), *(caller.task(f"{index}") for index in range(9))]
    await settle()
    assert scheduler.estimate("lane", Priority.NORMAL, retry=True) == pytest.approx(1.9)
    assert scheduler.estimate("lane") == pytest.approx(10.9)
    assert scheduler.estimate("another lane") == 0.0
    await asyncio.gather(*tasks)


@virtual_time
async def test_f2_if_nobody_knows_how_long_a_token_takes_it_is_one_interval_at_least() -> None:
    scheduler = Scheduler(margin=0, max_in_flight=1)
    message = r"waited 10\.0 s, all of max_wait, and the slot is about 1\.0 s"
    with await scheduler.acquire("other", REMOTE), pytest.raises(WaitTooLong, match=message) as caught:
        await scheduler.acquire("lane", REMOTE, max_wait=10.0)
    assert caught.value.estimated_wait == pytest.approx(INTERVAL)


@virtual_time
async def test_a_budget_ends_the_wait_of_its_caller() -> None:
    scheduler = Scheduler(margin=0)
    with await scheduler.acquire("lane", REMOTE):
        begin = asyncio.get_running_loop().time()
        budget = Budget.start(12.0)
        await asyncio.sleep(2.0)
        with pytest.raises(WaitTooLong, match="all of deadline") as caught:
            await scheduler.acquire("lane", REMOTE, budget=budget)
        assert asyncio.get_running_loop().time() - begin == pytest.approx(12.0)
        assert caught.value.deadline == 12.0
        assert caught.value.max_wait == pytest.approx(10.0)
        with pytest.raises(WaitTooLong, match=r"only 0 s of deadline are left"):
            await scheduler.acquire("lane", REMOTE, budget=budget, retry=True)


@virtual_time
async def test_a_lane_holds_no_more_than_max_queue() -> None:
    caller = Caller(Scheduler(max_queue=3))
    tasks = [caller.task("in flight")]
    await settle()
    tasks += [caller.task(str(index)) for index in range(3)]
    await settle()
    with pytest.raises(QueueFull) as caught:
        await caller.call("one too many")
    assert caught.value.max_queue == 3
    await asyncio.gather(*tasks)
    await caller.call("room again")


@virtual_time
async def test_closing_wakes_everyone_and_leaves_no_task() -> None:
    scheduler = Scheduler()
    caller = Caller(scheduler)
    tasks = [caller.task(str(index)) for index in range(5)]
    await asyncio.sleep(0.5)
    await scheduler.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), *[SchedulerClosed] * 4]
    with pytest.raises(SchedulerClosed):
        await caller.call("late")
    assert asyncio.all_tasks() == {asyncio.current_task()}


@virtual_time
async def test_closing_and_cancelling_in_one_iteration_is_quiet() -> None:
    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: problems.append(context))
    scheduler = Scheduler()
    caller = Caller(scheduler)
    tasks = [caller.task(str(index)) for index in range(3)]
    await asyncio.sleep(0.5)
    closing = asyncio.create_task(scheduler.close())
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(closing, *tasks, return_exceptions=True)
    del tasks
    assert problems == []


@virtual_time
async def test_chaos_never_starts_early_and_never_loses_the_pace() -> None:
    rng = random.Random(20261123)
    caller = Caller(Scheduler(margin=0), duration=0.3)
    tasks = [caller.task(str(index), rng.choice(list(Priority)), flow=index % 3) for index in range(300)]
    while any(not task.done() for task in tasks):
        await asyncio.sleep(rng.random() * 3)
        waiting = [task for task in tasks if not task.done()]
        if waiting:
            rng.choice(waiting).cancel()
    assert caller.most_running == 1
    assert caller.gaps == pytest.approx([INTERVAL] * len(caller.gaps))


@virtual_time
async def test_a_pause_ignores_callers_cancelled_in_the_same_iteration() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    with await scheduler.acquire("lane", REMOTE) as slot:
        leaving = caller.task("leaving", max_wait=5.0)
        await settle()
        leaving.cancel()
        slot.throttled(60.0)
    await asyncio.gather(leaving, return_exceptions=True)
    assert leaving.cancelled()


class _Away(LocalBuckets):
    """Buckets whose server cannot be reached, as they find out at once or when they wait for a token."""

    def __init__(self, error: Exception, *, at_once: bool) -> None:
        self.error: Exception | None = error
        self.at_once = at_once

    def bucket(self, lane: str, interval: float) -> Bucket:
        return _Refusing(self)


class _Refusing:
    def __init__(self, server: _Away) -> None:
        self._server = server

    def try_acquire(self) -> bool:
        if self._server.error and self._server.at_once:
            raise self._server.error
        return not self._server.error

    async def acquire(self) -> None:
        if self._server.error:
            raise self._server.error

    def refund(self) -> None:
        return

    def sent(self, delay: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return


class _Odd(Exception):
    """An error that cannot be copied."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")


@virtual_time
@pytest.mark.parametrize("at_once", [False, True], ids=["while it waits", "at once"])
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SchedulerError("away"), "away"),
        (OSError("secret"), "the bucket of the lane failed: OSError; nothing was sent, try again later"),
        (_Odd("secret", "away"), "the bucket of the lane failed: _Odd; nothing was sent, try again later"),
    ],
    ids=["ours", "of the system", "odd"],
)
async def test_a_bucket_that_fails_fails_all_waiters_with_separate_errors(
    error: Exception, text: str, *, at_once: bool
) -> None:
    away = _Away(error, at_once=at_once)
    caller = Caller(Scheduler(buckets=away))
    async with asyncio.timeout(60):
        calls = (caller.call(str(index)) for index in range(3))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [(type(each), str(each)) for each in outcomes] == [(SchedulerError, text)] * 3
    assert len({id(each) for each in outcomes}) == 3
    assert caller.scheduler.snapshot().lanes == ()
    away.error = None
    await caller.call("later")
    assert caller.order == ["later"]


class _Slow(LocalBuckets):
    """A bucket that takes a second for each token, and counts the refunded ones."""

    def __init__(self) -> None:
        self.taken = self.given_back = 0

    def bucket(self, lane: str, interval: float) -> Bucket:
        return self

    def try_acquire(self) -> bool:
        return False

    async def acquire(self) -> None:
        await asyncio.sleep(INTERVAL)
        self.taken += 1

    def refund(self) -> None:
        self.given_back += 1

    def sent(self, delay: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return


class _Deaf(_Slow):
    """A bucket that cannot be told of a start."""

    def sent(self, delay: float) -> None:
        raise OSError("away")


@virtual_time
async def test_a_bucket_that_cannot_be_told_of_a_start_does_not_stop_the_lane() -> None:
    caller = Caller(Scheduler(margin=0, buckets=_Deaf()))
    async with asyncio.timeout(60):
        calls = (caller.call(str(index)) for index in range(3))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in outcomes] == [OSError] * 3
    assert caller.scheduler.snapshot().lanes == ()
    assert caller.scheduler.snapshot().counts.sent == 3


async def leaves(caller: Caller, after: float, *, connect: float) -> None:
    """Cancel a caller after some seconds."""
    leaving = caller.task("leaving", connect=connect)
    await asyncio.sleep(after)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)


@pytest.mark.parametrize(
    ("after", "connect"),
    [(0.5, 0.0), (1.0, 0.0), (1.5, 5.0)],
    ids=["before it came", "when it came", "before the request left"],
)
@virtual_time
async def test_a_token_that_is_not_needed_is_refunded(after: float, connect: float) -> None:
    bucket = _Slow()
    caller = Caller(Scheduler(margin=0, buckets=bucket))
    await leaves(caller, after, connect=connect)
    await asyncio.sleep(2 * INTERVAL)
    assert (bucket.taken, bucket.given_back) == (1, 1)
    assert (caller.scheduler.snapshot().lanes, caller.scheduler.snapshot().idle) == ((), 1)


@virtual_time
async def test_a_token_is_refunded_in_a_pause_too() -> None:
    bucket = _Slow()
    caller = Caller(Scheduler(margin=0, buckets=bucket), pace=Pace(INTERVAL, in_flight=2))
    with await caller.scheduler.acquire("lane", caller.pace) as slot:
        slot.sent()
        leaving = asyncio.create_task(leaves(caller, 2.5, connect=0.0))
        await asyncio.sleep(1.5)  # the next token is being acquired
        slot.throttled(60.0)
        await leaving
    assert (bucket.taken, bucket.given_back) == (2, 1)
    assert [lane.paused for lane in caller.scheduler.snapshot().lanes] == [True]


@virtual_time
async def test_a_token_is_passed_on_while_another_caller_waits() -> None:
    bucket = _Slow()
    caller = Caller(Scheduler(margin=0, buckets=bucket))
    patient = asyncio.create_task(leaves(caller, 1.5, connect=5.0))
    await settle()
    await asyncio.gather(patient, caller.call("next"))
    assert (bucket.taken, bucket.given_back) == (1, 0)


@virtual_time
async def test_closing_refunds_an_unused_token() -> None:
    bucket = _Slow()
    scheduler = Scheduler(margin=0, buckets=bucket)
    slot = await scheduler.acquire("lane", REMOTE)
    await scheduler.close()
    with pytest.raises(asyncio.CancelledError), slot:
        raise asyncio.CancelledError
    assert bucket.given_back == 1


@virtual_time
async def test_a_refunded_token_of_a_local_bucket_can_be_used_again() -> None:
    bucket = LocalBuckets().bucket("lane", INTERVAL)
    assert bucket.try_acquire()
    assert not bucket.try_acquire()
    bucket.refund()
    assert bucket.try_acquire()
    begin = asyncio.get_running_loop().time()
    await bucket.acquire()
    assert asyncio.get_running_loop().time() - begin == pytest.approx(INTERVAL)


@virtual_time
async def test_a_bucket_without_an_interval_is_never_empty() -> None:
    bucket = LocalBuckets().bucket("lane", 0.0)
    begin = asyncio.get_running_loop().time()
    for _ in range(3):
        assert bucket.try_acquire()
        await bucket.acquire()
    assert asyncio.get_running_loop().time() == begin

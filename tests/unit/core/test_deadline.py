"""F3: the deadline of a whole call, when it ends, with which error, and what is left behind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from odapi_async import (
    ConnectFailed,
    Mode,
    OpenDental,
    OutcomeUnknown,
    Practice,
    Priority,
    Request,
    RequestTimeout,
    Response,
    RetryPolicy,
    ServerError,
    Throttled,
    Tier,
    Unauthorized,
    WaitTooLong,
)
from odapi_async.client import RequestOverrides
from odapi_async.sandbox import Fault, Office
from tests.support.bench import KEY, Bench, in_process, remote
from tests.support.clock import virtual_time
from tests.support.lanes import settle
from tests.support.watch import pending

STEADY: Final = RetryPolicy(base_delay=4.0, max_delay=4.0)
EXACT: Final = 1e-6


class Stopwatch:
    """Measures virtual time."""

    def __init__(self) -> None:
        self._start = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._start


@asynccontextmanager
async def bench(**options: Any) -> AsyncGenerator[tuple[Bench, Practice]]:
    """Serve an office of the standard tier, and show at the end that nothing is left of any call."""
    async with in_process(remote(rows={"patients": 500}), retries=STEADY, margin=0.0, **options) as found:
        practice = found.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        yield found, practice
        watch = Stopwatch()
        assert (await practice.patients.get(7)).PatNum == 7
        assert watch.seconds < 65.0, "the lane was free after its pause"
        await settle()
        assert pending() == []
        assert found.client.scheduler.snapshot().lanes == ()


async def busy(practice: Practice, count: int) -> list[asyncio.Task[Any]]:
    """Start some reads that are sent one after the other."""
    tasks = [asyncio.create_task(practice.patients.get(100 + number)) for number in range(count)]
    await settle()
    return tasks


async def note(practice: Practice) -> object:
    return await practice.commlogs.create(PatNum=48, Note="Called back.")


def notes(found: Bench) -> int:
    return sum(arrival.path == "/commlogs" for arrival in found.arrivals)


@virtual_time
async def test_a_call_that_is_in_time_is_as_without_a_deadline() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("latency", seconds=3.0))
        assert (await practice.with_options(deadline=3.5).patients.get(48)).PatNum == 48
        assert len(await practice.with_options(deadline=60).patients.list()) == 500


@virtual_time
async def test_a_queue_that_is_too_long_fails_at_once() -> None:
    async with bench() as (found, practice):
        tasks = await busy(practice, 20)
        watch = Stopwatch()
        with pytest.raises(
            WaitTooLong, match=r"20\.0 s away, but only 12\.0 s of deadline are left"
        ) as raised:
            await practice.with_options(deadline=12).patients.get(48)
        assert watch.seconds == 0
        assert (raised.value.deadline, raised.value.waited) == (12, 0)
        await asyncio.gather(*tasks)
        assert "/patients/48" not in {arrival.path for arrival in found.arrivals}


@virtual_time
async def test_a_wait_that_becomes_too_long_ends_at_the_deadline() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("latency", seconds=30.0))
        tasks = await busy(practice, 1)
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match=r"12\.0 s are over, all of deadline"):
            await note(practice.with_options(deadline=12))
        assert watch.seconds == pytest.approx(12, abs=EXACT)
        await asyncio.gather(*tasks)
        assert notes(found) == 0


@virtual_time
async def test_the_stricter_of_max_wait_and_deadline_ends_the_wait() -> None:
    async with bench() as (_, practice):
        tasks = await busy(practice, 5)
        with pytest.raises(WaitTooLong, match=r"but max_wait is 2\.0 s; increase max_wait") as raised:
            await practice.with_options(deadline=4, max_wait=2).patients.get(48)
        assert raised.value.deadline is None
        with pytest.raises(WaitTooLong, match="increase deadline") as raised:
            await practice.with_options(deadline=2, max_wait=4).patients.get(48)
        assert raised.value.deadline == 2
        await asyncio.gather(*tasks)


@virtual_time
async def test_a_write_in_flight_at_the_deadline_has_an_unknown_outcome() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("latency", seconds=30.0))
        watch = Stopwatch()
        with pytest.raises(OutcomeUnknown, match=re.escape("POST /commlogs may or may not")) as raised:
            await note(practice.with_options(deadline=12))
        assert watch.seconds == pytest.approx(12, abs=EXACT)
        assert raised.value.attempts == 1
        assert notes(found) == 1


@virtual_time
async def test_a_read_in_flight_at_the_deadline_is_a_timeout() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("latency", seconds=30.0))
        watch = Stopwatch()
        with pytest.raises(RequestTimeout, match=re.escape("in time (deadline of 12 s)")):
            await practice.with_options(deadline=12).patients.get(48)
        assert watch.seconds == pytest.approx(12, abs=EXACT)


@virtual_time
@pytest.mark.parametrize(
    ("options", "text"),
    [
        (RequestOverrides(deadline=12), "20.0 s away, but only 12.0 s of deadline"),
        (RequestOverrides(max_wait=3), "about 20.0 s away, but max_wait is 3.0 s"),
    ],
)
async def test_a_longer_retry_after_ends_the_call_at_once(options: RequestOverrides, text: str) -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("throttle", retry_after=20.0))
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match=re.escape(text)) as raised:
            await note(practice.with_options(**options))
        assert watch.seconds < 0.1
        assert isinstance(raised.value.__cause__, Throttled)
        assert notes(found) == 1


@virtual_time
async def test_a_longer_backoff_ends_a_read_at_once() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("status", status=503, times=2))
        watch = Stopwatch()
        with pytest.raises(WaitTooLong) as raised:
            await practice.with_options(deadline=1.5).patients.get(48)
        assert watch.seconds < 0.1
        assert isinstance(raised.value.__cause__, ServerError)


@virtual_time
async def test_a_longer_backoff_ends_a_write_that_was_perhaps_executed_as_unknown() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("status", status=503))
        with pytest.raises(OutcomeUnknown) as raised:
            await practice.with_options(deadline=1.5).patients.update(48, Preferred="Bee")
        assert isinstance(raised.value.__cause__, ServerError)
        assert raised.value.attempts == 1


@virtual_time
async def test_a_write_whose_second_attempt_is_in_flight_counts_both() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("status", status=503))
        found.box.add_fault(Fault("latency", seconds=30.0))
        with pytest.raises(OutcomeUnknown) as raised:
            await practice.with_options(deadline=12).patients.update(48, Preferred="Bee")
        assert raised.value.attempts == 2
        assert isinstance(raised.value.__cause__, ServerError)


@virtual_time
async def test_a_write_that_could_not_be_sent_is_no_unknown_outcome() -> None:
    async with bench() as (found, practice):
        await found.refuse_connections()
        with pytest.raises(WaitTooLong) as raised:
            await note(practice.with_options(deadline=1.5))
        assert isinstance(raised.value.__cause__, ConnectFailed)
        await found.accept_connections()


@virtual_time
async def test_the_look_up_of_the_tier_belongs_to_the_call() -> None:
    async with bench() as (found, _):
        practice = found.practice(mode=Mode.REMOTE, tier=None)
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match="increase deadline"):
            await note(practice.with_options(deadline=0.5))
        assert watch.seconds < 0.1, "the request after the look-up is one second away"
        found.box.add_fault(Fault("latency", seconds=30.0))
        other = found.client.practice(KEY, base_url="https://other.example/api/v1")
        with pytest.raises(WaitTooLong, match="all of deadline"):
            await note(other.with_options(deadline=4))
        assert notes(found) == 0


@virtual_time
async def test_a_look_up_that_runs_out_of_time_fails_no_other_call() -> None:
    async with bench() as (found, _):
        found.box.add_fault(Fault("latency", seconds=10.0))
        practice = found.practice(mode=Mode.REMOTE, tier=None)
        hasty = asyncio.create_task(practice.with_options(deadline=4).patients.get(1))
        await settle()
        patient = asyncio.create_task(practice.patients.get(2))
        with pytest.raises(WaitTooLong):
            await hasty
        assert (await patient).PatNum == 2


@virtual_time
async def test_a_refusal_whose_explanation_comes_too_late_is_raised_without_it() -> None:
    office = Office(customer_key=KEY, permissions=frozenset({"ReadAll"}), interval=0.0)
    async with in_process(office) as found:
        practice = found.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        found.box.add_fault(Fault("latency", seconds=30.0, path="/securityperms"))
        watch = Stopwatch()
        with pytest.raises(Unauthorized):
            await note(practice.with_options(deadline=12))
        assert watch.seconds == pytest.approx(12, abs=EXACT)


@virtual_time
async def test_facts_that_are_not_found_out_in_time_are_unknown() -> None:
    async with bench() as (found, _):
        practice = found.practice(mode=Mode.REMOTE, tier=None)
        found.box.add_fault(Fault("latency", seconds=30.0, path="/preferences"))
        watch = Stopwatch()
        facts = await practice.with_options(deadline=4).facts()
        assert watch.seconds == pytest.approx(4, abs=EXACT)
        assert facts.tier is Tier.STANDARD
        assert [*facts.unknown] == ["version"]
        assert isinstance(facts.unknown["version"], WaitTooLong)
        assert str(facts.unknown["version"]).startswith("4.0 s are over, all of deadline")


@virtual_time
async def test_facts_do_not_wait_longer_for_the_look_up_of_another_call() -> None:
    async with bench() as (found, _):
        practice = found.practice(mode=Mode.REMOTE, tier=None)
        found.box.add_fault(Fault("latency", seconds=30.0))
        patient = asyncio.create_task(practice.patients.get(1))
        await settle()
        watch = Stopwatch()
        facts = await practice.with_options(deadline=4).facts()
        assert watch.seconds == pytest.approx(4, abs=EXACT)
        assert {type(each) for each in facts.unknown.values()} == {WaitTooLong}
        assert (await patient).PatNum == 1
        assert (await practice.with_options(deadline=4).facts()).tier is Tier.STANDARD


class Slow:
    """A transport that never connects, or raises an error of its own."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self._error = error

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if self._error:
            raise self._error
        never: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        return await never

    async def close(self) -> None:
        pass


@virtual_time
async def test_a_connection_that_is_not_open_at_the_deadline_sent_nothing() -> None:
    async with OpenDental("developer", transport=Slow()) as client:
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match="all of deadline") as raised:
            await note(client.practice(KEY, tier=Tier.STANDARD).with_options(deadline=12))
        assert watch.seconds == pytest.approx(12, abs=EXACT)
        assert raised.value.__cause__ is None
        assert client.scheduler.snapshot().counts.sent == 0


@virtual_time
async def test_a_timeout_of_somebody_else_is_not_the_deadline() -> None:
    error = TimeoutError("of a transport that breaks the rules")
    async with OpenDental("developer", transport=Slow(error=error)) as client:
        with pytest.raises(TimeoutError) as raised:
            await note(client.practice(KEY, tier=Tier.STANDARD).with_options(deadline=12))
        assert raised.value is error


@virtual_time
async def test_a_timeout_around_the_call_works_as_before() -> None:
    async with bench() as (found, practice):
        for inner, outer in ((None, 2.0), (12.0, 2.0), (2.0, 2.0 - 1e-9)):
            found.box.add_fault(Fault("latency", seconds=30.0))
            with pytest.raises(TimeoutError) as raised:
                async with asyncio.timeout(outer):
                    await practice.with_options(deadline=inner).patients.get(48)
            assert type(raised.value) is TimeoutError
            task = asyncio.current_task()
            assert task
            assert task.cancelling() == 0


@virtual_time
async def test_a_cancelled_call_is_cancelled_and_not_late() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("latency", seconds=30.0))
        task = asyncio.create_task(note(practice.with_options(deadline=12)))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@virtual_time
async def test_the_deadline_of_a_follower_ends_only_the_follower() -> None:
    async with bench() as (found, practice):
        tasks = await busy(practice, 1)
        found.box.add_fault(Fault("latency", seconds=10.0, path="/patients/48"))
        leader = asyncio.create_task(practice.patients.get(48))
        follower = asyncio.create_task(practice.with_options(deadline=5).patients.get(48))
        other = asyncio.create_task(practice.with_options(deadline=20).patients.get(48))
        watch = Stopwatch()
        with pytest.raises(WaitTooLong):
            await follower
        assert watch.seconds == pytest.approx(5, abs=EXACT)
        assert ((await leader).PatNum, (await other).PatNum) == (48, 48)
        assert watch.seconds == pytest.approx(11, abs=0.1)
        await asyncio.gather(*tasks)
        assert [arrival.path for arrival in found.arrivals].count("/patients/48") == 1


@virtual_time
async def test_the_deadline_of_a_leader_ends_no_follower_that_has_more_time() -> None:
    async with bench() as (found, practice):
        tasks = await busy(practice, 1)
        found.box.add_fault(Fault("latency", seconds=30.0, path="/patients/48"))
        leader = asyncio.create_task(practice.with_options(deadline=5).patients.get(48))
        follower = asyncio.create_task(practice.with_options(deadline=20).patients.get(48))
        watch = Stopwatch()
        with pytest.raises(RequestTimeout):
            await leader
        assert (await follower).PatNum == 48
        assert watch.seconds < 6.5
        await asyncio.gather(*tasks)


@virtual_time
async def test_a_follower_that_cannot_wait_for_another_slot_fails_with_its_leader() -> None:
    async with bench() as (found, practice):
        slow = found.practice(mode=Mode.REMOTE, tier=Tier.READ_ALL)
        tasks = await busy(slow, 1)
        found.box.add_fault(Fault("latency", seconds=30.0, path="/patients/48"))
        follower = asyncio.create_task(slow.with_options(deadline=8).patients.get(48))
        await settle()
        leader = asyncio.create_task(slow.with_options(priority=Priority.INTERACTIVE).patients.get(48))
        await asyncio.sleep(6.0)
        leader.cancel()
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match=r"only 2\.0 s of deadline are left"):
            await follower
        assert watch.seconds == 0
        await asyncio.gather(*tasks)
        await practice.patients.get(1)


@pytest.mark.parametrize("when", [0.0, 1e-9, 0.5, 0.999_999, 1.0, 1.000_001, 1.5, 2.0, 2.5, 3.0])
@pytest.mark.parametrize("passes", range(4))
@pytest.mark.parametrize("others", [0, 2])
@virtual_time
@pytest.mark.unmeasured
async def test_a_deadline_at_any_moment_costs_no_token_and_forgets_no_caller(
    when: float, passes: int, others: int
) -> None:
    """The deadline falls before, at and after the slot, the request and the response."""
    async with bench() as (found, practice):
        tasks = await busy(practice, 1)
        found.box.add_fault(Fault("latency", seconds=1.5, path="/patients/48", times=None))
        for _ in range(passes):
            await asyncio.sleep(0)
        timed = practice.with_options(deadline=when + 1e-12)
        calls = [asyncio.create_task(timed.patients.get(48)) for _ in range(2)]
        behind = [asyncio.create_task(practice.patients.get(number + 1)) for number in range(others)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(outcome).__name__ for outcome in outcomes} <= {
            "WaitTooLong",
            "RequestTimeout",
            "Patient",
        }
        assert [row.PatNum for row in await asyncio.gather(*behind)] == [*range(1, others + 1)]
        await asyncio.gather(*tasks)
        assert (await practice.patients.get(9)).PatNum == 9
        sent = found.client.scheduler.snapshot().counts.sent
        assert sent == len(found.arrivals)
        first, *later = found.arrivals
        is_sent = any(arrival.path == "/patients/48" for arrival in later)
        assert when == 1.0 or is_sent is (when > 1.0)
        # the next one waits for the token of the call, if that used it, and until the lane is free
        free = min(max(2.0, when), 2.5) if is_sent else 1.0
        expected = [1.0] * is_sent + [free + number for number in range(others + 1)]
        assert [arrival.at - first.at for arrival in later] == pytest.approx(expected, abs=EXACT)


@virtual_time
async def test_collecting_a_list_is_one_call() -> None:
    async with bench() as (found, practice):
        watch = Stopwatch()
        with pytest.raises(WaitTooLong, match="of deadline"):
            await practice.with_options(deadline=3.5).patients.list()
        assert watch.seconds <= 3.5
        assert len(found.arrivals) == 4
        assert len(await practice.with_options(deadline=3.5).patients.list()[:200]) == 200


@virtual_time
async def test_each_page_of_a_stream_has_the_deadline_for_itself() -> None:
    async with bench() as (_, practice):
        rows = 0
        async for _page in practice.with_options(deadline=3.5).patients.list().pages():
            rows += len(_page)
            await asyncio.sleep(5.0)
        assert rows == 500
        watch = Stopwatch()
        assert len([row async for row in practice.with_options(deadline=3.5).patients.list()]) == 500
        assert watch.seconds > 3.5


@virtual_time
async def test_an_urgent_queue_counts_for_a_retry() -> None:
    async with bench() as (found, practice):
        found.box.add_fault(Fault("status", status=503))
        hasty = practice.with_options(priority=Priority.NORMAL, deadline=8)
        task = asyncio.create_task(hasty.patients.get(48))
        await settle()
        urgent = await busy(practice.with_options(priority=Priority.INTERACTIVE), 10)
        watch = Stopwatch()
        with pytest.raises(WaitTooLong):
            await task
        assert watch.seconds < 4.5, "the time of its backoff, and not more"
        await asyncio.gather(*urgent)

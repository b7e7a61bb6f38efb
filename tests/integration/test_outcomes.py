"""The table of outcomes, row by row and kind by kind: what is sent again, what is raised, what was done.

All kinds run in process and in virtual time; one kind that may be repeated and one that may not also run over
loopback, where the outcomes have to be the same.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterable
from typing import Final

import pytest

from odapi_async import (
    APIError,
    BadRequest,
    ConnectFailed,
    ConnectionLost,
    DecodeError,
    Gone,
    KeyRefused,
    Mode,
    NotFound,
    OfficeOffline,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    RequestTimeout,
    RetryPolicy,
    SchedulerClosed,
    ServerError,
    Throttled,
    Unauthorized,
    UnexpectedStatus,
    WaitTooLong,
)
from odapi_async.sandbox import Fault
from tests.support.bench import IN_PROCESS, KEY, LOOPBACK, QUICK, Bench, Way, its_way, local, remote
from tests.support.kinds import KINDS, Kind
from tests.support.watch import until
from tests.support.wire import RawServer, ok

ATTEMPTS: Final = QUICK.max_attempts
EXACT: Final = 1e-9  # seconds that floating-point numbers may be off


def kinds(chosen: Iterable[str] = KINDS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", [pytest.param(KINDS[name], id=name) for name in chosen])


def kinds_and_ways(chosen: Iterable[str] = KINDS) -> pytest.MarkDecorator:
    """Parametrize a test with all kinds in process, and some of them over loopback."""
    names = list(chosen)
    cases = [(IN_PROCESS, name) for name in names]
    cases += [(LOOPBACK, name) for name in names if name in ON_BOTH_WAYS]
    params = [pytest.param(way, KINDS[name], id=f"{way.name}-{name}") for way, name in cases]
    return pytest.mark.parametrize(("way", "kind"), params)


both_ways = pytest.mark.parametrize("way", [IN_PROCESS, LOOPBACK], ids=lambda way: way.name)


REPEATABLE: Final = [name for name, kind in KINDS.items() if kind.repeatable]
ON_BOTH_WAYS: Final = frozenset({"GET", "POST"})
SENT_ONCE: Final = [name for name, kind in KINDS.items() if not kind.repeatable]

LOST: Final = {
    "500": (Fault("status", status=500), ServerError, False),
    "502": (Fault("status", status=502), ServerError, False),
    "503": (Fault("status", status=503), ServerError, False),
    "504": (Fault("status_after", status=504), ServerError, True),
    "timeout": (Fault("latency", seconds=30.0), RequestTimeout, True),
    "dropped unexecuted": (Fault("drop"), ConnectionLost, False),
    "dropped executed": (Fault("drop_after"), ConnectionLost, True),
    "torn": (Fault("torn"), ConnectionLost, True),
}
"""Faults that leave the outcome open: the fault, its error, and whether the request was executed."""

lost = pytest.mark.parametrize(
    ("fault", "error", "executed"), [pytest.param(*each, id=name) for name, each in LOST.items()]
)


def always(fault: Fault) -> Fault:
    return Fault(fault.kind, times=None, seconds=fault.seconds, status=fault.status)


async def use(practice: Practice, kind: Kind) -> None:
    await kind.call(practice)


async def attempt(bench: Bench, kind: Kind, *, within: float = 0.25) -> None:
    await kind.call(bench.practice().with_options(timeout=within))


def seen(bench: Bench) -> list[str]:
    return [arrival.method for arrival in bench.arrivals]


@lost
@kinds_and_ways(REPEATABLE)
@its_way
async def test_a_repeatable_call_is_sent_again_and_done_once(
    way: Way, kind: Kind, fault: Fault, error: type[OpenDentalError], executed: bool
) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(fault)
        await attempt(bench, kind)
        assert seen(bench) == [kind.method] * 2
        assert kind.done(bench.box, KEY) == kind.writes


@lost
@kinds_and_ways(REPEATABLE)
@its_way
async def test_a_repeatable_call_fails_after_all_attempts(
    way: Way, kind: Kind, fault: Fault, error: type[OpenDentalError], executed: bool
) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(always(fault))
        with pytest.raises(OpenDentalError) as caught:
            await attempt(bench, kind, within=0.05 if error is RequestTimeout else 5.0)
        assert seen(bench) == [kind.method] * ATTEMPTS
        if kind.writes:
            assert isinstance(caught.value, OutcomeUnknown)
            assert isinstance(caught.value.__cause__, error)
            assert caught.value.attempts == ATTEMPTS
        else:
            assert type(caught.value) is error
        assert kind.done(bench.box, KEY) == (executed and kind.writes)


@lost
@kinds_and_ways(SENT_ONCE)
@its_way
async def test_a_call_that_may_not_be_repeated_is_sent_once_and_its_outcome_is_unknown(
    way: Way, kind: Kind, fault: Fault, error: type[OpenDentalError], executed: bool
) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(always(fault))
        with pytest.raises(OutcomeUnknown) as caught:
            await attempt(bench, kind)
        assert seen(bench) == [kind.method]
        assert kind.done(bench.box, KEY) == executed
        assert isinstance(caught.value.__cause__, error)
        assert caught.value.method == kind.method
        # over loopback, an attempt whose connection fails before anything is sent counts, too
        assert caught.value.attempts == 1 or way.name == "loopback"


@kinds()
async def test_a_refused_connection_is_retried_for_every_kind_of_call(kind: Kind) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: the port is taken and refuses
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v1"
        async with OpenDental("developer", retries=QUICK) as client:
            with pytest.raises(ConnectFailed) as caught:
                await kind.call(client.practice(KEY, mode=Mode.LOCAL, base_url=url))
            counts = client.scheduler.snapshot().counts
        assert (counts.sent, counts.retried) == (ATTEMPTS, ATTEMPTS - 1)
        assert not caught.value.sent


@both_ways
@its_way
async def test_a_server_that_comes_back_gets_each_request_once(way: Way) -> None:
    patient = RetryPolicy(base_delay=0.2, max_delay=0.4)
    async with way.serving(*[local(name) for name in KINDS], retries=patient) as bench:
        await bench.refuse_connections()
        calls = [asyncio.create_task(use(bench.practice(name), kind)) for name, kind in KINDS.items()]
        await until(lambda: bench.client.scheduler.snapshot().counts.retried >= len(KINDS))
        assert bench.arrivals == []
        await bench.accept_connections()
        await asyncio.gather(*calls)
        assert Counter(seen(bench)) == Counter(kind.method for kind in KINDS.values())
        for name, kind in KINDS.items():
            assert kind.done(bench.box, name) == kind.writes


@kinds_and_ways()
@its_way
async def test_after_a_429_the_call_waits_for_retry_after_and_is_sent_again(way: Way, kind: Kind) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(Fault("throttle", times=2, retry_after=0.05))
        await kind.call(bench.practice())
        moments = [arrival.at for arrival in bench.arrivals]
        assert len(moments) == 3
        assert min(moments[1] - moments[0], moments[2] - moments[1]) >= 0.05 - EXACT
        assert kind.done(bench.box, KEY) == kind.writes
        counts = bench.client.scheduler.snapshot().counts
        assert (counts.sent, counts.throttled, counts.retried) == (3, 2, 2)


@both_ways
@its_way
async def test_after_a_429_without_retry_after_the_call_waits_for_a_second(way: Way) -> None:
    async with way.serving(*[local(name) for name in KINDS]) as bench:
        for name in KINDS:
            bench.box.add_fault(Fault("throttle", customer_key=name))
        await asyncio.gather(*(kind.call(bench.practice(name)) for name, kind in KINDS.items()))
        for name, kind in KINDS.items():
            first, second = (each.at for each in bench.arrivals if each.customer_key == name)
            assert second - first >= 1.0 - EXACT
            assert kind.done(bench.box, name) == kind.writes


@kinds_and_ways()
@its_way
async def test_a_429_that_never_ends_is_raised_as_throttled(way: Way, kind: Kind) -> None:
    async with way.serving(retries=RetryPolicy(max_throttled=2)) as bench:
        bench.box.add_fault(Fault("throttle", times=None, retry_after=0.01))
        with pytest.raises(Throttled) as caught:
            await kind.call(bench.practice())
        assert len(bench.arrivals) == 3
        assert (caught.value.status, caught.value.retry_after) == (429, 0.01)
        assert kind.done(bench.box, KEY) == 0


@both_ways
@its_way
async def test_a_429_counts_as_none_of_the_attempts(way: Way) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(Fault("throttle", times=5, retry_after=0.0))
        bench.box.add_fault(Fault("status", times=3, status=503))
        assert (await bench.practice().patients.get(3)).PatNum == 3
        assert len(bench.arrivals) == 9


@kinds_and_ways()
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault("offline"), OfficeOffline, id="offline"),
        pytest.param(Fault("status", status=400), BadRequest, id="400"),
        pytest.param(Fault("status", status=401), Unauthorized, id="401"),
        pytest.param(Fault("status", status=404), NotFound, id="404"),
        pytest.param(Fault("status", status=410), Gone, id="410"),
        pytest.param(Fault("status", status=409), UnexpectedStatus, id="409"),
    ],
)
@its_way
async def test_a_refusal_is_raised_at_once(way: Way, kind: Kind, fault: Fault, error: type[APIError]) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(always(fault))
        with pytest.raises(error) as caught:
            await kind.call(bench.practice())
        # the permissions tell what a 401 means, except for a write that has no method here
        looked_up = error is Unauthorized and kind is not KINDS["unlisted-PUT"]
        assert type(caught.value) is (KeyRefused if looked_up else error)
        assert seen(bench) == [kind.method, *(["GET"] if looked_up else [])]
        assert kind.done(bench.box, KEY) == 0
        arrival = bench.arrivals[0]
        assert (caught.value.method, caught.value.path) == (arrival.method, arrival.path)


@both_ways
@its_way
async def test_an_offline_office_gets_no_further_requests(way: Way) -> None:
    async with way.serving(*[local(key) for key in (KEY, "office-two")]) as bench:
        bench.box.add_fault(Fault("offline", times=None, customer_key=KEY))
        for _ in range(3):
            with pytest.raises(OfficeOffline):
                await bench.practice().patients.get(3)
        assert len(bench.arrivals) == 1
        assert (await bench.practice("office-two").patients.get(3)).PatNum == 3


@kinds_and_ways()
@its_way
async def test_a_response_that_is_not_json_is_not_requested_again(way: Way, kind: Kind) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(always(Fault("garbage")))
        with pytest.raises(OutcomeUnknown if kind.writes else DecodeError) as caught:
            await kind.call(bench.practice())
        assert isinstance(caught.value.__cause__ if kind.writes else caught.value, DecodeError)
        assert seen(bench) == [kind.method]
        assert kind.done(bench.box, KEY) == kind.writes


@kinds()
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temp", "308 Perm"])
async def test_a_redirect_is_never_followed(kind: Kind, status: str) -> None:
    async with RawServer(lambda _: ok(b"", status=status, Location="/api/v1/elsewhere")) as server:
        async with OpenDental("developer", retries=QUICK) as client:
            with pytest.raises(UnexpectedStatus) as caught:
                await kind.call(client.practice(KEY, mode=Mode.LOCAL, base_url=server.url))
        assert [each.method for each in server.heard] == [kind.method]
        assert caught.value.status == int(status[:3])


@both_ways
@its_way
async def test_a_404_after_a_delete_that_may_have_been_done_means_done(way: Way) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(Fault("drop_after"))
        await bench.practice().statements.delete(5)
        assert len(bench.arrivals) == 2
        with pytest.raises(NotFound):
            await bench.practice().statements.delete(5)
        assert len(bench.arrivals) == 3


@both_ways
@its_way
async def test_a_404_after_a_delete_that_was_not_executed_means_not_found(way: Way) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(Fault("throttle", retry_after=0.0))
        with pytest.raises(NotFound):
            await bench.practice().statements.delete(99)
        assert len(bench.arrivals) == 2


@both_ways
@its_way
async def test_a_post_whose_response_was_lost_can_be_read_back_and_was_done_once(way: Way) -> None:
    async with way.serving() as bench:
        practice = bench.practice()
        bench.box.add_fault(Fault("drop_after"))
        with pytest.raises(OutcomeUnknown):
            await practice.patients.create(LName="Nobody", FName="Else")
        found = await practice.patients.simple(LName="Nobody")
        assert [row.FName for row in found] == ["Else"]


@both_ways
@its_way
async def test_a_write_that_may_be_done_and_cannot_be_retried_in_time_is_of_unknown_outcome(way: Way) -> None:
    async with way.serving(remote()) as bench:
        bench.box.add_fault(Fault("drop_after"))
        practice = bench.practice(mode=Mode.REMOTE).with_options(max_wait=0.1)
        with pytest.raises(OutcomeUnknown) as caught:
            await practice.patients.update(3, Preferred="Bee")
        assert isinstance(caught.value.__cause__, WaitTooLong)
        assert KINDS["PUT"].done(bench.box, KEY) == 1


@both_ways
@its_way
async def test_a_write_that_may_be_done_when_the_client_is_closed_is_of_unknown_outcome(way: Way) -> None:
    async with way.serving(remote()) as bench:
        bench.box.add_fault(Fault("drop_after"))
        writing = asyncio.create_task(use(bench.practice(mode=Mode.REMOTE), KINDS["PUT"]))
        await until(lambda: bench.client.scheduler.snapshot().counts.retried == 1)
        await bench.client.aclose()
        with pytest.raises(OutcomeUnknown):
            await writing
        assert KINDS["PUT"].done(bench.box, KEY) == 1


@kinds_and_ways()
@its_way
async def test_closing_the_client_ends_calls_in_flight(way: Way, kind: Kind) -> None:
    async with way.serving() as bench:
        bench.box.add_fault(Fault("latency", seconds=30.0))
        calling = asyncio.create_task(use(bench.practice(), kind))
        await until(lambda: kind.done(bench.box, KEY) == kind.writes and bench.arrivals)
        await bench.client.aclose()
        with pytest.raises(OutcomeUnknown if kind.writes else SchedulerClosed):
            await calling
        assert seen(bench) == [kind.method]

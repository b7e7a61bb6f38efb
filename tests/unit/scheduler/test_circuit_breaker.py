"""A practice that cannot be reached costs few requests, and the others notice nothing."""

import asyncio

import pytest

from odapi_async.errors import BadRequest, ConnectFailed, OfficeOffline, Unauthorized
from odapi_async.scheduler import Pace, Scheduler
from odapi_async.scheduler.circuit_breaker import FIRST_PROBE_DELAY, MAX_PROBE_DELAY, CircuitBreaker
from odapi_async.testing import run_in_virtual_time
from tests.support.clock import virtual_time
from tests.support.lanes import REMOTE, Caller, settle

DOWN = OfficeOffline(400, "GET", "/patients", "The office's eConnector is not running.")


def test_each_kind_of_failure_has_its_threshold() -> None:
    circuit = CircuitBreaker()
    assert circuit.record_failure(DOWN, 0.0, threshold=1)
    patient = CircuitBreaker()
    assert [patient.record_failure(DOWN, 0.0, threshold=3) for _ in range(4)] == [False, False, True, False]


def test_failures_of_different_kinds_are_counted_separately() -> None:
    circuit = CircuitBreaker()
    assert not circuit.record_failure(DOWN, 0.0, threshold=2)
    assert not circuit.record_failure(BadRequest(400, "GET", "/x", ""), 0.0, threshold=2)
    assert not circuit.is_open
    assert circuit.refusal(0.0) is None


def test_the_delay_between_probes_grows_up_to_a_limit() -> None:
    circuit = CircuitBreaker()
    now = 0.0
    waits: list[float] = []
    for _ in range(8):
        circuit.record_failure(DOWN, now, threshold=1)
        opened = now
        while circuit.refusal(now):
            now += 1.0
        waits.append(now - opened)
    assert waits == [
        FIRST_PROBE_DELAY,
        60.0,
        120.0,
        240.0,
        480.0,
        MAX_PROBE_DELAY,
        MAX_PROBE_DELAY,
        MAX_PROBE_DELAY,
    ]


def test_there_is_one_probe_at_a_time() -> None:
    circuit = CircuitBreaker()
    circuit.record_failure(DOWN, 0.0, threshold=1)
    assert circuit.refusal(FIRST_PROBE_DELAY) is None
    assert isinstance(circuit.refusal(FIRST_PROBE_DELAY), OfficeOffline)
    assert circuit.refusal(2 * FIRST_PROBE_DELAY) is None, "a lost probe does not block the next"


def test_each_caller_gets_a_separate_error_with_a_note() -> None:
    circuit = CircuitBreaker()
    circuit.record_failure(DOWN, 0.0, threshold=1)
    one, two = circuit.refusal(0.0), circuit.refusal(10.0)
    assert one is not two
    assert one is not DOWN
    assert two is not None
    assert two.__notes__ == ["not sent: this practice is tried again in 20 s"]
    assert not hasattr(DOWN, "__notes__")


@virtual_time
async def test_an_opening_circuit_fails_only_the_waiters_of_its_lane() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    with await scheduler.acquire("down", REMOTE) as slot:
        waiting = [caller.task(str(index), lane="down") for index in range(5)]
        elsewhere = caller.task("elsewhere", lane="up")
        await settle()
        slot.sent()
        scheduler.record_failure("down", DOWN, threshold=1)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in outcomes] == [OfficeOffline] * 5
    with pytest.raises(OfficeOffline):
        await caller.call("late", lane="down")
    await elsewhere
    assert caller.order == ["elsewhere"]
    assert scheduler.snapshot().lanes == ()


@virtual_time
async def test_the_first_probe_that_succeeds_closes_it() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    scheduler.record_failure("lane", DOWN, threshold=1)
    await asyncio.sleep(FIRST_PROBE_DELAY)
    await caller.call("probe")
    with pytest.raises(OfficeOffline):
        await caller.call("too soon")
    scheduler.record_success("lane")
    await caller.call("well")
    assert caller.order == ["probe", "well"]


async def poll_for_a_week() -> list[bool]:
    """Poll once a minute; return for each request that was sent whether the office was down."""
    scheduler = Scheduler(margin=0)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    week, minute = 7 * 86_400.0, 60.0
    sent: list[bool] = []
    while loop.time() - begin < week:
        hour = (loop.time() - begin) / 3600 % 24
        down = 2.0 <= hour < 2.0 + 15 / 7
        try:
            with await scheduler.acquire("lane", Pace(1.0)):
                sent.append(down)
                if down:
                    scheduler.record_failure("lane", DOWN, threshold=1)
                else:
                    scheduler.record_success("lane")
        except OfficeOffline:
            pass
        await asyncio.sleep(minute)
    return sent


@pytest.mark.unmeasured
def test_a_week_of_outages_costs_a_fraction_of_the_requests() -> None:
    """899 such responses a week were seen at one group of offices: a poll a minute in 15 hours of outage."""
    # ten thousand polls: what debug mode looks for shows in the first few, which the other tests make
    sent = run_in_virtual_time(poll_for_a_week(), debug=False)
    assert sum(sent) < 899 / 7
    assert sent[-1] is False


@virtual_time
async def test_a_caller_cancelled_in_the_same_iteration_gets_no_error() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    with await scheduler.acquire("lane", REMOTE):
        leaving, staying = caller.task("leaving"), caller.task("staying")
        await settle()
        leaving.cancel()
        scheduler.record_failure("lane", DOWN, threshold=1)
    outcomes = await asyncio.gather(leaving, staying, return_exceptions=True)
    assert [type(each) for each in outcomes] == [asyncio.CancelledError, OfficeOffline]


HOST = "https://api.opendental.com"
LOST = ConnectFailed("GET", "/patients", "no network")
REFUSED = Unauthorized(401, "GET", "/patients", "")


def open_circuits(scheduler: Scheduler) -> None:
    """Open four circuits: two because of failed connections to one server."""
    for lane, error, server in (
        ("here", LOST, HOST),
        ("there", LOST, HOST),
        ("elsewhere", LOST, "http://office:30223"),
        ("refused", REFUSED, None),
    ):
        assert scheduler.record_failure(lane, error, threshold=1, server=server)


@virtual_time
async def test_e13_any_response_of_a_server_closes_the_circuits_that_failed_connections_to_it_opened() -> (
    None
):
    scheduler = Scheduler(margin=0)
    open_circuits(scheduler)
    assert scheduler.record_response(HOST) == ("here", "there")
    assert scheduler.record_response(HOST) == ()
    caller = Caller(scheduler)
    await caller.call("sent", lane="there")
    for lane, error in (("elsewhere", ConnectFailed), ("refused", Unauthorized)):
        with pytest.raises(error):
            await caller.call("never", lane=lane)


@virtual_time
async def test_e13_a_circuit_that_met_a_failure_of_another_kind_stays_open() -> None:
    scheduler = Scheduler(margin=0)
    open_circuits(scheduler)
    scheduler.record_failure("here", REFUSED, threshold=3)  # a probe came through, and the key was refused
    scheduler.record_failure("there", LOST, threshold=5, server=HOST)
    scheduler.record_failure("refused", LOST, threshold=5, server=HOST)  # a probe failed to connect
    assert scheduler.record_response(HOST) == ("there",)
    assert scheduler.reset_circuits() == ("here", "elsewhere", "refused")


@virtual_time
async def test_e13_circuits_can_be_reset() -> None:
    scheduler = Scheduler(margin=0)
    open_circuits(scheduler)
    scheduler.record_failure("half", DOWN, threshold=2)
    assert scheduler.reset_circuits("refused", "half", "unknown") == ("refused",)
    assert not scheduler.record_failure("half", DOWN, threshold=2), "the failures before are forgotten"
    await Caller(scheduler).call("sent", lane="refused")
    assert scheduler.reset_circuits() == ("here", "there", "elsewhere")
    assert scheduler.reset_circuits() == ()

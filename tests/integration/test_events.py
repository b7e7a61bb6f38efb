"""Events of real calls: each name occurs, counts match the server, and no event contains a secret."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from odapi_async import (
    ConnectFailed,
    Event,
    EventName,
    Local,
    Mode,
    NotFound,
    OfficeOffline,
    OpenDental,
    OpenDentalError,
    Priority,
    RetryPolicy,
    ServerError,
    Tier,
    Verify,
)
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, QUICK, Bench, local, remote
from tests.support.events import DEVELOPER, Diary, telling
from tests.support.lookup import by_name, delay_lookups
from tests.support.watch import until

STARTED, FINISHED, RETRIED, THROTTLED, JOINED, REUSED, PAUSED, OPENED, CLOSED = [*EventName][:9]
NOT_KEPT, NOT_VERIFIED, UNVERIFIABLE, SWITCHED = [*EventName][9:]

CUSTOMER: Final = "Cst0merK3y"
NAME: Final = "Quinzelburg"
NUMBER: Final = "123456789"
SECRETS: Final = (DEVELOPER, CUSTOMER, NAME, NUMBER)


async def read_and_write(bench: Bench) -> None:
    await bench.practice().patients.get(3)
    await bench.practice().patients.update(3, Preferred="Bee")


async def fail_twice(bench: Bench) -> None:
    bench.box.add_fault(Fault("status", status=503, times=2))
    await bench.practice().patients.get(3)


async def be_throttled(bench: Bench) -> None:
    bench.box.add_fault(Fault("throttle", times=2, retry_after=0.01))
    await bench.practice().patients.get(3)


async def ask_together(bench: Bench) -> None:
    practice = bench.practice(concurrency=1)
    bench.box.add_fault(Fault("latency", seconds=0.05))
    await asyncio.gather(*(practice.patients.get(3) for _ in range(5)))


async def come_back(bench: Bench) -> None:
    bench.box.add_fault(Fault("offline"))
    with pytest.raises(OfficeOffline):
        await bench.practice().patients.get(3)
    answered = False
    while not answered:  # refused at once until the probe is due
        try:
            await bench.practice().patients.get(3)
            answered = True
        except OfficeOffline:
            await asyncio.sleep(0.001)  # wait until the probe is due


async def read_again(bench: Bench) -> None:
    practice = bench.practice().with_options(max_age=60.0)
    for _ in range(3):
        await practice.patients.get(3)


async def lose_a_field(bench: Bench) -> None:
    bench.box.add_fault(Fault("ignored"))
    await bench.practice().with_options(verify=Verify.WARN).patients.update(3, City="Salem")


async def fail_to_read_back(bench: Bench) -> None:
    bench.box.add_fault(Fault("status", status=400, method="GET"))
    await bench.practice().with_options(verify=Verify.WARN).carriers.update(3, CarrierName="Best")


async def switch_a_recall(bench: Bench) -> None:
    await bench.practice().with_options(verify=Verify.WARN).recalls.switch_type(PatNum=3)


async def go_by_a_way(bench: Bench) -> None:
    await bench.client.practice(KEY, via=[Local(bench.box.url)]).patients.get(3)


def warnings_in(caplog: pytest.LogCaptureFixture) -> int:
    return sum((record.name, record.levelno) == ("odapi_async", logging.WARNING) for record in caplog.records)


@pytest.fixture
def early_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odapi_async.scheduler.circuit_breaker.FIRST_PROBE_DELAY", 0.01)


SCENES: Final[dict[EventName, tuple[Callable[[Bench], Awaitable[None]], int]]] = {
    STARTED: (read_and_write, 2),
    FINISHED: (read_and_write, 2),
    RETRIED: (fail_twice, 2),
    THROTTLED: (be_throttled, 2),
    PAUSED: (be_throttled, 2),
    JOINED: (ask_together, 4),
    OPENED: (come_back, 1),
    CLOSED: (come_back, 1),
    REUSED: (read_again, 2),
    NOT_KEPT: (lose_a_field, 1),
    NOT_VERIFIED: (fail_to_read_back, 1),
    UNVERIFIABLE: (switch_a_recall, 1),
    SWITCHED: (go_by_a_way, 1),
}


def test_each_event_name_has_a_scenario() -> None:
    assert set(SCENES) == set(EventName)


@pytest.mark.parametrize(("name", "scene", "times"), [(name, *rest) for name, rest in SCENES.items()])
async def test_events_match_the_counts_of_server_and_scheduler(
    name: EventName, scene: Callable[[Bench], Awaitable[None]], times: int, early_probe: None
) -> None:
    diary = Diary()
    async with telling(diary) as bench:
        await scene(bench)
        counts = bench.client.scheduler.snapshot().counts
        assert diary.counts[name] == times
        assert diary.counts[STARTED] == diary.counts[FINISHED] == len(bench.arrivals) == counts.sent
        assert diary.counts[RETRIED] == counts.retried
        assert diary.counts[THROTTLED] == counts.throttled
        assert diary.counts[JOINED] == counts.coalesced
        assert {event.lane for event in diary.events} == {bench.practice().lane}
        assert {event.base_url for event in diary.events} == {bench.box.url}


async def test_a_request_emits_started_and_finished() -> None:
    diary = Diary()
    async with telling(diary) as bench:
        practice = bench.practice().with_options(priority=Priority.INTERACTIVE)
        await practice.patients.get(3)
        await practice.patients.create(LName="Smith", FName="Jane")
    assert diary.names == [STARTED, FINISHED] * 2
    started, finished, _, created = diary.events
    assert started.operation == finished.operation == "GET /patients/{PatNum}"
    assert (started.duration, started.status, started.error) == (None, None, None)
    assert (finished.status, finished.error, finished.attempt) == (200, None, 1)
    assert (finished.priority, finished.tier) == ("INTERACTIVE", None)
    assert started.wait == finished.wait
    assert finished.wait is not None
    assert finished.wait >= 0
    assert finished.duration
    assert finished.duration > 0
    assert (created.operation, created.status) == ("POST /patients", 201)


async def test_a_duration_includes_the_whole_response_and_the_tier_is_named(interval: float) -> None:
    diary = Diary()
    async with telling(diary, remote(interval=0.0)) as bench:
        practice = bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        bench.box.add_fault(Fault("latency", seconds=0.1))
        await practice.patients.get(2)
    finished = diary.only(FINISHED)
    assert finished.tier is Tier.STANDARD
    assert finished.duration is not None
    assert finished.duration >= 0.099  # a loop may run a timer early by the resolution of its clock


async def test_attempts_are_numbered_and_have_an_outcome() -> None:
    diary = Diary()
    async with telling(diary) as bench:
        bench.box.add_fault(Fault("status", status=503))
        bench.box.add_fault(Fault("drop"))
        await bench.practice().patients.get(3)
    assert [(each.attempt, each.status, each.error) for each in diary.of(FINISHED)] == [
        (1, 503, "ServerError"),
        (2, None, "ConnectionLost"),
        (3, 200, None),
    ]
    assert [(each.attempt, each.error) for each in diary.of(RETRIED)] == [
        (2, "ServerError"),
        (3, "ConnectionLost"),
    ]
    assert all(
        each.pause and QUICK.base_delay / 2 <= each.pause <= QUICK.max_delay for each in diary.of(RETRIED)
    )


async def test_an_error_that_is_raised_emits_no_retry() -> None:
    diary = Diary()
    async with telling(diary, retries=RetryPolicy(max_attempts=1)) as bench:
        with pytest.raises(NotFound):
            await bench.practice().patients.get(999)
        bench.box.add_fault(Fault("status", status=500))
        with pytest.raises(ServerError):
            await bench.practice().patients.get(3)
    assert [(each.status, each.error) for each in diary.of(FINISHED)] == [
        (404, "NotFound"),
        (500, "ServerError"),
    ]
    assert diary.counts[RETRIED] == 0


async def test_several_429_emit_one_pause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    diary = Diary()
    async with telling(diary) as bench:
        bench.box.add_fault(Fault("throttle", times=4, retry_after=0.3))
        await asyncio.gather(*(bench.practice().patients.get(key) for key in range(1, 5)))
    assert [each.pause for each in diary.of(THROTTLED)] == [0.3] * 4
    assert diary.only(PAUSED).pause == 0.3
    assert warnings_in(caplog) == 1


async def test_a_429_without_retry_after_emits_the_actual_pause() -> None:
    diary = Diary()
    async with telling(diary, retries=RetryPolicy(max_throttled=0)) as bench:
        bench.box.add_fault(Fault("throttle"))
        with pytest.raises(OpenDentalError):
            await bench.practice().patients.get(3)
    assert diary.only(THROTTLED).pause is None
    assert diary.only(PAUSED).pause == 1.0


async def test_an_open_circuit_is_emitted_once_and_refused_calls_send_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    diary = Diary()
    async with telling(diary) as bench:
        bench.box.add_fault(Fault("offline", times=None))
        for _ in range(3):
            with pytest.raises(OfficeOffline):
                await bench.practice().patients.get(3)
        assert len(bench.arrivals) == 1
    assert diary.names == [STARTED, OPENED, FINISHED]
    assert (diary.only(OPENED).error, diary.only(OPENED).pause) == ("OfficeOffline", 30.0)
    assert warnings_in(caplog) == 1


async def test_a_request_that_was_not_sent_finishes_without_a_start() -> None:
    diary = Diary()
    async with telling(diary) as bench:
        await bench.box.close()
        for _ in range(2):
            with pytest.raises(ConnectFailed):
                await bench.practice().patients.get(3)
    assert diary.counts[STARTED] == 0
    assert {each.error for each in diary.of(FINISHED)} == {"ConnectFailed"}
    assert all(each.duration and each.status is None for each in diary.of(FINISHED))
    assert diary.only(OPENED).error == "ConnectFailed"


async def test_a_cancelled_request_is_finished() -> None:
    diary = Diary()
    async with telling(diary) as bench:
        bench.box.add_fault(Fault("latency", seconds=30.0))
        practice = bench.practice(concurrency=1)
        reading = asyncio.create_task(practice.patients.get(3))
        await until(lambda: bench.arrivals)
        waiting = asyncio.create_task(practice.patients.get(4))
        await until(lambda: sum(bench.client.scheduler.snapshot().lanes[0].queued.values()) == 1)
        for task in (waiting, reading):
            task.cancel()
        await asyncio.wait([reading, waiting])
    assert diary.names == [STARTED, FINISHED]  # a caller cancelled in the queue has sent nothing
    assert (diary.only(FINISHED).error, diary.only(FINISHED).status) == ("CancelledError", None)


async def test_a_request_cancelled_before_sending_emits_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    diary, released = Diary(), threading.Event()
    delay_lookups(monkeypatch, lambda: released.wait(10.0))
    async with telling(diary) as bench:
        practice = bench.client.practice(KEY, mode=Mode.LOCAL, base_url=by_name(bench.box.url))
        reading = asyncio.create_task(practice.patients.get(3))
        await until(lambda: any(lane.in_flight for lane in bench.client.scheduler.snapshot().lanes))
        reading.cancel()
        await asyncio.wait([reading])
        released.set()
        assert diary.events == []
        await practice.patients.get(4)
        assert diary.names == [STARTED, FINISHED]


async def test_the_tier_lookup_emits_events_too() -> None:
    diary = Diary()
    async with telling(diary, remote()) as bench:
        await bench.practice(mode=Mode.REMOTE, tier=None).patients.get(3)
    assert [(each.operation, each.tier) for each in diary.of(STARTED)] == [
        ("GET /securityperms", None),
        ("GET /patients/{PatNum}", Tier.STANDARD),
    ]


async def test_a_hook_that_raises_breaks_no_call(caplog: pytest.LogCaptureFixture, early_probe: None) -> None:
    def hook(event: Event) -> None:
        raise ValueError(CUSTOMER)

    async with telling(hook) as bench:
        for scene in (read_and_write, fail_twice, be_throttled, ask_together, come_back):
            await scene(bench)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["on_event raised ValueError; calls go on, and this is logged once"]
    assert CUSTOMER not in caplog.text


FAULTS: Final = (
    *(Fault("status", status=status) for status in (302, 400, 404, 500, 504)),
    Fault("throttle", retry_after=0.001),
    Fault("drop"),
    Fault("torn"),
    Fault("garbage"),
    Fault("offline"),  # the last one: its circuit stays open
)


async def test_no_event_and_no_log_record_contains_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    diary = Diary()
    offices = [local(CUSTOMER), remote("office-two")]
    async with telling(diary, *offices, retries=RetryPolicy(max_attempts=2, base_delay=0.001)) as bench:
        practice = bench.practice(CUSTOMER)
        person: dict[str, Any] = {"LName": NAME, "FName": NAME, "SSN": NUMBER}
        calls: tuple[Callable[[], Awaitable[Any]], ...] = (
            lambda: practice.patients.create(**person),
            lambda: practice.patients.update(1, **person),
            lambda: practice.patients.list(LName=NAME, SSN=NUMBER).first(),
            lambda: practice.rows("/patients/Simple", query={"LName": NAME}).first(),
            lambda: practice.request("GET", f"/patients/{NUMBER}"),
        )
        for fault in (None, *FAULTS):
            for call in calls:
                bench.box.clear_faults()
                if fault:
                    bench.box.add_fault(fault)
                with contextlib.suppress(OpenDentalError):  # only the events matter
                    await call()
        sent = " ".join(f"{each.customer_key} {each.query} {each.body!r}" for each in bench.arrivals)
    assert NAME in sent
    assert NUMBER in sent
    assert CUSTOMER in sent
    assert {event.name for event in diary.events} >= {STARTED, FINISHED, RETRIED, THROTTLED, OPENED}
    output = "\n".join([*map(repr, diary.events), caplog.text])
    assert [secret for secret in SECRETS if secret.lower() in output.lower()] == []
    assert "?" not in "".join(event.operation for event in diary.events)


async def test_without_a_hook_nothing_is_emitted_and_calls_behave_the_same(early_probe: None) -> None:
    async with telling(Diary()) as bench, OpenDental(DEVELOPER, retries=QUICK) as quiet:
        for scene in (read_and_write, fail_twice, be_throttled, ask_together, come_back):
            await scene(Bench(bench.box, quiet))
        counts = quiet.scheduler.snapshot().counts
    assert counts.sent == len(bench.arrivals)
    assert (counts.retried, counts.throttled, counts.coalesced) == (4, 2, 4)

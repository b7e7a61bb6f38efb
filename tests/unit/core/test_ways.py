"""Several ways to one office: which is taken, when it is left, and what is never sent by another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from odapi_async import (
    AUTO,
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    DecodeError,
    EventName,
    KeyRefused,
    Local,
    Mode,
    NeedsVersion,
    NotFound,
    NotKept,
    OfficeOffline,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    Remote,
    RepeatedPage,
    Request,
    RequestTimeout,
    Response,
    RetryPolicy,
    Rows,
    ServerError,
    Service,
    Tier,
    Unauthorized,
    Verify,
    WaitTooLong,
    Way,
)
from odapi_async._core.ways import WayChoosingCalls
from odapi_async.errors import SchedulerClosed, WrongEventLoop
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Fault
from tests.support.bench import ALL, KEY
from tests.support.clock import virtual_time
from tests.support.lanes import settle
from tests.support.ways import (
    ALL_WAYS,
    DEVELOPER,
    LOCAL,
    OFFLINE,
    REFUSED,
    REMOTE,
    SERVICE,
    Net,
    Server,
    Town,
    office,
    travel,
)

Call = Callable[[Practice], Awaitable[None]]
PROBE = "GET /preferences"
NO_REQUEST = "no request goes this way until practice.reset_ways()"
ONCE = RetryPolicy(max_attempts=1)


async def read(practice: Practice, times: int = 1) -> None:
    for _ in range(times):
        assert (await practice.patients.get(1)).PatNum == 1


@virtual_time
async def test_the_first_way_that_answers_is_kept() -> None:
    async with travel() as trip:
        assert (trip.way, trip.practice.way) == (None, None)
        await read(trip.practice, 3)
        assert trip.way == "service"
        assert trip.town.service.heard == [PROBE, *["GET /patients/1"] * 3]
        assert trip.town.heard.keys() == {"service"}


@virtual_time
async def test_the_last_way_is_taken_without_a_probe_because_it_has_a_throttle() -> None:
    async with travel() as trip:
        trip.town.service.net = trip.town.local.net = Net.REFUSES
        await read(trip.practice)
        assert trip.way == "remote"
        assert trip.town.remote.heard == ["GET /patients/1"]
        assert (trip.town.service.knocks, trip.town.local.knocks) == (1, 1)


@virtual_time
async def test_one_way_is_never_probed() -> None:
    async with travel(SERVICE) as trip:
        await read(trip.practice)
        assert trip.town.service.heard == ["GET /patients/1"]
        assert trip.way == "service"


FAULT = Response(500, {}, b'"Fault."')
TIMEOUT = Response(504, {}, b"")


@pytest.mark.parametrize("cause", [Net.REFUSES, Net.DROPS, Net.HANGS, OFFLINE, FAULT, TIMEOUT], ids=str)
@virtual_time
async def test_a_way_that_does_not_answer_falls_through(cause: Net | Response) -> None:
    async with travel() as trip:
        if isinstance(cause, Net):
            trip.town.service.net = cause
        else:
            trip.town.service.instead = cause
        await read(trip.practice, 2)
        assert trip.way == "local"
        assert trip.town.service.knocks == 1
        first = trip.practice.ways[0]
        assert (first.is_chosen, first.key_refused) == (False, False)
        assert first.error is not None


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(400, {}, b'"The API is not enabled."'), BadRequest),
        (Response(404, {}, b'"preferences is not a valid resource."'), NotFound),
        (Response(302, {"Location": "https://elsewhere.example"}, b""), OpenDentalError),
        (Response(200, {}, b"<html>Log in to the guest network</html>"), DecodeError),
    ],
)
@virtual_time
async def test_another_answer_is_raised_each_time_and_names_the_way(
    response: Response, kind: type[OpenDentalError]
) -> None:
    async with travel(name="harbour") as trip:
        trip.town.service.instead = response
        for _ in range(2):
            with pytest.raises(kind) as caught:
                await read(trip.practice)
            assert str(caught.value).startswith(f"harbour by {SERVICE}: ")
            assert "Preference" in str(caught.value) or "GET /preferences" in str(caught.value)
            assert caught.value.way == "service at http://office-server:30223/api/v1"
            assert any("the call itself was not sent" in note for note in caught.value.__notes__)
        assert trip.town.heard == {"service": 2}
        trip.town.service.instead = None
        await read(trip.practice)
        assert trip.way == "service"


@virtual_time
async def test_a_name_that_leads_to_a_public_address_outside_of_the_office_falls_through() -> None:
    def public(_: Request) -> Response:
        raise ConfigurationError("base_url is plain http to office-server, which is 203.0.113.9")

    async with travel(SERVICE, REMOTE) as trip:
        await read(trip.practice)
        trip.town.service.instead = public
        with pytest.raises(ConfigurationError):
            await read(trip.practice)
        await read(trip.practice)
        assert trip.way == "remote"
        assert trip.practice.ways[0].error == "ConfigurationError"


@virtual_time
async def test_a_400_that_says_that_the_key_is_not_assigned_is_a_refused_key() -> None:
    async with travel() as trip:
        trip.town.service.instead = Response(400, {}, b'"This key has not been assigned to this office."')
        for _ in range(3):
            with pytest.raises(KeyRefused):
                await read(trip.practice)
        assert trip.town.heard == {"service": 1}


@virtual_time
async def test_a_long_web_page_is_not_kept() -> None:
    async with travel() as trip:
        trip.town.service.instead = Response(200, {}, b"<html>" + b"x" * 1_000)
        with pytest.raises(DecodeError) as caught:
            await read(trip.practice)
        assert len(caught.value.raw) == 1_006
        calls = trip.practice._calls
        assert isinstance(calls, WayChoosingCalls)
        kept = calls._choice.failure(0)
        assert isinstance(kept, DecodeError)
        assert kept.raw == b""


@virtual_time
async def test_a_429_is_an_answer_and_keeps_the_way() -> None:
    async with travel() as trip:
        trip.town.service.sandbox.add_fault(Fault("throttle", times=1, retry_after=2.0))
        await read(trip.practice)
        assert trip.way == "service"
        assert trip.town.heard.keys() == {"service"}


FULL = b"[" + b",".join(b'{"PatNum":%d}' % number for number in range(1, 1001)) + b"]"


def same_page(request: Request) -> Response | None:
    return Response(200, {}, FULL) if request.path == "/patients/Simple" else None


def nonsense(request: Request) -> Response | None:
    return Response(201, {}, b"<html>") if request.method == "POST" else None


def old(request: Request) -> Response | None:
    rows = b'[{"PrefName":"ProgramVersion","ValueString":"21.1.1.0"}]'
    return Response(200, {}, rows) if request.path == "/preferences" else None


async def walk_by(practice: Practice, id_field: str) -> None:
    async for _ in practice.patients.simple().walk(id_field):
        pass


async def all_of(rows: Rows[Patient]) -> None:
    await rows


async def unkept(practice: Practice) -> None:
    await practice.with_options(verify=Verify.RAISE).patients.update(1, Preferred="Bee")


async def created(practice: Practice) -> None:
    await practice.patients.create(LName="Smith", FName="Jane")


async def fact(practice: Practice) -> None:
    raise (await practice.facts(refresh=True)).unknown["permissions"]


def refused(request: Request) -> Response | None:
    return REFUSED if request.path == "/securityperms" else None


LABELED: dict[str, tuple[Callable[[Request], Response | None] | None, Call, type[OpenDentalError]]] = {
    "repeated page": (same_page, lambda practice: all_of(practice.patients.simple()), RepeatedPage),
    "repeated page of a walk": (same_page, lambda practice: walk_by(practice, "PatNum"), RepeatedPage),
    "no id": (None, lambda practice: walk_by(practice, "Nope"), DecodeError),
    "unreadable write": (nonsense, created, OutcomeUnknown),
    "not kept": (None, unkept, NotKept),
    "too old": (old, lambda practice: all_of(practice.patients.simple()), NeedsVersion),
    "facts": (refused, fact, Unauthorized),
}


@pytest.mark.parametrize("name", [None, "harbour"])
@pytest.mark.parametrize(("instead", "call", "kind"), LABELED.values(), ids=LABELED)
@virtual_time
async def test_each_error_names_the_practice_and_the_way(
    instead: Callable[[Request], Response | None] | None,
    call: Call,
    kind: type[OpenDentalError],
    name: str | None,
) -> None:
    for ways, way in ((ALL_WAYS, str(SERVICE)), (None, None)):
        async with travel(name=name, version=AUTO) as trip:
            town, practice = trip.town, trip.practice
            if ways is None:
                practice = trip.od.practice(
                    KEY, mode=Mode.SERVICE, base_url=SERVICE.base_url, name=name, version=AUTO
                )
            town.service.instead = instead
            town.service.sandbox.add_fault(Fault("ignored", method="PUT"))
            with pytest.raises(kind) as caught:
                await call(practice)
            assert (caught.value.practice, caught.value.way) == (name, way)
            origin = " by ".join(filter(None, [name, way]))
            assert str(caught.value).startswith(f"{origin}: " if origin else caught.value.message)


@pytest.mark.parametrize("ways", [[SERVICE], ALL_WAYS])
@virtual_time
async def test_a_refused_key_names_the_way_at_each_call(ways: list[Way]) -> None:
    async with travel(*ways) as trip:
        trip.town.service.instead = REFUSED
        for _ in range(3):
            with pytest.raises(KeyRefused) as caught:
                await read(trip.practice)
            assert caught.value.way == str(SERVICE)
        assert trip.town.heard.keys() == {"service"}


# --- a way that is lost


@virtual_time
async def test_the_call_that_meets_the_outage_fails_and_the_next_one_takes_another_way() -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.net = Net.REFUSES
        with pytest.raises(ConnectFailed) as caught:
            await read(trip.practice)
        assert str(caught.value).startswith(f"{SERVICE}: GET /patients/1 was not sent")
        assert trip.town.heard.keys() == {"service"}, "a call does not change its way"
        assert trip.town.service.knocks == 2 + 4, "its retries stay on its way"
        await read(trip.practice)
        assert trip.way == "local"


@virtual_time
async def test_a_write_is_never_sent_by_another_way() -> None:
    async with travel() as trip:
        await read(trip.practice)
        before = len(trip.town.service.heard)
        trip.town.service.sandbox.add_fault(Fault("drop_after", times=1, method="POST"))
        with pytest.raises(OutcomeUnknown) as caught:
            await trip.practice.patients.create(LName="Smith", FName="Jane")
        assert caught.value.way == str(SERVICE)
        assert trip.town.service.heard[before:] == ["POST /patients"]
        assert trip.town.heard.keys() == {"service"}
        await read(trip.practice)
        assert trip.town.service.heard[before:] == ["POST /patients", PROBE, "GET /patients/1"]


@virtual_time
async def test_a_call_that_fails_on_a_way_that_works_changes_nothing() -> None:
    async with travel() as trip:
        await read(trip.practice)
        with pytest.raises(NotFound):
            await trip.practice.patients.get(999_999)
        await read(trip.practice)
        assert trip.town.service.heard.count(PROBE) == 1
        assert trip.way == "service"


@virtual_time
async def test_errors_that_are_answers_show_that_a_way_works() -> None:
    async with travel() as trip:
        for _ in range(20):
            with pytest.raises(NotFound):
                await trip.practice.patients.get(999_999)
            await asyncio.sleep(1.0)
        assert trip.town.service.heard.count(PROBE) == 1


@virtual_time
async def test_an_error_that_is_an_answer_says_nothing_of_the_other_ways() -> None:
    async with travel() as trip:
        trip.town.service.net = Net.REFUSES
        with pytest.raises(NotFound) as caught:
            await trip.practice.patients.get(999_999)
        assert getattr(caught.value, "__notes__", []) == []
        assert caught.value.way == str(LOCAL)


@virtual_time
async def test_a_last_way_that_is_silent_does_not_make_callers_wait_for_the_others() -> None:
    async with travel(SERVICE, REMOTE, probe_interval=10.0) as trip:
        trip.town.service.net = Net.DROPS
        await read(trip.practice)
        trip.town.remote.net = Net.HANGS
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await read(trip.practice)
        await asyncio.sleep(100.0)
        trip.town.remote.net = Net.OPENS
        began = asyncio.get_running_loop().time()
        await read(trip.practice)
        assert asyncio.get_running_loop().time() - began < 1.0


@virtual_time
async def test_a_server_error_is_a_doubt_and_one_probe_ends_it() -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.sandbox.add_fault(Fault("status", status=500, path="/patients/1", times=4))
        with pytest.raises(OpenDentalError, match="status 500"):
            await read(trip.practice)
        await read(trip.practice, 2)
        assert trip.town.service.heard.count(PROBE) == 2
        assert trip.way == "service"


@virtual_time
async def test_if_no_way_works_the_error_tells_of_all() -> None:
    async with travel(retries=ONCE) as trip:
        for each in (trip.town.service, trip.town.local, trip.town.remote):
            each.net = Net.REFUSES
        with pytest.raises(ConnectFailed) as caught:
            await read(trip.practice)
        assert caught.value.way == str(REMOTE)
        assert [note.split(": ")[1] for note in caught.value.__notes__] == [str(SERVICE), str(LOCAL)]
        knocks = trip.town.service.knocks
        with pytest.raises(ConnectFailed):
            await read(trip.practice)
        assert trip.town.service.knocks == knocks, "a way that failed rests for an interval"


@pytest.mark.parametrize("net", [Net.DROPS, Net.HANGS])
@virtual_time
async def test_a_way_is_left_even_if_callers_give_up_before_it_fails(net: Net) -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.net = net
        patience = trip.practice.with_options(deadline=2.0)
        for _ in range(3):
            with pytest.raises((WaitTooLong, RequestTimeout)):
                await read(patience)
        with pytest.raises((WaitTooLong, RequestTimeout)):
            await read(patience)  # its deadline is over while the way is probed
        await asyncio.sleep(5.0)
        await read(patience)
        assert trip.way == "local"


@virtual_time
async def test_callers_who_are_cancelled_leave_a_way_that_hangs_too() -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.net = Net.HANGS
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2.0):
                    await read(trip.practice)
        await read(trip.practice)
        assert trip.way == "local"


@pytest.mark.parametrize("concurrency", [1, 4])
@virtual_time
async def test_a_way_is_left_even_if_calls_that_hang_have_all_its_slots(concurrency: int) -> None:
    async with travel(Service(SERVICE.base_url, concurrency=concurrency), LOCAL) as trip:
        await read(trip.practice)
        trip.town.service.net = Net.HANGS
        hanging = [asyncio.create_task(trip.practice.patients.get(each)) for each in range(1, 9)]
        await asyncio.sleep(6.0)
        async with asyncio.timeout(10.0):
            await read(trip.practice)
        assert trip.way == "local"
        assert trip.practice.ways[0].error == "ConnectFailed"
        for each in hanging:
            each.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


@virtual_time
async def test_a_way_is_left_even_if_calls_that_hang_have_filled_its_queue() -> None:
    async with travel(Service(SERVICE.base_url, concurrency=1), LOCAL, max_queue=2) as trip:
        await read(trip.practice)
        trip.town.service.net = Net.HANGS
        hanging = [asyncio.create_task(trip.practice.patients.get(1))]
        await asyncio.sleep(1.0)
        hanging += [asyncio.create_task(trip.practice.patients.get(each)) for each in (2, 3)]
        await asyncio.sleep(5.0)
        async with asyncio.timeout(10.0):
            await read(trip.practice)
        assert trip.way == "local"
        for each in hanging:
            each.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


@virtual_time
async def test_a_busy_way_is_no_silent_one() -> None:
    async with travel(Service(SERVICE.base_url, concurrency=1), REMOTE) as trip:
        await read(trip.practice)
        trip.town.service.seconds = 3.0
        await asyncio.gather(*(trip.practice.patients.get(each) for each in range(1, 8)))
        await read(trip.practice)
        assert trip.town.heard.keys() == {"service"}
        assert trip.town.service.heard.count(PROBE) == 1


# --- a better way


@virtual_time
async def test_a_better_way_is_probed_again_and_nobody_waits_for_that() -> None:
    async with travel(probe_interval=60.0) as trip:
        trip.town.service.net = trip.town.local.net = Net.REFUSES
        await read(trip.practice)
        trip.town.service.net = Net.DROPS
        await read(trip.practice)
        assert trip.town.service.knocks == 1
        await asyncio.sleep(76.0)  # an interval, and up to a quarter of it more
        began = asyncio.get_running_loop().time()
        await read(trip.practice)
        assert asyncio.get_running_loop().time() - began < 2.0
        await asyncio.sleep(6.0)
        assert (trip.town.service.knocks, trip.way) == (2, "remote")
        trip.town.service.net = Net.OPENS
        await asyncio.sleep(76.0)
        await read(trip.practice)
        await settle()
        await asyncio.sleep(1.0)
        assert trip.way == "service"
        await read(trip.practice)
        assert trip.town.service.heard == [PROBE, "GET /patients/1"]


@virtual_time
async def test_a_better_way_is_not_probed_within_the_interval() -> None:
    async with travel(SERVICE, REMOTE, probe_interval=100.0, tier=Tier.ENTERPRISE) as trip:
        trip.town.service.net = Net.REFUSES
        await read(trip.practice)
        for _ in range(99):
            await asyncio.sleep(1.0)
            await read(trip.practice)
            if asyncio.get_running_loop().time() > 1099.0:
                break
        assert trip.town.service.knocks == 1


@virtual_time
async def test_an_open_circuit_does_not_delay_the_return() -> None:
    async with travel(SERVICE, REMOTE, probe_interval=10.0) as trip:
        trip.town.service.net = Net.REFUSES
        for _ in range(20):
            await read(trip.practice)
            await asyncio.sleep(13.0)
        assert trip.town.service.knocks == 20
        trip.town.service.net = Net.OPENS
        await read(trip.practice)
        await asyncio.sleep(1.0)
        assert trip.way == "service"
        await read(trip.practice)


# --- many callers


@virtual_time
async def test_however_many_callers_wait_there_is_one_probe() -> None:
    async with travel() as trip:
        trip.town.service.net = Net.DROPS

        async def come(number: int) -> None:
            await asyncio.sleep(0.07 * number)
            await trip.practice.patients.get(1 + number % 12)

        await asyncio.gather(*map(come, range(100)))
        assert trip.town.service.knocks == 1
        assert trip.town.local.heard.count(PROBE) == 1


@virtual_time
async def test_practices_with_the_same_key_and_ways_share_the_choice() -> None:
    async with travel() as trip:
        trip.town.service.net = Net.REFUSES
        await read(trip.practice)
        for _ in range(3):
            again = trip.od.practice(KEY, via=list(ALL_WAYS), name="again")
            await read(again.with_options(flow="x"))
            assert again.way == trip.practice.way
        assert trip.town.service.knocks == 1
        assert trip.town.local.heard.count(PROBE) == 1


@virtual_time
async def test_a_caller_who_is_cancelled_during_a_probe_harms_nobody() -> None:
    async with travel() as trip:
        trip.town.service.seconds = 1.0
        callers = [asyncio.create_task(read(trip.practice)) for _ in range(5)]
        await asyncio.sleep(0.5)
        callers[0].cancel()
        callers[3].cancel()
        done = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(each) for each in done] == [
            asyncio.CancelledError,
            type(None),
            type(None),
            asyncio.CancelledError,
            type(None),
        ]
        assert trip.town.service.heard.count(PROBE) == 1


@virtual_time
async def test_if_all_callers_are_cancelled_the_probe_tells_the_next_one() -> None:
    async with travel() as trip:
        trip.town.service.seconds = 1.0
        caller = asyncio.create_task(read(trip.practice))
        await asyncio.sleep(0.5)
        caller.cancel()
        await asyncio.sleep(1.0)
        assert trip.way == "service"
        await read(trip.practice)
        assert trip.town.service.heard == [PROBE, "GET /patients/1"]


@pytest.mark.parametrize("moment", [0.0, 0.5])
@virtual_time
async def test_closing_the_client_ends_a_look_and_those_who_wait_for_it(moment: float) -> None:
    async with travel() as trip:
        trip.town.service.net = Net.DROPS
        caller = asyncio.create_task(read(trip.practice))
        await asyncio.sleep(moment)
        began = asyncio.get_running_loop().time()
        await trip.od.aclose()
        with pytest.raises(SchedulerClosed):
            await caller
        assert asyncio.get_running_loop().time() - began < 0.1
        assert asyncio.all_tasks() == {asyncio.current_task()}
        with pytest.raises(SchedulerClosed):
            await read(trip.practice)


@virtual_time
async def test_a_deadline_counts_the_look_for_a_way() -> None:
    async with travel() as trip:
        trip.town.service.net = trip.town.local.net = Net.DROPS
        began = asyncio.get_running_loop().time()
        with pytest.raises(WaitTooLong, match="all of deadline"):
            await read(trip.practice.with_options(deadline=3.0))
        with pytest.raises(WaitTooLong):
            await trip.practice.with_options(deadline=3.0).patients.list()
        assert asyncio.get_running_loop().time() - began == pytest.approx(6.0)


# --- keys


@virtual_time
async def test_a_401_does_not_fall_through_and_the_key_is_not_sent_there_again() -> None:
    async with travel(name="harbour") as trip:
        trip.town.service.instead = REFUSED
        with pytest.raises(KeyRefused) as first:
            await read(trip.practice)
        assert str(first.value).startswith(f"harbour by {SERVICE}: GET /preferences failed with status 401")
        for _ in range(5):
            with pytest.raises(KeyRefused) as later:
                await read(trip.practice)
            said = str(later.value)
            assert said.startswith(f"harbour by {SERVICE}: GET /patients/1 was not sent, because")
            assert (later.value.sent, later.value.path) == (False, "/patients/1")
            assert later.value.__notes__ == ["no request goes this way until practice.reset_ways()"]
        assert trip.town.heard == {"service": 1}, "one request is all that a stranger gets"
        assert trip.practice.ways[0].key_refused
        assert trip.practice.way is None


@virtual_time
async def test_after_reset_ways_the_key_is_tried_again() -> None:
    async with travel() as trip:
        trip.town.service.instead = REFUSED
        for _ in range(4):
            with pytest.raises(KeyRefused):
                await read(trip.practice)
        trip.town.service.instead = None
        trip.practice.reset_ways()
        await read(trip.practice)
        assert trip.way == "service"
        assert not trip.practice.ways[0].key_refused


@virtual_time
async def test_a_key_that_is_refused_later_is_not_sent_there_again_either() -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.instead = REFUSED
        with pytest.raises(KeyRefused):
            await read(trip.practice)
        sent = len(trip.town.service.heard)
        for _ in range(3):
            with pytest.raises(KeyRefused):
                await read(trip.practice)
            with pytest.raises(KeyRefused):
                await trip.practice.patients.list().first()
        assert len(trip.town.service.heard) == sent
        assert trip.town.heard.keys() == {"service"}


@pytest.mark.parametrize("concurrency", [1, 4])
@virtual_time
async def test_calls_that_wait_are_not_sent_to_a_server_that_refuses_the_key(concurrency: int) -> None:
    async with travel(Service(SERVICE.base_url, concurrency=concurrency), REMOTE) as trip:
        await read(trip.practice)
        before = len(trip.town.service.heard)
        trip.town.service.instead = REFUSED
        writes = (trip.practice.patients.update(1, City="Salem") for _ in range(20))
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(each) for each in outcomes} == {KeyRefused}
        unsent = [each for each in outcomes if isinstance(each, KeyRefused) and not each.sent]
        assert all(each.__notes__ == [NO_REQUEST] for each in unsent)
        got = trip.town.service.heard[before:]
        assert got.count("GET /securityperms") == 1
        assert len(got) <= 2 * concurrency + 1, "those in flight until the refusal is certain"
        assert len(unsent) == 20 + 1 - len(got)
        assert trip.od.scheduler.snapshot().counts.retried == 0
        assert trip.town.heard.keys() == {"service"}


@virtual_time
async def test_reads_that_are_refused_at_once_end_the_way_too() -> None:
    async with travel(SERVICE, REMOTE) as trip:
        await read(trip.practice)
        before = len(trip.town.service.heard)
        trip.town.service.instead = REFUSED
        reads = (trip.practice.patients.get(each) for each in range(1, 11))
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        assert all(isinstance(each, Unauthorized) for each in outcomes)
        for _ in range(20):  # a circuit would let a request through now and then
            await asyncio.sleep(60.0)
            with pytest.raises(KeyRefused):
                await read(trip.practice)
        assert len(trip.town.service.heard) - before <= 4 + 2
        assert trip.practice.ways[0].key_refused


@virtual_time
async def test_a_missing_permission_is_no_refused_key() -> None:
    async with travel() as trip:
        await read(trip.practice)
        trip.town.service.sandbox.add_fault(Fault("status", status=401, path="/patients/2", times=None))
        with pytest.raises(Unauthorized):
            await trip.practice.patients.get(2)
        await read(trip.practice)
        assert trip.way == "service"


@virtual_time
async def test_a_401_of_the_last_way_does_not_make_callers_wait_for_the_others() -> None:
    async with travel(SERVICE, REMOTE, probe_interval=10.0) as trip:
        trip.town.service.net = Net.DROPS
        await read(trip.practice)
        trip.town.remote.sandbox.add_fault(Fault("status", status=401, path="/patients/2", times=None))
        with pytest.raises(Unauthorized):
            await trip.practice.patients.get(2)
        await asyncio.sleep(13.0)
        async with asyncio.timeout(3.0):
            await read(trip.practice)


@virtual_time
async def test_a_better_way_that_refuses_the_key_meanwhile_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "odapi_async")
    async with travel(SERVICE, REMOTE, probe_interval=10.0) as trip:
        trip.town.service.net = Net.REFUSES
        await read(trip.practice)
        trip.town.service.net, trip.town.service.instead = Net.OPENS, REFUSED
        for _ in range(5):
            await asyncio.sleep(13.0)
            await read(trip.practice)
        await asyncio.sleep(1.0)
        assert trip.way == "remote"
        assert trip.town.service.heard == [PROBE]
        assert trip.practice.ways[0].key_refused
        assert [each.getMessage() for each in caplog.records if "refused" in each.getMessage()] == [
            f"{trip.practice.ways[0].lane} by {SERVICE}: the key is refused there"
        ]


@virtual_time
async def test_a_stranger_does_not_get_the_key_by_another_list_of_ways_either() -> None:
    async with travel() as trip:
        trip.town.service.instead = REFUSED
        with pytest.raises(KeyRefused):
            await read(trip.practice)
        other = trip.od.practice(KEY, via=[SERVICE, REMOTE], tier=Tier.STANDARD)
        with pytest.raises(KeyRefused, match="was not sent"):
            await read(other)
        assert len(trip.town.service.heard) == 1
        other.reset_ways()
        trip.town.service.instead = None
        await asyncio.gather(read(other), read(trip.practice))


@virtual_time
async def test_keys_at_one_url_are_independent() -> None:
    async with travel() as trip:

        def only_one(request: Request) -> Response | None:
            return None if request.authorization.endswith(f"/{KEY}") else REFUSED

        trip.town.service.instead = only_one
        other = trip.od.practice("another-key", via=ALL_WAYS, tier=Tier.STANDARD)
        with pytest.raises(KeyRefused):
            await read(other)
        await read(trip.practice)
        with pytest.raises(KeyRefused):
            await read(other)
        assert trip.town.service.keys.count("another-key") == 1
        assert trip.way == "service"


@virtual_time
async def test_reset_ways_closes_the_circuits_of_all_ways() -> None:
    async with travel(LOCAL, REMOTE, retries=ONCE) as trip:
        trip.town.local.net = trip.town.remote.net = Net.REFUSES
        for _ in range(6):
            with pytest.raises(ConnectFailed):
                await read(trip.practice)
        knocks = trip.town.remote.knocks
        trip.town.remote.net = Net.OPENS
        with pytest.raises(ConnectFailed):
            await read(trip.practice)
        assert trip.town.remote.knocks == knocks
        trip.practice.reset_ways()
        await read(trip.practice)
        assert trip.way == "remote"
        trip.town.remote.instead = OFFLINE
        with pytest.raises(OfficeOffline):
            await read(trip.practice)
        assert trip.practice.reset_circuit()


@virtual_time
async def test_resetting_ends_a_look_and_those_who_wait_get_the_next_one() -> None:
    async with travel() as trip:
        trip.town.service.net = Net.DROPS
        caller = asyncio.create_task(read(trip.practice))
        await asyncio.sleep(1.0)
        trip.town.service.net = Net.OPENS
        trip.practice.reset_ways()
        await caller
        assert trip.way == "service"


# --- lists


@virtual_time
async def test_a_list_stays_on_its_way_and_has_its_page_limit() -> None:
    async with travel(Service(SERVICE.base_url, concurrency=1), LOCAL, rows=4_500) as trip:
        rows = trip.practice.patients.list()
        seen: list[int] = []
        async for page in rows.pages():
            seen.append(len(page))
            # everybody else leaves the way in the middle of the list
            trip.town.service.sandbox.add_fault(Fault("status", path="/patients/1", times=4))
            trip.town.service.sandbox.add_fault(Fault("status", path="/preferences", times=1))
            if len(seen) == 1:
                with pytest.raises(ServerError):
                    await read(trip.practice)
                await read(trip.practice)
                assert trip.way == "local"
        assert seen == [1000, 1000, 1000, 1000, 500]
        assert trip.town.service.heard.count("GET /patients") >= 5
        assert "GET /patients" not in trip.town.local.heard


async def collect(rows: Rows[Patient]) -> None:
    await rows


async def stream(rows: Rows[Patient]) -> None:
    async for _ in rows:
        pass


async def walk(rows: Rows[Patient]) -> None:
    async for _ in rows.walk("PatNum"):
        pass


READS = {"collect": collect, "stream": stream, "walk": walk}


@pytest.mark.parametrize("how", READS)
@virtual_time
async def test_a_list_never_goes_on_by_another_way(how: str) -> None:
    async with travel(rows=2_500, retries=ONCE) as trip:
        rows = trip.practice.patients.list()

        def after_one_page(request: Request) -> Response | None:
            if request.path == "/patients":
                trip.town.service.net = Net.REFUSES
            return None

        trip.town.service.instead = after_one_page
        with pytest.raises(ConnectFailed):
            await READS[how](rows)
        assert trip.town.heard.keys() == {"service"}
        if how == "walk":
            return
        trip.town.local.net = Net.REFUSES
        assert len(await rows) == 2_500
        assert trip.way == "remote"
        assert trip.town.remote.heard.count("GET /patients") == 26


@virtual_time
async def test_a_walk_continues_by_another_way_from_its_checkpoint() -> None:
    async with travel(rows=2_500, retries=ONCE) as trip:
        ids: list[int] = []
        walk = trip.practice.patients.list().walk("PatNum")
        first = await anext(walk)
        ids += [each.PatNum for each in first.rows]
        await walk.aclose()
        trip.town.service.net = trip.town.local.net = Net.REFUSES
        with pytest.raises(ConnectFailed):
            await read(trip.practice)
        async for page in trip.practice.patients.list().walk("PatNum", first.checkpoint):
            ids += [each.PatNum for each in page.rows]
        assert trip.way == "remote"
        assert len(ids) == len(set(ids)) == 2_500


# --- lanes


@virtual_time
async def test_each_way_has_the_lane_of_a_practice_that_goes_that_way_alone() -> None:
    async with travel() as trip:
        alone = [
            trip.od.practice(KEY, mode=Mode.SERVICE, base_url=SERVICE.base_url),
            trip.od.practice(KEY, mode=Mode.LOCAL),
            trip.od.practice(KEY),
        ]
        lanes = [each.lane for each in trip.practice.ways]
        assert lanes == [each.lane for each in alone]
        assert len(set(lanes)) == 3


@virtual_time
async def test_the_remote_way_shares_the_bucket_of_its_key() -> None:
    async with travel(SERVICE, REMOTE) as trip:
        trip.town.service.net = Net.REFUSES
        alone = trip.od.practice(KEY, tier=Tier.STANDARD)
        loop = asyncio.get_running_loop()
        began = loop.time()
        each_way = zip((trip.practice, alone) * 2, range(1, 5), strict=True)
        await asyncio.gather(*(practice.patients.get(row) for practice, row in each_way))
        assert loop.time() - began >= 3.0
        assert trip.practice.lane == alone.lane


@virtual_time
async def test_the_remote_way_looks_its_tier_up_and_the_others_need_none() -> None:
    async with travel(SERVICE, REMOTE, tier=None) as trip:
        await read(trip.practice)
        assert trip.town.service.heard == [PROBE, "GET /patients/1"]
        trip.town.service.net = Net.REFUSES
        with pytest.raises(ConnectFailed):
            await read(trip.practice)
        await read(trip.practice)
        assert trip.town.remote.heard == ["GET /securityperms", "GET /patients/1"]


@virtual_time
async def test_a_remote_way_that_is_not_the_last_one_is_probed_at_its_pace() -> None:
    async with travel(REMOTE, SERVICE, tier=None) as trip:
        await read(trip.practice)
        assert trip.town.remote.heard == ["GET /securityperms", PROBE, "GET /patients/1"]
        trip.town.remote.instead = OFFLINE
        with pytest.raises(OfficeOffline):
            await read(trip.practice)
        await read(trip.practice)
        assert trip.way == "service"


# --- facts and versions


@virtual_time
async def test_the_probe_has_told_the_version_already() -> None:
    async with travel(version=AUTO) as trip:
        await read(trip.practice)
        assert trip.town.service.heard == [PROBE, "GET /patients/1"]
        kept = trip.practice.way
        assert kept is not None
        assert kept.version == "26.3.1.0"
        facts = await trip.practice.facts()
        assert (facts.version, facts.permissions) == ("26.3.1.0", ALL)


@virtual_time
async def test_facts_do_not_raise_if_no_way_works() -> None:
    async with travel() as trip:
        trip.town.service.instead = REFUSED
        facts = await trip.practice.facts()
        assert {name: type(error) for name, error in facts.unknown.items()} == {
            "permissions": KeyRefused,
            "version": KeyRefused,
        }


# --- what it tells


@virtual_time
async def test_events_snapshots_and_reprs_name_the_way() -> None:
    async with travel(name="harbour") as trip:
        trip.town.service.seconds = 1.0
        caller = asyncio.create_task(read(trip.practice))
        await asyncio.sleep(0.5)
        (lane,) = trip.od.scheduler.snapshot().lanes
        assert (lane.way, lane.practices) == (str(SERVICE), ("harbour",))
        await caller
        trip.town.service.net = Net.REFUSES
        with pytest.raises(ConnectFailed):
            await read(trip.practice)
        await read(trip.practice)
        switched = [each for each in trip.events if each.name is EventName.SWITCHED]
        assert [(each.way, each.error, each.label) for each in switched] == [
            ("service", None, "harbour"),
            ("local", "ConnectFailed", "harbour"),
        ]
        assert [each.base_url for each in switched] == [SERVICE.base_url, LOCAL.base_url]
        finished = [each for each in trip.events if each.name is EventName.FINISHED]
        assert {each.way for each in finished} == {"service", "local"}
        assert repr(trip.practice) == f"<Practice harbour at {LOCAL.base_url}>"


@virtual_time
async def test_the_status_of_a_way_says_since_when_it_is_kept() -> None:
    async with travel() as trip:
        await read(trip.practice)
        await asyncio.sleep(30.0)
        kept = trip.practice.way
        assert kept is not None
        assert kept.chosen_for == pytest.approx(30.0, abs=0.5)
        assert (kept.way, kept.lane) == (SERVICE, trip.practice.lane)


@virtual_time
async def test_a_practice_without_several_ways_has_one_and_tells_no_way() -> None:
    async with travel() as trip:
        alone = trip.od.practice(KEY, mode=Mode.LOCAL, concurrency=7)
        await read(alone)
        (status,) = alone.ways
        assert (status.way, status.is_chosen, status.chosen_for) == (Local(concurrency=7), True, None)
        assert alone.way == status
        alone.reset_ways()
        assert {each.way for each in trip.events} == {None}
        assert trip.od.practice("other").ways[0].way == Remote()


# --- wrong arguments


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"via": []}, "via has to be a list of ways"),
        ({"via": Service()}, "via has to be a list of ways"),
        ({"via": "service"}, "via has to be a list of ways"),
        ({"via": [Mode.SERVICE]}, "something that is no way"),
        ({"via": [Service(), Local(Service().base_url + "/")]}, "two ways with the same URL"),
        ({"via": [Service()], "mode": Mode.SERVICE}, "via excludes mode, base_url and concurrency"),
        ({"via": [Service()], "base_url": "http://localhost/api/v1"}, "via excludes mode"),
        ({"via": [Service()], "concurrency": 2}, "via excludes mode"),
        ({"via": [Service()], "probe_interval": 0}, "probe_interval has to be a number of seconds"),
        ({"probe_interval": "soon"}, "probe_interval has to be a number of seconds"),
        ({"probe_interval": 30.0}, "probe_interval needs via"),
    ],
)
def test_wrong_ways_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        OpenDental(DEVELOPER).practice(KEY, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Service("http://dentist.example.com:30223/api/v1"),
        lambda: Remote("nowhere"),
        lambda: Local(concurrency=0),
        Way,
        lambda: Way("https://api.opendental.com/api/v1"),
    ],
)
def test_a_way_is_checked_when_it_is_made(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_a_way_knows_its_usual_url() -> None:
    assert [str(each) for each in (Service(), Local(), Remote())] == [
        "service at http://localhost:30223/api/v1",
        "local at http://localhost:30222/api/v1",
        "remote at https://api.opendental.com/api/v1",
    ]


def test_a_look_that_goes_on_in_another_event_loop_is_not_waited_for() -> None:
    town = Town(**{mode: Server(office(mode)) for mode in ("service", "local", "remote")})
    town.service.net = Net.DROPS
    od = OpenDental(DEVELOPER, transport=town)
    practice = od.practice(KEY, via=ALL_WAYS, tier=Tier.STANDARD)

    async def begin() -> asyncio.Task[None]:
        caller = asyncio.create_task(read(practice))
        await asyncio.sleep(0.01)
        return caller

    async def go_on() -> None:
        with pytest.raises(WrongEventLoop):
            await read(practice)

    async def end(caller: asyncio.Task[None]) -> None:
        await od.aclose()
        with pytest.raises(SchedulerClosed):
            await caller

    with asyncio.Runner() as first:
        caller = first.run(begin())
        asyncio.run(go_on())
        first.run(end(caller))


def test_another_event_loop_gets_an_error_of_the_package() -> None:
    town = Town(**{mode: Server(office(mode)) for mode in ("service", "local", "remote")})
    town.service.net = Net.DROPS
    od = OpenDental(DEVELOPER, transport=town)
    practice = od.practice(KEY, via=ALL_WAYS, tier=Tier.STANDARD)

    async def begin() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await read(practice)

    async def go_on() -> None:
        with pytest.raises(OpenDentalError, match="another event loop"):
            await read(practice)

    asyncio.run(begin())
    asyncio.run(go_on())

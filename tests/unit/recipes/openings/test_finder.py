"""Openings are found with few requests, and what seldom changes is kept for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from odapi_async import (
    ConfigurationError,
    DecodeError,
    InvalidRequest,
    Mode,
    OpenDental,
    Request,
    Response,
    ServerError,
)
from odapi_async.recipes.openings import Opening, Openings
from odapi_async.sandbox import Fault, Office, Sandbox
from odapi_async.testing import SandboxTransport, virtual_time
from tests.unit.recipes.openings.office import KEY, NOW, small_office
from tests.unit.recipes.openings.rows import at

MORNING = at("08:00"), at("12:00")
WEEK = at("00:00"), at("00:00") + timedelta(days=7)
FIVE = timedelta(minutes=5)


def clocks(openings: list[Opening]) -> list[str]:
    return [f"{each.start:%H:%M}" for each in openings]


@virtual_time
async def test_a_week_costs_three_requests_and_the_next_search_one() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice)
        found = await openings.find(*WEEK, minutes=30, every=30)
        assert clocks(found)[:2] == ["08:00", "09:00"]
        lists = {f"GET /{name}": 1 for name in ("appointments", "schedules", "operatories")}
        assert office.requests() == lists
        assert await openings.find(*MORNING, minutes=30, every=30) == found
        assert office.requests() == {**lists, "GET /appointments": 2}


@virtual_time
async def test_types_of_blockouts_are_read_only_if_there_are_blockouts() -> None:
    async with small_office() as office:
        office.books("08:30")
        closed = office.add("definitions", Category=25, ItemName="Closed", ItemValue="NS")
        hint = office.add("definitions", Category=25, ItemName="Emergency", isHidden="true")
        office.works("08:00", "08:30", SchedType="Blockout", ProvNum=0, BlockoutType=closed)
        office.works("10:00", "12:00", SchedType="Blockout", ProvNum=0, BlockoutType=hint)
        openings = Openings(office.practice)
        for _ in range(2):
            found = await openings.find(*MORNING, minutes=60, every=60)
            assert clocks(found) == ["09:00", "10:00", "11:00"]
        assert office.requests()["GET /definitions"] == 1
        assert office.sandbox.arrivals[3].query["Category"] == "25"


@virtual_time
async def test_the_preference_is_read_only_if_a_chair_has_nobody() -> None:
    async with small_office() as office:
        office.books("08:30")
        office.add("operatories", OpName="Two")
        found = await Openings(office.practice).find(*MORNING, minutes=240)
        assert [each.Op for each in found] == []
        preference = next(
            each
            for each in office.sandbox.rows(KEY, "preferences")
            if each["PrefName"] == "ScheduleProvUnassigned"
        )
        seen = {}
        for value in ("1", "0", "", "²", "9" * 5_000):
            office.sandbox.change_row(KEY, "preferences", preference["PrefNum"], {"ValueString": value})
            found = await Openings(office.practice).find(at("09:00"), at("12:00"), minutes=180)
            seen[value[:2]] = [each.Op for each in found]
        assert seen == {"1": [1, 2], "0": [1], "": [1], "²": [1], "99": [1]}
        assert office.requests()["GET /preferences"] == 6


@virtual_time
async def test_what_is_kept_is_read_again_when_it_is_too_old() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice, max_age=60)
        assert openings.asked_at is None
        await openings.find(*MORNING, minutes=30)
        assert openings.asked_at == NOW
        for seconds, reads in ((59, 1), (1, 2), (30, 2)):
            await asyncio.sleep(seconds)
            await openings.find(*MORNING, minutes=30)
            assert office.requests()["GET /schedules"] == reads, seconds
            assert office.requests()["GET /operatories"] == reads
        assert openings.asked_at == NOW + timedelta(seconds=60)
        openings.forget()
        assert openings.asked_at is None
        await openings.find(*MORNING, minutes=30)
        assert office.requests()["GET /schedules"] == 3


@virtual_time
@pytest.mark.parametrize("path", ["/schedules", "/operatories", "/providers"])
async def test_what_is_read_while_it_is_to_be_forgotten_is_not_kept(path: str) -> None:
    async with small_office() as office:
        office.books("08:30")  # it tells the office's time
        openings = Openings(office.practice)

        async def forget(request: Request) -> None:
            if request.path == path:
                openings.forget()

        office.transport.after = forget
        await openings.find(*MORNING, minutes=30, providers=[3])  # a provider without hours is looked for
        office.transport.after = None
        await openings.find(*MORNING, minutes=30, providers=[3])
        assert office.requests()[f"GET {path}"] == 2


@virtual_time
async def test_a_search_that_read_a_little_earlier_does_not_forget_what_another_one_read() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice)
        await openings.find(*MORNING, minutes=30)
        for ahead, reads in ((30, 1), (61, 2)):
            later = NOW + timedelta(seconds=ahead)
            openings._facts._kept = {each: (later, rows) for each, (_, rows) in openings._facts._kept.items()}
            await openings.find(*MORNING, minutes=30)
            assert office.requests()["GET /schedules"] == reads


@virtual_time
async def test_one_row_with_an_absurd_time_does_not_decide_what_is_over() -> None:
    async with small_office() as office:
        for clock in ("08:00", "08:30", "09:00"):
            office.books(clock)
        openings = Openings(office.practice)
        expected = await openings.find(*MORNING, minutes=30)

        office.transport.alter = lambda body: body.replace(f"{NOW}".encode(), b"9999-12-31 00:00:00", 1)
        assert await openings.find(*MORNING, minutes=30) == expected != []


@virtual_time
async def test_nothing_is_kept_for_no_time_or_over_a_clock_that_is_set_back() -> None:
    async with small_office() as office:
        apt_num = office.books("08:30")
        openings = Openings(office.practice, max_age=0)
        for reads in (1, 2):
            await openings.find(*MORNING, minutes=30)
            assert office.requests()["GET /schedules"] == reads
        kept = Openings(office.practice)
        await asyncio.sleep(3_600)
        await kept.find(*MORNING, minutes=30)
        kept._facts._kept = {name: (at("08:30"), value) for name, (_, value) in kept._facts._kept.items()}
        await kept.find(*MORNING, minutes=30)
        assert office.requests()["GET /schedules"] == 4, apt_num


@virtual_time
async def test_only_days_that_are_not_kept_are_read() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice)
        day = timedelta(days=1)
        await openings.find(at("08:00") + day, at("12:00") + day, minutes=30)
        await openings.find(at("08:00"), at("00:00") + 3 * day, minutes=30)
        asked = [each.query for each in office.sandbox.arrivals if each.path == "/schedules"]
        days = [(each["dateStart"], each["dateEnd"]) for each in asked]
        assert days == [("2026-12-01", "2026-12-01"), ("2026-11-30", "2026-12-02")]


@virtual_time
async def test_what_fails_is_not_kept() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice)
        office.sandbox.add_fault(Fault("status", status=500, path="/schedules", times=2))
        with pytest.raises(ServerError):
            await openings.find(*MORNING, minutes=30)
        assert clocks(await openings.find(*MORNING, minutes=30, every=30))[0] == "08:00"


@virtual_time
async def test_searches_at_once_do_not_disturb_each_other() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice, max_age=0.5)
        office.sandbox.add_fault(Fault("latency", seconds=1, times=None))
        searches: list[asyncio.Task[list[Opening]]] = []
        for number in range(6):
            searches.append(asyncio.create_task(openings.find(*WEEK, minutes=30)))
            await asyncio.sleep(0.3 * number)
        found = await asyncio.gather(*searches)
        assert all(each == found[0] for each in found[1:])


@virtual_time
async def test_what_is_over_by_the_offices_clock_is_left_out() -> None:
    async with small_office() as office:
        await asyncio.sleep(3 * 3_600 + 60)  # a minute past ten
        for busy in (False, True):
            found = await Openings(office.practice).find(*WEEK, minutes=30, every=30)
            assert clocks(found)[0] == "10:30"
            assert office.requests()["GET /providers"] == 1, "appointments tell the time"
            office.books("08:00")
            assert found, busy
        await asyncio.sleep(3_600 * 2)
        before = len(office.sandbox.arrivals)
        assert await Openings(office.practice).find(*MORNING, minutes=30) == []
        assert len(office.sandbox.arrivals) == before + 1


@virtual_time
async def test_an_office_without_anything_has_no_openings() -> None:
    office = Office(customer_key=KEY, rows=dict.fromkeys(("appointments", "schedules", "providers"), 0))
    async with OpenDental(
        "sandbox-developer", transport=SandboxTransport(Sandbox([office], now=NOW))
    ) as client:
        practice = client.practice(KEY, mode=Mode.LOCAL)
        assert await Openings(practice).find(*WEEK, minutes=30) == []


@virtual_time
async def test_an_office_without_schedules_has_no_openings() -> None:
    async with small_office() as office:
        office.sandbox.remove_row(KEY, "schedules", 1)
        assert await Openings(office.practice).find(*WEEK, minutes=30) == []


@virtual_time
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"operatories": [1, 2]}, "operatories"),
        ({"operatories": [9]}, "operatories"),
        ({"providers": [1, 99]}, "providers"),
        ({"providers": [3]}, "providers"),
        ({"clinic": 7}, "clinic"),
        ({"minutes": 32}, "minutes"),
        ({"minutes": 600}, "minutes"),
        ({"every": 12}, "every"),
        ({"pattern": "XX"}, "Pattern"),
        ({"pattern": "YYYYYY"}, "Pattern"),
        ({"end": at("08:00")}, "end"),
        ({"end": at("07:00")}, "end"),
        ({"end": datetime(2027, 12, 2)}, "end"),
        ({"start": at("08:00").astimezone()}, "start"),
    ],
)
async def test_what_the_office_does_not_have_is_an_error_and_not_an_empty_list(
    arguments: dict[str, Any], field: str
) -> None:
    async with small_office() as office:
        office.add("operatories", OpName="Two", IsHidden="true", ClinicNum=7)
        office.sandbox.change_row(KEY, "providers", 3, {"IsHidden": "true"})
        call: dict[str, Any] = {"start": MORNING[0], "end": MORNING[1], "minutes": 30, **arguments}
        with pytest.raises(InvalidRequest) as raised:
            await Openings(office.practice).find(call.pop("start"), call.pop("end"), **call)
        assert raised.value.field == field


@virtual_time
async def test_a_provider_who_is_there_and_does_not_work_has_no_openings() -> None:
    async with small_office() as office:
        office.books("08:30")
        openings = Openings(office.practice)
        assert await openings.find(*WEEK, minutes=30, providers=[2]) == []
        assert office.requests()["GET /providers"] == 1
        assert clocks(await openings.find(*WEEK, minutes=30, providers=[1, 2], operatories=[1], clinic=0))
        assert office.requests()["GET /providers"] == 1


class WithoutClock(SandboxTransport):
    """A transport to an office that does not tell its time."""

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        response = await super().send(request, on_sent)
        return response._replace(body=response.body.replace(b"serverDateTime", b"clock"))


@virtual_time
async def test_an_office_that_does_not_tell_its_time_is_an_error() -> None:
    transport = WithoutClock(Sandbox([Office(customer_key=KEY, rows={"appointments": 0})], now=NOW))
    async with OpenDental("sandbox-developer", transport=transport) as client:
        with pytest.raises(DecodeError, match="serverDateTime"):
            await Openings(client.practice(KEY, mode=Mode.LOCAL)).find(*WEEK, minutes=30)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "5"])
@virtual_time
async def test_seconds_have_to_be_possible(seconds: Any) -> None:
    async with small_office() as office:
        for name in ("max_age", "settle"):
            with pytest.raises(ConfigurationError, match=name):
                Openings(office.practice, **{name: seconds})


def _fives(start: datetime, end: datetime) -> list[datetime]:
    return [start + number * FIVE for number in range(int((end - start) / FIVE))]


@virtual_time
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_slots_of_an_office_with_one_chair_for_each_provider_are_the_openings(seed: int) -> None:
    rows = {"appointments": 200, "providers": 4, "operatories": 4, "schedules": 120}
    office = Office(customer_key=KEY, mode="local", seed=seed, rows=rows)
    async with OpenDental(
        "sandbox-developer", transport=SandboxTransport(Sandbox([office], now=NOW))
    ) as client:
        practice = client.practice(KEY, mode=Mode.LOCAL)
        start, end = WEEK
        found = await Openings(practice).find(start, end, minutes=5)
        mine = {(each.start, each.Op, each.ProvNum) for each in found}
        theirs = {
            (moment, slot.OpNum, slot.ProvNum)
            for provider in range(1, 5)
            for slot in await practice.appointments.slots(
                dateStart=start.date(), dateEnd=end.date() - timedelta(days=1), ProvNum=provider
            )
            if slot.DateTimeStart and slot.DateTimeEnd
            for moment in _fives(slot.DateTimeStart, slot.DateTimeEnd)
        }
        assert len(theirs) > 200
        assert mine == theirs

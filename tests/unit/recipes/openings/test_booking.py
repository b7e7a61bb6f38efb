"""An opening is taken by one client, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from odapi_async import (
    InvalidRequest,
    NotKept,
    OpenDentalError,
    OutcomeUnknown,
    Request,
    Response,
    ServerError,
    Verify,
)
from odapi_async.recipes.openings import Opening, Openings, Taken, Unsettled
from odapi_async.sandbox import Fault
from odapi_async.testing import virtual_time
from tests.support.reporter import chain, frames, leaks
from tests.unit.recipes.openings.office import KEY, PLACE, SmallOffice, small_office
from tests.unit.recipes.openings.rows import DAY, at


def once(method: str, path: str, act: Callable[[], object]) -> Callable[[Request], Awaitable[object]]:
    """Return a hook that does something at the first such request."""
    left = [act]

    async def hook(request: Request) -> None:
        if left and request.method == method and request.path.startswith(path):
            left.pop()()

    return hook


def retimed(office: SmallOffice, apt_num: int, seconds: int) -> None:
    """Change when an appointment was entered."""
    row = next(each for each in office.sandbox.rows(KEY, "appointments") if each["AptNum"] == apt_num)
    entered = at(row["SecDateTEntry"][11:]) + timedelta(seconds=seconds)
    office.sandbox.change_row(KEY, "appointments", apt_num, {"SecDateTEntry": f"{entered}"})


@virtual_time
async def test_an_opening_is_booked_with_three_requests_for_appointments() -> None:
    async with small_office() as office:
        openings = Openings(office.practice)
        (opening, *_) = await openings.find(at("09:00"), at("12:00"), minutes=30)
        office.sandbox.reset_stats()
        booked = await openings.take(opening, PatNum=3, Note="Toothache")
        assert (booked.PatNum, booked.Op, booked.ProvNum, booked.AptDateTime) == (3, 1, 1, at("09:00"))
        assert (booked.Pattern, booked.AptStatus, booked.Note) == ("XXXXXX", "Scheduled", "Toothache")
        seen = office.requests()
        assert seen["POST /appointments"] == 1
        assert seen["GET /appointments"] == 3, "before, after, and when the second is over"
        again = await openings.find(at("09:00"), at("12:00"), minutes=30)
        assert again[0].start == at("09:30")


@virtual_time
async def test_a_time_that_is_taken_is_refused_before_anything_is_written() -> None:
    async with small_office() as office:
        by = office.books("09:20", "/")
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.by, raised.value.broken) == ((by,), None)
        assert str(raised.value).startswith("harbour: this opening is taken by appointment 1; look")
        assert office.requests()["POST /appointments"] == 0


@virtual_time
async def test_an_appointment_that_was_there_first_stays_and_ours_is_broken() -> None:
    async with small_office() as office:
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.by, raised.value.broken) == ((1,), 2)
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


@virtual_time
async def test_an_appointment_that_came_later_does_not_drive_ours_away() -> None:
    async with small_office() as office:
        office.transport.after = once("POST", "/appointments", lambda: office.books("09:10"))
        booked = await Openings(office.practice).take(PLACE, PatNum=3)
        assert booked.AptNum == 1
        assert office.appointments() == {1: "Scheduled", 2: "Scheduled"}, "theirs is left alone"


@virtual_time
async def test_the_moment_of_entry_decides_and_not_the_id() -> None:
    async with small_office() as office:

        def earlier() -> None:
            retimed(office, office.books("09:10"), -1)

        office.transport.after = once("POST", "/appointments", earlier)
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.by, raised.value.broken) == ((2,), 1)
        assert office.appointments() == {1: "Broken", 2: "Scheduled"}


@virtual_time
@pytest.mark.parametrize("clients", [2, 5])
async def test_of_many_clients_at_once_one_wins(clients: int) -> None:
    async with small_office() as office:
        takes = [Openings(office.practice).take(PLACE, PatNum=1 + number) for number in range(clients)]
        ended = await asyncio.gather(*takes, return_exceptions=True)
        winners = [each for each in ended if not isinstance(each, BaseException)]
        assert len(winners) == 1
        assert {type(each) for each in ended} - {type(winners[0])} == {Taken}
        statuses = [*office.appointments().values()]
        assert sorted(statuses) == ["Broken"] * (clients - 1) + ["Scheduled"]
        assert office.appointments()[winners[0].AptNum] == "Scheduled"


@virtual_time
async def test_two_clicks_of_one_patient_are_one_appointment() -> None:
    async with small_office() as office:
        openings = Openings(office.practice)
        both = await asyncio.gather(*(openings.take(PLACE, PatNum=3) for _ in range(2)))
        third = await openings.take(PLACE, PatNum=3, Note="again")
        assert len({row.AptNum for row in (*both, third)}) == 1
        assert sorted(office.appointments().values()) == ["Broken", "Scheduled"]
        assert office.appointments()[third.AptNum] == "Scheduled"
        assert office.requests()["POST /appointments"] == 2


@virtual_time
async def test_a_booking_whose_response_is_lost_is_found() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("drop_after", method="POST"))
        booked = await Openings(office.practice).take(PLACE, PatNum=3)
        assert (booked.AptNum, booked.PatNum) == (1, 3)
        assert office.requests()["POST /appointments"] == 1


@virtual_time
async def test_a_booking_whose_response_is_lost_gives_way_too() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("drop_after", method="POST"))
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken):
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


@virtual_time
async def test_a_booking_that_got_lost_is_unknown_and_may_be_repeated() -> None:
    async with small_office() as office:
        openings = Openings(office.practice)
        office.sandbox.add_fault(Fault("drop", method="POST"))
        with pytest.raises(OutcomeUnknown) as caught:
            await openings.take(PLACE, PatNum=3)
        assert "call take again in a minute" in caught.value.__notes__[0]
        assert office.appointments() == {}
        assert (await openings.take(PLACE, PatNum=3)).AptNum == 1


@virtual_time
async def test_a_copy_that_the_office_executes_late_is_broken() -> None:
    async with small_office() as office:
        office.transport.after = once("POST", "/appointments", lambda: office.books("09:00", PatNum=3))
        booked = await Openings(office.practice).take(PLACE, PatNum=3)
        assert booked.AptNum == 1
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


@virtual_time
async def test_if_the_day_cannot_be_read_again_a_person_has_to_look() -> None:
    async with small_office() as office:
        fault = Fault("status", status=503, method="GET", path="/appointments", times=None)
        office.transport.after = once("POST", "/appointments", lambda: office.sandbox.add_fault(fault))
        with pytest.raises(Unsettled) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.apt_num, raised.value.by) == (1, ())
        assert isinstance(raised.value.__cause__, ServerError)
        assert "appointment 1 was created" in str(raised.value)


@virtual_time
async def test_if_the_day_does_not_have_it_a_person_has_to_look() -> None:
    async with small_office() as office:

        def moves() -> None:
            office.sandbox.change_row(KEY, "appointments", 1, {"AptDateTime": "2026-12-05 09:00:00"})
            office.books("09:00")

        office.transport.after = once("POST", "/appointments", moves)
        with pytest.raises(Unsettled, match="appointment 1 was created, but was not seen again") as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.apt_num, raised.value.by) == (1, ())


@virtual_time
async def test_what_somebody_takes_from_the_schedule_is_not_called_a_blockout() -> None:
    async with small_office() as office:
        office.transport.after = once(
            "POST",
            "/appointments",
            lambda: office.sandbox.change_row(KEY, "appointments", 1, {"AptStatus": "UnschedList"}),
        )
        with pytest.raises(Taken, match="somebody has taken our appointment 1 from the schedule") as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.by, raised.value.broken) == ((), 1)


@virtual_time
@pytest.mark.parametrize("named", [{"AptNum": 2}, {"AptNum": 3, "PatNum": 4}], ids=["before", "new"])
async def test_a_row_of_somebody_else_in_the_answer_is_not_ours(named: dict[str, int]) -> None:
    async with small_office() as office:
        office.books("10:00")
        office.books("10:10", PatNum=4)
        answers = office.transport.send

        async def send(request: Request, on_sent: Callable[[], object]) -> Response:
            response = await answers(request, on_sent)
            if request.method != "POST":
                return response
            return response._replace(body=msgspec.json.encode(msgspec.json.decode(response.body) | named))

        office.transport.send = send  # type: ignore[method-assign]
        office.transport.before = once("POST", "/appointments", lambda: office.books("11:00", PatNum=4))
        booked = await Openings(office.practice).take(PLACE, PatNum=3)
        assert (booked.AptNum, booked.PatNum) == (4, 3)
        assert office.appointments() == dict.fromkeys((1, 2, 3, 4), "Scheduled")


@virtual_time
async def test_an_office_that_says_that_it_broke_ours_and_did_not_is_not_believed() -> None:
    async with small_office() as office:
        answers = office.transport.send

        async def send(request: Request, on_sent: Callable[[], object]) -> Response:
            if request.path.endswith("/Break"):
                on_sent()
                return Response(200, {}, b"")
            return await answers(request, on_sent)

        office.transport.send = send  # type: ignore[method-assign]
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert raised.value.broken == 2
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


WRONG: tuple[dict[str, Any], ...] = (
    {"Noet": "x"},
    {"Confirmed": "x"},
    {"PatternSecondary": 5},
    {"PatNum": "x"},
)


@virtual_time
@pytest.mark.parametrize("fields", WRONG, ids=str)
async def test_a_field_that_is_not_possible_costs_no_request(fields: dict[str, Any]) -> None:
    async with small_office() as office:
        arguments: dict[str, Any] = {"PatNum": 3, **fields}
        with pytest.raises(InvalidRequest, match=f"harbour: {next(iter(fields))}: "):
            await Openings(office.practice).take(PLACE, **arguments)
        assert office.requests() == {}


@virtual_time
async def test_if_ours_cannot_be_broken_a_person_has_to() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("status", status=400, method="PUT", times=None))
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Unsettled) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.apt_num, raised.value.by) == (2, (1,))
        assert "appointment 2 overlaps with 1" in str(raised.value)
        assert office.appointments() == {1: "Scheduled", 2: "Scheduled"}


@virtual_time
async def test_without_the_permission_to_break_the_status_is_written() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("status", status=401, method="PUT", path="/appointments/2/Break"))
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken):
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


@virtual_time
async def test_a_break_whose_response_is_lost_counts() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("drop_after", method="PUT"))
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken):
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert office.requests()["PUT /appointments/2"] == 0


@virtual_time
async def test_a_caller_that_is_cancelled_leaves_no_double_booking(caplog: pytest.LogCaptureFixture) -> None:
    async with small_office() as office:
        openings = Openings(office.practice)
        created = asyncio.Event()
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        office.transport.after = once("POST", "/appointments", created.set)
        taking = asyncio.create_task(openings.take(PLACE, PatNum=3))
        await created.wait()
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}
        (logged,) = (each.getMessage() for each in caplog.records if each.name == "odapi_async")
        assert "ended with Taken" in logged


@virtual_time
async def test_a_caller_that_is_cancelled_twice_does_not_wait() -> None:
    async with small_office() as office:
        openings = Openings(office.practice)
        created = asyncio.Event()
        office.transport.after = once("POST", "/appointments", created.set)
        office.sandbox.add_fault(Fault("latency", seconds=50, method="GET", times=None))
        await openings.find(at("08:00"), at("12:00"), minutes=5)
        taking = asyncio.create_task(openings.take(PLACE, PatNum=3))
        await created.wait()
        began = asyncio.get_running_loop().time()
        for _ in range(2):
            taking.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await taking
        assert asyncio.get_running_loop().time() - began < 1
        assert asyncio.all_tasks() == {asyncio.current_task()}


@virtual_time
async def test_a_caller_that_is_cancelled_before_writes_nothing() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("latency", seconds=50, method="GET"))
        taking = asyncio.create_task(Openings(office.practice).take(PLACE, PatNum=3))
        await asyncio.sleep(1)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        await asyncio.sleep(100)
        assert office.requests()["POST /appointments"] == 0


@virtual_time
@pytest.mark.parametrize(
    ("change", "hours"),
    [
        ({"StopTime": "09:15:00"}, ()),
        ({"operatories": [9]}, ()),
        ({"ProvNum": 2}, ()),
        ({}, ("09:10", "09:20")),
    ],
)
async def test_an_opening_that_the_office_closed_meanwhile_is_taken(
    change: dict[str, Any], hours: tuple[str, ...]
) -> None:
    async with small_office() as office:
        office.sandbox.change_row(KEY, "schedules", 1, change)
        if hours:
            kind = office.add("definitions", Category=25, ItemName="Closed", ItemValue="NS")
            office.works(hours[0], hours[1], SchedType="Blockout", BlockoutType=kind, ProvNum=0)
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert raised.value.by == ()
        assert "a blockout" in str(raised.value)
        assert office.appointments() == {}


@virtual_time
async def test_an_opening_that_has_begun_is_refused() -> None:
    async with small_office() as office:
        office.works("06:00", "08:00")
        with pytest.raises(InvalidRequest, match="has begun already"):
            await Openings(office.practice).take(Opening(at("06:55"), 1, 1, 30), PatNum=3)
        assert (await Openings(office.practice).take(Opening(at("07:05"), 1, 1, 30), PatNum=3)).AptNum == 1


@virtual_time
async def test_a_hidden_chair_cannot_be_booked() -> None:
    async with small_office() as office:
        office.sandbox.change_row(KEY, "operatories", 1, {"IsHidden": "true"})
        with pytest.raises(InvalidRequest, match="Op: hidden, or not at this office: 1"):
            await Openings(office.practice).take(PLACE, PatNum=3)


@virtual_time
async def test_an_office_without_providers_has_no_time_to_book() -> None:
    async with small_office() as office:
        for provider in (1, 2, 3):
            office.sandbox.remove_row(KEY, "providers", provider)
        with pytest.raises(InvalidRequest, match="opening: has a provider, and this office has none"):
            await Openings(office.practice).take(PLACE, PatNum=3)


@virtual_time
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"Op": 2}, "Op"),
        ({"Pattern": "XX"}, "Pattern"),
        ({"AptStatus": "Complete"}, "AptStatus"),
        ({"AptDateTime": at("10:00")}, "AptDateTime"),
        ({"ProvNum": 2}, "ProvNum"),
        ({"IsHygiene": True, "ProvHyg": 2}, "ProvHyg"),
        ({"PatternSecondary": "XX"}, "PatternSecondary"),
    ],
)
async def test_a_field_that_contradicts_the_opening_is_refused_without_a_request(
    fields: dict[str, Any], field: str
) -> None:
    async with small_office() as office:
        with pytest.raises(InvalidRequest) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3, **fields)
        assert raised.value.field == field
        assert not office.sandbox.arrivals


@virtual_time
async def test_a_field_that_the_api_does_not_know_is_refused_before_it_is_sent() -> None:
    async with small_office() as office:
        with pytest.raises(InvalidRequest, match="did you mean Note"):
            await Openings(office.practice).take(PLACE, PatNum=3, Noet="x")  # type: ignore[call-arg]
        assert office.requests()["POST /appointments"] == 0


@virtual_time
async def test_a_hygiene_appointment_takes_the_hygienists_time() -> None:
    async with small_office() as office:
        office.works("08:00", "12:00", 1, ProvNum=2)
        opening = Opening(at("09:00"), 1, 2, 30)
        fields: dict[str, Any] = {"IsHygiene": True, "ProvHyg": 2, "ProvNum": 1, "PatternSecondary": "////XX"}
        elsewhere = office.books("09:20", "XX", Op=2)
        with pytest.raises(Taken) as raised:
            await Openings(office.practice).take(opening, PatNum=3, **fields)
        assert raised.value.by == (elsewhere,), "the dentist looks in at the end"
        office.sandbox.change_row(KEY, "appointments", elsewhere, {"AptDateTime": f"{DAY} 09:00:00"})
        booked = await Openings(office.practice).take(opening, PatNum=3, **fields)
        assert (booked.ProvHyg, booked.IsHygiene, booked.PatternSecondary) == (2, True, "////XX")


@virtual_time
async def test_a_booking_of_which_a_field_is_not_kept_leaves_no_double_booking() -> None:
    async with small_office() as office:
        openings = Openings(office.practice.with_options(verify=Verify.RAISE))
        office.sandbox.add_fault(Fault("ignored", method="POST", fields=("Note",)))
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken):
            await openings.take(PLACE, PatNum=3, Note="Toothache")
        assert office.appointments() == {1: "Scheduled", 2: "Broken"}


@virtual_time
async def test_a_booking_of_which_a_field_is_not_kept_is_told_when_it_is_safe() -> None:
    async with small_office() as office:
        openings = Openings(office.practice.with_options(verify=Verify.RAISE))
        office.sandbox.add_fault(Fault("ignored", method="POST", fields=("Note",)))
        with pytest.raises(NotKept) as raised:
            await openings.take(PLACE, PatNum=3, Note="Toothache")
        assert (raised.value.fields, raised.value.row_id) == (("Note",), 1)
        assert office.requests()["GET /appointments"] > 1, "it looked again"
        assert office.appointments() == {1: "Scheduled"}


@virtual_time
async def test_a_visit_that_is_there_already_but_came_too_late_is_not_returned() -> None:
    async with small_office() as office:
        office.books("09:00")
        office.books("09:00", PatNum=3)  # such as one whose outcome was unknown, executed late
        with pytest.raises(Unsettled) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3)
        assert (raised.value.apt_num, raised.value.by) == (2, (1,))


@virtual_time
@pytest.mark.parametrize("patient", [3, 4])
async def test_if_another_client_broke_ours_as_a_copy_of_its_own_that_one_counts(patient: int) -> None:
    async with small_office() as office:

        def broken_by_the_other() -> None:
            office.sandbox.change_row(KEY, "appointments", 1, {"AptStatus": "Broken"})
            retimed(office, office.books("09:00", PatNum=patient), -1)

        office.transport.after = once("POST", "/appointments", broken_by_the_other)
        taking = Openings(office.practice).take(PLACE, PatNum=3)
        if patient == 3:
            assert (await taking).AptNum == 2
        else:
            with pytest.raises(Taken) as raised:
                await taking
            assert (raised.value.by, raised.value.broken) == ((2,), 1)
        assert office.requests()["PUT /appointments/1/Break"] == 0


@virtual_time
async def test_an_appointment_that_was_there_before_is_no_copy_of_ours() -> None:
    async with small_office() as office:
        earlier = office.books("09:00", PatNum=3, AptStatus="Broken")

        def moved_back() -> None:
            office.sandbox.change_row(KEY, "appointments", earlier, {"AptStatus": "Scheduled"})
            retimed(office, earlier, 5)

        office.transport.after = once("POST", "/appointments", moved_back)
        assert (await Openings(office.practice).take(PLACE, PatNum=3)).AptNum == 2
        assert office.appointments() == {1: "Scheduled", 2: "Scheduled"}


@virtual_time
async def test_a_visit_that_is_there_already_and_came_first_is_returned() -> None:
    async with small_office() as office:
        office.books("09:00", PatNum=3)
        office.books("09:10")
        assert (await Openings(office.practice).take(PLACE, PatNum=3)).AptNum == 1


@virtual_time
async def test_an_office_that_is_slow_after_a_lost_response_has_some_seconds() -> None:
    async with small_office() as office:
        office.sandbox.add_fault(Fault("drop", method="POST"))
        loop = asyncio.get_running_loop()
        executed = once(
            "POST", "/appointments", lambda: loop.call_later(3, lambda: office.books("09:00", PatNum=3))
        )
        office.transport.before = executed
        assert (await Openings(office.practice).take(PLACE, PatNum=3)).AptNum == 1


@virtual_time
async def test_an_appointment_that_somebody_deleted_needs_no_break() -> None:
    async with small_office() as office:
        rival = once("POST", "/appointments", lambda: office.books("09:00"))
        deletion = once("PUT", "/appointments", lambda: office.sandbox.remove_row(KEY, "appointments", 2))

        async def both(request: Request) -> None:
            await rival(request)
            await deletion(request)

        office.transport.before = both
        with pytest.raises(Taken):
            await Openings(office.practice).take(PLACE, PatNum=3)


@virtual_time
@pytest.mark.parametrize("kept", [True, False])
async def test_an_office_that_answers_with_nothing_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    async with small_office() as office:
        send = office.transport.send

        async def without_body(request: Request, on_sent: Callable[[], object]) -> Response:
            response = await send(request, on_sent)
            return response._replace(body=b"") if request.method == "POST" else response

        monkeypatch.setattr(office.transport, "send", without_body)
        if not kept:
            office.sandbox.add_fault(Fault("ignored", method="POST"))
        taking = Openings(office.practice).take(PLACE, PatNum=3)
        if kept:
            assert (await taking).AptNum == 1
        else:
            with pytest.raises(OutcomeUnknown):
                await taking


@virtual_time
async def test_an_appointment_that_was_not_kept_whole_is_contested_first() -> None:
    async with small_office() as office:
        openings = Openings(office.practice.with_options(verify=Verify.RAISE))
        office.sandbox.add_fault(Fault("ignored", method="POST", fields=("Note",), times=2))
        with pytest.raises(NotKept) as raised:
            await openings.take(PLACE, PatNum=3, Note="Toothache")
        assert (raised.value.row_id, raised.value.fields) == (1, ("Note",))
        assert office.appointments() == {1: "Scheduled"}
        office.sandbox.change_row(KEY, "appointments", 1, {"AptStatus": "Broken"})
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00"))
        with pytest.raises(Taken):
            await openings.take(PLACE, PatNum=3, Note="Toothache")
        assert office.appointments() == {1: "Broken", 2: "Scheduled", 3: "Broken"}


@virtual_time
async def test_the_day_is_never_an_old_response() -> None:
    async with small_office() as office:
        openings = Openings(office.practice.with_options(max_age=600))
        office.books("08:00", PatNum=4)
        await openings.find(at("08:00"), at("12:00"), minutes=30)
        with pytest.raises(Taken):
            await openings.take(Opening(at("08:00"), 1, 1, 30), PatNum=3)
        by = office.books("09:00")
        with pytest.raises(Taken) as raised:
            await openings.take(PLACE, PatNum=3)
        assert (raised.value.by, raised.value.broken) == ((by,), None)


SECRET = "Quinzelburg"
FAILURES: dict[str, Callable[[SmallOffice], object]] = {
    "nothing": lambda _: None,
    "not read": lambda office: office.sandbox.add_fault(Fault("status", method="GET", times=None)),
    "not created": lambda office: office.sandbox.add_fault(Fault("status", status=400, method="POST")),
    "unknown": lambda office: office.sandbox.add_fault(Fault("drop", method="POST")),
    "taken": lambda office: office.books("09:00", Note=SECRET),
    "closed": lambda office: office.sandbox.change_row(KEY, "schedules", 1, {"ProvNum": 2}),
    "unsettled": lambda office: office.sandbox.add_fault(
        Fault("status", status=400, method="PUT", times=None)
    ),
}


@virtual_time
@pytest.mark.parametrize(
    "fields", [{}, {"Op": SECRET}, {"Noet": SECRET}, {"PatternSecondary": SECRET}], ids=str
)
@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
async def test_a_reporter_finds_no_field_in_the_frames_of_an_error(
    fail: Callable[[SmallOffice], object], fields: dict[str, Any]
) -> None:
    async with small_office() as office:
        fail(office)
        office.transport.before = once("POST", "/appointments", lambda: office.books("09:00", Note=SECRET))
        with pytest.raises(OpenDentalError) as raised:
            await Openings(office.practice).take(PLACE, PatNum=3, Note=SECRET, **fields)
        for error in chain(raised.value):
            assert SECRET not in f"{error} {error!r}"
            for file, variables in frames(error.__traceback__):
                assert "/odapi_async/" not in file or not leaks(variables, deep=False, secrets=(SECRET,)), (
                    file
                )

"""Schedules, operatories, blockouts and appointments fit together, and open times are computed from them."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables
from tests.unit.sandbox.offices import TODAY, Asked, tables

BUSY = {"patients": 300, "appointments": 400}
SIZES = [{}, {"appointments": 3}, {"schedules": 8, "appointments": 100}, BUSY]
OCCUPYING = {"Scheduled", "Complete"}
NEVER = "0001-01-01 00:00:00"


def minutes(row: Row) -> tuple[dt.datetime, dt.datetime]:
    start = dt.datetime.fromisoformat(row["AptDateTime"])
    return start, start + dt.timedelta(minutes=5 * len(row["Pattern"]))


def hours(row: Row) -> tuple[dt.datetime, dt.datetime]:
    start, stop = (
        dt.datetime.fromisoformat(f"{row['SchedDate']} {row[name]}") for name in ("StartTime", "StopTime")
    )
    return start, stop


def booked(found: OfficeTables) -> list[Row]:
    return [row for row in found.named("appointments").all() if row["AptDateTime"] != NEVER]


@pytest.mark.parametrize("sizes", SIZES)
def test_appointments_lie_in_a_schedule_of_their_provider_and_operatory(sizes: dict[str, int]) -> None:
    found = tables(rows=sizes)
    shifts = [row for row in found.named("schedules").all() if row["SchedType"] == "Provider"]
    own = {row["OperatoryNum"]: row["ProvDentist"] for row in found.named("operatories").all()}
    assert booked(found)
    for row in booked(found):
        start, end = minutes(row)
        assert any(
            hours(shift)[0] <= start and end <= hours(shift)[1]
            for shift in shifts
            if shift["ProvNum"] == row["ProvNum"]
            and (
                row["Op"] in shift["operatories"]
                or (not shift["operatories"] and own[row["Op"]] == row["ProvNum"])
            )
        )
        assert len(row["PatternSecondary"]) == len(row["Pattern"])
        assert row["ClinicNum"] == found.named("operatories").row(row["Op"])["ClinicNum"]


@pytest.mark.parametrize("sizes", SIZES)
def test_no_two_appointments_overlap_in_a_operatory_and_none_is_in_a_forbidden_time(
    sizes: dict[str, int],
) -> None:
    found = tables(rows=sizes)
    visits = sorted((row["Op"], *minutes(row)) for row in booked(found))
    for (operatory, _, end), (next_operatory, start, _) in itertools.pairwise(visits):
        assert operatory != next_operatory or end <= start
    blockouts = [row for row in found.named("schedules").all() if row["SchedType"] == "Blockout"]
    forbidding = [
        row for row in blockouts if found.named("definitions").row(row["BlockoutType"])["ItemValue"] == "NS"
    ]
    assert forbidding
    for row in forbidding:
        start, stop = hours(row)
        assert not any(
            operatory in row["operatories"] and begin < stop and end > start
            for operatory, begin, end in visits
        )


def test_statuses_fit_the_days() -> None:
    found = tables(rows=BUSY)
    assert {row["AptStatus"] for row in booked(found)} == {"Scheduled", "Complete", "Broken"}
    for row in found.named("appointments").all():
        if row["AptDateTime"] == NEVER:
            assert (row["AptStatus"] in {"Planned", "UnschedList"}, row["Op"]) == (True, 0)
        else:
            assert (row["AptStatus"] == "Scheduled") == (row["AptDateTime"][:10] >= TODAY)
        assert (row["DateTimeArrived"] != NEVER) == (row["AptStatus"] == "Complete")
        if row["NextAptNum"]:
            planned = found.named("appointments").row(row["NextAptNum"])
            assert (planned["AptStatus"], planned["PatNum"]) == ("Planned", row["PatNum"])


@pytest.mark.parametrize("sizes", SIZES)
def test_there_are_appointments_today_and_in_the_next_week(sizes: dict[str, int]) -> None:
    asked = Asked(rows=sizes)
    assert asked.list("/appointments", date=TODAY)
    assert asked.list("/appointments", dateStart="2026-03-05", dateEnd="2026-03-11")


def test_schedules_are_those_of_today_if_no_day_is_given() -> None:
    asked = Asked()
    assert {row["SchedDate"] for row in asked.list("/schedules")} == {TODAY}
    assert len(asked.list("/schedules", dateStart="2020-01-01", dateEnd="2030-01-01")) == 12


def test_schedule_operatories_are_those_of_the_schedules() -> None:
    found = tables(rows=BUSY)
    named = {
        (row["ScheduleNum"], operatory)
        for row in found.named("schedules").all()
        for operatory in row["operatories"]
    }
    listed = {(row["ScheduleNum"], row["OperatoryNum"]) for row in found.named("scheduleops").all()}
    assert listed == named


def test_slots_are_the_schedules_minus_appointments_and_forbidden_times() -> None:
    asked = Asked()
    operatory = asked.list("/appointments", date=TODAY)[0]["Op"]
    taken = [minutes(row) for row in asked.list("/appointments", date=TODAY, Op=operatory)]
    taken.append((dt.datetime(2026, 3, 4, 12), dt.datetime(2026, 3, 4, 13)))  # closed at noon
    found = asked.list("/appointments/Slots", date=TODAY, ProvNum=operatory)
    open_minutes = 0
    for slot in found:
        start, end = (dt.datetime.fromisoformat(slot[name]) for name in ("DateTimeStart", "DateTimeEnd"))
        assert start < end
        assert not any(start < other_end and end > other_start for other_start, other_end in taken)
        assert (slot["ProvNum"], slot["OpNum"]) == (operatory, operatory)
        open_minutes += (end - start) // dt.timedelta(minutes=1)
    assert open_minutes == 9 * 60 - sum((end - start) // dt.timedelta(minutes=1) for start, end in taken)


def test_a_booking_takes_its_time_out_of_the_slots_and_a_broken_one_gives_it_back() -> None:
    asked = Asked()
    before = asked.list("/appointments/Slots", dateStart="2026-03-05", dateEnd="2026-03-06")
    slot = before[0]
    body = {
        "PatNum": 1,
        "Op": slot["OpNum"],
        "ProvNum": slot["ProvNum"],
        "AptDateTime": slot["DateTimeStart"],
    }
    booked_row = asked.one("POST", "/appointments", body | {"Pattern": "/XX/"})
    after = asked.list("/appointments/Slots", dateStart="2026-03-05", dateEnd="2026-03-06")
    start = dt.datetime.fromisoformat(slot["DateTimeStart"]) + dt.timedelta(minutes=20)
    assert after[0]["DateTimeStart"] == f"{start}"
    asked.send("PUT", f"/appointments/{booked_row['AptNum']}/Break", {"sendToUnscheduledList": "true"})
    assert asked.list("/appointments/Slots", dateStart="2026-03-05", dateEnd="2026-03-06") == before


def test_two_appointments_can_be_booked_at_one_time() -> None:
    asked = Asked()
    first = asked.list("/appointments", date=TODAY)[0]
    body = {name: first[name] for name in ("PatNum", "Op", "ProvNum", "AptDateTime", "Pattern")}
    second = asked.one("POST", "/appointments", body)
    assert (second["Op"], second["AptDateTime"]) == (first["Op"], first["AptDateTime"])
    moved = {"AptDateTime": first["AptDateTime"], "Op": first["Op"]}
    assert asked.one("PUT", "/appointments/12", moved)["AptDateTime"] == first["AptDateTime"]


def test_slots_keep_to_their_parameters() -> None:
    asked = Asked()
    everything = asked.list("/appointments/Slots")
    days = {slot["DateTimeStart"][:10] for slot in everything}
    assert TODAY in days
    assert len(days) >= 7
    assert max(days) <= "2026-03-17"
    assert {slot["ProvNum"] for slot in everything} == {1}
    long = asked.list("/appointments/Slots", lengthMinutes=180)
    assert 0 < len(long) < len(everything)
    assert all(slot in everything for slot in long)
    assert asked.list("/appointments/Slots", OpNum=2) == []
    assert asked.list("/appointments/Slots", ProvNum=5) == []
    assert asked.list("/appointments/Slots", Offset=1, Limit=2) == everything[1:3]
    for query in (
        {"date": "2026-03-03"},
        {"dateStart": "2026-03-06", "dateEnd": "2026-03-05"},
        {"ProvNum": 99},
        {"OpNum": 99},
    ):
        assert asked.status("GET", "/appointments/Slots", **query) == 400


def test_web_sched_slots_are_half_hours_of_the_right_type() -> None:
    asked = Asked()
    definitions = asked.list("/definitions", includeHidden="true")
    new, existing = (
        next(row["DefNum"] for row in definitions if row["Category"] == each) for each in (42, 51)
    )
    found = asked.list("/appointments/SlotsWebSched", date=TODAY, defNumApptType=existing)
    assert found
    for slot in found:
        start, end = (dt.datetime.fromisoformat(slot[name]) for name in ("DateTimeStart", "DateTimeEnd"))
        assert end - start == dt.timedelta(minutes=30)
    assert asked.list("/appointments/SlotsWebSched", date=TODAY, defNumApptType=new) == []
    assert (
        asked.list("/appointments/SlotsWebSched", date=TODAY, defNumApptType=new, isNewPatient="true")
        == found
    )


def test_a_time_of_day_that_is_written_reads_back_with_the_day() -> None:
    asked = Asked()
    day = asked.one("GET", "/appointments/1")["AptDateTime"][:10]
    assert (
        asked.one("PUT", "/appointments/1", {"DateTimeArrived": "08:05:00"})["DateTimeArrived"]
        == f"{day} 08:05:00"
    )


def test_only_a_scheduled_appointment_can_be_broken() -> None:
    asked = Asked()
    number = asked.list("/appointments", date=TODAY)[0]["AptNum"]
    path = f"/appointments/{number}/Break"
    alone = asked.send("PUT", path, {"sendToUnscheduledList": "false"})
    assert alone.status == 400, "false only together with breakType"
    asked.send("PUT", path, {"sendToUnscheduledList": "false", "breakType": "Missed"})
    assert asked.one("GET", f"/appointments/{number}")["AptStatus"] == "Broken"
    assert asked.send("PUT", path, {"sendToUnscheduledList": "true"}).status == 400


def test_a_new_appointment_has_the_moment_of_its_entry_and_keeps_it() -> None:
    asked = Asked()
    first = asked.list("/appointments", date=TODAY)[0]
    body = {name: first[name] for name in ("PatNum", "Op", "ProvNum", "AptDateTime", "Pattern")}
    created = asked.one("POST", "/appointments", body)
    assert created["SecDateTEntry"] == created["DateTStamp"] > first["SecDateTEntry"]
    changed = asked.one("PUT", f"/appointments/{created['AptNum']}", {"Note": "Later"})
    assert changed["SecDateTEntry"] == created["SecDateTEntry"]

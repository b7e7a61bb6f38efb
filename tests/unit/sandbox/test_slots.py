"""Open times that were worked out by hand from the rules of the schedule."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async.sandbox.tables import Table
from tests.unit.sandbox.offices import TODAY, Asked

DAY = "2026-03-05"
NONE = dict.fromkeys(("appointments", "schedules", "operatories", "definitions"), 0)


class Rooms:
    """An office with the schedule that a test writes. Provider 1 is the default of the practice."""

    def __init__(self, *operatories: dict[str, Any]) -> None:
        self.asked = Asked(rows={**NONE, "providers": 3, "patients": 3})
        for operatory in operatories or ({"ProvDentist": 1},):
            self.table("operatories").add(operatory)

    def table(self, name: str) -> Table:
        return self.asked.api.tables.named(name)

    def works(
        self, start: str = "08:00", stop: str = "10:00", provider: int = 1, ops: tuple[int, ...] = ()
    ) -> None:
        hours = {"SchedDate": DAY, "StartTime": f"{start}:00", "StopTime": f"{stop}:00"}
        self.table("schedules").add(
            {**hours, "SchedType": "Provider", "ProvNum": provider, "operatories": list(ops)}
        )

    def blocked(self, value: str, start: str, stop: str, *ops: int) -> None:
        kind = self.table("definitions").add({"Category": 25, "ItemName": "Closed", "ItemValue": value})
        hours = {"SchedDate": DAY, "StartTime": f"{start}:00", "StopTime": f"{stop}:00"}
        self.table("schedules").add(
            {**hours, "SchedType": "Blockout", "BlockoutType": kind, "operatories": list(ops)}
        )

    def books(self, at: str, pattern: str, operatory: int = 1, **values: Any) -> None:
        row = {"AptDateTime": f"{DAY} {at}:00", "Pattern": pattern, "Op": operatory, "ProvNum": 1}
        self.table("appointments").add({**row, "AptStatus": "Scheduled", "IsHygiene": "false", **values})

    def open(self, provider: int = 1, **query: object) -> list[str]:
        """Return the slots of a provider, as operatory and hours."""
        found = self.asked.list("/appointments/Slots", date=DAY, ProvNum=provider, **query)
        return [f"{row['OpNum']} {row['DateTimeStart'][11:16]}-{row['DateTimeEnd'][11:16]}" for row in found]


def test_a_operatory_is_taken_for_the_whole_length_of_an_appointment() -> None:
    office = Rooms()
    office.works()
    office.books("08:30", "/XX//")
    assert office.open() == ["1 08:00-08:30", "1 08:55-10:00"]


def test_a_provider_is_taken_in_another_operatory_only_where_x_stands() -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 2})
    office.works()
    office.books("08:30", "/XX//X", operatory=2)
    assert office.open() == ["1 08:00-08:35", "1 08:45-08:55", "1 09:00-10:00"]


def test_assistants_time_alone_takes_nothing_of_the_provider() -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 2})
    office.works()
    office.books("08:30", "////", operatory=2)
    assert office.open() == ["1 08:00-10:00"]


@pytest.mark.parametrize(("hygiene", "first", "second"), [("false", 1, 2), ("true", 2, 1)])
def test_the_second_pattern_is_the_other_providers(hygiene: str, first: int, second: int) -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 2}, {"ProvDentist": 3})
    office.works()
    office.works(provider=2)
    both = {"ProvNum": 1, "ProvHyg": 2, "IsHygiene": hygiene}
    office.books("08:30", "XX//", operatory=3, PatternSecondary="//XX", **both)
    taken_first, taken_second = ["08:00-08:30", "08:40-10:00"], ["08:00-08:40", "08:50-10:00"]
    assert office.open(first) == [f"{first} {hours}" for hours in taken_first]
    assert office.open(second) == [f"{second} {hours}" for hours in taken_second]


def test_a_hygiene_appointment_without_a_hygienist_is_the_providers() -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 2})
    office.works()
    office.books("08:30", "XX", operatory=2, IsHygiene="true")
    assert office.open() == ["1 08:00-08:30", "1 08:40-10:00"]


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("Scheduled", True), ("Complete", True), ("ASAP", True),
        ("Planned", False), ("UnschedList", False), ("Broken", False),
    ],
)  # fmt: skip
def test_only_three_statuses_occupy_time(status: str, taken: bool) -> None:
    office = Rooms()
    office.works()
    office.books("08:00", "XX", AptStatus=status)
    assert office.open() == (["1 08:10-10:00"] if taken else ["1 08:00-10:00"])


def test_a_provider_in_several_operatories_is_treated_as_one() -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 1})
    office.works(ops=(1, 2))
    office.books("08:30", "//", operatory=2, ProvNum=3)
    assert office.open() == ["1 08:00-08:30", "2 08:00-08:30", "1 08:40-10:00", "2 08:40-10:00"]


def test_a_hidden_operatory_is_never_offered() -> None:
    office = Rooms({"ProvDentist": 1, "IsHidden": "true"}, {"ProvDentist": 1}, {"ProvDentist": 1})
    office.works(ops=(1, 2))
    assert office.open() == ["2 08:00-10:00"]
    assert office.open(OpNum=1) == []
    office.table("operatories").change(2, {"IsHidden": "true"})
    assert (
        office.open() == []
    )  # the schedule names operatories, so it does not hold for the provider's third one


def test_a_schedule_without_operatories_holds_for_the_visible_operatories_of_the_provider() -> None:
    office = Rooms(
        {"ProvDentist": 1},
        {"ProvDentist": 1, "IsHidden": "true"},
        {"ProvDentist": 2, "ProvHygienist": 1, "IsHygiene": "true"},
        {"ProvDentist": 1, "ProvHygienist": 2, "IsHygiene": "true"},
    )
    office.works()
    assert office.open() == ["1 08:00-10:00", "3 08:00-10:00"]


def test_a_operatory_without_a_provider_belongs_to_the_one_of_the_preference() -> None:
    office = Rooms({"ProvDentist": 0}, {"ProvDentist": 2})
    office.works()
    office.works(provider=2)
    assert (office.open(1), office.open(2)) == (["1 08:00-10:00"], ["2 08:00-10:00"])
    preferences = office.table("preferences")
    preferences.change(preferences.find_text("PrefName", "ScheduleProvUnassigned"), {"ValueString": "2"})
    assert (office.open(1), office.open(2)) == ([], ["1 08:00-10:00", "2 08:00-10:00"])


@pytest.mark.parametrize(
    ("value", "operatories", "expected"),
    [
        ("NS", (1,), ["1 08:00-09:00", "1 09:30-10:00"]),
        ("NS", (), ["1 08:00-09:00", "1 09:30-10:00"]),
        ("NS", (2,), ["1 08:00-10:00"]),
        ("NS,DC", (1,), ["1 08:00-09:00", "1 09:30-10:00"]),
        ("DC", (1,), ["1 08:00-10:00"]),
        ("", (1,), ["1 08:00-10:00"]),
    ],
)
def test_a_blockout_forbids_only_if_its_definition_says_so(
    value: str, operatories: tuple[int, ...], expected: list[str]
) -> None:
    office = Rooms({"ProvDentist": 1}, {"ProvDentist": 2})
    office.works()
    office.blocked(value, "09:00", "09:30", *operatories)
    assert office.open() == expected


def test_an_appointment_and_a_blockout_that_overlap_leave_the_rest() -> None:
    office = Rooms()
    office.works("08:00", "09:00")
    office.works("09:00", "10:00")
    office.blocked("NS", "08:20", "08:40", 1)
    office.books("08:30", "XXXX")
    office.books("08:55", "XX")
    assert office.open() == ["1 08:00-08:20", "1 08:50-08:55", "1 09:05-10:00"]
    assert office.open(lengthMinutes=20) == ["1 08:00-08:20", "1 09:05-10:00"]


def test_web_sched_offers_no_hidden_operatory_and_keeps_to_the_patterns() -> None:
    web = {"ProvDentist": 1, "IsWebSched": "true"}
    office = Rooms(web, {**web, "IsHidden": "true"}, {"ProvDentist": 2, "IsWebSched": "false"})
    office.works("08:00", "09:30")
    office.books("08:30", "//////", operatory=3)
    found = office.asked.list("/appointments/SlotsWebSched", date=DAY)
    assert [(row["OpNum"], row["DateTimeStart"][11:16]) for row in found] == [
        (1, "08:00"), (1, "08:30"), (1, "09:00"),
    ]  # fmt: skip
    office.books("08:30", "XXXXXX", operatory=3)
    found = office.asked.list("/appointments/SlotsWebSched", date=DAY)
    assert [row["DateTimeStart"][11:16] for row in found] == ["08:00", "09:00"]


def test_times_that_are_over_are_not_open() -> None:
    office = Rooms()
    office.table("schedules").add(
        {
            "SchedDate": TODAY,
            "StartTime": "06:00:00",
            "StopTime": "08:00:00",
            "SchedType": "Provider",
            "ProvNum": 1,
        }
    )
    found = office.asked.list("/appointments/Slots", date=TODAY)
    assert [(row["DateTimeStart"][11:16], row["DateTimeEnd"][11:16]) for row in found] == [("07:00", "08:00")]


def test_an_appointment_takes_nine_hours_at_most() -> None:
    office = Rooms()
    body = {"PatNum": 1, "Op": 1, "ProvNum": 1, "AptDateTime": f"{DAY} 08:00:00", "Pattern": "X" * 109}
    booked = office.asked.one("POST", "/appointments", body)
    assert booked["Pattern"] == "X" * 108

"""Searches for patients, windows of lists, and the filters that hold if nobody asks."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.sandbox.offices import NOW, TODAY, Asked

MANY = {"patients": 300}


def test_a_phone_is_found_by_its_digits_in_any_of_the_numbers() -> None:
    asked = Asked(rows=MANY)
    patient = asked.one(
        "PUT", "/patients/7", {"WkPhone": "(541)555-0177", "HmPhone": "", "WirelessPhone": ""}
    )
    for text in ("(541)555-0177", "541-555-0177", "5415550177", "5550177", "0177"):
        assert patient["PatNum"] in {row["PatNum"] for row in asked.list("/patients", Phone=text)}
    assert [row["PatNum"] for row in asked.list("/patients", Phone="541 555 0177")] == [7]
    assert asked.list("/patients", Phone="999-999-9999") == []
    home = asked.list("/patients")[0]["HmPhone"]
    assert all(
        home in {row["HmPhone"], row["WkPhone"], row["WirelessPhone"]}
        for row in asked.list("/patients", Phone=home)
    )


@pytest.mark.parametrize("text", ["abc", "--", "%", " ", "()"])
def test_a_phone_without_digits_finds_nobody(text: str) -> None:
    assert Asked().list("/patients", Phone=text) == []


@pytest.mark.parametrize("path", ["/patients", "/patients/Simple"])
def test_names_are_searched_by_a_part_in_any_case(path: str) -> None:
    asked = Asked(rows=MANY)
    whole = asked.one("PUT", "/patients/7", {"LName": "O'Malley-Núñez", "FName": "Zoë"})
    for query in ({"LName": "malley"}, {"LName": "NÚÑEZ"}, {"FName": "zoë", "LName": "O'M"}):
        found = {row["PatNum"] for row in asked.list(path, **query)}
        assert whole["PatNum"] in found
        assert len(found) < 300
    assert asked.list(path, LName="nobody") == []


def test_the_search_for_patients_knows_its_other_parameters() -> None:
    asked = Asked(rows=MANY)
    guarantors = {row["PatNum"] for row in asked.list("/patients", guarOnly="true")}
    assert guarantors == {1 + 3 * each for each in range(100)}
    subscriber = asked.api.tables.named("inssubs").row(2)
    found = asked.list("/patients", SubscriberId=subscriber["SubscriberID"])
    assert [row["PatNum"] for row in found] == [subscriber["Subscriber"]]
    for status, query in (("Inactive", {"hideInactive": "true"}), ("Archived", {"showArchived": "false"})):
        assert status in {row["PatStatus"] for row in asked.list("/patients")}
        assert status not in {row["PatStatus"] for row in asked.list("/patients", **query)}
    assert {row["ClinicNum"] for row in asked.list("/patients", clinicNums="2,5")} == {2, 5}
    assert {row["City"] for row in asked.list("/patients", City="lake")} == {"Lakeport"}


def test_a_filter_sees_texts_of_other_rows() -> None:
    asked = Asked(rows=MANY)
    before = asked.list("/patients", clinicAbbr="QQQ")
    asked.api.tables.named("clinics").change(3, {"Abbr": "QQQ"})
    found = asked.list("/patients", clinicAbbr="qqq")
    assert before == []
    assert {row["ClinicNum"] for row in found} == {3}


def test_hidden_rows_are_left_out_unless_they_are_asked_for() -> None:
    asked = Asked()
    assert {row["isHidden"] for row in asked.list("/definitions")} == {"false"}
    assert {row["isHidden"] for row in asked.list("/definitions", includeHidden="true")} == {"true", "false"}
    assert len(asked.list("/userods")) < len(asked.list("/userods", includeHidden="true")) == 12


@pytest.mark.parametrize(
    ("path", "column", "shown", "everything"),
    [
        ("/tasks", "DateTimeOriginal", range(15), {"DateTimeOriginal": "1900-01-01"}),
        ("/asapcomms", "DateTimeEntry", range(1, 8), {"dateStart": "1900-01-01", "dateEnd": "2200-01-01"}),
    ],
)
def test_a_list_shows_the_last_days_alone(
    path: str, column: str, shown: range, everything: dict[str, str]
) -> None:
    asked = Asked(rows={path[1:]: 60})
    days = {f"{NOW.date() - dt.timedelta(days=each)}" for each in shown}
    rows = asked.list(path, **everything)
    recent = [row for row in rows if row[column][:10] in days]
    assert 0 < len(recent) < len(rows) == 60
    assert asked.list(path) == recent


def test_a_day_that_is_asked_for_replaces_the_last_days() -> None:
    asked = Asked(rows={"asapcomms": 60})
    old = f"{NOW.date() - dt.timedelta(days=10)}"
    found = asked.list("/asapcomms", date=old)
    assert {row["DateTimeEntry"][:10] for row in found} == {old}


def test_a_new_task_is_listed() -> None:
    asked = Asked()
    new = asked.one("POST", "/tasks", {"TaskListNum": 1, "Descript": "Call", "UserNum": 1})
    assert new["DateTimeOriginal"][:10] == TODAY
    assert new in asked.list("/tasks")


def test_archived_task_lists_and_hidden_clinics_are_left_out() -> None:
    asked = Asked(rows={"clinics": 20, "tasklists": 20})
    active = asked.list("/tasklists", TaskListStatus="Active")
    assert 0 < len(active) < 20
    assert asked.list("/tasklists") == active
    asked.api.tables.named("clinics").change(1, {"IsHidden": "true"})
    assert 1 not in {row["ClinicNum"] for row in asked.list("/clinics")}
    assert {row["IsHidden"] for row in asked.list("/clinics")} == {"false"}


@pytest.mark.parametrize("path", ["/procedurelogs/{}", "/procedurelogs/{}/GroupNote"])
def test_a_deleted_procedure_is_listed_only_by_its_status(path: str) -> None:
    asked = Asked(rows={"procedurelogs": 60})
    deleted = asked.list("/procedurelogs", ProcStatus="D")
    there = asked.list("/procedurelogs")
    assert len(deleted) + len(there) == 60
    assert all(row["ProcStatus"] != "D" for row in there)
    first = there[0]
    assert asked.status("DELETE", path.format(first["ProcNum"])) == 200
    assert asked.list("/procedurelogs") == there[1:]
    same = asked.list("/procedurelogs", ProcStatus=first["ProcStatus"])
    assert first["ProcNum"] not in {row["ProcNum"] for row in same}
    changed = asked.one("GET", f"/procedurelogs/{first['ProcNum']}")
    assert changed in asked.list("/procedurelogs", ProcStatus="D")
    assert changed == first | {"ProcStatus": "D"} | {
        name: changed[name] for name in ("DateTStamp", "SecDateTEdit") if name in first
    }


def test_urgent_appointments_are_those_with_that_priority() -> None:
    asked = Asked(rows={"appointments": 60})
    assert {row["Priority"] for row in asked.list("/appointments/ASAP")} == {"ASAP"}


def test_a_window_beyond_the_end_is_empty() -> None:
    asked = Asked(rows={"patients": 30})
    assert asked.list("/patients/Simple", Offset=30) == []
    assert asked.list("/patients/Simple", Offset=10**17) == []
    assert len(asked.list("/patients/Simple", Offset=25, Limit=100)) == 5
    assert [row["PatNum"] for row in asked.list("/patients/Simple", Offset=0, Limit=1)] == [1]


@pytest.mark.parametrize(
    "query",
    [
        {"Limit": 0}, {"Limit": -1}, {"Limit": "ten"}, {"Limit": ""}, {"Limit": "1.5"}, {"Limit": "٣"},
        {"Limit": "1" * 5000}, {"Offset": -1}, {"Offset": "x"}, {"Offset": ""},
    ],
)  # fmt: skip
def test_a_window_that_is_none_is_refused(query: dict[str, object]) -> None:
    assert Asked().status("GET", "/patients/Simple", **query) == 400

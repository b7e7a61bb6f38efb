"""Searches for patients, windows of lists, and the filters that hold if nobody asks."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.offices import Asked

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

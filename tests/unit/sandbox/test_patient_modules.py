"""What the screens of one patient list: the rows of this patient, and of no other."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.offices import Asked

MANY = {"patients": 30, "patplans": 20, "appointments": 60, "chartmodules": 60, "accountmodules": 60}


def test_a_patient_without_a_plan_has_no_insurance() -> None:
    asked = Asked(rows=MANY)
    for patient in range(1, 31):
        plans = asked.list("/patplans", PatNum=patient)
        rows = asked.list(f"/familymodules/{patient}/Insurance")
        assert [row["PatPlanNum"] for row in rows] == [plan["PatPlanNum"] for plan in plans]
        assert {row["PatNum"] for row in rows} <= {patient}


def test_an_insurance_is_that_of_the_plan_the_subscription_and_the_carrier() -> None:
    asked = Asked()
    [link, *_] = asked.list("/patplans")
    subscription = asked.one("GET", f"/inssubs/{link['InsSubNum']}")
    body = {"PlanType": "p", "GroupName": "Mill workers"}
    plan = asked.one("PUT", f"/insplans/{subscription['PlanNum']}", body)
    asked.send("PUT", f"/carriers/{plan['CarrierNum']}", {"CarrierName": "Northwest Dental"})
    subscriber = asked.one("GET", f"/patients/{subscription['Subscriber']}")
    [row] = asked.list(f"/familymodules/{link['PatNum']}/Insurance")
    assert (row["ordinal"], row["GroupName"]) == ("Primary", "Mill workers")
    assert (row["CarrierName"], row["planType"]) == ("Northwest Dental", "PPO Percentage")
    assert row["subscriber"] == f"{subscriber['FName']} {subscriber['LName']}"
    for column in ("PlanNum", "Subscriber", "SubscriberID", "SubscNote"):
        assert row[column] == subscription[column]


def test_a_second_plan_comes_after_the_first_one() -> None:
    asked = Asked()
    [link, *others] = asked.list("/patplans")
    body = {
        "PatNum": link["PatNum"],
        "InsSubNum": others[-1]["InsSubNum"],
        "Ordinal": 2,
        "Relationship": "Self",
    }
    asked.one("POST", "/patplans", body)
    rows = asked.list(f"/familymodules/{link['PatNum']}/Insurance")
    assert [row["ordinal"] for row in rows] == ["Primary", "Secondary"]


def test_planned_appointments_are_those_of_the_patient() -> None:
    asked = Asked(rows=MANY)
    appointments = asked.list("/appointments", AptStatus="Planned")
    assert len({row["PatNum"] for row in appointments}) > 1
    for patient in range(1, 31):
        rows = asked.list(f"/chartmodules/{patient}/PlannedAppts")
        own = [f"{row['AptNum']}" for row in appointments if row["PatNum"] == patient]
        assert [row["AptNum"] for row in rows] == own


def test_a_planned_appointment_knows_when_it_was_scheduled() -> None:
    asked = Asked()
    planned = asked.one("POST", "/appointments/Planned", {"PatNum": 3, "Pattern": "/XXXX/", "procNums": []})
    body = {"AptNum": planned["AptNum"], "AptDateTime": "2026-03-09 10:00:00", "ProvNum": 1, "Op": 1}
    asked.one("POST", "/appointments/SchedulePlanned", body)
    row = asked.list("/chartmodules/3/PlannedAppts")[-1]
    assert (row["AptNum"], row["minutes"]) == (f"{planned['AptNum']}", "30")
    assert row["dateSched"] == "2026-03-09 10:00:00"


@pytest.mark.parametrize("path", ["/accountmodules/{}/ServiceDateView", "/chartmodules/{}/ProgNotes"])
def test_each_row_is_on_the_screen_of_one_patient(path: str) -> None:
    asked = Asked(rows=MANY)
    screens = [asked.list(path.format(patient)) for patient in range(1, 31)]
    assert sum(map(len, screens)) == 60
    assert len({f"{screen}" for screen in screens}) > 20


def test_the_screen_of_nobody_is_not_found() -> None:
    for path in ("/familymodules/99/Insurance", "/chartmodules/99/ProgNotes"):
        assert Asked().status("GET", path) == 404

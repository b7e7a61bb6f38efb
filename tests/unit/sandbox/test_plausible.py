"""Made-up rows that a dentist would not find absurd."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import pytest

from odapi_async.sandbox import Office, catalogue
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.plausible import CODES
from odapi_async.sandbox.tables import OfficeTables

NOW: Final = datetime(2026, 11, 28, 9)
SEEDS: Final = (1, 2, 3)
NO_DATE: Final = "0001-01-01"
ROWS: Final = {"patients": 240, "appointments": 240, "procedurelogs": 240, "claims": 240, "payments": 60}
TODAY: Final = date(2026, 11, 28)


@cache
def rows_of(resource: str) -> list[dict[str, Any]]:
    return [
        row
        for seed in SEEDS
        for row in OfficeTables(Office(customer_key="k", rows=ROWS, seed=seed), OfficeClock(NOW))
        .table(catalogue.load()[resource])
        .all()
    ]


def years_from(day: str) -> int:
    return (TODAY - date.fromisoformat(day)).days // 365


def test_children_are_not_married_and_guarantors_are_grown_up() -> None:
    for patient in rows_of("patients"):
        age = years_from(patient["Birthdate"])
        assert (patient["Position"] == "Child") == (0 <= age < 18)
        assert patient["PatNum"] != patient["Guarantor"] or age >= 18
        assert patient["PatStatus"] != "Deceased" or age > 60
        assert age >= 12 or (patient["WirelessPhone"], patient["WkPhone"], patient["Email"]) == ("", "", "")


def test_a_child_is_younger_than_its_guarantor() -> None:
    for first in range(0, len(rows_of("patients")), 3):
        head, other, third = rows_of("patients")[first : first + 3]
        born = [date.fromisoformat(each["Birthdate"]).year for each in (head, other, third)]
        assert third["Guarantor"] == head["PatNum"]
        assert 18 <= born[2] - born[0] <= 40
        assert (other["Position"] == "Married") == (head["Position"] == "Married")


def test_names_genders_and_addresses_fit_each_other() -> None:
    known = {"Ada": "Female", "Ben": "Male", "Uma": "Female", "Zoë": "Female", "Sven": "Male"}
    for patient in rows_of("patients"):
        expected = known.get(patient["FName"])
        assert expected is None or patient["Gender"] == expected or patient["PatNum"] % 24 == 0
        assert {"OR": "97", "WA": "98", "CA": "95", "ID": "83", "NV": "89"}[patient["State"]] == patient[
            "Zip"
        ][:2]
        plain = patient["FName"].lower().replace("ë", "e")
        assert re.fullmatch(rf"({plain}\d+@example\.com)?", patient["Email"])


def test_most_patients_are_patients_and_first_visits_are_over() -> None:
    patients = rows_of("patients")
    assert sum(each["PatStatus"] == "Patient" for each in patients) > 0.7 * len(patients)
    assert len({each["PatStatus"] for each in patients}) == 6
    for patient in patients:
        visit = patient["DateFirstVisit"]
        assert (visit == NO_DATE) == (patient["PatStatus"] == "Prospective")
        assert visit == NO_DATE or patient["Birthdate"] < visit <= f"{TODAY}"


def test_appointments_are_in_the_hours_of_an_office_and_take_their_time() -> None:
    for appointment in rows_of("appointments"):
        hour = int(appointment["AptDateTime"][11:13])
        assert appointment["AptStatus"] in {"Planned", "UnschedList"} or 8 <= hour < 17
        minutes = 5 * len(appointment["Pattern"])
        assert 30 <= minutes <= 60
        assert minutes == 60 or appointment["ProcDescript"] not in {"Crown", "Root canal"}
        asked = appointment["DateTimeAskedToArrive"]
        assert asked[:10] == appointment["AptDateTime"][:10]
        assert bool(appointment["UnschedStatus"]) == (
            appointment["AptStatus"] not in {"Scheduled", "Complete"}
        )


def test_procedures_have_the_fee_the_tooth_and_the_surface_of_their_code() -> None:
    by_code = {each.code: each for each in CODES}
    for procedure in rows_of("procedurelogs"):
        code = by_code[procedure["procCode"]]
        assert (procedure["descript"], procedure["ProcFee"]) == (code.description, code.fee)
        assert procedure["ProcFee"] >= 50
        assert bool(procedure["ToothNum"]) == (code.area != "Mouth")
        assert bool(procedure["Surf"]) == (code.area == "Surf")
        assert procedure["PlaceService"] == "Office"
        assert procedure["Discount"] < procedure["ProcFee"]


def test_a_claim_is_paid_after_it_was_sent_and_never_more_than_its_fee() -> None:
    assert {claim["ClaimStatus"] for claim in rows_of("claims")} >= {"R", "S", "U"}
    for claim in rows_of("claims"):
        sent, received = claim["DateSent"], claim["DateReceived"]
        assert (sent != NO_DATE) == (claim["ClaimStatus"] in {"S", "R"})
        assert (received != NO_DATE) == (claim["ClaimStatus"] == "R")
        assert received == NO_DATE or claim["DateService"] <= sent <= received <= f"{TODAY}"
        assert claim["ClaimFee"] >= 50
        assert 0 <= claim["InsPayAmt"] <= claim["InsPayEst"] < claim["ClaimFee"]
        assert claim["InsPayAmt"] == 0 or claim["ClaimStatus"] == "R"


@pytest.mark.parametrize("resource", ["payments", "claims", "commlogs", "adjustments"])
def test_what_has_happened_is_not_ahead(resource: str) -> None:
    day = {
        "payments": "PayDate",
        "claims": "DateService",
        "commlogs": "CommDateTime",
        "adjustments": "ProcDate",
    }
    assert {row[day[resource]][:10] <= f"{TODAY}" for row in rows_of(resource)} == {True}
    assert resource != "payments" or min(row["PayAmt"] for row in rows_of(resource)) >= 15

"""The account of a family, by procedures, payments and adjustments that are written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.offices import TODAY, Asked

EMPTY = dict.fromkeys(("procedurelogs", "paysplits", "adjustments", "claimprocs"), 0)
BUCKETS = ("Bal_0_30", "Bal_31_60", "Bal_61_90", "BalOver90")


class Family:
    """Patients 1 to 3 with the guarantor 1, without any entry yet. Today is 2026-03-04."""

    def __init__(self) -> None:
        self.asked = Asked(rows={**EMPTY, "patients": 6})

    def add(self, resource: str, **values: Any) -> None:
        self.asked.api.tables.named(resource).add({"PatNum": 1, **values})

    def charge(self, fee: float, day: str = TODAY, patient: int = 1, status: str = "C") -> None:
        self.add("procedurelogs", PatNum=patient, ProcFee=fee, ProcDate=day, ProcStatus=status)

    def paid(self, amount: float, *, unearned: int = 0) -> None:
        self.add("paysplits", SplitAmt=amount, DatePay=TODAY, UnearnedType=unearned)

    def insured(self, status: str, **amounts: float) -> None:
        given = {"InsPayEst": 0.0, "InsPayAmt": 0.0, "WriteOff": 0.0, **amounts}
        self.add("claimprocs", Status=status, DateCP=TODAY, **given)

    def balances(self, patient: int = 1) -> list[tuple[int, float]]:
        rows = self.asked.list(f"/accountmodules/{patient}/PatientBalances")
        assert [row["Name"] == "Entire Family" for row in rows] == [False] * (len(rows) - 1) + [True]
        return [(row["PatNum"], row["Balance"]) for row in rows]

    def aging(self, patient: int = 1) -> dict[str, float]:
        return self.asked.one("GET", f"/accountmodules/{patient}/Aging")


@pytest.fixture
def family() -> Family:
    return Family()


def test_the_members_come_before_the_total_whoever_is_asked_for(family: Family) -> None:
    family.charge(100.5, patient=2)
    family.charge(20.0, patient=3)
    family.charge(77.0, patient=4)
    for patient in (1, 2, 3):
        assert family.balances(patient) == [(1, 0), (2, 100.5), (3, 20), (1, 120.5)]


def test_a_whole_balance_has_no_decimals_and_another_one_keeps_its_cents(family: Family) -> None:
    family.charge(68.0)
    family.charge(0.25, patient=2)
    sent = family.asked.send("GET", "/accountmodules/1/PatientBalances").body
    assert b'"Balance":68}' in sent
    assert b'"Balance":0.25}' in sent


def test_only_completed_procedures_are_charged(family: Family) -> None:
    family.charge(50.0)
    family.charge(60.0, status="TP")
    assert family.aging()["Total"] == 50.0


def test_payments_insurances_and_adjustments_count(family: Family) -> None:
    family.charge(200.0)
    family.paid(30.0)
    family.add("adjustments", AdjAmt=-10.0, AdjDate=TODAY)
    family.add("adjustments", AdjAmt=4.0, AdjDate=TODAY)
    family.insured("Received", InsPayAmt=80.0, WriteOff=20.0)
    family.insured("Supplemental", InsPayAmt=5.0)
    family.insured("Estimate", InsPayEst=40.0)
    assert family.aging()["Total"] == 59.0


def test_what_is_expected_of_a_claim_that_was_sent_is_an_estimate(family: Family) -> None:
    family.charge(200.0, patient=1)
    family.charge(10.0, patient=2)
    family.insured("NotReceived", InsPayEst=80.0, WriteOff=20.0)
    found = family.aging(1)
    totals = [found[name] for name in ("Total", "InsEst", "EstBal", "PatEstBal")]
    assert totals == [210.0, 100.0, 110.0, 100.0]
    assert family.aging(2)["PatEstBal"] == 10.0


def test_payments_in_advance_are_unearned(family: Family) -> None:
    family.paid(25.0, unearned=7)
    family.paid(10.0)
    assert family.aging()["Unearned"] == 25.0


def test_credits_pay_the_oldest_charges_first(family: Family) -> None:
    days = (TODAY, "2026-02-02", "2026-02-01", "2025-12-10", "2025-01-01")
    for day, fee in zip(days, (1.0, 2.0, 4.0, 8.0, 16.0), strict=True):
        family.charge(fee, day)
    assert [family.aging()[name] for name in BUCKETS] == [3.0, 4.0, 8.0, 16.0]
    family.paid(20.0)
    assert [family.aging()[name] for name in BUCKETS] == [3.0, 4.0, 4.0, 0.0]
    family.paid(15.0)
    assert [family.aging()[name] for name in BUCKETS] == [-4.0, 0.0, 0.0, 0.0]


def test_no_patient_and_a_deleted_one(family: Family) -> None:
    assert family.asked.status("GET", "/accountmodules/99/PatientBalances") == 404
    assert family.asked.status("GET", "/accountmodules/99/Aging") == 404
    family.asked.api.tables.named("patients").change(2, {"PatStatus": "Deleted"})
    assert family.asked.status("GET", "/accountmodules/2/Aging") == 400

"""The account of a family: what its members owe, computed from procedures, payments and adjustments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, condition, equal

_POSTED: Final = frozenset({"Received", "Supplemental"})
_AGES: Final = (("BalOver90", 91), ("Bal_61_90", 61), ("Bal_31_60", 31), ("Bal_0_30", 0))
_ZERO: Final = Decimal(0)


class _Entry(NamedTuple):
    """One charge (more than 0) or credit (less than 0) of a patient."""

    patient: int
    day: str
    amount: Decimal


def balances(tables: OfficeTables, patient: int) -> list[Row]:
    """Return the balance of each member of a patient's family and, as the last row, of the family."""
    patients, family = tables.named("patients"), _family(tables, patient)
    entries = [*_entries(tables, family)]
    rows = [
        {
            "PatNum": each,
            "Name": f"{patients.value(each, 'LName')}, {patients.value(each, 'FName')}",
            "Balance": float(_sum(entries, each)),
        }
        for each in family
    ]
    total = sum((each.amount for each in entries), _ZERO)
    head = patients.value(patient, "Guarantor")
    return [*rows, {"PatNum": head, "Name": "Entire Family", "Balance": float(total)}]


def aging(tables: OfficeTables, patient: int) -> list[Row]:
    """Return the balance of a patient's family by age, as one row. Credits pay the oldest charges first.

    Raises:
        Refusal: the patient is deleted.
    """
    if tables.named("patients").value(patient, "PatStatus") == "Deleted":
        raise Refusal(400, "PatNum is for a deleted patient.")
    family = _family(tables, patient)
    entries = [*_entries(tables, family)]
    estimated = {each: _estimated(tables, each) for each in family}
    total = sum((each.amount for each in entries), _ZERO)
    expected = sum(estimated.values(), _ZERO)
    amounts = {
        **_by_age(entries, dt.date.fromisoformat(tables.now[:10])),
        "Total": total,
        "InsEst": expected,
        "EstBal": total - expected,
        "PatEstBal": _sum(entries, patient) - estimated[patient],
        "Unearned": _unearned(tables, family),
    }
    return [{name: float(amount) for name, amount in amounts.items()}]


COMPUTED: Final[dict[str, Callable[[OfficeTables, int], list[Row]]]] = {
    "/accountmodules/{PatNum}/Aging": aging,
    "/accountmodules/{PatNum}/PatientBalances": balances,
}
"""Returns the rows of an operation, by its path."""


def _family(tables: OfficeTables, patient: int) -> list[int]:
    """Return the patients that have the same guarantor, the guarantor first."""
    patients = tables.named("patients")
    head = patients.value(patient, "Guarantor")
    found = patients.select([equal("Guarantor", head)])
    return sorted(found, key=lambda each: (each != head, each))


def _entries(tables: OfficeTables, family: list[int]) -> Iterator[_Entry]:
    for row in _rows(tables, "procedurelogs", family):
        if row["ProcStatus"] == "C":
            yield _Entry(row["PatNum"], row["ProcDate"], _amount(row["ProcFee"]))
    for row in _rows(tables, "adjustments", family):
        yield _Entry(row["PatNum"], row["AdjDate"], _amount(row["AdjAmt"]))
    for row in _rows(tables, "paysplits", family):
        yield _Entry(row["PatNum"], row["DatePay"], -_amount(row["SplitAmt"]))
    for row in _rows(tables, "claimprocs", family):
        if row["Status"] in _POSTED:
            paid = _amount(row["InsPayAmt"]) + max(_ZERO, _amount(row["WriteOff"]))
            yield _Entry(row["PatNum"], row["DateCP"], -paid)


def _estimated(tables: OfficeTables, patient: int) -> Decimal:
    """Return what insurances are expected to pay and write off of claims that were sent."""
    rows = _rows(tables, "claimprocs", [patient])
    sent = [row for row in rows if row["Status"] == "NotReceived"]
    return sum((_amount(row["InsPayEst"]) + max(_ZERO, _amount(row["WriteOff"])) for row in sent), _ZERO)


def _unearned(tables: OfficeTables, family: list[int]) -> Decimal:
    splits = [row for row in _rows(tables, "paysplits", family) if row["UnearnedType"]]
    return sum((_amount(row["SplitAmt"]) for row in splits), _ZERO)


def _by_age(entries: list[_Entry], today: dt.date) -> dict[str, Decimal]:
    """Return what is left of the charges of each age when all credits are used; more credits are young."""
    credit = -sum((each.amount for each in entries if each.amount < 0), _ZERO)
    charges = [(_days(each.day, today), each.amount) for each in entries if each.amount > 0]
    found: dict[str, Decimal] = {}
    oldest = dt.date.max.toordinal()
    for name, youngest in _AGES:
        charged = sum((amount for days, amount in charges if youngest <= days < oldest), _ZERO)
        oldest, used = youngest, min(credit, charged)
        found[name] = charged - used
        credit -= used
    found["Bal_0_30"] -= credit
    return found


def _days(day: str, today: dt.date) -> int:
    return max(0, (today - dt.date.fromisoformat(day[:10])).days)


def _rows(tables: OfficeTables, resource: str, patients: list[int]) -> Iterator[Row]:
    table, wanted = tables.named(resource), frozenset(patients)
    label = f"in {sorted(wanted)}"
    for row_id in table.select([condition("PatNum", label, wanted.__contains__)]):
        yield table.row(row_id)


def _sum(entries: list[_Entry], patient: int) -> Decimal:
    return sum((each.amount for each in entries if each.patient == patient), _ZERO)


def _amount(value: object) -> Decimal:
    return Decimal(str(value or 0))

"""What the screens of one patient show, from the tables in which it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, equal

_PIECE: Final = 5  # minutes of a character of a pattern
_ORDINALS: Final = {1: "Primary", 2: "Secondary"}
_PLAN_TYPES: Final = {
    "": "Category Percentage", "p": "PPO Percentage", "f": "Medicaid or Flat Co-pay", "c": "Capitation",
}  # fmt: skip
_RESPELLED: Final = {"InjuredPlantiff": "InjuredPlaintiff", "Dependent": "Dependant"}


def insurance(tables: OfficeTables, patient: int) -> list[Row]:
    """Return the insurances of a patient, the primary one first."""
    links = sorted(_of_patient(tables, "patplans", patient), key=lambda each: each["Ordinal"])
    return [_insurance(tables, each) for each in links]


def planned(tables: OfficeTables, patient: int) -> list[Row]:
    """Return the planned appointments of a patient, with the days on which they were scheduled."""
    appointments = _of_patient(tables, "appointments", patient)
    days = {each["NextAptNum"]: each["AptDateTime"] for each in appointments}
    return [
        {
            **each,
            "ItemOrder": each["ItemOrderPlanned"],
            "minutes": len(each["Pattern"]) * _PIECE,
            "dateSched": days.get(each["AptNum"]),
        }
        for each in appointments
        if each["AptStatus"] == "Planned"
    ]


COMPUTED: Final[dict[str, Callable[[OfficeTables, int], list[Row]]]] = {
    "/chartmodules/{PatNum}/PlannedAppts": planned,
    "/familymodules/{PatNum}/Insurance": insurance,
}
"""Returns the rows of an operation, by its path; they may have more columns than it shows."""


def _insurance(tables: OfficeTables, link: Row) -> Row:
    subscription = _row(tables, "inssubs", link["InsSubNum"])
    plan = _row(tables, "insplans", subscription.get("PlanNum", 0))
    subscriber = _row(tables, "patients", subscription.get("Subscriber", 0))
    is_medical = plan.get("IsMedical") == "true"
    return {
        **plan,
        **subscription,
        **link,
        "Relationship": _RESPELLED.get(link["Relationship"], link["Relationship"]),
        "ordinal": "Medical" if is_medical else _ORDINALS.get(link["Ordinal"], "Other"),
        "planType": _PLAN_TYPES.get(plan.get("PlanType", "")),
        "subscriber": f"{subscriber['FName']} {subscriber['LName']}" if subscriber else "",
        "CarrierName": _row(tables, "carriers", plan.get("CarrierNum", 0)).get("CarrierName"),
        "feeSchedule": _row(tables, "feescheds", plan.get("FeeSched", 0)).get("Description"),
        "employer": _row(tables, "employers", plan.get("EmployerNum", 0)).get("EmpName"),
    }


def _of_patient(tables: OfficeTables, resource: str, patient: int) -> list[Row]:
    table = tables.named(resource)
    found = table.select([equal("PatNum", patient)])
    return [table.row(row_id) for row_id in found]


def _row(tables: OfficeTables, resource: str, row_id: int) -> Row:
    """Return the row to which a key leads; an empty one if it leads to none."""
    table = tables.named(resource)
    return table.row(row_id) if row_id in table else {}

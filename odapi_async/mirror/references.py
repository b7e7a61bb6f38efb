"""Which fields hold the ids of rows of other tables. Pure: it needs no library."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from odapi_async.mirror.plans import PLANS

_BY_ID: Final = {plan.id_field: plan.table for plan in PLANS if plan.table != "patient_notes"}
"""The tables by their id fields. Notes of a patient have the id of the patient."""

_BY_OTHER_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AckEtransNum": "etranss",
        "AdjType": "definitions",
        "BlockoutType": "definitions",
        "CarrierNum2": "carriers",
        "ClaimForm": "claim_forms",
        "ClaimPaymentTracking": "definitions",
        "CommType": "definitions",
        "Confirmed": "definitions",
        "CopayFeeSched": "fee_scheds",
        "CustomTracking": "definitions",
        "DocCategory": "definitions",
        "Dx": "definitions",
        "FeeSched": "fee_scheds",
        "GenericNum": "medications",
        "Guarantor": "patients",
        "HistUserNum": "userods",
        "InsPlan1": "ins_plans",
        "InsPlan2": "ins_plans",
        "InsSubNum2": "ins_subs",
        "ManualFeeSchedNum": "fee_scheds",
        "NextAptNum": "appointments",
        "Op": "operatories",
        "OperatoryType": "definitions",
        "PatNumChild": "patients",
        "PatNumGuardian": "patients",
        "PayGroup": "definitions",
        "PayType": "definitions",
        "PlanNum2": "ins_plans",
        "PlannedAptNum": "appointments",
        "PopupNumArchive": "popups",
        "PriProv": "providers",
        "Priority": "definitions",
        "PriorityDefNum": "definitions",
        "ProcCat": "definitions",
        "ProcNumOrig": "procedure_logs",
        "Prognosis": "definitions",
        "ProvBill": "providers",
        "ProvDentist": "providers",
        "ProvHyg": "providers",
        "ProvHygienist": "providers",
        "ProvNumDefault": "providers",
        "ProvTreat": "providers",
        "ProviderNum": "providers",
        "RecallStatus": "definitions",
        "ReportsTo": "employees",
        "ResponsParty": "patients",
        "SecProv": "providers",
        "SecUserNumEntry": "userods",
        "Slip": "sheet_defs",
        "Specialty": "definitions",
        "Subscriber": "patients",
        "SuperFamily": "patients",
        "TrackingDefNum": "definitions",
        "TrackingErrorDefNum": "definitions",
        "UnearnedType": "definitions",
        "UnschedStatus": "definitions",
        "UserNumPresenter": "userods",
    }
)
"""The tables by the fields that are not named after the id."""

_IN_ONE_TABLE: Final[Mapping[tuple[str, str], str | None]] = MappingProxyType(
    {
        ("auto_notes", "Category"): "definitions",
        ("task_lists", "Parent"): "task_lists",
        # the id of the group of the office's central management tool
        ("user_groups", "UserGroupNumCEMT"): None,
    }
)
"""Fields whose name means something else in other tables, by table and field."""


def id_field(table: str) -> str | None:
    """Return the field that holds the id of a table's rows; None if no mirror has the table."""
    return next((plan.id_field for plan in PLANS if plan.table == table), None)


def target(table: str, field: str, kind: type) -> str | None:
    """Return the table whose row ids a field holds; None if it holds none, or the ids of its own table.

    Args:
        table: the table of the field.
        field: the name of the field in the API.
        kind: the Python type of its values: ids are integers.
    """
    if kind is not int:
        return None
    if (table, field) in _IN_ONE_TABLE:
        return _IN_ONE_TABLE[table, field]
    found = _BY_ID.get(field) or _BY_OTHER_NAMES.get(field)
    return None if field == id_field(table) and found == table else found

"""Columns that lead to other rows, and columns whose values come from the row that a key leads to."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final, NamedTuple

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.catalogue import Field

PATIENTS: Final = "patients"
DEFINITIONS: Final = "definitions"

_ROLES: Final = {
    PATIENTS: ("PatNum", "Guarantor", "Subscriber", "PatNumChild", "PatNumGuardian", "ResponsParty",
               "SuperFamily"),
    "providers": ("ProvHyg", "ProvTreat", "ProvBill", "PriProv", "SecProv", "ProviderNum", "ProvNumDefault",
                  "ProvDentist", "ProvHygienist"),
    "operatories": ("Op", "OpNum", "operatories"),
    "appointments": ("NextAptNum", "PlannedAptNum"),
    "procedurelogs": ("ProcNumOrig", "ProcNums", "procNums"),
    "claims": ("claimNums",),
    "userods": ("SecUserNumEntry", "UserNumPresenter", "HistUserNum"),
    "usergroups": ("userGroupNums",),
    "feescheds": ("FeeSched", "CopayFeeSched", "ManualFeeSchedNum"),
    "insplans": ("InsPlan1", "InsPlan2", "PlanNum2"),
    "inssubs": ("InsSubNum2",),
    "carriers": ("CarrierNum2",),
    "claimforms": ("ClaimForm",),
    "etranss": ("EtransNum", "AckEtransNum"),
    "medications": ("GenericNum",),
    "popups": ("PopupNumArchive",),
    "employees": ("ReportsTo",),
    "sheetdefs": ("Slip",),
    "tasklists": ("Parent",),
}  # fmt: skip
"""Columns that refer to another resource and are not named after its primary key."""

_CATEGORIES: Final = {
    "Confirmed": 2, "UnschedStatus": 13, "BillingType": 4, "AdjType": 1, "ProcCat": 11, "RecallStatus": 13,
    "Dx": 16, "DocCategory": 18, "BlockoutType": 25, "CommType": 27, "UnearnedType": 29, "Prognosis": 30,
    "CustomTracking": 31, "TrackingDefNum": 31, "PriorityDefNum": 33, "Specialty": 35,
    "ClaimPaymentTracking": 36, "PayGroup": 40, "TrackingErrorDefNum": 43, "PlanCategory": 47,
}  # fmt: skip
"""The category of the definitions to which a column refers, where its own resource does not say so."""

NO_TABLE: Final = frozenset({
    "SiteNum", "FilingCode", "FilingCodeSubtype", "ClearingHouseNum", "ProgramNum", "DepositAccountNum",
    "OperatoryType", "MountNum", "FKey", "KeyNum", "FromNum", "PrimaryKey", "BatchNumber",
    "TransSetNum", "UserNumCEMT", "UserGroupNumCEMT",
})  # fmt: skip
"""Columns that refer to tables which the API does not list, or to one of several."""

_NAME: Final = ("LName", "FName")


class Source(NamedTuple):
    """The origin of a value: columns of the row to which a key of the same row leads."""

    key: str
    resource: str
    columns: tuple[str, ...]
    separator: str = ", "


def _definition(key: str) -> tuple[Source, ...]:
    return (Source(key, DEFINITIONS, ("ItemName",)),)


_TEXTS: Final[dict[str, tuple[Source, ...]]] = {
    **{name: _definition(name[0].upper() + name[1:]) for name in (
        "confirmed", "unschedStatus", "adjType", "payType", "payGroup", "commType", "docCategory", "procCat",
        "priority", "planCategory", "unearnedType", "recallStatus", "claimPaymentTracking", "customTracking",
        "category", "blockoutType", "specialty",
    )},
    "dxName": _definition("Dx"),
    "adjustmentType": _definition("DefNum"),
    "provAbbr": (Source("ProvNum", "providers", ("Abbr",)),),
    "priProvAbbr": (Source("PriProv", "providers", ("Abbr",)),),
    "secProvAbbr": (Source("SecProv", "providers", ("Abbr",)),),
    "Prov": (Source("ProvNum", "providers", ("Abbr",)),),
    "clinicAbbr": (Source("ClinicNum", "clinics", ("Abbr",)),),
    "Clinic": (Source("ClinicNum", "clinics", ("Description",)),),
    "procCode": (Source("CodeNum", "procedurecodes", ("ProcCode",)),),
    "descript": (Source("CodeNum", "procedurecodes", ("Descript",)),),
    "ProcCode": (Source("ProcNumOrig", "procedurelogs", ("procCode",)),),
    "Descript": (Source("ProcNumOrig", "procedurelogs", ("descript",)),),
    "CodeSent": (Source("ProcNum", "procedurelogs", ("procCode",)),),
    "defDescription": (Source("AllergyDefNum", "allergydefs", ("Description",)),),
    "defSnomedType": (Source("AllergyDefNum", "allergydefs", ("SnomedType",)),),
    "diseaseDefName": (Source("DiseaseDefNum", "diseasedefs", ("DiseaseName",)),),
    "medName": (Source("MedicationNum", "medications", ("MedName",)),),
    "genericName": (Source("GenericNum", "medications", ("MedName",)),),
    "referralName": (Source("ReferralNum", "referrals", _NAME),),
    "feeSchedule": (Source("FeeSched", "feescheds", ("Description",)),),
    "employer": (Source("EmployerNum", "employers", ("EmpName",)),),
    "employeeName": (Source("EmployeeNum", "employees", ("FName", "LName"), " "),),
    "providerName": (Source("ProviderNum", "providers", ("Abbr",)),),
    "subscriber": (Source("Subscriber", PATIENTS, _NAME),),
    "CarrierName": (Source("CarrierNum", "carriers", ("CarrierName",)),),
    "CarrierNameRaw": (Source("CarrierNum", "carriers", ("CarrierName",)),),
    **{name: (Source("PatNum", PATIENTS, _NAME),) for name in (
        "Patient", "patName", "PatName", "Name", "PatientNameRaw",
    )},
}  # fmt: skip
"""Texts that stand beside a key; they always are those of the row to which it leads."""

_FROM_APPOINTMENT: Final = (
    "PatNum", "AptStatus", "Pattern", "Confirmed", "Op", "Note", "ProvNum", "ProvHyg", "AptDateTime",
    "ProcDescript", "ClinicNum", "IsHygiene", "DateTimeArrived", "DateTimeSeated", "DateTimeDismissed",
    "InsPlan1", "AppointmentTypeNum", "PatternSecondary", "Priority", "NextAptNum",
)  # fmt: skip


def _copied(key: str, resource: str, *columns: str) -> dict[str, Source]:
    return {column: Source(key, resource, (column,)) for column in columns}


COPIES: Final[dict[str, dict[str, Source]]] = {
    "appointments": _copied("Op", "operatories", "ClinicNum"),
    "histappointments": _copied("AptNum", "appointments", *_FROM_APPOINTMENT),
    "labcases": _copied("AptNum", "appointments", "PatNum", "ProvNum"),
    "claims": {
        "PatNum": Source("InsSubNum", "inssubs", ("Subscriber",)),
        **_copied("InsSubNum", "inssubs", "PlanNum"),
    },
    "claimprocs": _copied("ClaimNum", "claims", "PatNum", "PlanNum", "InsSubNum"),
    "etranss": {
        **_copied("ClaimNum", "claims", "PatNum", "PlanNum", "InsSubNum"),
        **_copied("PlanNum", "insplans", "CarrierNum"),
    },
    "guardians": {"PatNumGuardian": Source("PatNumChild", PATIENTS, ("Guarantor",))},
    "asapcomms": _copied("FKey", "appointments", "PatNum", "ClinicNum"),
    "payplans": {**_copied("PatNum", PATIENTS, "Guarantor"), **_copied("InsSubNum", "inssubs", "PlanNum")},
    "payplancharges": _copied("PayPlanNum", "payplans", "PatNum", "Guarantor"),
    "paysplits": _copied("PayNum", "payments", "PatNum", "ClinicNum"),
    "procnotes": _copied("ProcNum", "procedurelogs", "PatNum"),
    "proctps": {
        **_copied("TreatPlanNum", "treatplans", "PatNum"),
        **_copied("ProcNumOrig", "procedurelogs", "ProvNum", "ClinicNum", "Priority"),
    },
}
"""Columns of made-up rows that have the value of the row to which another column leads."""


def target(resource: str, column: str) -> str | None:
    """Return the resource whose rows a column of a resource refers to by their ids."""
    if column in NO_TABLE:
        return None
    if category(resource, column) is not None:
        return DEFINITIONS
    return _roles().get(column) or _foreign_keys().get(column)


@cache
def category(resource: str, column: str) -> int | None:
    """Return the category of the definitions to which a column of a resource refers."""
    for operation in catalogue.load()[resource].operations:
        for field in (*operation.query, *operation.body):
            if field.name == column and isinstance(field.definition_category, int):
                return field.definition_category
    if column == "DefNum" or (resource, column) in {("appointments", "Priority"), ("tasks", "Category")}:
        return None
    return _CATEGORIES.get(column)


def text_source(name: str, columns: Collection[str], primary_key: str | None) -> Source | None:
    """Return the origin of the text that is called `name` in rows with these columns, if it has one."""
    sources = _TEXTS.get(name, ())
    return next((each for each in sources if each.key in columns and each.key != primary_key), None)


def text_target(resource: str, field: Field) -> tuple[str, str] | None:
    """Return the resource and column whose texts a text column repeats, such as a ProcCode."""
    if field.type != "str":
        return None
    found = _text_keys(resource).get(field.name)
    if found is None or found == (resource, field.name):
        return None
    return found


@cache
def _roles() -> dict[str, str]:
    return {column: resource for resource, columns in _ROLES.items() for column in columns}


@cache
def _foreign_keys() -> dict[str, str]:
    """Return resources by the names of their primary keys, and by the columns that the catalogue names."""
    listed = {each.name: each for each in catalogue.load().values() if each.structs}
    tables = {each.db_table: name for name, each in listed.items()}
    found: dict[str, str] = {}
    for each in listed.values():
        for operation in each.operations:
            for field in (*operation.query, *operation.body):
                table, _, column = (field.fk or "").partition(".")
                if table in tables and column == listed[tables[table]].primary_key:
                    found.setdefault(field.name, tables[table])
    for name, each in listed.items():
        if each.primary_key is not None:
            found.setdefault(each.primary_key, name)
    return found


@cache
def _text_keys(resource: str) -> dict[str, tuple[str, str]]:
    tables = {each.db_table: each for each in catalogue.load().values() if each.structs}
    found: dict[str, tuple[str, str]] = {}
    for operation in catalogue.load()[resource].operations:
        for field in (*operation.query, *operation.body):
            table, _, column = (field.fk or "").partition(".")
            if table in tables and field.type == "str" and column != tables[table].primary_key:
                found[field.name] = (tables[table].name, column)
    return found

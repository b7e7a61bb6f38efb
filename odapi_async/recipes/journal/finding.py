"""How the row of a write is found again, for each operation that is not safe to repeat: data of the API.

An update or a deletion names its row, so it needs no entry, unless it appends or its path has no id.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async._core.operation import Operation

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Kind(StrEnum):
    """How sure it is that a row that is found is the one that a step makes."""

    IDENTITY = "identity"
    """The office has one row with these values at most, so an equal row is the one."""
    SCOPE = "scope"
    """Equal rows are possible, so a row is the one only if it was not there before the write."""
    ASK = "ask"
    """No list has it: a person has to look."""


class Finding(NamedTuple):
    """How the row of one operation is found.

    Attributes:
        kind: how sure it is.
        by: the filters of the list, with the fields of the body whose values they get.
        same: the fields of the body that identify the row, with what is meant if they are not sent.
        read: the method of the resource that lists the rows.
        via_claim: the field of the body that names a claim: the rows are the payments of its procedures.
        money: whether it moves money: then a row that only resembles it is enough to ask.
        after: what the row has afterwards beside what was sent.
        reason: why a person has to look, or at what.
    """

    kind: Kind
    by: Mapping[str, str] = _NOTHING
    same: Mapping[str, str | None] = MappingProxyType({})
    read: str = "list"
    via_claim: str = ""
    money: bool = False
    after: Mapping[str, str] = _NOTHING
    reason: str = ""


def _by(names: str) -> dict[str, str]:
    """Read "PatNum Op": filters and the fields of the body; "date=AptDateTime" if their names differ."""
    pairs = (each.partition("=") for each in names.split())
    return {name: field or name for name, _, field in pairs}


def _identity(same: str, by: str = "", *, read: str = "list") -> Finding:
    """Read "FeeSched ClinicNum=0": a field that is not sent has the value behind its name."""
    pairs = (each.partition("=") for each in same.split())
    fields = {name: default if equals else None for name, equals, default in pairs}
    return Finding(Kind.IDENTITY, _by(by), fields, read)


def _scope(by: str = "", *, read: str = "list") -> Finding:
    return Finding(Kind.SCOPE, _by(by), read=read)


def _money(by: str = "") -> Finding:
    return Finding(Kind.SCOPE, _by(by), money=True)


def _check(claim: str) -> Finding:
    return Finding(Kind.IDENTITY, same={"CheckNum": None}, via_claim=claim, money=True)


def _ask(reason: str, *, money: bool = False) -> Finding:
    return Finding(Kind.ASK, reason=reason, money=money)


_OF_PATIENT: Final = _scope("PatNum")
_TO_SFTP: Final = _ask("look for the files on your SFTP server")

FINDINGS: Final[Mapping[str, Finding]] = {
    "POST /adjustments": _money("PatNum"),
    "POST /allergies": _OF_PATIENT,
    "POST /allergydefs": _identity("Description"),
    "POST /apikeys": _ask("look at the developer portal"),
    "PUT /apikeys": _ask("look at the developer portal"),
    "POST /appointments": _OF_PATIENT,
    "POST /appointments/Planned": _OF_PATIENT,
    "POST /appointments/SchedulePlanned": _scope("date=AptDateTime Op"),
    "POST /appointments/WebSched": _OF_PATIENT,
    "PUT /appointments/{AptNum}/Note": Finding(Kind.SCOPE),
    "PUT /appointments/{AptNum}/Break": Finding(Kind.IDENTITY),
    "POST /appointmenttypes": _identity("AppointmentTypeName"),
    "POST /apptfielddefs": _identity("FieldName"),
    "POST /apptfields": _identity("AptNum FieldName", "AptNum"),
    "PUT /apptfields": _identity("AptNum FieldName", "AptNum FieldName"),
    "POST /asapcomms": _ask("look at the ASAP list"),
    "POST /autonotecontrols": _identity("Descript"),
    "POST /autonotes": _identity("AutoNoteName"),
    "POST /benefits": _scope("PlanNum PatPlanNum"),
    "POST /carriers": _scope(),
    "POST /claimpayments": _check("claimNum"),
    "POST /claimpayments/Batch": _check("claimNums"),
    "POST /claimprocs/InsAdjust": _ask("look at the adjustments of the patient's plan", money=True),
    "PUT /claimprocs/InsAdjust": _ask("look at the adjustments of the patient's plan", money=True),
    "POST /claimprocs/Supplemental": _ask("look at the claim", money=True),
    "POST /claims": _money("PatNum"),
    "PUT /claims/{ClaimNum}/Split": _ask("look at the claims of the patient"),
    "PUT /claims/{ClaimNum}/Status": Finding(Kind.IDENTITY, after={"ClaimStatus": "S"}),
    "POST /claimtrackings": _scope("ClaimNum"),
    "POST /codegroups": _identity("GroupName"),
    "POST /commlogs": _OF_PATIENT,
    "POST /covcats": _identity("Description"),
    "POST /covspans": _identity("CovCatNum FromCode ToCode", "CovCatNum"),
    "POST /definitions": _identity("category ItemName"),
    "POST /deposits": _money("DateDeposit"),
    "POST /discountplans": _identity("Description"),
    "POST /discountplansubs": _identity("PatNum", "PatNum", read="get"),
    "POST /diseasedefs": _identity("DiseaseName"),
    "POST /diseases": _OF_PATIENT,
    "POST /documents/DownloadMount": _TO_SFTP,
    "POST /documents/DownloadSftp": _TO_SFTP,
    "POST /documents/SetByUrl": _OF_PATIENT,
    "POST /documents/Thumbnails": _TO_SFTP,
    "POST /documents/Upload": _OF_PATIENT,
    "POST /documents/UploadSftp": _OF_PATIENT,
    "POST /employees": _scope(),
    "POST /employers": _identity("EmpName"),
    "POST /eobattaches/DownloadSftp": _TO_SFTP,
    "POST /eobattaches/UploadSftp": _scope("ClaimPaymentNum"),
    "POST /etrans": _ask("look at the transactions of the clearinghouse"),
    "POST /fees": _identity("FeeSched CodeNum ClinicNum=0 ProvNum=0", "FeeSched CodeNum"),
    "POST /feescheds": _identity("Description FeeSchedType"),
    "POST /guardians": _identity("PatNumChild PatNumGuardian", "PatNumChild"),
    "POST /insplans": _scope("CarrierNum"),
    "POST /inssubs": _identity("PlanNum Subscriber", "PlanNum Subscriber"),
    "PUT /insverifies": _identity("VerifyType FKey", "VerifyType FKey"),
    "POST /labcases": _OF_PATIENT,
    "POST /laboratories": _identity("Description"),
    "POST /labturnarounds": _identity("LaboratoryNum Description", "LaboratoryNum"),
    "POST /medicationpats": _OF_PATIENT,
    "POST /medications": _identity("MedName"),
    "POST /patfielddefs": _identity("FieldName"),
    "POST /patfields": _identity("PatNum FieldName", "PatNum"),
    "PUT /patfields": _identity("PatNum FieldName", "PatNum FieldName"),
    "POST /patients": _scope("LName FName", read="simple"),  # the list leaves out most fields
    "POST /patplans": _identity("PatNum InsSubNum", "PatNum"),
    "POST /patrestrictions": _identity("PatNum PatRestrictType", "PatNum"),
    "POST /payments": _money("PatNum"),
    "POST /payments/Refund": _ask("look at the payments of the patient", money=True),
    "POST /payplancharges": _money("PayPlanNum"),
    "POST /payplanlinks": _money("PayPlanNum"),
    "POST /payplans": _money("PatNum"),
    "POST /payplans/Dynamic": _money("PatNum"),
    "POST /perioexams": _OF_PATIENT,
    "POST /periomeasures": _identity("PerioExamNum SequenceType IntTooth", "PerioExamNum"),
    "POST /popups": _OF_PATIENT,
    "POST /procedurecodes": _identity("ProcCode"),
    "POST /procedurelogs": _money("PatNum"),
    "POST /procedurelogs/GroupNote": _scope("PatNum", read="group_notes"),
    "PUT /procedurelogs/{ProcNum}/GroupNote": _ask("look at the group note"),
    "POST /procedurelogs/InsuranceHistory": _money("PatNum"),
    "POST /procnotes": _scope("PatNum ProcNum"),
    "POST /providers": _scope(),
    "POST /queries": _TO_SFTP,
    "POST /recalls": _identity("PatNum RecallTypeNum", "PatNum"),
    "PUT /recalls/Status": _ask("look at the recalls of the patient, and at the commlogs"),
    "PUT /recalls/SwitchType": _ask("look at the recalls of the patient"),
    "POST /refattaches": _OF_PATIENT,
    "POST /referrals": _scope(),
    "POST /sheets": _OF_PATIENT,
    "POST /sheets/DownloadSftp": _TO_SFTP,
    "POST /statements": _OF_PATIENT,
    "POST /subscriptions": _scope(),
    "POST /substitutionlinks": _scope("PlanNum"),
    "POST /tasknotes": _scope("TaskNum"),
    "POST /tasks": _scope("TaskListNum"),
    "POST /toothinitials": _identity("PatNum ToothNum InitialType", "PatNum"),
    "POST /treatplanattaches": _identity("TreatPlanNum ProcNum", "TreatPlanNum"),
    "POST /treatplans": _OF_PATIENT,
    "POST /treatplans/Saved": _ask("look at the treatment plans of the patient"),
    "POST /userods": _identity("UserName"),
    "POST /vitalsigns": _OF_PATIENT,
}
"""By the name of the operation. A test holds this against the catalogue of the API."""

MOVED: Final[Mapping[str, frozenset[str]]] = {"patplans": frozenset({"Ordinal"})}
"""Fields of other rows that an office changes when a row of the resource is written.

A new primary plan makes the one before it secondary.
"""

_NAMED: Final = Finding(Kind.IDENTITY)
"""Of an update or a deletion that names its row."""


def finding_of(operation: Operation[Any]) -> Finding:
    """Return how the row of a write is found."""
    return FINDINGS.get(operation.name, _NAMED)

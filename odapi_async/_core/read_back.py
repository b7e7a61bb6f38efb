"""What is known about reading a write back: fields that never come back, and fields that come back otherwise.

It says what the reference says. A field that is not mentioned here comes back under its own name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from odapi_async._core.operation import Operation
from odapi_async._wire.hints import attributes_of
from odapi_async._wire.ignored_filters import enum_values
from odapi_async._wire.kept import (
    Same,
    alias,
    any_case,
    contains,
    is_kept,
    nine_hours,
    not_before,
    one_of,
    same_digits,
    same_interval,
    same_items,
)
from odapi_async._wire.parameters import Parameter, parameters


class FieldRule(NamedTuple):
    """How one field of a body is read back.

    Attributes:
        never: why it is not read back at all; empty if it is.
        name: the field of the row, if its name is another one.
        same: compares what was sent with what is read; None for `is_kept`.
        beside: another field of the body, beside which this one is not read back.
        values: the values of the other field that do this, as text in lower case; empty for all.
    """

    never: str = ""
    name: str = ""
    same: Same | None = None
    beside: str = ""
    values: tuple[str, ...] = ()


_DOES: Final = FieldRule("it says what to do, and is no value of a row")
_ABSENT: Final = FieldRule("no row of the API has it")
_CONTENT: Final = FieldRule("it is the content of a file")
_SECRET: Final = FieldRule("it is secret")
_LINKS: Final = FieldRule("it links other rows, and is no value of this one")

_ZERO: Final = FieldRule("it is only used to compute PayAmt, and reads back as 0")

_NAMED: Final[Mapping[str, FieldRule]] = {
    "SftpAddress": _DOES,
    "SftpUsername": _DOES,
    "SftpPassword": _SECRET,
    "Password": _SECRET,
    "CustomerKey": _SECRET,
    "rawBase64": _CONTENT,
    "doAppendNote": _DOES,
    "RecallInterval": FieldRule(same=same_interval),
    "ToothNumbers": FieldRule(same=same_items),
    "ToothRange": FieldRule(same=same_items),
}
"""Rules for fields of this name in all bodies."""

_PATTERN: Final = FieldRule(same=nine_hours)
_NOT_NO: Final = FieldRule(same=alias(No=""))
_RELATIONSHIP: Final = FieldRule(
    same=alias(InjuredPlantiff="injuredplaintiff", InjuredPlaintiff="injuredplantiff")
)
_APPENDED: Final = FieldRule(same=contains)
_WORKSTATION: Final = FieldRule(same=alias(**{"All Workstations": "", "": "all workstations"}))
_OVERRIDE: Final = FieldRule(beside="NoBillIns", values=("true",))
_TEXT_OF_KEY: Final = FieldRule(same=any_case)

_FIELDS: Final[Mapping[str, Mapping[str, FieldRule]]] = {
    "POST /appointments": {"Pattern": _PATTERN, "PatternSecondary": _PATTERN},
    "POST /appointments/Planned": {"Pattern": _PATTERN, "PatternSecondary": _PATTERN, "procNums": _LINKS},
    "POST /appointments/SchedulePlanned": {"AptNum": FieldRule("the new appointment has an id of its own")},
    "POST /appointments/WebSched": {
        "DateTimeStart": FieldRule(name="AptDateTime"),
        "DateTimeEnd": FieldRule("the row has a Pattern instead"),
        "OpNum": FieldRule(name="Op"),
        "defNumApptType": FieldRule("the office makes the type of the appointment of it"),
    },
    "PUT /appointments/{AptNum}": {"Pattern": _PATTERN, "PatternSecondary": _PATTERN},
    "PUT /appointments/{AptNum}/Break": {"sendToUnscheduledList": _DOES, "breakType": _DOES},
    "PUT /appointments/{AptNum}/Note": {"Note": _APPENDED},
    "PUT /appointments/{AptNum}/Confirm": {
        "confirmVal": FieldRule("the office has a definition of its own for it"),
        "defNum": FieldRule(name="Confirmed"),
    },
    "POST /apptfields": {"apptFieldDefNum": FieldRule("the row has the name of the field instead")},
    "POST /asapcomms": {
        "op": FieldRule("the row has the schedule of the blockout instead"),
        "aptNum": FieldRule(name="FKey"),
        "recallNum": FieldRule(name="FKey"),
        "dateTimeStart": FieldRule("the row has the schedule of the blockout instead"),
    },
    "POST /benefits": {"procCode": FieldRule(beside="CodeNum")},
    "PUT /benefits/{BenefitNum}": {"procCode": FieldRule(beside="CodeNum")},
    "POST /claimpayments": {"claimNum": _LINKS},
    "POST /claimpayments/Batch": {"claimNums": _LINKS},
    "PUT /claimprocs/{ClaimProcNum}": {
        "DedApplied": FieldRule(beside="DedEstOverride"),
        "PercentOverride": _OVERRIDE,
        "CopayOverride": _OVERRIDE,
        "DedEstOverride": _OVERRIDE,
        "InsEstTotalOverride": _OVERRIDE,
        "PaidOtherInsOverride": _OVERRIDE,
        "WriteOffEstOverride": _OVERRIDE,
    },
    "POST /claimprocs/Supplemental": {"ClaimProcNum": FieldRule("the new row has an id of its own")},
    "POST /claims": {
        "procNums": _LINKS,
        "DateService": FieldRule(beside="ClaimType", values=("preauth",)),
    },
    "PUT /claims/{ClaimNum}": {
        "MedType": _ABSENT,
        "AccidentRelated": _NOT_NO,
    },
    "PUT /claims/{ClaimNum}/Status": {
        "DateSentOrig": FieldRule("it is ignored if the claim was sent before")
    },
    "PUT /claims/{ClaimNum}/Split": {"ProcNums": FieldRule(same=same_items)},
    "POST /commlogs": {"CommType": FieldRule(beside="commType")},
    "POST /definitions": {"ItemColor": _ABSENT},
    "PUT /definitions/{DefNum}": {"ItemColor": _ABSENT, "IsHidden": FieldRule(name="isHidden")},
    "POST /deposits": {"payNums": _LINKS, "claimPaymentNums": _LINKS},
    "POST /documents/Upload": {"extension": _CONTENT},
    "POST /documents/SetByUrl": {"url": _CONTENT},
    "POST /insplans": {"AllowedFeeSched": _ABSENT},
    "PUT /insplans/{PlanNum}": {"AllowedFeeSched": _ABSENT},
    "PUT /medications/{MedicationNum}": {"IsHidden": _ABSENT},
    "POST /patfielddefs": {"PickList": FieldRule("it comes back empty")},
    "PUT /patfielddefs/{PatFieldDefNum}": {"PickList": FieldRule("it comes back empty")},
    "POST /patplans": {"Relationship": _RELATIONSHIP},
    "PUT /patplans/{PatPlanNum}": {"Relationship": _RELATIONSHIP},
    "POST /patients": {"BillingType": _TEXT_OF_KEY},
    "PUT /patients/{PatNum}": {"BillingType": _TEXT_OF_KEY},
    "POST /payplans/Dynamic": {
        "procNums": _LINKS,
        "adjNums": _LINKS,
        "NumberOfPayments": _ZERO,
        "Note": _APPENDED,  # behind the terms
    },
    "PUT /payplans/{PayPlanNum}/Dynamic": {"NumberOfPayments": _ZERO},
    "POST /payments": {
        "isPatientPreferred": _DOES,
        "isPrepayment": _DOES,
        "procNums": _LINKS,
        "payPlanNum": _LINKS,
        "isUnallocatedPrepayment": _DOES,
        "MerchantFee": _ABSENT,
    },
    "POST /perioexams": dict.fromkeys(
        ("UpperFacial", "UpperLingual", "LowerLingual", "LowerFacial"),
        FieldRule("the office makes measures of it, which are rows of their own"),
    ),
    "POST /procnotes": {"Note": _APPENDED},
    "POST /procedurelogs": {
        "procCode": FieldRule(beside="CodeNum"),
        "Prosthesis": _NOT_NO,
        "SnomedBodySite": _ABSENT,
    },
    "PUT /procedurelogs/{ProcNum}": {"Prosthesis": _NOT_NO, "SnomedBodySite": _ABSENT},
    "POST /procedurelogs/InsuranceHistory": {
        "InsSubNum": FieldRule("the row has no plan"),
        "insHistPrefName": FieldRule("the row has the code of the procedure instead"),
    },
    "PUT /procedurelogs/{ProcNum}/GroupNote": {"Note": _APPENDED},
    "PUT /procedurelogs/GroupNote": {"Note": _APPENDED},
    "POST /providers": {"BirthDate": FieldRule(name="Birthdate")},
    "PUT /providers/{ProvNum}": {"NationalProvId": FieldRule(name="NationalProvID")},
    "POST /subscriptions": {"Workstation": _WORKSTATION, "DateTimeStart": FieldRule(same=not_before)},
    "PUT /subscriptions/{SubscriptionNum}": {
        "Workstation": _WORKSTATION,
        "DateTimeStart": FieldRule(same=not_before),
    },
    "POST /treatplans/Saved": {"TreatPlanNum": FieldRule("the saved plan has an id of its own")},
    "POST /tasks": {"Category": _ABSENT},
    "PUT /tasks/{TaskNum}": {"Category": _ABSENT},
}
"""Rules for fields of one body, by the name of the operation."""

EFFECTS: Final[Mapping[str, Mapping[str, tuple[str, Same]]]] = {
    "PUT /appointments/{AptNum}/Break": {"AptStatus": ("Broken", one_of("Broken", "UnschedList"))},
    "POST /appointments/Planned": {"AptStatus": ("Planned", is_kept)},
    "POST /appointments/SchedulePlanned": {"AptStatus": ("Scheduled", is_kept)},
    "PUT /payplans/{PayPlanNum}/Close": {"IsClosed": ("true", is_kept)},
}
"""What an action writes by itself: the fields of the row, with their values and comparisons."""

DELETED: Final = ("ProcStatus", "D")
"""A field and its value that mark a row as deleted, though the API still reads it."""

_TOTALS: Final = "totals are sent, of which rows have only parts"
_TO_SFTP: Final = "it writes files to an SFTP server, and no row"

UNREADABLE: Final[Mapping[str, str]] = {
    "POST /apikeys": "nothing is sent",
    "POST /claimprocs/InsAdjust": _TOTALS,
    "PUT /claimprocs/InsAdjust": _TOTALS,
    "POST /discountplansubs": "the API reads one row of the patient, which need not be the new one",
    "POST /documents/DownloadSftp": _TO_SFTP,
    "POST /documents/Thumbnails": _TO_SFTP,
    "POST /documents/DownloadMount": _TO_SFTP,
    "POST /eobattaches/DownloadSftp": _TO_SFTP,
    "POST /sheets/DownloadSftp": _TO_SFTP,
    "POST /queries": _TO_SFTP,
    "POST /etrans": "no list says which row it made",
    "PUT /medicationpats/{MedicationPatNum}": "the list needs the patient, whom the update does not name",
    "POST /payplans": "the answer is a sentence with the terms",
    "POST /payments/Refund": "nothing but the payment is sent, and the refund is a row of its own",
    "PUT /payments/{PayNum}/Partial": "it links other rows to the payment, and changes no value of it",
    "PUT /recalls/Status": "it names the recall by the text of its type, which rows do not have",
    "PUT /recalls/SwitchType": "it has the effect that the type was another one before",
}
"""Writes of which nothing can be read back, with the reasons."""

_UNREADABLE_DELETE: Final = "the API reads no single row of this resource"
_PHONE: Final = re.compile("phone|fax", re.IGNORECASE)


def rule_of(operation: Operation[Any], name: str) -> FieldRule:
    """Return how a field of the body of an operation is read back.

    Args:
        operation: a write.
        name: the wire name of the field.
    """
    rule = _FIELDS.get(operation.name, {}).get(name) or _NAMED.get(name) or FieldRule()
    if rule.same or rule.never:
        return rule
    return rule._replace(same=_usual_comparison(operation, name))


def why_never(operation: Operation[Any]) -> str:
    """Return why nothing of a write can be read back; empty if something can."""
    if operation.method == "DELETE":
        return "" if operation.read_back else _UNREADABLE_DELETE
    return UNREADABLE.get(operation.name, "")


def readable_fields(operation: Operation[Any]) -> frozenset[str]:
    """Return the wire names of the fields in the rows of an operation; none if it returns none."""
    returned: type = operation.returns
    return frozenset(attributes_of(returned))


def _usual_comparison(operation: Operation[Any], name: str) -> Same:
    if _PHONE.search(name):
        return same_digits
    body: type | None = operation.body
    known: Mapping[str, Parameter] = parameters(body) if body else {}
    is_enum = name in known and enum_values(known[name].type) is not None
    is_text_of_a_key = name[:1].islower()  # such as the name of a definition
    return any_case if is_enum or is_text_of_a_key else is_kept

"""Small rules that keep made-up rows from being absurd: no child is married, no exam has a tooth.

They change values of rows that are made already, so that a seed gives the same names as without them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from odapi_async.sandbox import names

Row = dict[str, Any]

_NO_DATE: Final = "0001-01-01"
_FAMILY: Final = 3
_ADULT: Final = 18
_RETIRED: Final = 70
_PHONE_AGE: Final = 12
_BIRTHS: Final = range(1946, 2001)  # of guarantors
_LAST_BIRTH: Final = 2023
_SENT: Final = frozenset({"S", "R"})
_ZIPS: Final = {"OR": 97, "WA": 98, "CA": 95, "ID": 83, "NV": 89}  # the first digits of the state


class Code(NamedTuple):
    """A procedure code.

    Attributes:
        code: the code.
        description: its description.
        abbreviation: the same in a few letters.
        category: the place of its category among those of the definitions.
        area: the part of the mouth that it is for.
        fee: the usual fee.
        pieces: how long it takes, in pieces of five minutes.
    """

    code: str
    description: str
    abbreviation: str
    category: int
    area: str
    fee: float
    pieces: int


CODES: Final = (
    Code("D0120", "Periodic exam", "PerEx", 0, "Mouth", 62.0, 6),
    Code("D0140", "Limited exam", "LimEx", 0, "Mouth", 88.0, 6),
    Code("D0150", "Comprehensive exam", "CompEx", 0, "Mouth", 104.0, 10),
    Code("D0274", "Bitewings, four films", "4BW", 0, "Mouth", 76.5, 4),
    Code("D1110", "Prophylaxis, adult", "Pro", 1, "Mouth", 112.0, 10),
    Code("D1120", "Prophylaxis, child", "ChPro", 1, "Mouth", 82.0, 8),
    Code("D2330", "Composite, one surface, front", "Comp1", 2, "Surf", 188.0, 8),
    Code("D2392", "Composite, two surfaces, back", "Comp2", 2, "Surf", 264.0, 10),
    Code("D2740", "Crown, ceramic", "Crn", 2, "Tooth", 1285.0, 12),
    Code("D3330", "Root canal, molar", "RCT", 2, "Tooth", 1190.0, 12),
    Code("D7140", "Extraction", "Ext", 2, "Tooth", 214.0, 8),
    Code("D9944", "Night guard", "NGuard", 2, "Mouth", 545.0, 6),
)
"""The first procedure codes of an office."""
_SURFACES: Final = ("O", "MO", "DO", "MOD", "B", "L")
_PIECES: Final = {"Prophylaxis": 12, "Composite": 10, "Crown": 12, "Root canal": 12}
_SHORT: Final = 6


def code_of(code_num: int) -> Code:
    """Return the procedure code with this id; after the first ones they have other codes."""
    turn, place = divmod(code_num - 1, len(CODES))
    found = CODES[place]
    return found if turn == 0 else found._replace(code=f"N{turn:03}{place:X}")


def settle(resource: str, number: int, row: Row, head: Row, today: dt.date) -> None:
    """Make the values of a made-up row plausible.

    Args:
        resource: the resource.
        number: the number of the variant.
        row: the row.
        head: the row of the guarantor, if it is a patient's.
        today: the day of the office.
    """
    if resource == "patients":
        _settle_patient(number, row, head, today)
    elif resource in _RULES:
        _RULES[resource](number, row, today)


def _settle_patient(number: int, row: Row, head: Row, today: dt.date) -> None:
    place = (number - 1) % _FAMILY
    is_single = (number - place) // _FAMILY % 4 == _FAMILY  # every fourth guarantor, who has two children
    born = _birth(row, head, is_child=place == _FAMILY - 1 or (place == 1 and is_single))
    age = (today - born).days // 365
    row["Birthdate"] = f"{born}"
    row["Position"] = _position(number, age, is_married=place < _FAMILY - 1 and not is_single)
    if number % 24:
        row["Gender"] = names.gender(row["FName"]) or row["Gender"]
    row["Preferred"] = names.NICKNAMES.get(row["FName"], "")
    row["Email"] = names.email_of(row["FName"], born.toordinal() % 1000)
    row["PatStatus"] = _status(number, age)
    row["EstBalance"] = round(row["EstBalance"] * 0.3, 2) if place == 0 and number % 2 else 0.0
    row["BalTotal"] = row["EstBalance"]
    row["Zip"] = f"{_ZIPS.get(row['State'], 0):02}{row['Zip'][-3:]}"
    row["DateFirstVisit"] = _first_visit(row, born, today)
    row["ImageFolder"] = f"{row['LName']}{row['FName']}{number}"
    row["Premed"] = "true" if number % 15 == 0 else "false"
    row.update(AdmitDate=_NO_DATE, Ward="", Language="", siteDesc="")
    if age < _ADULT:
        row.update(WkPhone="", EmployerNum=0)
    if age < _PHONE_AGE:
        row.update(WirelessPhone="", Email="", TxtMsgOk="Unknown")


def _birth(row: Row, head: Row, *, is_child: bool) -> dt.date:
    """Return the day of birth: a guarantor is an adult, a spouse is of about that age, a child is younger."""
    made = dt.date.fromisoformat(row["Birthdate"])
    if row is head:
        year = _BIRTHS[made.toordinal() % len(_BIRTHS)]
    else:
        parent = dt.date.fromisoformat(head["Birthdate"]).year
        year = parent + (22 + made.toordinal() % 14 if is_child else made.toordinal() % 7 - 3)
    return made.replace(year=min(year, _LAST_BIRTH), day=min(made.day, 28))


def _position(number: int, age: int, *, is_married: bool) -> str:
    if age < _ADULT:
        return "Child"
    if is_married:
        return "Married"
    return "Widowed" if age > _RETIRED else ("Single", "Divorced")[number % 5 == 0]


def _status(number: int, age: int) -> str:
    if age > _RETIRED and number % 4 == 0:
        return "Deceased"
    return {3: "Inactive", 7: "NonPatient", 11: "Prospective", 18: "Archived"}.get(number % 20, "Patient")


def _first_visit(row: Row, born: dt.date, today: dt.date) -> str:
    if row["PatStatus"] == "Prospective":
        return _NO_DATE
    day = max(today - dt.timedelta(days=1 + born.toordinal() % 2000), born + dt.timedelta(days=400))
    return f"{min(day, today)}"


def _settle_appointment(number: int, row: Row, _: dt.date) -> None:
    inner = _PIECES.get(row["ProcDescript"], _SHORT) - 2
    row["Pattern"] = f"/{'X' * inner}/"
    row["Priority"] = "ASAP" if number % 12 == 0 else "Normal"
    row["IsNewPatient"] = "true" if number % 10 == 0 else "false"


def _settle_code(_: int, row: Row, __: dt.date) -> None:
    row.update(AlternateCode1="", MedicalCode="", SubstitutionCode="", DrugNDC="", PaintText="")
    row.update(RevenueCodeDefault="", CanadaTimeUnits=0.0, BaseUnits=0, PaintType="None", ProcTime="/XX/")
    row["DiagnosticCodes"] = ""


def _settle_procedure(number: int, row: Row, _: dt.date) -> None:
    code = code_of(row["CodeNum"])
    row["ProcFee"] = code.fee
    row["Discount"] = round(code.fee / 10, 2) if number % 8 == 0 else 0.0
    row["Surf"] = _SURFACES[number % len(_SURFACES)] if code.area == "Surf" else ""
    row["ToothNum"] = "" if code.area == "Mouth" else row["ToothNum"]
    row["ProcTimeEnd"] = row["ProcTime"]
    row.update(ToothRange="", Prosthesis="", DateOriginalProsth=_NO_DATE, CanadianTypeCodes="")
    row.update(UnitQty=1, BaseUnits=0, PlaceService="Office", HideGraphics="false", IsLocked="false")
    row["IsDateProsthEst"] = "false"


def _settle_claim(number: int, row: Row, today: dt.date) -> None:
    row["ClaimFee"] = round(60 + row["ClaimFee"] * 0.8, 2)
    row["ClaimType"] = {3: "S", 7: "PreAuth"}.get(number % 10, "P")
    is_sent, is_received = row["ClaimStatus"] in _SENT, row["ClaimStatus"] == "R"
    day = dt.date.fromisoformat(row["DateService"])
    sent, received = (min(today, day + dt.timedelta(days=days)) for days in (1, 9 + number % 9))
    row["DateSent"] = f"{sent}" if is_sent else _NO_DATE
    row["DateReceived"] = f"{received}" if is_received else _NO_DATE
    row["DedApplied"] = 50.0 if number % 3 == 0 and is_received else 0.0
    row["InsPayEst"] = _share(row["ClaimFee"], number)
    row["InsPayAmt"] = max(0.0, round(row["InsPayEst"] - row["DedApplied"], 2)) if is_received else 0.0
    row["WriteOff"] = round(row["ClaimFee"] / 10, 2) if is_received else 0.0
    row.update(PatRelat="Self", PatRelat2="Self", IsProsthesis="N", PriorDate=_NO_DATE, PlaceService="Office")
    row.update(AccidentRelated="No", AccidentDate=_NO_DATE, AccidentST="", ReasonUnderPaid="")
    row.update(
        IsOrtho="false", OrthoRemainM=0, OrthoTotalM=0, OrthoDate=_NO_DATE, PriorAuthorizationNumber=""
    )


def _settle_claim_procedure(number: int, row: Row, _: dt.date) -> None:
    row["FeeBilled"] = round(60 + row["FeeBilled"] * 0.3, 2)
    row["InsPayEst"] = row["BaseEst"] = row["InsEstTotal"] = _share(row["FeeBilled"], number)
    is_paid = row["Status"] in {"Received", "Supplemental", "CapComplete"}
    row["InsPayAmt"] = row["InsPayEst"] if is_paid else 0.0
    if not is_paid:
        row["ClaimPaymentNum"] = 0
    row["WriteOff"] = row["WriteOffEst"] = round(row["FeeBilled"] / 10, 2)
    row["Percentage"] = (50, 80)[number % 2]
    row.update(DedApplied=0.0, DedEst=0.0, PaidOtherIns=0.0, CopayAmt=0.0, Remarks="", EstimateNote="")


def _settle_payment(number: int, row: Row, _: dt.date) -> None:
    row["PayAmt"] = round(15 + row["PayAmt"] * 0.4, 2)
    row.update(CheckNum=f"{1000 + number}", BankBranch="", Receipt="", PaymentSource="None")


def _settle_fee(number: int, row: Row, _: dt.date) -> None:
    row["Amount"] = round(code_of(row["CodeNum"]).fee * (0.8 + number % 5 * 0.1), 2)


def _share(fee: float, number: int) -> float:
    return round(fee * (0.5, 0.8)[number % 2], 2)


def _settle_task(number: int, row: Row, today: dt.date) -> None:
    row["DateTimeOriginal"] = f"{today - dt.timedelta(days=number % 30)} {8 + number % 10:02}:20:00"


def _settle_asap_message(number: int, row: Row, today: dt.date) -> None:
    row["DateTimeEntry"] = f"{today - dt.timedelta(days=number % 14)} {8 + number % 10:02}:40:00"


def _settle_clinic(number: int, row: Row, _: dt.date) -> None:
    row["IsHidden"] = "false" if number % 4 else "true"


_RULES: Final[Mapping[str, Callable[[int, Row, dt.date], None]]] = {
    "appointments": _settle_appointment,
    "procedurecodes": _settle_code,
    "procedurelogs": _settle_procedure,
    "claims": _settle_claim,
    "claimprocs": _settle_claim_procedure,
    "payments": _settle_payment,
    "fees": _settle_fee,
    "tasks": _settle_task,
    "asapcomms": _settle_asap_message,
    "clinics": _settle_clinic,
}

"""Made-up patient rows with the 47 fields that the documentation shows, and bare structs of these fields."""

from __future__ import annotations

import importlib
import json
import random
import warnings
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias
from typing import Any, get_type_hints

import msgspec

from odapi_async.resources.patients import Patient

NO_DATE = "0001-01-01"
_FIRST = ("Jane", "John", "Ana", "Li", "Maria", "Sam", "Zoë", "Ole")
_LAST = ("Smith", "Okafor", "García", "Müller", "Nguyen", "O'Brien", "Lindqvist", "Patel")


def patients(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return rows; the same seed gives the same rows."""
    chance = random.Random(seed)
    return [_patient(number, chance) for number in range(1, count + 1)]


def encoded(count: int, seed: int = 1) -> list[bytes]:
    """Return rows as JSON objects."""
    return [msgspec.json.encode(row) for row in patients(count, seed)]


def page(encoded_rows: list[bytes]) -> bytes:
    """Join JSON objects into a JSON list."""
    return b"[" + b",".join(encoded_rows) + b"]"


def field_types() -> dict[str, Any]:
    """Return the fields of the rows with their plain types in `Patient`: no limits, no None."""
    known = get_type_hints(Patient)
    plain = {datetime | None: datetime, date | None: date}
    return {name: plain.get(known[name], known[name]) for name in patients(1)[0]}


def bare_decoder(*, money: type = Decimal) -> Callable[[bytes], list[Any]]:
    """Return a decoder of pages into plain msgspec structs.

    It is the code that a careful author would write by hand, and so the upper limit: no base class, no
    defaults, and no handling of dates that mean "no date".

    Args:
        money: the type of balances.
    """
    fields = [(name, money if kind is Decimal else kind) for name, kind in field_types().items()]
    rows = GenericAlias(list, (msgspec.defstruct("Bare", fields),))
    decode: Callable[[bytes], list[Any]] = msgspec.json.Decoder(rows, strict=False).decode
    return decode


def sdk_decoder() -> Callable[[bytes], list[Any]]:
    """Return a decoder of pages into the models of opendental-sdk, written as in its own clients."""
    with warnings.catch_warnings(action="ignore"):  # its models are written for an older pydantic
        model = importlib.import_module("opendental.resources.patients.models").Patient
    return lambda body: [model(**row) for row in json.loads(body)]


def _patient(number: int, chance: random.Random) -> dict[str, Any]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    return {
        "serverDateTime": "2026-11-23 09:05:42",
        "PatNum": number,
        "LName": last,
        "FName": first,
        "MiddleI": chance.choice(("", "A", "M")),
        "Preferred": "",
        "PatStatus": chance.choice(("Patient", "Patient", "Patient", "Inactive", "Archived")),
        "Gender": chance.choice(("Female", "Male")),
        "Position": chance.choice(("Single", "Married", "Child")),
        "Birthdate": NO_DATE if chance.random() < 0.1 else _day(chance, 1935, 2020),
        "SSN": "",
        "Address": f"{chance.randint(1, 9999)} Example Avenue",
        "Address2": "",
        "City": "Springfield",
        "State": "OR",
        "Zip": f"{chance.randint(10_000, 99_999)}",
        "HmPhone": f"(555)55{chance.randint(10_000, 99_999)}",
        "WkPhone": "",
        "WirelessPhone": f"(555)55{chance.randint(10_000, 99_999)}",
        "Guarantor": number,
        "Email": f"patient{number}@example.com",
        "EstBalance": round(chance.random() * 500, 2),
        "PriProv": chance.randint(1, 9),
        "priProvAbbr": "DOC1",
        "SecProv": 0,
        "secProvAbbr": "",
        "BillingType": "Standard Account",
        "ImageFolder": f"{last}{first}{number}",
        "FamFinUrgNote": "",
        "ChartNumber": "",
        "MedicaidID": f"{chance.randint(10**8, 10**9 - 1)}",
        "BalTotal": round(chance.random() * 900, 2),
        "EmployerNum": 0,
        "DateFirstVisit": _day(chance, 2010, 2026),
        "ClinicNum": 1,
        "clinicAbbr": "Southside",
        "Ward": "",
        "PreferConfirmMethod": "None",
        "PreferContactMethod": "None",
        "PreferRecallMethod": "TextMessage",
        "Language": "",
        "AdmitDate": NO_DATE,
        "siteDesc": "",
        "DateTStamp": f"{_day(chance, 2021, 2026)} 14:22:{chance.randint(0, 59):02}",
        "SuperFamily": 0,
        "TxtMsgOk": "Yes",
        "SecDateEntry": _day(chance, 2010, 2026),
    }


def _day(chance: random.Random, first: int, last: int) -> str:
    return f"{chance.randint(first, last)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"

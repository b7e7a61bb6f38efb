"""How a stored value travels: the regular form of its type, or one of the API's irregular ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.rows import SERVER_TIME

Form = Callable[[Any, int], bytes]
"""Turns a value of the row with a key into JSON."""

_SOME_OPERATIONS: Final = {
    ("Patient", "Zip"): {"list"},
    ("Fee", "Amount"): {"create", "update"},
    ("ProcedureLog", "AptNum"): {"update"},
    ("ProcedureLog", "PlannedAptNum"): {"update"},
    ("ProcedureLog", "ClinicNum"): {"create", "update"},
    ("ProcedureLog", "DateTStamp"): {"create"},
    ("PayPlan", "PaySchedule"): {"close"},
    ("PayPlan", "DownPayment"): {"get"},
    ("PayPlan", "IsClosed"): {"close"},
    ("PayPlan", "IsDynamic"): {"close"},
    ("PayPlan", "IsLocked"): {"close"},
    ("PayPlan", "DynamicPayPlanTPOption"): {"close"},
}
"""Fields that are irregular in these operations only; any other field with an irregular form always is."""

_TOKENS: Final = {
    "yyyy": "{0:%Y}",
    "zzz": "-08:00",
    "MM": "{0:%m}",
    "dd": "{0:%d}",
    "HH": "{0:%H}",
    "hh": "{0:%I}",
    "mm": "{0:%M}",
    "ss": "{0:%S}",
    "fff": "000",
    "tt": "{0:%p}",
    "M": "{0.month}",
    "d": "{0.day}",
    "H": "{0.hour}",
}
_TOKEN: Final = re.compile("|".join(_TOKENS) + "|[{}]")
_US_DATE: Final = "M/d/yyyy"
_EVERY: Final = 3
_encode: Final = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Formats:
    """The .NET patterns that a request asked for; None is the API's own form."""

    date: str | None = None
    datetime: str | None = None


def form_of(field: Field, struct: str, operation: Operation, formats: Formats) -> Form:
    """Return how a field of a struct travels in the answers of an operation."""
    only = _SOME_OPERATIONS.get((struct, field.name))
    wire = field.wire if only is None or operation.python in only else ()
    if field.name == SERVER_TIME and wire:
        wire = () if operation.method == "GET" else wire
        return _regular(field, formats) if not wire else _always_empty
    form = _regular(field, formats)
    for name in wire:
        if name != "empty-string":
            form = _IRREGULAR[name](form, field)
    return _sometimes_empty(form) if "empty-string" in wire else form


def formatted(text: str, pattern: str) -> str:
    """Return an ISO date or date and time in a .NET pattern; the office lies eight hours behind UTC."""
    moment = dt.datetime.fromisoformat(text)

    def piece(match: re.Match[str]) -> str:
        token = match.group()
        if token == "yyyy":  # noqa: S105 - part of a date pattern, no secret
            return f"{moment.year:04}"
        return _TOKENS[token].format(moment) if token in _TOKENS else token

    return _TOKEN.sub(piece, pattern)


def _regular(field: Field, formats: Formats) -> Form:
    if field.type == "int":
        return _as_int
    if field.type == "float":
        return _as_float
    pattern = {"date": formats.date, "datetime": formats.datetime}.get(field.type)
    if pattern is None:
        return _as_json
    return lambda value, _: _encode(formatted(value, pattern) if value else "")


def _as_int(value: Any, _: int) -> bytes:
    return b"%d" % value if isinstance(value, int) else _encode(value)


def _as_float(value: Any, _: int) -> bytes:
    return b"%.2f" % value


def _as_json(value: Any, _: int) -> bytes:
    return _encode(value)


def _always_empty(_: Any, __: int) -> bytes:
    return b'""'


def _sometimes_empty(form: Form) -> Form:
    return lambda value, key: form(value, key) if key % _EVERY else b'""'


def _quoted(form: Form, field: Field) -> Form:
    if field.type.startswith("list"):
        return lambda value, _: _encode(",".join(map(str, value)))
    return lambda value, key: b'"%b"' % form(value, key)


def _whole(_: Form, __: Field) -> Form:
    return lambda value, _: b"%d" % round(value)


def _digits(form: Form, _: Field) -> Form:
    def digits(value: Any, key: int) -> bytes:
        if str(value).isdigit():
            return b"%d" % int(value)
        return form(value, key) if key % _EVERY else b"0"

    return digits


def _capital(_: Form, __: Field) -> Form:
    return lambda value, _: _encode(str(value).capitalize())


def _real(_: Form, __: Field) -> Form:
    return lambda value, _: b"true" if value == "true" else b"false"


def _us_date(_: Form, __: Field) -> Form:
    return lambda value, _: _encode(formatted(value, _US_DATE))


def _us_datetime(_: Form, __: Field) -> Form:
    def form(value: Any, _: int) -> bytes:
        moment = dt.datetime.fromisoformat(value)
        return _encode(f"{formatted(value, _US_DATE)} {moment.hour % 12 or 12}:{moment:%M:%S %p}")

    return form


def _day_only(_: Form, __: Field) -> Form:
    return lambda value, _: _encode(value[:10])


_IRREGULAR: Final[dict[str, Callable[[Form, Field], Form]]] = {
    "numeric-string": _quoted,
    "comma-list": lambda form, _: form,
    "whole-number": _whole,
    "int": _digits,
    "True/False": _capital,
    "real-bool": _real,
    "us-date": _us_date,
    "us-datetime": _us_datetime,
    "date": _day_only,
}

"""Encoders of stored values: in the regular form of their type, or in one of the API's irregular forms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.date_formats import formatted
from odapi_async.sandbox.rows import SERVER_TIME

Encoder = Callable[[Any, int], bytes]
"""Turns a value, and the id of its row, into JSON."""

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
"""Fields that are irregular only in these operations; all other irregular fields are so in all operations."""

_US_DATE: Final = "M/d/yyyy"
_EVERY: Final = 3
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_to_json: Final = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class DateFormats:
    """The .NET date formats that a request asked for; None is the API's own format."""

    date: str | None = None
    datetime: str | None = None


def encoder_of(field: Field, struct: str, operation: Operation, formats: DateFormats) -> Encoder:
    """Return the encoder of a field of a struct in the responses of an operation."""
    only = _SOME_OPERATIONS.get((struct, field.name))
    wire = field.wire if only is None or operation.python in only else ()
    if field.name == SERVER_TIME and wire:
        wire = () if operation.method == "GET" else wire
        return _regular(field, formats) if not wire else _always_empty
    encode = _regular(field, formats)
    for name in wire:
        if name != "empty-string":
            encode = _IRREGULAR[name](encode, field)
    if field.type.startswith("list"):
        return encode  # an empty list is an empty text already
    return _sometimes_empty(encode) if "empty-string" in wire else encode


def _regular(field: Field, formats: DateFormats) -> Encoder:
    if field.type == "int":
        return _as_int
    if field.type == "float":
        return _as_float
    pattern = {"date": formats.date, "datetime": formats.datetime}.get(field.type)
    if pattern is None:
        return _as_json
    return lambda value, _: _to_json(formatted(value, pattern) if value else "")


def _as_int(value: Any, _: int) -> bytes:
    return b"%d" % value if isinstance(value, int) else _to_json(value)


def _as_float(value: Any, _: int) -> bytes:
    return b"%.2f" % value


def _as_json(value: Any, _: int) -> bytes:
    return _to_json(_without_line_breaks(value) if isinstance(value, str) else value)


def _without_line_breaks(text: str) -> str:
    """Replace line breaks with spaces, as the serializer of the API does."""
    return _LINE_BREAK.sub(" ", text) if "\n" in text or "\r" in text else text


def _always_empty(_: Any, __: int) -> bytes:
    return b'""'


def _sometimes_empty(encode: Encoder) -> Encoder:
    return lambda value, row_id: encode(value, row_id) if row_id % _EVERY else b'""'


def _quoted(encode: Encoder, field: Field) -> Encoder:
    if field.type.startswith("list"):
        return lambda value, _: _to_json(",".join(map(str, value)))
    return lambda value, row_id: b'"%b"' % encode(value, row_id)


def _whole(encode: Encoder, _: Field) -> Encoder:
    """Print a whole amount without decimals. Others keep their cents: no server takes them away."""
    return lambda value, row_id: b"%d" % value if value == int(value) else encode(value, row_id)


def _digits(encode: Encoder, _: Field) -> Encoder:
    def digits(value: Any, row_id: int) -> bytes:
        if str(value).isdigit():
            return b"%d" % int(value)
        return encode(value, row_id) if row_id % _EVERY else b"0"

    return digits


def _capital(_: Encoder, __: Field) -> Encoder:
    return lambda value, _: _to_json(str(value).capitalize())


def _real(_: Encoder, __: Field) -> Encoder:
    return lambda value, _: b"true" if value == "true" else b"false"


def _us_date(_: Encoder, __: Field) -> Encoder:
    return lambda value, _: _to_json(formatted(value, _US_DATE))


def _us_datetime(_: Encoder, __: Field) -> Encoder:
    def encode(value: Any, _: int) -> bytes:
        moment = dt.datetime.fromisoformat(value)
        return _to_json(f"{formatted(value, _US_DATE)} {moment.hour % 12 or 12}:{moment:%M:%S %p}")

    return encode


def _day_only(_: Encoder, __: Field) -> Encoder:
    return lambda value, _: _to_json(value[:10])


_IRREGULAR: Final[dict[str, Callable[[Encoder, Field], Encoder]]] = {
    "numeric-string": _quoted,
    "comma-list": lambda encode, _: encode,
    "whole-number": _whole,
    "int": _digits,
    "True/False": _capital,
    "real-bool": _real,
    "us-date": _us_date,
    "us-datetime": _us_datetime,
    "date": _day_only,
}

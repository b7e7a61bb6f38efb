"""The second try at a page that lacks the documented types: each field is read as what it plainly means.

The wire is irregular in known ways (numbers as text, "" for no date, "5,6" for a list, "True" for true). This
is slower than the first try, so it only ever sees pages that failed it. Nothing here quotes a value: they are
patient data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire.constraints import NullText
from odapi_async.errors import DecodeError

_EMPTY: Final = (None, "")
_US_FORMATS: Final = ("%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
_ZONE_AFTER_BLANK: Final = re.compile(r" (?=[+-]\d\d:\d\d$)")
_TOO_LARGE: Final = 2**63  # no database holds it as a whole number
_SPAN: Final = re.compile(r"(-?)(\d+):(\d\d):(\d\d)")
_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}
_NO_DATE: Final = ("0000-00-00", "0001-01-01")

T = TypeVar("T")
_Row = dict[str, Any]

_ONE: Final = msgspec.json.Decoder(_Row, float_hook=Decimal)
_PAGE: Final = msgspec.json.Decoder[list[_Row] | _Row](list[_Row] | _Row, float_hook=Decimal)
BROKEN: Final = (msgspec.MsgspecError, UnicodeDecodeError, InvalidOperation, RecursionError)
_OPEN: Final = msgspec.json.Decoder[list[_Row] | _Row](list[_Row] | _Row)
_RAW_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


def read_rows(body: bytes, row_type: type[T]) -> list[T]:
    """Decode a page field by field; a bare object counts as a page of one.

    Raises:
        DecodeError: it is not JSON, not rows, or a field cannot be read as its type in any way.
    """
    try:
        page = (_PAGE if is_struct(row_type) else _OPEN).decode(body)
    except BROKEN:
        raise DecodeError(row_type.__name__, body) from None
    rows: list[_Row] = [page] if isinstance(page, dict) else page
    return [_read_row(body, row_type, index, row) for index, row in enumerate(rows)]


def read_one(body: bytes, row_type: type[T]) -> T:
    """Decode one object field by field.

    Raises:
        DecodeError: it is not JSON, not an object, or a field cannot be read as its type in any way.
    """
    try:
        row = _ONE.decode(body)
    except BROKEN:
        raise DecodeError(row_type.__name__, body) from None
    return _read_row(body, row_type, None, row)


def is_struct(row_type: Any) -> bool:
    """Whether a type is a struct; `dict[str, Any]` is no class at all."""
    return isinstance(row_type, type) and issubclass(row_type, msgspec.Struct)


def _read_row(body: bytes, row_type: type[T], index: int | None, row: _Row) -> T:
    field: str | None = None
    try:
        for field, read in _readers(row_type).items():  # type: ignore[arg-type]  # a class is hashable
            if field in row:
                row[field] = read(row[field])
        return msgspec.convert(row, row_type, strict=False)
    except msgspec.ValidationError as error:
        field = _field_of(error)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        pass  # a reader gave up at this field
    raise DecodeError(row_type.__name__, _raw_row(body, index), row=index, field=field)


def _field_of(error: msgspec.ValidationError) -> str | None:
    place = re.search(r"\$\.(\w+)|missing required field `(\w+)`", str(error))
    return place and (place[1] or place[2])


def _raw_row(body: bytes, index: int | None) -> bytes:
    if index is None or body.lstrip()[:1] != b"[":
        return body
    return bytes(_RAW_ROWS.decode(body)[index])


@cache
def _readers(row_type: type) -> Mapping[str, Callable[[Any], Any]]:
    """Make the readers of a struct's fields, by wire name."""
    if not is_struct(row_type):
        return {}
    hints = get_type_hints(row_type, include_extras=True)
    known: dict[str, Callable[[Any], Any]] = {}
    for field in msgspec.structs.fields(row_type):
        reader = _reader(hints[field.name])
        if reader:
            known[field.encode_name] = reader
    return known


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) is Annotated:
        plain, *marks = get_args(hint)
        unset = {mark.text for mark in marks if isinstance(mark, NullText)}
        read = _reader(plain)
        return _none_for(unset, read) if read and unset else read
    if get_origin(hint) in {Union, UnionType}:
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        read = _READERS.get(kinds[0]) if len(kinds) == 1 else None
        return read and (_text_or_none if kinds[0] is str else _or_none(read))
    return _READERS.get(hint)


def _none_for(unset: set[str], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value in unset else read(value)


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_optional(value: Any) -> Any:
        return None if value in _EMPTY or value in _NO_DATE else read(value)

    return read_optional


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _read_str(value)


def _read_int(value: Any) -> int:
    if value in _EMPTY:
        return 0
    number = Decimal(value.strip() if isinstance(value, str) else value)
    if abs(number) >= _TOO_LARGE or number != int(number):
        raise ValueError
    return int(number)


def _read_decimal(value: Any) -> Decimal:
    return Decimal(0) if value in _EMPTY else Decimal(value)


def _read_bool(value: Any) -> bool:
    if value in _EMPTY:
        return False
    return _BOOLS[str(value).strip().lower()]


def _read_str(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        raise TypeError
    return value if isinstance(value, str) else str(value)


def _read_datetime(value: Any) -> datetime:
    text = _ZONE_AFTER_BLANK.sub("", value.strip())
    for form in _US_FORMATS if "/" in text else ():
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return datetime.fromisoformat(text)


def _read_date(value: Any) -> date:
    return _read_datetime(value).date()


def _read_time(value: Any) -> time:
    return time.fromisoformat(value.strip())


def _read_span(value: Any) -> timedelta:
    sign, hours, minutes, seconds = _SPAN.fullmatch(value.strip()).groups()  # type: ignore[union-attr]
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -span if sign else span


def _read_list(value: Any, read: Callable[[Any], Any]) -> list[Any]:
    if value in _EMPTY:
        return []
    if isinstance(value, str):
        return [read(each.strip()) for each in value.split(",") if each.strip()]
    if isinstance(value, list):
        return [read(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return [read(value)]


_READERS: Final[dict[Any, Callable[[Any], Any]]] = {
    int: _read_int,
    Decimal: _read_decimal,
    float: lambda value: float(_read_decimal(value)),
    bool: _read_bool,
    str: _read_str,
    date: _read_date,
    datetime: _read_datetime,
    time: _read_time,
    timedelta: _read_span,
    list[int]: lambda value: _read_list(value, _read_int),
    list[str]: lambda value: _read_list(value, _read_str),
}

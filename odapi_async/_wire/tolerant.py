"""Decodes pages that do not have the documented types, field by field.

The API is irregular in known ways (numbers as text, "" for no date, "5,6" for a list, "True" for true). This
is slower than the normal decoder, so only pages that the normal decoder rejects come here. No error quotes a
value, because values are patient data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire.amounts import INT_LIMIT, is_plausible
from odapi_async._wire.constraints import NullText, is_naive, without_annotation
from odapi_async._wire.durations import parse_duration
from odapi_async._wire.hints import is_struct, name_of
from odapi_async.errors import DecodeError

_EMPTY: Final = (None, "")
_US_FORMATS: Final = ("%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
US_STYLE: Final = re.compile(r"\s*\d{1,2}/\d{1,2}/\d{4}( \d{1,2}:\d\d:\d\d( [AP]M)?)?\s*", re.ASCII)
_OFFSET_AFTER_SPACE: Final = re.compile(r" (?=[+-]\d\d:\d\d$)")
_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}
_NO_DATE: Final = ("0000-00-00", "0001-01-01")
US_DATE_FIELDS: Final = frozenset(
    {"Date", "DateTime", "DateTimeDisabled", "DueDate", "LastRemind", "LogDateTime"}
)
"""The fields that the reference shows with dates such as 3/7/2022. Elsewhere such a text may mean 3 July.

Servers write them so whatever DateFormatString and DateTimeFormatString say."""

T = TypeVar("T")
S = TypeVar("S")
_Row = dict[str, Any]
Readers = Mapping[Any, Callable[[Any], Any]]
"""Readers of values by their types."""
FieldReaders = Mapping[str, Callable[[Any], Any]]
"""Readers of a struct's fields by wire name."""

_ROW_DECODER: Final = msgspec.json.Decoder(_Row, float_hook=Decimal)
_PAGE_DECODER: Final = msgspec.json.Decoder[list[_Row] | _Row](list[_Row] | _Row, float_hook=Decimal)
DECODING_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, InvalidOperation, RecursionError)
_UNTYPED_PAGE_DECODER: Final = msgspec.json.Decoder[list[_Row] | _Row](list[_Row] | _Row)
_RAW_ROWS_DECODER: Final = msgspec.json.Decoder(list[msgspec.Raw])


def read_rows(body: bytes, row_type: type[T], readers: FieldReaders | None = None) -> list[T]:
    """Decode a page field by field; a single object counts as a page of one row.

    Args:
        body: the page.
        row_type: the type of one row.
        readers: the readers of its fields; by default those that `field_readers` returns.

    Raises:
        DecodeError: the body is not JSON, it has no rows, or a field cannot be converted to its type.
    """
    json_decoder = _PAGE_DECODER if is_struct(row_type) else _UNTYPED_PAGE_DECODER
    page: list[_Row] | _Row = _parse(json_decoder, body, row_type)
    if isinstance(page, list):
        rows = page
    else:
        _check_names(body, page, row_type)
        rows = [page]
    readers = _usual_readers(row_type) if readers is None else readers  # type: ignore[arg-type]  # is hashable
    return [_convert_row(body, row_type, index, row, readers) for index, row in enumerate(rows)]


def read_row(body: bytes, row_type: type[T], readers: FieldReaders | None = None) -> T:
    """Decode one object field by field.

    Args:
        body: the object.
        row_type: its type.
        readers: the readers of its fields; by default those that `field_readers` returns.

    Raises:
        DecodeError: the body is not JSON or not an object, or a field cannot be converted to its type.
    """
    row = _parse(_ROW_DECODER, body, row_type)
    readers = _usual_readers(row_type) if readers is None else readers  # type: ignore[arg-type]  # is hashable
    return _convert_row(body, row_type, None, row, readers)


def check_object(body: bytes, row_type: type[Any]) -> None:
    """Check that an object is a row: the object of an error would be a row of default values.

    Raises:
        DecodeError: it has none of the fields of this type.
    """
    if is_struct(row_type):
        _check_names(body, _parse(_ROW_DECODER, body, row_type), row_type)


def _check_names(body: bytes, row: _Row, row_type: Any) -> None:
    names: tuple[str, ...] = row_type.__struct_encode_fields__ if is_struct(row_type) else ()
    if names and {name.lower() for name in row}.isdisjoint(map(str.lower, names)):
        raise DecodeError(name_of(row_type), body)


def _parse(json_decoder: msgspec.json.Decoder[S], body: bytes, row_type: type[Any]) -> S:
    try:
        return json_decoder.decode(body)
    except DECODING_ERRORS:
        raise DecodeError(name_of(row_type), body) from None


def try_decode(json_decoder: msgspec.json.Decoder[S], body: bytes) -> S | None:
    """Decode; None if that fails. The error is dropped because its message may quote a value."""
    try:
        return json_decoder.decode(body)
    except DECODING_ERRORS:
        return None


def _convert_row(body: bytes, row_type: type[T], index: int | None, row: _Row, readers: FieldReaders) -> T:
    field: str | None = None
    try:
        for field, read in readers.items():
            if field in row:
                row[field] = read(row[field])
        return _convert(row, row_type)
    except msgspec.ValidationError as error:
        field = _field_in(error)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        pass  # the field's reader raised it
    raise DecodeError(name_of(row_type), raw_row(body, index), row=index, field=field)


def _convert(row: _Row, row_type: type[T]) -> T:
    """Convert a row. A zone is there only if the caller asked for a format with one: it is kept."""
    zoned = {name: row[name] for name in _naive_fields(row_type) if getattr(row.get(name), "tzinfo", None)}  # type: ignore[arg-type]  # is hashable
    if not zoned:
        return msgspec.convert(row, row_type, strict=False)
    naive = {name: value.replace(tzinfo=None) for name, value in zoned.items()}
    converted = msgspec.convert({**row, **naive}, row_type, strict=False)
    for name, value in zoned.items():
        msgspec.structs.force_setattr(converted, name, value)  # type: ignore[arg-type]  # it is a struct
    return converted


@lru_cache(maxsize=256)
def _naive_fields(row_type: Any) -> tuple[str, ...]:
    hints = get_type_hints(row_type, include_extras=True) if is_struct(row_type) else {}
    return tuple(name for name, hint in hints.items() if is_naive(hint))


def _field_in(error: msgspec.ValidationError) -> str | None:
    found = re.search(r"\$\.(\w+)|missing required field `(\w+)`", str(error))
    return found and (found[1] or found[2])


def raw_row(body: bytes, index: int | None) -> bytes:
    """Return the bytes of one row of a page; the whole body if it is not a page."""
    if index is None or body.lstrip()[:1] != b"[":
        return body
    return bytes(_RAW_ROWS_DECODER.decode(body)[index])


def field_readers(row_type: Any, changed: Callable[[str, Readers], Readers] | None = None) -> FieldReaders:
    """Return the readers of a struct's fields.

    Args:
        row_type: the struct; other types have no fields.
        changed: returns other readers in place of the usual ones of a field, by its wire name.
    """
    if not is_struct(row_type):
        return {}
    hints = get_type_hints(row_type, include_extras=True)
    found: dict[str, Callable[[Any], Any]] = {}
    for field in msgspec.structs.fields(row_type):
        hint = hints[field.name]
        usual = _US_READERS if field.encode_name in US_DATE_FIELDS else _READERS
        if is_naive(hint):
            usual = _without_zones(usual)
        reader = _reader(hint, changed(field.encode_name, usual) if changed else usual)
        if reader:
            found[field.encode_name] = reader
    return found


def _without_zones(readers: Readers) -> Readers:
    def naive(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: read(value).replace(tzinfo=None)

    return {**readers, datetime: naive(readers[datetime]), time: naive(readers[time])}


@lru_cache(maxsize=256)
def _usual_readers(row_type: Any) -> FieldReaders:
    return field_readers(row_type)


def _reader(hint: Any, readers: Readers) -> Callable[[Any], Any] | None:
    if get_origin(hint) is Annotated:
        plain, *constraints = get_args(hint)
        null_texts = {each.text for each in constraints if isinstance(each, NullText)}
        read = _reader(plain, readers)
        return _none_if(null_texts, read) if read and null_texts else read
    if get_origin(hint) in {Union, UnionType}:
        kinds = [without_annotation(kind) for kind in get_args(hint) if kind is not type(None)]
        read = readers.get(kinds[0]) if len(kinds) == 1 else None
        return read and (_read_optional_str if kinds[0] is str else _optional(read))
    return readers.get(hint)


def _none_if(null_texts: set[str], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value in null_texts else read(value)


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_optional(value: Any) -> Any:
        return None if value in _EMPTY or value in _NO_DATE else read(value)

    return read_optional


def _read_optional_str(value: Any) -> str | None:
    return None if value is None else _read_str(value)


def _read_int(value: Any) -> int:
    if value in _EMPTY:
        return 0
    number = Decimal(value.strip() if isinstance(value, str) else value)
    if abs(number) >= INT_LIMIT or number != int(number):
        raise ValueError
    return int(number)


def _read_decimal(value: Any) -> Decimal:
    amount = Decimal(0) if value in _EMPTY else Decimal(value)
    if not is_plausible(amount):
        raise ValueError
    return amount


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
    return datetime.fromisoformat(_OFFSET_AFTER_SPACE.sub("", value.strip()))


def _read_us_datetime(value: Any) -> datetime:
    text = value.strip()
    for us_format in _US_FORMATS if "/" in text else ():
        try:
            return datetime.strptime(text, us_format)
        except ValueError:
            continue
    return _read_datetime(value)


def _read_time(value: Any) -> time:
    return time.fromisoformat(value.strip())


def _read_duration(value: Any) -> timedelta:
    return parse_duration(value.strip())


def _read_list(value: Any, read: Callable[[Any], Any]) -> list[Any]:
    if value in _EMPTY:
        return []
    if isinstance(value, str):
        return [read(each.strip()) for each in value.split(",") if each.strip()]
    if isinstance(value, list):
        return [read(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return [read(value)]


_READERS: Final[Readers] = {
    int: _read_int,
    Decimal: _read_decimal,
    float: lambda value: float(_read_decimal(value)),
    bool: _read_bool,
    str: _read_str,
    date: lambda value: _read_datetime(value).date(),
    datetime: _read_datetime,
    time: _read_time,
    timedelta: _read_duration,
    list[int]: lambda value: _read_list(value, _read_int),
    list[str]: lambda value: _read_list(value, _read_str),
}
_US_READERS: Final[Readers] = {
    **_READERS,
    date: lambda value: _read_us_datetime(value).date(),
    datetime: _read_us_datetime,
}

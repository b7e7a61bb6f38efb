"""Checks of parameters and bodies, and their conversion to stored values."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from odapi_async.sandbox.catalogue import Choice, Field, Operation
from odapi_async.sandbox.date_formats import FormatError, compiled
from odapi_async.sandbox.encoders import DateFormats
from odapi_async.sandbox.messages import MAX_BODY, MAX_BODY_BYTES, TOO_LONG, Refusal

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_COUNT: Final = re.compile(r"[0-9]{1,100}")
_LAST_COUNT: Final = 10**18  # still fits into 64 bits if a limit is added
_INT: Final = re.compile(r"-?[0-9]{1,19}")
_INTS: Final = range(-(2**63), 2**63)
_FLOAT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_FORMATS: Final = ("DateFormatString", "DateTimeFormatString")
_NOT_FILTERS: Final = frozenset({"Limit", "Offset", *_FORMATS})


Check = Callable[[str, Any], Any]
"""Takes a name and a value as sent; returns the value as stored."""


class Paging(msgspec.Struct, frozen=True):
    """The rows of a list that a request asked for, and the date formats."""

    limit: int
    offset: int
    formats: DateFormats


def paging(query: Mapping[str, str], max_rows: int, ignored: frozenset[str] = frozenset()) -> Paging:
    """Return the page that a query asks for.

    Args:
        query: the query.
        max_rows: the server's limit.
        ignored: the date formats that an old office does not know.

    Raises:
        Refusal: a number or a date format is wrong.
    """
    limit = _count("Limit", query.get("Limit"), least=1, default=max_rows)
    offset = _count("Offset", query.get("Offset"), least=0, default=0)
    wanted = (None if name in ignored else query.get(name) for name in _FORMATS)
    formats = DateFormats(*map(_format, _FORMATS, wanted))
    return Paging(min(limit, max_rows), offset, formats)


def parameters(
    operation: Operation, query: Mapping[str, str], ignored: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the checked query parameters of an operation as stored values; `ignored` ones are left out.

    Raises:
        Refusal: a parameter is unknown, missing or wrong.
    """
    known = {field.name: field for field in operation.query}
    given: dict[str, Any] = {}
    for name, text in query.items():
        if name in _NOT_FILTERS or name in ignored:
            continue
        field = known.get(name)
        if field is None:
            raise Refusal(400, f"'{name}' is not a valid parameter")
        given[name] = _checked(field, text)
    _complete(operation, operation.query, given)
    return given


def body(operation: Operation, content: bytes, unknown: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the checked body of an operation as stored values; other fields are ignored.

    Raises:
        Refusal: the body cannot be read, or a field is missing, wrong, or among the `unknown` ones.
    """
    sent = _parsed(content)
    for name in sorted(unknown.intersection(sent)):
        raise Refusal(400, f"'{name}' is not a valid parameter")
    known = {field.name: field for field in operation.body}
    given = {
        name: _checked(known[name], value)
        for name, value in sent.items()
        if name in known and value is not None
    }
    _complete(operation, operation.body, given)
    return given


def defaults(operation: Operation) -> dict[str, Any]:
    """Return the literal defaults of an operation's body, without the rules in angle brackets."""
    literal = (field for field in operation.body if not _is_rule(field.default))
    return {field.name: _checked(field, field.default) for field in literal}


def _is_rule(default: object) -> bool:
    return default is None or (isinstance(default, str) and (default.startswith("<") or not default))


def _parsed(content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    if len(content) > MAX_BODY_BYTES:
        raise Refusal(400, TOO_LONG)
    try:
        text = content.decode()
        sent = msgspec.json.decode(content)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        raise Refusal(400, "The body is not valid JSON.") from None
    if len(text) > MAX_BODY:
        raise Refusal(400, TOO_LONG)
    if not isinstance(sent, dict):
        raise Refusal(400, "The body is not a JSON object.")
    return cast("dict[str, Any]", sent)


def _complete(operation: Operation, fields: tuple[Field, ...], given: Mapping[str, Any]) -> None:
    for field in fields:
        if field.required and field.name not in given:
            raise Refusal(400, f"{field.name} is required.")
    names = {field.name for field in fields}
    for choice in operation.either_or:
        if choice.when is None and names.issuperset(choice.fields):
            _choose(choice, given)


def _choose(choice: Choice, given: Mapping[str, Any]) -> None:
    count = sum(name in given for name in choice.fields)
    if count == 0 and choice.rule != "at_most_one":
        raise Refusal(400, f"{' or '.join(choice.fields)} is required.")
    if count > 1 and choice.rule != "at_least_one":
        raise Refusal(400, f"Only one of {', '.join(choice.fields)} is allowed.")


def _checked(field: Field, value: Any) -> Any:
    if field.enum and not field.enum_open and str(value) not in field.enum:
        raise Refusal(400, f"{field.name} is invalid")
    if field.type.startswith("list"):
        return _list(field, value)
    check: Check = _CHECKS.get(field.type, _text)
    return check(field.name, value)


def _count(name: str, text: str | None, *, least: int, default: int) -> int:
    if text is None:
        return default
    if not _COUNT.fullmatch(text) or int(text) < least:
        raise Refusal(400, f"{name} is invalid.")
    return min(int(text), _LAST_COUNT)


def _format(name: str, pattern: str | None) -> str | None:
    try:
        if pattern is not None:
            compiled(pattern)
    except FormatError:
        raise Refusal(400, f"{name} is invalid.") from None
    return pattern


def _text(name: str, value: Any) -> str:
    if isinstance(value, (dict, list, bool)):
        raise Refusal(400, f"{name} is invalid.")
    return str(value)


def _int(name: str, value: Any) -> int:
    if isinstance(value, bool) or not _INT.fullmatch(str(value)) or int(value) not in _INTS:
        raise Refusal(400, f"{name} is invalid.")
    return int(value)


def _float(name: str, value: Any) -> float:
    is_number = not isinstance(value, bool) and _FLOAT.fullmatch(str(value))
    if not is_number or not math.isfinite(float(value)):
        raise Refusal(400, f"{name} is invalid.")
    return float(value)


def _bool(name: str, value: Any) -> str:
    if not isinstance(value, str) or value.lower() not in {"true", "false"}:
        raise Refusal(400, f'{name} must be "true" or "false".')
    return value.lower()


def _moment(pattern: re.Pattern[str], form: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        try:
            if isinstance(value, str) and pattern.fullmatch(value):
                dt.datetime.fromisoformat(value)
                return value
        except ValueError:
            pass
        raise Refusal(400, f"{name} format must be {form}.")

    return check


def _datetime(name: str, value: Any) -> str:
    text = _moment(_DATETIME, "yyyy-MM-dd HH:mm:ss")(name, value)
    return f"{text} 00:00:00" if _DATE.fullmatch(text) else text


def _time(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Refusal(400, f"{name} format must be HH:mm:ss.")
    return value


def _list(field: Field, value: Any) -> list[Any]:
    if isinstance(value, str):
        value = [part.strip() for part in value.strip("[]").split(",") if part.strip()]
    if not isinstance(value, list):
        raise Refusal(400, f"{field.name} is invalid.")
    items = cast("Sequence[Any]", value)
    return [_int(field.name, item) for item in items] if field.type == "list[int]" else list(items)


_CHECKS: Final[dict[str, Check]] = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "date": _moment(_DATE, "yyyy-MM-dd"),
    "datetime": _datetime,
    "time": _time,
    "str": _text,
}

"""The parameters DateFormatString and DateTimeFormatString: which operations take them, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, TypedDict

from odapi_async._wire.constraints import Since
from odapi_async._wire.date_formats import DateFormat, FormatError, Kind, compile_format
from odapi_async._wire.hints import members, types_in
from odapi_async._wire.values import encode_str
from odapi_async.errors import InvalidRequest

_DEFAULTS: Final = {"DateFormatString": "yyyy-MM-dd", "DateTimeFormatString": "yyyy-MM-dd HH:mm:ss"}
_KINDS: Final[dict[str, Kind]] = {"DateFormatString": "date", "DateTimeFormatString": "datetime"}
_TYPES: Final[dict[Any, Kind]] = {date: "date", datetime: "datetime"}
_ADVICE: Final = "; for the text as it comes, use .into(Struct) with str fields, or practice.rows()"


class DateFormats(TypedDict, total=False):
    """The parameter of every operation that returns dates."""

    DateFormatString: Annotated[str, Since("22.2.26")]
    """The form of dates in the response, as a custom format of .NET. Default: yyyy-MM-dd."""


class DateTimeFormats(TypedDict, total=False):
    """The parameter of every operation that returns date-times."""

    DateTimeFormatString: Annotated[str, Since("22.2.14")]
    """The form of date-times in the response, as a custom format of .NET. With zzz they have the UTC offset
    of the office. Default: yyyy-MM-dd HH:mm:ss."""


class DateAndTimeFormats(DateFormats, DateTimeFormats, total=False):
    """The parameters of every operation that returns dates and date-times."""


_SHAPES: Final[dict[frozenset[Kind], type[Any]]] = {
    frozenset({"date"}): DateFormats,
    frozenset({"datetime"}): DateTimeFormats,
    frozenset({"date", "datetime"}): DateAndTimeFormats,
}


class Formats(NamedTuple):
    """The formats of a response, where they are not the default ones.

    Attributes:
        date: of its dates.
        datetime: of its date-times.
    """

    date: str | None = None
    datetime: str | None = None

    def compiled(self, row_type: Any) -> dict[Kind, DateFormat]:
        """Return the compiled formats for the fields of a struct.

        A struct of the caller's may have a date-time where the office writes a date, and vice versa. So
        the result has the format of a kind that the struct has no fields of, too, if its texts can be read
        back.

        Raises:
            InvalidRequest: a format of the struct's fields is not valid, or its texts cannot be read back.
        """
        kinds = kinds_in(row_type)
        found: dict[Kind, DateFormat] = {}
        for name, text in zip(_KINDS, self, strict=True):
            if text is None:
                continue
            kind = _KINDS[name]
            try:
                found[kind] = _readable(name, text)
            except InvalidRequest:
                if kind in kinds:
                    raise
        return found


DEFAULT: Final = Formats()


def formats_in(query: Mapping[str, str]) -> Formats:
    """Return the formats that a query asks for."""
    if query.keys().isdisjoint(_KINDS):
        return DEFAULT
    return Formats(
        *(None if query.get(name) == form else query.get(name) for name, form in _DEFAULTS.items())
    )


def format_parameters(row_type: Any) -> type[Any] | None:
    """Return the TypedDict of the formats that an operation takes, by the struct that it returns."""
    return _SHAPES.get(kinds_in(row_type))


def without_formats(values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the formats among the arguments of an operation, and the other arguments."""
    formats = {name: value for name, value in values.items() if name in _KINDS}
    return formats, {name: value for name, value in values.items() if name not in _KINDS}


def encode_formats(operation: str, row_type: Any, formats: Mapping[str, object]) -> dict[str, str]:
    """Check formats and return them for a query.

    Args:
        operation: the name of the operation, for the error's message.
        row_type: the struct that it returns.
        formats: the formats by wire name.

    Raises:
        InvalidRequest: the operation returns no such values, or a format is not valid.
    """
    kinds = kinds_in(row_type)
    for name, value in formats.items():
        if _KINDS[name] not in kinds:
            raise InvalidRequest(name, f"is not a parameter of {operation}, which {_returned(kinds)}")
        _compiled(name, encode_str(name, value))
    return {name: str(value) for name, value in formats.items()}


def _returned(kinds: frozenset[Kind]) -> str:
    """Return which format an operation takes, by the kinds of values that it returns, for an error."""
    if not kinds:
        return "returns neither dates nor date-times; leave it out"
    [(name, kind)] = [each for each in _KINDS.items() if each[1] in kinds]
    values, others = ("dates", "date-times") if kind == "date" else ("date-times", "dates")
    return f"returns {values} and no {others}; use {name}"


def _compiled(name: str, text: str) -> DateFormat:
    try:
        return compile_format(text)
    except FormatError as error:
        raise InvalidRequest(name, str(error)) from None


def _readable(name: str, text: str) -> DateFormat:
    form = _compiled(name, text)
    if reason := form.unreadable(_KINDS[name]):
        raise InvalidRequest(name, f"{reason}{_ADVICE}")
    return form


@lru_cache(maxsize=256)
def kinds_in(row_type: Any) -> frozenset[Kind]:
    """Return whether a type has dates in it, date-times, both or none."""
    return frozenset(_TYPES[each] for each in types_in(row_type) if each in _TYPES)


def kind_of(hint: Any) -> Kind | None:
    """Return whether the type of a field is a date or a date-time, perhaps optional or annotated."""
    kinds = [each for each in members(hint) if each is not NoneType]
    return _TYPES.get(kinds[0]) if len(kinds) == 1 else None

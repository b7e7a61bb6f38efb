"""Decodes rows whose dates have a format of the caller's.

First a page is decoded in C into a copy of the struct that has text in place of dates. Then the dates of the
page are read, all at once, and the rows are made from both. If that fails, the page is decoded tolerantly. So
is a page with fields that servers write in US style whatever the format is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire.cleaning import cleaner
from odapi_async._wire.date_formats import DateFormat, Kind
from odapi_async._wire.decoder import Decoder, decoder
from odapi_async._wire.formats import DEFAULT, Formats, formats_in, kind_of, kinds_in
from odapi_async._wire.hints import is_struct, name_of
from odapi_async._wire.tolerant import (
    US_DATE_FIELDS,
    US_STYLE,
    Readers,
    field_readers,
    try_decode,
)
from odapi_async.errors import InvalidRequest

T = TypeVar("T")

_DEFAULT_FORMS: Final[Mapping[Kind, re.Pattern[str]]] = {
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", re.ASCII),
}
_OTHER: Final[Mapping[Kind, Kind]] = {"date": "datetime", "datetime": "date"}
_TYPES: Final[Mapping[str, type[date]]] = {"date": date, "datetime": datetime}


def decoder_for(row_type: type[T], query: Mapping[str, str]) -> Decoder[T]:
    """Return the decoder of a type for the response to a query, which may ask for formats of dates.

    Raises:
        InvalidRequest: rows cannot be decoded into the type, or the texts cannot be read back into its
            fields.
    """
    usual, formats = decoder(row_type), formats_in(query)
    if formats == DEFAULT:
        return usual
    return _cached(row_type, formats) or usual  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=256)
def _cached(row_type: Any, formats: Formats) -> Decoder[Any] | None:
    """Return the decoder of a type for custom formats; None if they do not concern it."""
    if not kinds_in(row_type):
        return None
    if not is_struct(row_type):
        raise InvalidRequest(
            "into",
            f"the dates of {name_of(row_type)} are read in the default format only; "
            "with a custom format pass a msgspec.Struct, or leave the format out",
        )
    compiled = formats.compiled(row_type)
    return _FormattedDecoder(row_type, compiled) if compiled else None


class _FormattedDecoder(Decoder[T]):
    """Decodes bodies into rows whose dates have a format of the caller's.

    Args:
        row_type: a struct with fields that are dates.
        formats: the formats by kind of field.

    Raises:
        InvalidRequest: the texts cannot be read back into the fields of the type.
    """

    __slots__ = ("_clean_other", "_copy", "_formats")

    def __init__(self, row_type: type[T], formats: Mapping[Kind, DateFormat]) -> None:
        super().__init__(row_type)
        self._formats = formats
        _check_nested(row_type)
        self._copy = _copy(row_type, formats)
        self._clean_other = cleaner(row_type, lambda hint: kind_of(hint) not in formats)

        def with_formats(name: str, usual: Readers) -> Readers:
            own: dict[Any, Callable[[Any], Any]] = {
                date: _reader("date", formats, usual[date]),
                datetime: _reader("datetime", formats, usual[datetime]),
            }
            if name in US_DATE_FIELDS:
                own = {kind: _us_reader(usual[kind], read) for kind, read in own.items()}
            return {**usual, **own}

        self._readers = field_readers(row_type, with_formats)

    def page(self, body: bytes) -> list[T]:
        """Decode a list."""
        body = self._fix_names(body)
        rows = self._quickly(body)
        if rows is None:
            return self._tolerantly(self._read_page, body)
        return self._checked(rows, body, self._clean_other)

    def row(self, body: bytes) -> T:
        """Decode one object."""
        return self._tolerantly(self._read_row, self._fix_names(body))

    def _quickly(self, body: bytes) -> list[T] | None:
        """Decode a page that has the documented types, with None for "no date"; None if it has not."""
        copies = self._copy and try_decode(self._copy.decoder, body)
        if copies is None or self._copy is None:
            return None
        try:
            tables = [
                _table(self._formats[kind], kind, texts(copies)) for kind, texts in self._copy.texts.items()
            ]
            return self._copy.make(copies, self.row_type, *tables)
        except (ValueError, TypeError):
            return None


class _Copy(NamedTuple):
    """A copy of a struct with text in place of dates.

    Attributes:
        decoder: decodes a page of them.
        texts: by kind of field, functions that return the texts of all such fields, each once.
        make: makes rows from copies, the struct, and a table of values by text for each kind; "no date" is
            None in it.
    """

    decoder: msgspec.json.Decoder[list[Any]]
    texts: Mapping[Kind, Callable[[list[Any]], set[str | None]]]
    make: Callable[..., list[Any]]


def _table(form: DateFormat, kind: Kind, found: set[str | None]) -> dict[str | None, Any]:
    found.discard(None)
    texts = [*cast("set[str]", found)]
    table: dict[str | None, Any] = dict(zip(texts, form.parse_optional(kind, texts), strict=True))
    table[None] = None
    return table


def _copy(row_type: Any, formats: Mapping[Kind, DateFormat]) -> _Copy | None:
    """Return a copy of a struct; None if it would lose options, or would read a date in US style wrongly."""
    options = row_type.__struct_config__
    if options.tag is not None or options.array_like or options.forbid_unknown_fields:
        return None
    hints = get_type_hints(row_type, include_extras=True)
    fields: list[Any] = []
    dated: dict[Kind, list[str]] = {kind: [] for kind in formats}
    arguments: list[str] = []
    for place, field in enumerate(msgspec.structs.fields(row_type)):
        hint, value = hints[field.name], f"v{place}"
        kind = kind_of(hint)
        if kind and kind in formats:
            if _is_special(hint, field) or field.encode_name in US_DATE_FIELDS:
                return None
            dated[kind].append(f"row.{field.name}, ")
            value = f"{kind}s[{value}]"
            if _is_optional(hint):
                hint = str | None
            else:
                hint, value = str, f"({value} or {kind}.min)"
        fields.append((field.name, hint, _default(field)))
        arguments.append(value if field.name in row_type.__match_args__ else f"{field.name}={value}")
    copied = msgspec.defstruct(row_type.__name__, fields, gc=False, kw_only=True)
    values = "".join(f"v{place}, " for place in range(len(fields)))
    make = _function(
        f"rows, new, {', '.join(f'{kind}s' for kind in formats)}",
        f"[new({', '.join(arguments)}) for {values} in map(astuple, rows)]",
    )
    texts = {
        kind: _function("rows", f"{{text for row in rows for text in ({''.join(names)})}}")
        for kind, names in dated.items()
    }
    return _Copy(msgspec.json.Decoder(list[copied], strict=False), texts, make)  # type: ignore[valid-type]


def _function(arguments: str, result: str) -> Any:
    return eval(f"lambda {arguments}: {result}", {**_TYPES, "astuple": msgspec.structs.astuple})  # noqa: S307 - no names from outside but those of the struct's fields


def _is_special(hint: Any, field: msgspec.structs.FieldInfo) -> bool:
    """Return whether a field has constraints, or a date as its default."""
    constraints: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    has_default = (
        field.default not in {None, msgspec.NODEFAULT} or field.default_factory is not msgspec.NODEFAULT
    )
    return has_default or any(isinstance(each, msgspec.Meta) for each in constraints)


def _is_optional(hint: Any) -> bool:
    return NoneType in get_args(get_args(hint)[0] if get_origin(hint) is Annotated else hint)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        factory: Callable[[], Any] = field.default_factory
        return msgspec.field(default_factory=factory, name=field.encode_name)
    return msgspec.field(default=field.default, name=field.encode_name)


def _check_nested(row_type: Any) -> None:
    for name, hint in get_type_hints(row_type).items():
        if kind_of(hint) is None and kinds_in(hint):
            raise InvalidRequest(
                name, "has dates inside it, which are read in the default format only; make them str"
            )


def _reader(
    kind: Kind, formats: Mapping[Kind, DateFormat], usual: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    """Return a reader of one field, for a page with irregular fields.

    A field may come in the default format although another one was asked for: the server is older than the
    parameter, or writes this field as text. It is read only if its shape is not that of the format that was
    asked for. A field may also be of the other kind in the caller's struct than at the office.
    """
    own, other, other_kind = formats.get(kind), formats.get(_OTHER[kind]), _OTHER[kind]

    def read(value: str) -> Any:
        if own and own.fits(kind, value):
            [moment] = own.parse(kind, [value])
            return moment
        if _DEFAULT_FORMS[kind].fullmatch(value):
            return usual(value)
        if other and other.fits(other_kind, value):
            [moment] = other.parse(other_kind, [value])
            return moment.date() if kind == "date" else datetime.combine(moment, time())
        if own and not _DEFAULT_FORMS[other_kind].fullmatch(value):
            raise ValueError
        return usual(value)

    return read


def _us_reader(usual: Callable[[Any], Any], otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a reader of a field that servers write in US style whatever the format is."""

    def read(value: str) -> Any:
        return usual(value) if US_STYLE.fullmatch(value) else otherwise(value)

    return read

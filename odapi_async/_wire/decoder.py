"""Decodes response bodies into rows: one decoder per type, made on first use and cached.

First a whole page is decoded in C. If that fails, the page is decoded tolerantly (see `tolerant`). Then the
API's "no date", 0001-01-01, becomes None, and so does a number that means None, such as -1. A row without its
id is an error: some servers answer 200 with an error object, and its row would have only default values. A
function generated for each struct does this: straight-line comparisons were the fastest way measured, and
they also work for a caller's own struct (`Rows.into`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, Final, Generic, TypeVar, get_args, get_type_hints

import msgspec

from odapi_async._wire.constraints import Alias, NullNumber, Since, without_annotation
from odapi_async._wire.names import CaseFixer
from odapi_async._wire.tolerant import (
    check_object,
    is_struct,
    raw_row,
    read_row,
    read_rows,
    try_decode,
)
from odapi_async.errors import DecodeError, InvalidRequest

T = TypeVar("T")

SERVER_TIME: Final = "serverDateTime"
"""A field that belongs to the response and not to the row."""


class Decoder(Generic[T]):
    """Decodes bodies into rows of one type.

    Args:
        row_type: a msgspec struct, or `dict` if the columns are not known.
    """

    __slots__ = ("_aliases", "_case", "_clean", "_ids", "_page", "_row", "row_type")

    def __init__(self, row_type: type[T]) -> None:
        self.row_type = row_type
        self._page = msgspec.json.Decoder[list[T]](list[row_type], strict=False)  # type: ignore[valid-type]
        self._row = msgspec.json.Decoder(row_type, strict=False)
        self._ids = id_fields(row_type)
        self._clean = cleaner(row_type)
        self._aliases = _aliases(row_type)
        self._case = _case_fixer(row_type)

    def page(self, body: bytes) -> list[T]:
        """Decode a list.

        Raises:
            DecodeError: the body cannot be read as rows of this type, or a row has no id.
        """
        body = self._fix_names(body)
        rows = try_decode(self._page, body)
        if rows is None:
            rows = read_rows(body, self.row_type)
        return self._checked(rows, body)

    def row(self, body: bytes) -> T:
        """Decode one object.

        Raises:
            DecodeError: the body cannot be read as a row of this type, or the row has no id.
        """
        body = self._fix_names(body)
        row = try_decode(self._row, body)
        if row is None:
            row = read_row(body, self.row_type)
        if not self._ids:
            check_object(body, self.row_type)
        return self._checked([row], body)[0]

    def _checked(
        self, rows: list[T], body: bytes, clean: Callable[[list[Any]], Any] | None = None
    ) -> list[T]:
        """Return the rows without values that mean None; fail if one has no id."""
        clean = clean or self._clean
        without_id = clean and clean(rows)
        if without_id is None:
            return rows
        index = next(at for at, row in enumerate(rows) if row is without_id)
        raise DecodeError(self.row_type.__name__, raw_row(body, index), row=index, field=self._ids[0])

    def _fix_names(self, body: bytes) -> bytes:
        for misspelled, name in self._aliases:
            body = body.replace(misspelled, name)
        return self._case.fix(body) if self._case else body


_cache: dict[Any, Decoder[Any]] = {}


def decoder(row_type: type[T]) -> Decoder[T]:
    """Return the cached decoder of a type.

    Raises:
        InvalidRequest: rows cannot be decoded into this type.
    """
    cached: Decoder[T] | None = _cache.get(row_type)
    if cached is None:
        try:
            _check_type(row_type)
            cached = _cache[row_type] = Decoder(row_type)
        except TypeError as error:  # msgspec's, which quotes types alone
            raise InvalidRequest(
                "into", f"rows cannot be decoded into {name_of(row_type)}: {error}"
            ) from None
    return cached


def name_of(row_type: Any) -> str:
    """Return the name of a type for a message; a union has none."""
    return getattr(row_type, "__name__", str(row_type))


def _check_type(row_type: type[Any]) -> None:
    """Refuse a class that the decoder knows nothing about, such as a pydantic model, before rows are read."""
    if is_struct(row_type) or row_type in {dict, object}:
        return
    import msgspec.inspect  # noqa: PLC0415 - few types need it

    if isinstance(msgspec.inspect.type_info(row_type), msgspec.inspect.CustomType):
        raise InvalidRequest(
            "into",
            f"rows cannot be decoded into {row_type.__name__}: pass a msgspec.Struct, a dataclass or a "
            "TypedDict, or make your objects from the dictionaries of practice.rows(path)",
        )


def _case_fixer(row_type: Any) -> CaseFixer | None:
    return CaseFixer(row_type.__struct_encode_fields__) if is_struct(row_type) else None


def _aliases(row_type: type[Any]) -> list[tuple[bytes, bytes]]:
    """Return pairs of names as they appear in JSON before a colon; inside a text the quotes are escaped."""
    if not is_struct(row_type):
        return []
    return [
        (f'"{constraint.name}":'.encode(), f'"{name}":'.encode())
        for name, hint in get_type_hints(row_type, include_extras=True).items()
        for constraint in getattr(hint, "__metadata__", ())
        if isinstance(constraint, Alias)
    ]


def row_id_fields(row_type: Any) -> tuple[str, ...]:
    """Return the fields of which one is the id of a row: the first one, unless the struct names others."""
    named: tuple[str, ...] | None = getattr(row_type, "__id_fields__", ())
    if named is not None:
        return named
    return (next(name for name in row_type.__struct_fields__ if name != SERVER_TIME),)


def id_fields(row_type: Any) -> tuple[str, ...]:
    """Return the id fields that each row has; none if an older server does not send them."""
    found = row_id_fields(row_type)
    hints = get_type_hints(row_type, include_extras=True) if found else {}
    rules: list[Any] = [rule for name in found for rule in getattr(hints[name], "__metadata__", ())]
    return () if any(isinstance(rule, Since) for rule in rules) else found


def cleaner(
    row_type: type[Any], is_wanted: Callable[[Any], bool] = lambda _: True
) -> Callable[[list[Any]], Any] | None:
    """Generate a function that turns minimum dates and numbers that mean None into None.

    Args:
        row_type: the type of the rows.
        is_wanted: whether it does so in a field of this type.

    Returns:
        The function, which returns the first row without an id; None if the struct has no such field.
    """
    if not is_struct(row_type):
        return None
    values = {
        name: value
        for name, hint in get_type_hints(row_type, include_extras=True).items()
        if is_wanted(hint) and (value := _value_for_none(hint)) is not None
    }
    ids = id_fields(row_type)
    if not values and not ids:
        return None
    lines = [f"  if row.{name} == none_{name}: put(row, {name!r}, None)" for name in values]
    if ids:
        lines.insert(0, f"  if not ({' or '.join(f'row.{name}' for name in ids)}): return row")
    scope: dict[str, Any] = {
        "put": msgspec.structs.force_setattr,
        **{f"none_{name}": value for name, value in values.items()},
    }
    arguments = ", ".join(f"{name}={name}" for name in scope)
    source = "\n".join([f"def clean(rows, {arguments}):", " for row in rows:", *lines])
    exec(source, scope)  # noqa: S102 - it contains no names but those of the struct's fields
    return scope["clean"]  # type: ignore[no-any-return]


def _value_for_none(hint: Any) -> Any:
    """Return the value that means None in a field, in the field's own type; None if there is none."""
    constraints: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    number = next((each.number for each in constraints if isinstance(each, NullNumber)), None)
    if number is None:
        return _minimum(hint)
    # a Decimal is compared with a Decimal in half the time
    return Decimal(number) if Decimal in get_args(get_args(hint)[0]) else number


def _minimum(hint: Any) -> date | None:
    kinds = [without_annotation(kind) for kind in get_args(without_annotation(hint))]
    if NoneType not in kinds:
        return None
    return next((kind.min for kind in (datetime, date) if kind in kinds), None)

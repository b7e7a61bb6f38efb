"""Rows out of bodies: one decoder per type, made on first use and kept.

The first try decodes a whole page in C. A page that fails it is read again tolerantly (see `tolerant`). Then
the API's "no date", 0001-01-01, becomes None: by a function that is written for each struct, because
straight-line comparisons are the cheapest way that was measured, and because so they serve a caller's own
struct (`Rows.into`) as well as ours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire.constraints import Alias
from odapi_async._wire.tolerant import BROKEN, is_struct, read_one, read_rows

T = TypeVar("T")

_MINIMA: Final[tuple[tuple[type, str], ...]] = ((datetime, "no_datetime"), (date, "no_date"))


class Decoder(Generic[T]):
    """Decodes bodies into rows of one type.

    Args:
        row_type: a msgspec struct, or `dict` where the columns are open.
    """

    __slots__ = ("_aliases", "_clean", "_page", "_row", "row_type")

    def __init__(self, row_type: type[T]) -> None:
        self.row_type = row_type
        self._page = msgspec.json.Decoder[list[T]](list[row_type], strict=False)  # type: ignore[valid-type]
        self._row = msgspec.json.Decoder(row_type, strict=False)
        self._clean = _cleaner(row_type)
        self._aliases = _aliases(row_type)

    def page(self, body: bytes) -> list[T]:
        """Decode a list.

        Raises:
            DecodeError: the body cannot be read as rows of this type.
        """
        body = self._spelt(body)
        rows = _attempt(self._page, body)
        if rows is None:
            rows = read_rows(body, self.row_type)
        if self._clean:
            self._clean(rows)
        return rows

    def row(self, body: bytes) -> T:
        """Decode one object.

        Raises:
            DecodeError: the body cannot be read as a row of this type.
        """
        body = self._spelt(body)
        row = _attempt(self._row, body)
        if row is None:
            row = read_one(body, self.row_type)
        if self._clean:
            self._clean([row])
        return row

    def _spelt(self, body: bytes) -> bytes:
        for misspelt, name in self._aliases:
            body = body.replace(misspelt, name)
        return body


_kept: dict[Any, Decoder[Any]] = {}


def decoder(row_type: type[T]) -> Decoder[T]:
    """Return the decoder of a type; the same one each time."""
    kept: Decoder[T] | None = _kept.get(row_type)
    if kept is None:
        kept = _kept[row_type] = Decoder(row_type)
    return kept


def _attempt(kept: msgspec.json.Decoder[T], body: bytes) -> T | None:
    """Decode; None if it fails. What fails is forgotten, because the text of the error may quote a value."""
    try:
        return kept.decode(body)
    except BROKEN:
        return None


def _aliases(row_type: type[Any]) -> list[tuple[bytes, bytes]]:
    """Return names as they stand in JSON before a colon; inside a text the quotes would be escaped."""
    if not is_struct(row_type):
        return []
    return [
        (f'"{mark.name}":'.encode(), f'"{name}":'.encode())
        for name, hint in get_type_hints(row_type, include_extras=True).items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Alias)
    ]


def _cleaner(row_type: type[Any]) -> Callable[[list[Any]], None] | None:
    """Write the function that turns minimum dates of a struct into None; None if it has no such field."""
    if not is_struct(row_type):
        return None
    lines = [
        f"  if row.{name} == {minimum}: put(row, {name!r}, None)"
        for name, hint in get_type_hints(row_type, include_extras=True).items()
        if (minimum := _minimum(hint))
    ]
    if not lines:
        return None
    scope: dict[str, Any] = {
        "put": msgspec.structs.force_setattr,
        "no_date": date.min,
        "no_datetime": datetime.min,
    }
    source = "\n".join(
        ["def clean(rows, put=put, no_date=no_date, no_datetime=no_datetime):", " for row in rows:", *lines]
    )
    exec(source, scope)  # noqa: S102 - the only names in it are those of the struct's own fields
    return scope["clean"]  # type: ignore[no-any-return]


def _minimum(hint: Any) -> str | None:
    if get_origin(hint) is Annotated:
        return _minimum(get_args(hint)[0])
    kinds = [get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in get_args(hint)]
    if NoneType not in kinds:
        return None
    return next((name for kind, name in _MINIMA if kind in kinds), None)

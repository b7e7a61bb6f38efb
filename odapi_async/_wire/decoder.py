"""Decodes response bodies into rows: one decoder per type, made on first use and cached.

First a whole page is decoded in C. If that fails, the page is decoded tolerantly (see `tolerant`), and if it
is not JSON, its texts are repaired (see `mending`). The rows are then checked and completed (see `cleaning`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from odapi_async._wire.cleaning import Clean, cleaner, id_fields
from odapi_async._wire.constraints import Alias
from odapi_async._wire.hints import is_struct, name_of
from odapi_async._wire.mending import mend
from odapi_async._wire.names import CaseFixer
from odapi_async._wire.row_types import check_row_type, check_type
from odapi_async._wire.tolerant import (
    FieldReaders,
    check_object,
    raw_row,
    read_row,
    read_rows,
    try_decode,
)
from odapi_async.errors import DecodeError, InvalidRequest
from odapi_async.telemetry import LOGGER

S = TypeVar("S")
T = TypeVar("T")


class Decoder(Generic[T]):
    """Decodes bodies into rows of one type.

    Args:
        row_type: a msgspec struct, or `dict` if the columns are not known.
    """

    __slots__ = (
        "_aliases",
        "_case",
        "_clean",
        "_ids",
        "_page",
        "_readers",
        "_row",
        "_told",
        "row_type",
    )

    def __init__(self, row_type: type[T]) -> None:
        self.row_type = row_type
        self._page = msgspec.json.Decoder[list[T]](list[row_type], strict=False)  # type: ignore[valid-type]
        self._row = msgspec.json.Decoder(row_type, strict=False)
        self._readers: FieldReaders | None = None
        self._ids = id_fields(row_type)
        self._clean = cleaner(row_type)
        self._aliases = _aliases(row_type)
        self._case = _case_fixer(row_type)
        self._told = False

    def page(self, body: bytes) -> list[T]:
        """Decode a list.

        Raises:
            DecodeError: the body cannot be read as rows of this type, a row has no id, or an amount is not
                plausible.
        """
        body = self._fix_names(body)
        rows = try_decode(self._page, body)
        if rows is None:
            return self._tolerantly(self._read_page, body)
        return self._checked(rows, body, self._clean)

    def row(self, body: bytes) -> T:
        """Decode one object.

        Raises:
            DecodeError: the body cannot be read as a row of this type, the row has no id, or an amount is
                not plausible.
        """
        body = self._fix_names(body)
        row = try_decode(self._row, body)
        if row is None:
            return self._tolerantly(self._read_row, body)
        if not self._ids:
            check_object(body, self.row_type)
        return self._checked([row], body, self._clean)[0]

    def _read_page(self, body: bytes) -> list[T]:
        return self._checked(read_rows(body, self.row_type, self._readers), body, self._clean)

    def _read_row(self, body: bytes) -> T:
        row = read_row(body, self.row_type, self._readers)
        if not self._ids:
            check_object(body, self.row_type)
        return self._checked([row], body, self._clean)[0]

    def _tolerantly(self, read: Callable[[bytes], S], body: bytes) -> S:
        """Read a body tolerantly; if that fails, too, repair its texts and read it again."""
        try:
            return read(body)
        except DecodeError:
            mended = mend(body)
            if mended is None:
                raise
        try:
            result = read(self._fix_names(mended.body))
        except DecodeError as error:
            if error.row is None:
                error.raw = body  # as it came
            raise
        if mended.characters:
            self._tell_mended(mended.characters)
        return result

    def _tell_mended(self, characters: int) -> None:
        """Log how many characters were replaced; only the first time is a warning, since many may follow."""
        level = logging.DEBUG if self._told else logging.WARNING
        self._told = True
        LOGGER.log(
            level,
            "%d damaged characters in a response with rows of %s were replaced",
            characters,
            name_of(self.row_type),
        )

    def _checked(self, rows: list[T], body: bytes, clean: Clean | None) -> list[T]:
        """Return the rows without values that mean None; fail if one of them cannot be right."""
        wrong = clean and clean(rows)
        if not wrong:
            return rows
        row, field = wrong
        index = next(at for at, each in enumerate(rows) if each is row)
        raise DecodeError(name_of(self.row_type), raw_row(body, index), row=index, field=field)

    def _fix_names(self, body: bytes) -> bytes:
        for misspelled, name in self._aliases:
            body = body.replace(misspelled, name)
        return self._case.fix(body) if self._case else body


def decoder(row_type: type[T]) -> Decoder[T]:
    """Return the cached decoder of a type.

    Raises:
        InvalidRequest: rows cannot be decoded into this type.
    """
    try:
        return _cached(row_type)  # type: ignore[arg-type]  # a type is hashable
    except TypeError as error:  # msgspec's, which quotes types alone
        raise InvalidRequest("into", f"rows cannot be decoded into {name_of(row_type)}: {error}") from None


@lru_cache(maxsize=256)  # not without limit, because programs may make types as they go
def _cached(row_type: type[T]) -> Decoder[T]:
    check_type(row_type)
    return Decoder(row_type)


def check_rows_of(row_type: Any) -> None:
    """Refuse a type that no list of rows can be decoded into.

    Raises:
        InvalidRequest: it is such a type.
    """
    decoder(row_type)
    check_row_type(row_type)


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

"""Columns derived from structs: types, and values as a database driver takes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Container, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from odapi_async.mirror.database.names import Column, columns
from odapi_async.mirror.errors import ValueRejected

_MAX_EXPONENT: Final = 30
"""Amounts beyond 10 to this power are no amounts, and PostgreSQL or an export may not hold them."""

_DIGITS: Final = re.compile(r"[-.\d]+")

Convert = Callable[[Sequence[Any]], Sequence[Any]]
"""Converts all values of a column into values that the driver takes."""


class ExactNumeric(sa.types.TypeDecorator[Decimal]):
    """An exact amount. SQLite stores it as a number that reads back as the same digits."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return the column type for the database."""
        return dialect.type_descriptor(_SqliteNumeric() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Convert a Decimal for the driver."""
        return str(value) if dialect.name == "sqlite" and value is not None else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - the signature of the base
        """Convert a value from the driver to a Decimal; what is no number becomes NaN."""
        if value is None:
            return None
        try:
            return Decimal(str(value))
        except InvalidOperation:  # a SQLite column takes any text
            return Decimal("NaN")


class _SqliteNumeric(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "NUMERIC"


class _SqliteDateTime(sqlite.DATETIME):
    """A time as the statements of pages write it: without a fraction if it is 0, so that texts compare."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature of the base
        return _text_of_time


class _SqliteTime(sqlite.TIME):
    """A time of day as the statements of pages write it."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature of the base
        return _text_of_time


def _text_of_time(value: dt.datetime | dt.time | None) -> str | None:
    return None if value is None else str(value)


DATE_TIME: Final[sa.types.TypeEngine[dt.datetime]] = sa.DateTime().with_variant(
    _SqliteDateTime(),  # type: ignore[no-untyped-call]
    "sqlite",
)
"""The type of times. In SQLite all writers and queries use one text for a time."""

_TIME: Final[sa.types.TypeEngine[dt.time]] = sa.Time().with_variant(
    _SqliteTime(),  # type: ignore[no-untyped-call]
    "sqlite",
)

_TYPES: Final[dict[type, Callable[[], sa.types.TypeEngine[Any]]]] = {
    str: sa.Text,
    int: sa.BigInteger,
    bool: sa.Boolean,
    float: sa.Double,
    Decimal: ExactNumeric,
    dt.date: sa.Date,
    dt.datetime: lambda: DATE_TIME,
    dt.time: lambda: _TIME,
    dt.timedelta: sa.Text,
    list: sa.Text,
}


def sql_type(column: Column) -> sa.types.TypeEngine[Any]:
    """Return the SQLAlchemy type of a column."""
    return _TYPES[column.kind]()


def format_timespan(value: dt.timedelta) -> str:
    """Return a time span as the API writes it: hours, minutes and seconds, with a minus if negative."""
    seconds = int(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _each(convert: Callable[[Any], str]) -> Convert:
    return lambda values: [None if value is None else convert(value) for value in values]


def _datetimes(values: Sequence[dt.datetime | None]) -> list[str | None]:
    # digits and separators only: as one text, in which the API's own separator takes the place of each T
    written = msgspec.json.encode(values).replace(b"T", b" ")
    return msgspec.json.decode(written, type=list[str | None])


def is_amount(value: Decimal) -> bool:
    """Return whether a number is finite, and neither too large nor too small for an amount."""
    return value.is_finite() and (not value or abs(value.adjusted()) <= _MAX_EXPONENT)


def _amounts(values: Sequence[Decimal | None]) -> Sequence[Decimal | None]:
    if not all(map(is_amount, filter(None, values))):
        raise ValueRejected("amount")
    return values


def _amount_texts(values: Sequence[Decimal | None]) -> list[str | None]:
    texts: list[str | None] = msgspec.to_builtins(values)
    known = [*filter(None, texts)]
    # an exponent, an infinity and NaN have a letter; hardly any column has one
    if not _DIGITS.fullmatch("".join(known)) or max(map(len, known)) > _MAX_EXPONENT:
        _amounts(values)
    return texts


_FOR_ALL: Final[dict[type, Convert]] = {list: _each(_json), dt.timedelta: _each(format_timespan)}
# SQLite has no date and decimal types: its functions and numeric columns take text. msgspec converts a whole
# column in a fraction of the time that `str` takes for each value.
_FOR_SQLITE: Final[dict[type, Convert]] = {
    **_FOR_ALL,
    Decimal: _amount_texts,
    dt.date: msgspec.to_builtins,
    dt.time: msgspec.to_builtins,
    dt.datetime: _datetimes,
}
_FOR_POSTGRESQL: Final[dict[type, Convert]] = {**_FOR_ALL, Decimal: _amounts}


def column_encoder(
    struct: type[Any], dialect: str, names: Container[str] | None = None
) -> Callable[[Sequence[Any]], list[Sequence[Any]]]:
    """Return a function that turns rows of a struct into columns of values, as the driver takes them.

    It works by column, because most columns need no conversion, and the others are converted in one step.

    Args:
        struct: the type of the rows.
        dialect: the name of the database's dialect.
        names: the columns to return, in the order of the fields; None for all.
    """
    converts = _FOR_SQLITE if dialect == "sqlite" else _FOR_POSTGRESQL
    kinds = {each.wire: each for each in columns(struct)}
    kept = [
        (at, converts.get(found.kind))
        for at, wire in enumerate(struct.__struct_fields__)
        if (found := kinds.get(wire)) and (names is None or found.name in names)
    ]

    def encode(rows: Sequence[Any]) -> list[Sequence[Any]]:
        values = [*zip(*map(astuple, rows), strict=True)]
        return [convert(values[at]) if convert else values[at] for at, convert in kept]

    return encode

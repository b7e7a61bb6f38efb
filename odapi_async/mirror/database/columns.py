"""Structs as columns: names, types, and the values that a database driver takes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple
from sqlalchemy.engine import Dialect

SERVER_TIME: Final = "serverDateTime"
"""A field that belongs to the answer and not to the row."""

Convert = Callable[[Sequence[Any]], Sequence[Any]]
"""Turns all values of a column into what a driver takes."""


class ExactNumeric(sa.types.TypeDecorator[Decimal]):
    """An amount, exact. SQLite keeps it as a number that reads back as the same digits."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column's type."""
        return dialect.type_descriptor(_Digits() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Give the driver what it knows."""
        return str(value) if dialect.name == "sqlite" and value is not None else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - the base's
        """Make a Decimal of what the driver gives."""
        return None if value is None else Decimal(str(value))


class _Digits(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "NUMERIC"


class Column(NamedTuple):
    """One field as a column.

    Attributes:
        wire: the field's name.
        name: the column's name.
        kind: the Python type of its values.
    """

    wire: str
    name: str
    kind: type


_TYPES: Final[dict[type, Callable[[], sa.types.TypeEngine[Any]]]] = {
    str: sa.Text,
    int: sa.BigInteger,
    bool: sa.Boolean,
    float: sa.Double,
    Decimal: ExactNumeric,
    dt.date: sa.Date,
    dt.datetime: sa.DateTime,
    dt.time: sa.Time,
    dt.timedelta: sa.Text,
    list: sa.Text,
}


def columns(struct: type[Any]) -> list[Column]:
    """Return the columns of a struct, in the order of its fields.

    Databases do not tell `Confirmed` from `confirmed` unless a name is quoted everywhere. So columns are in
    lower case, which lets a query spell them as it likes, and of such a pair the text gets a name of its own.
    """
    hints = get_type_hints(struct)
    names = [name for name in struct.__struct_fields__ if name != SERVER_TIME]
    pairs = {name for name, count in Counter(map(str.lower, names)).items() if count > 1}
    return [Column(name, _column_name(name, pairs), _kind(hints[name])) for name in names]


def _column_name(wire: str, pairs: set[str]) -> str:
    lower = wire.lower()
    return f"{lower}_text" if lower in pairs and wire[0].islower() else lower


def sql_type(column: Column) -> sa.types.TypeEngine[Any]:
    """Return the type of a column."""
    return _TYPES[column.kind]()


def _kind(hint: Any) -> type:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType] if get_origin(hint) else [hint]
    return list if get_origin(hint) is list else kinds[0]


def format_timespan(value: dt.timedelta) -> str:
    """Write a span of time as the API does: hours, minutes and seconds, perhaps with a minus."""
    seconds = int(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _each(convert: Callable[[Any], str]) -> Convert:
    return lambda values: [None if value is None else convert(value) for value in values]


def _moments(values: Sequence[dt.datetime | None]) -> list[str | None]:
    written: list[str | None] = msgspec.to_builtins(values)
    return [None if value is None else value.replace("T", " ") for value in written]


def _without_nul(values: Sequence[str | None]) -> Sequence[str | None]:
    # one look at all of them, because hardly any text has one
    if "\0" not in "".join(filter(None, values)):
        return values
    return [value and value.replace("\0", "\N{REPLACEMENT CHARACTER}") for value in values]


_EVERYWHERE: Final[dict[type, Convert]] = {list: _each(_json), dt.timedelta: _each(format_timespan)}
# SQLite has no dates and no decimals: its functions and its number columns read text. msgspec writes a whole
# column in a small part of the time that `str` takes for each value.
_FOR_SQLITE: Final[dict[type, Convert]] = {
    **_EVERYWHERE,
    Decimal: msgspec.to_builtins,
    dt.date: msgspec.to_builtins,
    dt.time: msgspec.to_builtins,
    dt.datetime: _moments,
}
# the text of PostgreSQL holds every character but one
_FOR_POSTGRESQL: Final[dict[type, Convert]] = {**_EVERYWHERE, str: _without_nul}


def column_encoder(struct: type[Any], dialect: str) -> Callable[[Sequence[Any]], list[Sequence[Any]]]:
    """Make the function that turns rows of a struct into columns of values, as a driver takes them.

    Column by column, because most columns go as they are, and all of a column in one step.
    """
    fields = struct.__struct_fields__
    converts = _FOR_SQLITE if dialect == "sqlite" else _FOR_POSTGRESQL
    kinds = {column.wire: column.kind for column in columns(struct)}
    changes = [(at, converts[kinds[name]]) for at, name in enumerate(fields) if kinds.get(name) in converts]

    def read(rows: Sequence[Any]) -> list[Sequence[Any]]:
        values: list[Sequence[Any]] = list(zip(*map(astuple, rows), strict=True))
        for at, convert in changes:
            values[at] = convert(values[at])
        if SERVER_TIME in fields:
            del values[fields.index(SERVER_TIME)]
        return values

    return read

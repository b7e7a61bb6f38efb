"""What is said about each table and column: in `odapi describe`, in the documentation and in PostgreSQL.

Pure: it needs no library. Everything comes from the structs, the plans and the docstrings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async.mirror.database.names import columns
from odapi_async.mirror.plans import BY_TABLE, Plan
from odapi_async.mirror.references import id_field, target
from odapi_async.resources import RowField, about, fields

OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "practice": "The name of the practice in this mirror. Part of the primary key.",
        "seen_at": "The time (UTC) when the row was last fetched.",
        "deleted_at": "The time (UTC) when the row was found to be deleted; NULL if it exists.",
        "sweep": "The number of the last sweep that saw the row.",
    }
)
"""The columns that do not come from the API, and what they mean."""

SQL_TYPES: Final[Mapping[type, str]] = MappingProxyType(
    {
        str: "text",
        int: "bigint",
        bool: "boolean",
        float: "double",
        Decimal: "numeric",
        dt.date: "date",
        dt.datetime: "timestamp",
        dt.time: "time",
        dt.timedelta: "text",
        list: "text",
    }
)
"""The types of columns by the Python types of their values."""

_FORMATS: Final[Mapping[type, str]] = MappingProxyType(
    {list: "A list, as JSON.", dt.timedelta: "A time span, as hours:minutes:seconds."}
)
_MARKED: Final = re.compile(r"`(\w+)`")
_NONE: Final = re.compile(r"\bNone\b")
_MANY: Final = 24  # values of an enumeration; a comment lists no more


class ColumnDescription(NamedTuple):
    """What is known about one column.

    Attributes:
        name: the name of the column.
        field: the field of the API that it holds.
        meaning: what its values mean, in the names of the database; empty if the name says it all.
        is_id: whether it holds the id of the row.
        target: the table whose row ids it holds; None if it holds none.
    """

    name: str
    field: RowField
    meaning: str
    is_id: bool
    target: str | None

    @property
    def sql_type(self) -> str:
        """The type of the column."""
        return SQL_TYPES[self.field.type]

    @property
    def facts(self) -> list[str]:
        """All that is known, as sentences."""
        return [*_facts(self)]


def describe_columns(table: str, row: type[Any], *, wire_names: bool = False) -> list[ColumnDescription]:
    """Return what is known about the columns of a row, in the order of its fields.

    Args:
        table: the attribute of the resource.
        row: the struct of its rows.
        wire_names: whether the meanings have the words of the API and of Python: `PatNum` and None instead of
            patnum and NULL.
    """
    known = fields(row)
    plan = BY_TABLE.get(table)
    own_id = id_field(table)
    names = {each.wire: each.name for each in columns(row)}
    shown, null = ({wire: wire for wire in names}, "None") if wire_names else (names, "NULL")
    return [
        ColumnDescription(
            name,
            known[wire],
            _meaning(known[wire], shown, null, plan),
            wire == own_id,
            target(table, wire, known[wire].type),
        )
        for wire, name in names.items()
    ]


def table_comment(table: str) -> str:
    """Return what is said about a table in the database. It begins with the name of the table and a colon."""
    text = (about(table) or "Rows of the Open Dental API").rstrip(".")
    return f"{table}: {text}. A copy of Open Dental: its times are the office's local time."


def column_comments(plan: Plan) -> dict[str, str]:
    """Return what is said about each column in the database. It begins with the API's name of the column."""
    found = {each.name: _comment(each) for each in describe_columns(plan.table, plan.operation.returns)}
    return found | {name: f"{name}: {text}" for name, text in OWN.items()}


def is_generated(comment: str, name: str) -> bool:
    """Return whether a comment in the database comes from here, of this version or of another one.

    Args:
        comment: the comment.
        name: the API's name of the column, or the name of the table.
    """
    return comment == name or comment.startswith(f"{name}: ")


def _comment(column: ColumnDescription) -> str:
    facts = " ".join(column.facts)
    return f"{column.field.name}: {facts}" if facts else column.field.name


def _facts(column: ColumnDescription) -> Iterator[str]:
    field = column.field
    if column.is_id:
        yield "The id of the row; it is unique within a practice."
    if column.meaning:
        yield column.meaning
    if column.target:
        yield f"Id in {column.target}."
    if field.values:
        yield _values(field)
        yield from filter(None, [field.values_note.replace("`", "")])
    if field.type in _FORMATS:
        yield _FORMATS[field.type]
    if field.since:
        yield f"Since Open Dental {field.since}."


def _values(field: RowField) -> str:
    shown = field.values[:_MANY]
    listed = ", ".join(shown)
    if len(shown) < len(field.values) or not field.complete:
        return f"{'Among its values are' if len(shown) > 1 else 'One of its values is'} {listed}."
    return f"One of {listed}." if len(shown) > 1 else f"Its only documented value is {listed}."


def _meaning(field: RowField, names: Mapping[str, str], null: str, plan: Plan | None) -> str:
    """Return the meaning of a field, with these names for fields and for None."""
    capital = field.name[:1].upper() + field.name[1:]
    if not field.meaning and capital != field.name and capital in names:
        return f"The text of {names[capital]}."
    if not field.meaning and plan and plan.changes and field.name == plan.changes.stamp:
        return "The time of the last change." if not plan.changes.whole_days else ""
    text = _MARKED.sub(lambda found: names.get(found[1], found[1]), field.meaning)
    return _NONE.sub(null, text) if field.optional else text

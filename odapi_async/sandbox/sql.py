"""The SQL that the sandbox understands: whole tables, and rows of patients for any other SELECT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, Table

_WHOLE: Final = re.compile(r"\s*SELECT\s+\*\s+FROM\s+`?(\w+)`?(?:\s+LIMIT\s+(\d+))?\s*;?\s*", re.IGNORECASE)
_SELECT: Final = re.compile(r"\s*SELECT\b", re.IGNORECASE)


def check(command: str) -> None:
    """Refuse a command that is not a SELECT.

    Raises:
        Refusal: with status 401.
    """
    if not _SELECT.match(command):
        raise Refusal(401, "Only SELECT is allowed.")


def select(tables: OfficeTables, command: str, offset: int, limit: int) -> bytes:
    """Return one page of the rows of a SELECT as a JSON list. Only here are dates ISO with a T."""
    check(command)
    whole = _WHOLE.fullmatch(command)
    table, columns = (_table(tables, whole[1]), None) if whole else (None, ("PatNum", "LName"))
    if table is None:
        table = tables.table(catalogue.load()["patients"])
    end = offset + limit
    if whole and whole[2]:
        end = min(end, int(whole[2]))
    types = {field.name: field.type for field in table.maker.fields}
    rows = (table.row(row_id) for row_id in table.row_ids[offset:end])
    return msgspec.json.encode([_as_columns(row, types, columns) for row in rows])


def _table(tables: OfficeTables, name: str) -> Table:
    resources = (each for each in catalogue.load().values() if each.db_table == name.lower() and each.structs)
    resource = next(resources, None)
    if resource is None:
        raise Refusal(400, f"Table '{name}' doesn't exist")
    return tables.table(resource)


def _as_columns(row: Row, types: Mapping[str, str], columns: tuple[str, ...] | None) -> Row:
    return {
        name: _iso(value, types[name]) for name, value in row.items() if columns is None or name in columns
    }


def _iso(value: Any, kind: str) -> Any:
    if kind == "date":
        return f"{value[:10]}T00:00:00"
    return value.replace(" ", "T") if kind == "datetime" else value

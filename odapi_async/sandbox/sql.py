"""The little of SQL that the sandbox understands: whole tables, and rows of patients for any other SELECT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.answers import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.store import Store, Table

_WHOLE: Final = re.compile(r"\s*SELECT\s+\*\s+FROM\s+`?(\w+)`?(?:\s+LIMIT\s+(\d+))?\s*;?\s*", re.IGNORECASE)
_SELECT: Final = re.compile(r"\s*SELECT\b", re.IGNORECASE)


def check(command: str) -> None:
    """Refuse a command that is no SELECT.

    Raises:
        Refusal: with status 401.
    """
    if not _SELECT.match(command):
        raise Refusal(401, "Only SELECT is allowed.")


def answer(store: Store, command: str, offset: int, limit: int) -> bytes:
    """Return one page of what a SELECT finds, as a JSON list; dates come as ISO with a T, as only here."""
    check(command)
    whole = _WHOLE.fullmatch(command)
    table, columns = (_table(store, whole[1]), None) if whole else (None, ("PatNum", "LName"))
    if table is None:
        table = store.table(catalogue.load()["patients"])
    end = offset + limit
    if whole and whole[2]:
        end = min(end, int(whole[2]))
    types = {field.name: field.type for field in table.maker.fields}
    rows = (table.row(key) for key in table.keys[offset:end])
    return msgspec.json.encode([_as_columns(row, types, columns) for row in rows])


def _table(store: Store, name: str) -> Table:
    resources = (each for each in catalogue.load().values() if each.db_table == name.lower() and each.structs)
    resource = next(resources, None)
    if resource is None:
        raise Refusal(400, f"Table '{name}' doesn't exist")
    return store.table(resource)


def _as_columns(row: Row, types: Mapping[str, str], columns: tuple[str, ...] | None) -> Row:
    return {
        name: _iso(value, types[name]) for name, value in row.items() if columns is None or name in columns
    }


def _iso(value: Any, kind: str) -> Any:
    if kind == "date":
        return f"{value[:10]}T00:00:00"
    return value.replace(" ", "T") if kind == "datetime" else value

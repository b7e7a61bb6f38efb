"""Which fields hold the ids of rows of other tables. Pure: it needs no library."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from odapi_async.mirror.plans import PLANS
from odapi_async.resources import id_target

_IN_ONE_TABLE: Final[Mapping[tuple[str, str], str | None]] = MappingProxyType(
    {
        ("auto_notes", "Category"): "definitions",
        ("task_lists", "Parent"): "task_lists",
        # the id of the group of the office's central management tool
        ("user_groups", "UserGroupNumCEMT"): None,
    }
)
"""Fields whose name means something else in other tables, by table and field."""


def id_field(table: str) -> str | None:
    """Return the field that holds the id of a table's rows; None if no mirror has the table."""
    return next((plan.id_field for plan in PLANS if plan.table == table), None)


def target(table: str, field: str, kind: type) -> str | None:
    """Return the table whose row ids a field holds; None if it holds none, or the ids of its own table.

    Args:
        table: the table of the field.
        field: the name of the field in the API.
        kind: the Python type of its values: ids are integers.
    """
    if kind is not int:
        return None
    if (table, field) in _IN_ONE_TABLE:
        return _IN_ONE_TABLE[table, field]
    found = id_target(field)
    return None if field == id_field(table) and found == table else found

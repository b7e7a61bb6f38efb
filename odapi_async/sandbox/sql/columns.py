"""The columns that a table has in the office's database, and the form of their values there."""

from __future__ import annotations

from typing import Any, Final

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.catalogue import Field
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.tables import OfficeTables, Table

TEMPORAL: Final = frozenset({"date", "datetime"})
"""Types of fields whose values a query returns as ISO text with a T."""


def find(tables: OfficeTables, name: str) -> Table:
    """Return the table with a name of the database's schema.

    Raises:
        Refusal: there is none.
    """
    resources = (each for each in catalogue.load().values() if each.db_table == name.lower() and each.structs)
    resource = next(resources, None)
    if resource is None:
        raise Refusal(400, f"Table '{name}' doesn't exist")
    return tables.table(resource)


def columns(table: Table) -> tuple[Field, ...]:
    """Return the fields that are columns: their names begin in upper case, and they hold one value."""
    return tuple(
        field
        for field in table.maker.fields
        if field.name[0].isupper() and not field.type.startswith(("list", "object"))
    )


def stored(field: Field, value: Any) -> Any:
    """Return a value as the database holds it: a bool is 1 or 0."""
    return int(value == "true") if field.type == "bool" else value

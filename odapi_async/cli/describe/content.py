"""What is known about a resource and its fields, as values. Nothing is sent, and no extra is needed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import msgspec

from odapi_async.cli.endpoints import Endpoint, find_endpoint, resource_endpoints
from odapi_async.cli.errors import UsageError
from odapi_async.cli.known_names import find_resource
from odapi_async.errors import suggestion
from odapi_async.mirror.database.descriptions import ColumnDescription, describe_columns
from odapi_async.mirror.database.names import SERVER_TIME
from odapi_async.mirror.plans import BY_TABLE, EXCLUDED, Plan
from odapi_async.resources import about, parameters

_TYPES: Final[Mapping[type, str]] = MappingProxyType(
    {
        str: "text",
        int: "integer",
        bool: "true/false",
        float: "number",
        Decimal: "amount",
        dt.date: "date",
        dt.datetime: "datetime",
        dt.time: "time",
        dt.timedelta: "time span",
        list: "list",
    }
)
_DEFINITION: Final = re.compile(r"\bdefinition(?: of category (?P<category>\d+))?(?=[ .,;])")
_WHEN_READ: Final = "The office's time when it was read: the start of the next read of changes."


class FieldAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known about one field.

    Attributes:
        name: the name in the API.
        type: the type of its values, in a word.
        column: the name of the column in a mirror; empty if a mirror does not copy the field.
        column_type: the type of the column.
        optional: whether it may have no value.
        is_id: whether it is the id of the row.
        leads_to: the resource whose row ids it holds.
        meaning: what its values mean.
        values: the documented values.
        values_note: what these mean.
        values_complete: whether there are no others.
        values_from: the list that its values come from, as `odapi list` takes it; empty if there is none.
        since: the first version of Open Dental that sends it.
        filter_of: the methods that can filter by it.
        facts: all of it as sentences.
    """

    name: str
    type: str
    column: str = ""
    column_type: str = ""
    optional: bool = False
    is_id: bool = False
    leads_to: str | None = None
    meaning: str = ""
    values: tuple[str, ...] = ()
    values_note: str = ""
    values_complete: bool = True
    values_from: str = ""
    since: str | None = None
    filter_of: list[str] = []
    facts: list[str] = []


_SERVER_TIME: Final = FieldAnswer(
    SERVER_TIME,
    _TYPES[dt.datetime],
    optional=True,
    meaning=_WHEN_READ,
    facts=[_WHEN_READ, "It belongs to the response: a mirror does not copy it."],
)


class ResourceAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known about the rows of one resource.

    Attributes:
        resource: the attribute of a practice.
        about: what it is; None if this installation has no source, and then the fields have no meanings.
        method: the method that returns these rows.
        request: its request, such as `GET /patients/Simple`.
        id: the field with the id of a row.
        changes: the filter of the method that finds changed rows.
        deleted: the field and the value that mark a deleted row.
        table: the table in a mirror; None if a mirror does not copy these rows.
        not_copied: why a mirror does not copy the resource.
        others: the methods that return other rows.
        fields: the fields of a row.
    """

    resource: str
    about: str | None
    method: str
    request: str
    fields: list[FieldAnswer]
    id: str | None = None
    changes: str | None = None
    deleted: str | None = None
    table: str | None = None
    not_copied: str | None = None
    others: list[str] = []


def describe(name: str, method: str | None = None) -> ResourceAnswer:
    """Return what is known about a resource, or about one of its fields.

    Args:
        name: the name of a resource, or `RESOURCE.FIELD`; a field can be named by its column, too.
        method: the method whose rows are described; None for the list that a mirror reads, or the first list.

    Raises:
        UsageError: there is no such resource, field or method, or the method returns no rows.
    """
    resource_name, dot, field = name.partition(".")
    resource = find_resource(resource_name)
    plan = BY_TABLE.get(resource)
    endpoint = _endpoint(resource, method, plan)
    row = endpoint.operation.returns
    is_mirrored = plan is not None and row is plan.operation.returns
    operations = resource_endpoints(resource)
    columns = describe_columns(resource, row, wire_names=True)
    by_name = {each.field.name: each for each in columns}
    answers = [_field(each, operations, by_name) for each in columns]
    if SERVER_TIME in row.__struct_fields__:
        answers.append(_SERVER_TIME)
    if dot:
        answers = _find(answers, resource, field)
    return ResourceAnswer(
        resource=resource,
        about=about(resource),
        method=endpoint.method,
        request=endpoint.operation.name,
        fields=answers,
        id=plan.id_field if plan else None,
        changes=plan.changes.filter if plan and plan.changes else None,
        deleted=f"{plan.deleted.field}={plan.deleted.value}" if plan and plan.deleted else None,
        table=resource if is_mirrored else None,
        not_copied=EXCLUDED.get(resource),
        others=[each.method for each in operations if _has_rows(each) and each.operation.returns is not row],
    )


def as_json(answer: msgspec.Struct) -> str:
    """Return an answer as JSON for scripts."""
    return msgspec.json.encode(answer).decode()


def _endpoint(resource: str, method: str | None, plan: Plan | None) -> Endpoint:
    if method is not None:
        found = find_endpoint(resource, method)
        if not _has_rows(found):
            raise UsageError(f"{found.name} returns no rows with fixed fields")
        return found
    known = {each.method: each for each in resource_endpoints(resource) if _has_rows(each)}
    for name in (plan.method if plan else "list", "list", "get", *known):
        if name in known:
            return known[name]
    raise UsageError(f"{resource} has no rows with fixed fields")


def _has_rows(endpoint: Endpoint) -> bool:
    return bool(getattr(endpoint.operation.returns, "__struct_fields__", ()))


def _find(answers: list[FieldAnswer], resource: str, name: str) -> list[FieldAnswer]:
    """Return the field of this name; and if a column of this name has another field, that one, too."""
    by_name = {each.name: each for each in answers}
    by_column = {each.column: each for each in answers if each.column}
    named = by_name.get(name), by_column.get(name.lower())
    found = {each.name: each for each in named if each is not None}
    if not found:
        raise UsageError(f"{resource} has no field {name!r}; {suggestion(name, by_name)}")
    return [*found.values()]


def _field(
    column: ColumnDescription, operations: Iterable[Endpoint], by_name: Mapping[str, ColumnDescription]
) -> FieldAnswer:
    field = column.field
    filters = [
        each.method
        for each in operations
        if each.operation.read_only and field.name in parameters(each.operation)
    ]
    return FieldAnswer(
        name=field.name,
        type=_TYPES[field.type],
        column=column.name,
        column_type=column.sql_type,
        optional=field.optional,
        is_id=column.is_id,
        leads_to=column.target,
        meaning=column.meaning,
        values=field.values,
        values_note=field.values_note,
        values_complete=field.complete,
        values_from=_values_from(column) or _values_from(by_name.get(_capital(field.name), column)),
        since=field.since,
        filter_of=filters,
        facts=column.facts,
    )


def _values_from(column: ColumnDescription) -> str:
    """Return the definitions that a field names by their id or by their text."""
    found = _DEFINITION.search(column.field.meaning)
    if column.target != "definitions" and (column.target or not found or column.field.type is not str):
        return ""
    return f"definitions Category={found['category']}" if found and found["category"] else "definitions"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]

"""Keys in a body: each must lead to a row of the office.

The reference documents 404 for operations in which a key leads to nothing, but tells neither which keys nor
which text. So an operation that documents 404 and has no id in its path, which could lead to nothing, too,
responds 404 as for a row; every other one responds 400 as for a wrong value.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple

from odapi_async.sandbox import catalogue, references
from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.tables import OfficeTables


class _Key(NamedTuple):
    name: str
    target: str
    required: bool


def check(resource: Resource, operation: Operation, body: Mapping[str, Any], tables: OfficeTables) -> None:
    """Refuse a body with a key that leads to no row; 0 is none, if the operation does not require the key.

    Raises:
        Refusal: with 404 or 400.
    """
    for key in _keys(resource.name, operation.method, operation.path):
        value: int | list[int] | None = body.get(key.name)
        if value is None or (value == 0 and not key.required):
            continue
        table = tables.named(key.target)
        if not all(row_id in table for row_id in (value if isinstance(value, list) else [value])):
            raise _refusal(operation, key)


def _refusal(operation: Operation, key: _Key) -> Refusal:
    if HTTPStatus.NOT_FOUND in operation.statuses and not operation.path_params:
        return Refusal(404, f"{catalogue.load()[key.target].singular} not found.")
    return Refusal(400, f"{key.name} is invalid.")


@cache
def _keys(resource: str, method: str, path: str) -> tuple[_Key, ...]:
    """Return the fields of a body that lead to other rows by their ids."""
    found = catalogue.load()[resource]
    operation = next(each for each in found.operations if (each.method, each.path) == (method, path))
    keys: list[_Key] = []
    for field in operation.body:
        target = references.target(resource, field.name)
        is_id = field.type in {"int", "list[int]"} and field.name != found.primary_key
        if is_id and target is not None and catalogue.load()[target].primary_key is not None:
            keys.append(_Key(field.name, target, field.required))
    return tuple(keys)

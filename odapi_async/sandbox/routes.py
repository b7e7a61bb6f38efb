"""From a method and a path to an operation of the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.messages import Refusal

_ROW_ID: Final = re.compile(r"-?[0-9]+")
_MAX_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Route:
    """The target of a request: the resource, its operation, and the row id from the path, if there is one."""

    resource: Resource
    operation: Operation
    row_id: int | None


@lru_cache(maxsize=1024)
def find(method: str, path: str) -> Route:
    """Return the route of a path below the base URL, such as `/patients/12`.

    Raises:
        Refusal: there is no such resource, or it has no such method.
    """
    name, *rest = path.removeprefix("/").rstrip("/").split("/")
    resource = catalogue.load().get(name)
    if resource is None:
        raise Refusal(404, f"{name or path} is not a valid resource.")
    row_id = number(rest.pop(0)) if rest and _ROW_ID.fullmatch(rest[0]) else None
    action = "/".join(rest)
    operation = _operations().get((resource.name, method, row_id is not None, action.lower()))
    if operation is None:
        raise Refusal(400, f"{resource.name} {method} {action} is not a valid method.")
    return Route(resource, operation, row_id)


def number(digits: str) -> int:
    """Return the row id in a path. One that is too long is cut: no row has an id of 20 digits either."""
    return int(digits[:_MAX_DIGITS])


@cache
def _operations() -> dict[tuple[str, str, bool, str], Operation]:
    return {
        (resource.name, operation.method, bool(operation.path_params), operation.action.lower()): operation
        for resource in catalogue.load().values()
        for operation in resource.operations
    }

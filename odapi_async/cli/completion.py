"""Shell completion: names of resources, operations, filters, fields, columns and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from odapi_async.cli.errors import UsageError
from odapi_async.cli.known_names import OperationNames, find_resource, match_ids, names, segments


def complete_resource(incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE`."""
    return _starting_with(incomplete, names()["resources"])


def complete_path(incomplete: str) -> list[str]:
    """Complete `odapi get RESOURCE/`, as far as the id."""
    return _starting_with(incomplete, [f"{each}/" for each in names()["resources"]])


def complete_operation(incomplete: str) -> list[str]:
    """Complete `odapi call RESOURCE.METHOD`: first the resource, then the method."""
    resource, dot, _ = incomplete.partition(".")
    if not dot:
        return _starting_with(incomplete, [f"{each}." for each in names()["resources"]])
    return _starting_with(incomplete, [f"{resource}.{method}" for method in _operations(resource)])


def complete_field(incomplete: str) -> list[str]:
    """Complete `odapi describe RESOURCE.FIELD`: first the resource, then the field."""
    resource, dot, _ = incomplete.partition(".")
    if not dot:
        return _starting_with(incomplete, names()["resources"])
    fields = dict.fromkeys(name for each in _operations(resource).values() for name in _columns(each))
    return _starting_with(incomplete, [f"{resource}.{name}" for name in fields])


def complete_method(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE --method`."""
    try:
        known = _operations(find_resource(_resource(ctx)))
    except UsageError:
        return []
    return _starting_with(incomplete, [method for method, each in known.items() if not each["writes"]])


def complete_value(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the names of an operation's ids, filters and fields, each with a = after it."""
    found = _operation(ctx.params)
    return _starting_with(incomplete, [f"{name}=" for name in found["names"]] if found else [])


def complete_column(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the last name in a list of columns."""
    found = _operation({**ctx.params, "resource": _resource(ctx)})
    before, comma, last = incomplete.rpartition(",")
    known = _columns(found) if found else ()
    return [f"{before}{comma}{name}" for name in _starting_with(last, known)]


def complete_table(incomplete: str) -> list[str]:
    """Complete the names of a mirror's tables."""
    return _starting_with(incomplete.lower(), names()["tables"])


def _resource(ctx: typer.Context) -> str:
    """Return the resource of `odapi list`; after an option without its value it is still among the rest."""
    return ctx.params.get("resource") or next(iter(ctx.args), "")


def _operation(params: dict[str, Any]) -> OperationNames | None:
    """Return the operation that the words so far name, whichever command they belong to."""
    try:
        if name := params.get("resource"):
            return _method(find_resource(name), params.get("method") or "list")
        if name := params.get("operation"):
            resource, _, method = name.partition(".")
            return _method(find_resource(resource), method)
        if path := params.get("path"):
            return _read_at(path)
    except UsageError:
        pass
    return None


def _read_at(path: str) -> OperationNames | None:
    name, *rest = segments(path)
    reads = [each for each in _operations(find_resource(name)).values() if each["request"][:4] == "GET "]
    for each in sorted(reads, key=lambda found: found["request"].count("{")):
        if match_ids(segments(each["request"][4:])[1:], rest) is not None:
            return each
    return None


def _method(resource: str, method: str) -> OperationNames | None:
    known = _operations(resource)
    return known.get(method.lower()) or known.get(f"{method.lower()}_")


def _operations(resource: str) -> dict[str, OperationNames]:
    found = names()["resources"].get(resource)
    return found["operations"] if found else {}


def _columns(operation: OperationNames) -> list[str]:
    return names()["rows"].get(operation["row"], [])


def _starting_with(start: str, known: Iterable[str]) -> list[str]:
    return [name for name in known if name.startswith(start)]

"""Shell completion: names of resources, operations, filters, fields, columns and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from odapi_async import resources
from odapi_async.cli.endpoints import (
    Endpoint,
    find_by_name,
    find_by_path,
    find_endpoint,
    find_resource,
    resource_endpoints,
)
from odapi_async.cli.errors import UsageError
from odapi_async.cli.output.cells import column_names


def complete_resource(incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE`."""
    return _starting_with(incomplete, resources.names())


def complete_path(incomplete: str) -> list[str]:
    """Complete `odapi get RESOURCE/`, as far as the id."""
    return _starting_with(incomplete, [f"{each}/" for each in resources.names()])


def complete_operation(incomplete: str) -> list[str]:
    """Complete `odapi call RESOURCE.METHOD`: first the resource, then the method."""
    resource, dot, _ = incomplete.partition(".")
    if not dot:
        return _starting_with(incomplete, [f"{each}." for each in resources.names()])
    known = resource_endpoints(resource) if resource in resources.names() else ()
    return _starting_with(incomplete, [each.name for each in known])


def complete_field(incomplete: str) -> list[str]:
    """Complete `odapi describe RESOURCE.FIELD`: first the resource, then the field."""
    resource, dot, _ = incomplete.partition(".")
    if not dot:
        return _starting_with(incomplete, resources.names())
    known = resource_endpoints(resource) if resource in resources.names() else ()
    fields = dict.fromkeys(name for each in known for name in column_names(each.operation.returns))
    return _starting_with(incomplete, [f"{resource}.{name}" for name in fields])


def complete_method(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE --method`."""
    try:
        known = resource_endpoints(find_resource(_resource(ctx)))
    except UsageError:
        return []
    return _starting_with(incomplete, [each.method for each in known if each.operation.read_only])


def complete_value(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the names of an operation's ids, filters and fields, each with a = after it."""
    found = _endpoint(ctx.params)
    return _starting_with(incomplete, [f"{name}=" for name in found.names] if found else [])


def complete_column(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the last name in a list of columns."""
    found = _endpoint({**ctx.params, "resource": _resource(ctx)})
    before, comma, last = incomplete.rpartition(",")
    names = column_names(found.operation.returns) if found else ()
    return [f"{before}{comma}{name}" for name in _starting_with(last, names)]


def complete_table(incomplete: str) -> list[str]:
    """Complete the names of a mirror's tables."""
    try:
        from odapi_async.mirror import PLANS  # noqa: PLC0415 - it needs the extra, which may be missing
    except ModuleNotFoundError:
        return []
    return _starting_with(incomplete.lower(), [plan.table for plan in PLANS])


def _resource(ctx: typer.Context) -> str:
    """Return the resource of `odapi list`; after an option without its value it is still among the rest."""
    return ctx.params.get("resource") or next(iter(ctx.args), "")


def _endpoint(params: dict[str, Any]) -> Endpoint | None:
    """Return the operation that the words so far name, whichever command they belong to."""
    try:
        if name := params.get("resource"):
            return find_endpoint(name, params.get("method") or "list")
        if name := params.get("operation"):
            return find_by_name(name)
        if path := params.get("path"):
            return find_by_path(path)[0]
    except UsageError:
        pass
    return None


def _starting_with(start: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(start)]

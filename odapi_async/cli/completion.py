"""What the shell may complete: names of resources, of operations, and of what they can be given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from odapi_async.cli.endpoints import Endpoint, at_path, endpoint, endpoints, named, resource, resources
from odapi_async.cli.errors import WrongInput
from odapi_async.cli.output.cells import names_of


def complete_resource(incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE`."""
    return _beginning(incomplete, resources())


def complete_path(incomplete: str) -> list[str]:
    """Complete `odapi get RESOURCE/`, as far as the key."""
    return _beginning(incomplete, [f"{each}/" for each in resources()])


def complete_operation(incomplete: str) -> list[str]:
    """Complete `odapi call RESOURCE.METHOD`: first the resource, then the method."""
    attribute, dot, _ = incomplete.partition(".")
    if not dot:
        return _beginning(incomplete, [f"{each}." for each in resources()])
    known = endpoints(attribute) if attribute in resources() else ()
    return _beginning(incomplete, [each.name for each in known])


def complete_method(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete `odapi list RESOURCE --method`."""
    try:
        known = endpoints(resource(_resource(ctx)))
    except WrongInput:
        return []
    return _beginning(incomplete, [each.method for each in known if each.operation.read_only])


def complete_value(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the names of what an operation can be given, with the = behind them."""
    found = _endpoint(ctx.params)
    return _beginning(incomplete, [f"{name}=" for name in found.names] if found else [])


def complete_column(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the last of the columns that are listed."""
    found = _endpoint({**ctx.params, "resource": _resource(ctx)})
    before, comma, last = incomplete.rpartition(",")
    names = names_of(found.operation.returns) if found else ()
    return [f"{before}{comma}{name}" for name in _beginning(last, names)]


def _resource(ctx: typer.Context) -> str:
    """Return the resource of `odapi list`; behind an option without its value, the parser keeps it apart."""
    return ctx.params.get("resource") or next(iter(ctx.args), "")


def _endpoint(params: dict[str, Any]) -> Endpoint | None:
    """Find the operation that the words before mean, whichever command they belong to."""
    try:
        if name := params.get("resource"):
            return endpoint(name, params.get("method") or "list")
        if name := params.get("operation"):
            return named(name)
        if path := params.get("path"):
            return at_path(path)[0]
    except WrongInput:
        pass
    return None


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]

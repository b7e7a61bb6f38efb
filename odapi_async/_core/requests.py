"""Checks and encodes a request before it waits for a slot, so that errors in it are raised early."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from odapi_async._core.operation import Operation, has_reached, is_newer
from odapi_async._wire import (
    check_filters,
    check_rules,
    encode,
    encode_body,
    encode_formats,
    encode_query,
    encode_untyped,
    encode_untyped_body,
    format_parameters,
    newer_features,
    without_formats,
)
from odapi_async.errors import InvalidRequest, NeedsVersion


@dataclass(frozen=True)
class PreparedRequest:
    """A request that is checked and encoded. Its repr shows no patient data."""

    operation: Operation[Any]
    path: str
    query: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    given: Collection[str] = ()
    """The names of the parameters that are given."""
    newer: Mapping[str, str] = field(default_factory=dict[str, str])
    """The given parameters and values that are newer than the operation, with their first versions."""


def prepare(
    operation: Operation[Any],
    ids: tuple[int, ...],
    query: Mapping[str, object],
    body: Mapping[str, object] | None,
    *,
    check: bool,
    version: str | None,
) -> PreparedRequest:
    """Check and encode the arguments of an operation.

    The formats of dates are sent in the query, also if they are among the fields of a body.

    Args:
        operation: what is done.
        ids: the ids in its path.
        query: filters by wire name.
        body: body fields by wire name.
        check: whether names and values are checked against the reference; without it they are only encoded.
        version: the version of Open Dental that the office runs; None checks no versions.

    Raises:
        InvalidRequest: names the parameter and the rule that it breaks.
    """
    if operation.deprecated:
        warnings.warn(
            f"{operation.name} is deprecated since Open Dental {operation.deprecated}",
            DeprecationWarning,
            stacklevel=7,  # past the resource's method, to its caller
        )
    path = operation.format_path(ids)
    if body and operation.body:
        formats, body = without_formats(body)
        query = {**query, **formats}
    if not check:
        return PreparedRequest(
            operation, path, encode_query(encode_untyped(query)), _body(body and encode_untyped_body(body))
        )
    given = query.keys() | (body or {}).keys()
    check_filters(query)
    formats, query = without_formats(query)
    wire_formats = encode_formats(operation.name, operation.returns, formats)
    wire_query = encode(operation.name, operation.query, query)
    wire_body = None if body is None else encode(operation.name, operation.body, body)
    check_rules(operation.rules, given)
    newer = _newer(operation, {**wire_query, **wire_formats, **(wire_body or {})})
    if version:
        check_version(operation, given, newer, version)
    return PreparedRequest(
        operation, path, {**encode_query(wire_query), **wire_formats}, _body(wire_body), given, newer
    )


def _newer(operation: Operation[Any], given: Mapping[str, object]) -> dict[str, str]:
    newer: dict[str, str] = {}
    for shape in (operation.query, operation.body, format_parameters(operation.returns)):
        if shape and given:
            newer |= newer_features(shape, given)
    return newer


def _body(wire: Mapping[str, Any] | None) -> bytes | None:
    return None if wire is None else encode_body(wire)


def check_version(
    operation: Operation[Any], given: Collection[str], newer: Mapping[str, str], version: str
) -> None:
    """Refuse an operation, a parameter or a value that a version does not accept.

    Args:
        operation: what is done.
        given: the names of the parameters that are given.
        newer: the given parameters and values that are newer than the operation, with their first versions.
        version: the version of Open Dental that the office runs.

    Raises:
        NeedsVersion: names what is newer.
        InvalidRequest: a parameter is missing that this version requires.
    """
    if is_newer(operation.since, version):
        raise NeedsVersion(operation.name, operation.since or "", version)
    for name, since in newer.items():
        if is_newer(since, version):
            raise NeedsVersion(name, since, version)
    for each in operation.required_since:
        if each.field not in given and has_reached(version, each.version):
            raise InvalidRequest(
                each.field, f"is required from Open Dental {each.version} on; pass {each.rule}"
            )

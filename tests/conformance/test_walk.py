"""Every method of every resource is called once, over HTTP, against the sandbox.

The sandbox takes its routes from the catalogue. So if a method sends its request to another path, or returns
another type than documented, the server refuses it or this test fails.
"""

import inspect
import warnings
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

from odapi_async import Mode, OpenDental, Practice
from odapi_async.errors import Gone
from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.office import PERMISSIONS
from tests.conformance import catalogue, sdk
from tests.conformance.arguments import minimal
from tests.conformance.catalogue import Operation, Pair, Resource
from tests.conformance.tally import Tally
from tests.support.patient_rows import complete

KEY: Final = "customer"
OFFICE: Final = Office(
    customer_key=KEY,
    permissions=frozenset(PERMISSIONS),
    mode="local",
    rows={"patients": 50, "subscriptions": 12, "chartmodules": 50, "accountmodules": 50},
)


@asynccontextmanager
async def _practice() -> AsyncGenerator[tuple[Practice, Sandbox]]:
    async with Sandbox([OFFICE]) as sandbox, OpenDental(sandbox.developer_key) as client:
        yield client.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url), sandbox


async def test_every_method_sends_its_request_and_returns_the_documented_type(tally: Tally) -> None:
    wrong: list[str] = []
    async with _practice() as (practice, sandbox):
        for pair in _in_order():
            sandbox.reset()  # what one writes may forbid another
            complete(sandbox, KEY, patient=1)
            differences = await _differences(practice, sandbox, pair)
            name = f"{pair.resource.attribute}.{pair.operation.python}"
            wrong += [f"{name}(): {each}" for each in tally.judge("calls", name, differences)]
    assert not wrong, "\n".join(wrong)


def _in_order() -> list[Pair]:
    """Return all operations, deletes last, so that no other one misses its row."""
    return sorted(catalogue.operations(), key=lambda pair: pair.operation.method == "DELETE")


def _key(operation: Operation, sandbox: Sandbox) -> int:
    """Return the id of a row; two kinds of deletes of one resource need different rows."""
    if operation.path.endswith("/Break"):  # only a scheduled appointment can be broken
        rows = sandbox.rows(KEY, "appointments")
        return next(int(each["AptNum"]) for each in rows if each["AptStatus"] == "Scheduled")
    return 1 if operation.method != "DELETE" or operation.path.endswith("}") else 2


async def _differences(practice: Practice, sandbox: Sandbox, pair: Pair) -> Sequence[str]:
    resource, operation = pair
    key = _key(operation, sandbox)
    path = operation.path
    for name in operation.path_params:
        path = path.replace(f"{{{name}}}", str(key))
    seen = len(sandbox.arrivals)
    try:
        rows = sandbox.rows(KEY, operation.path.split("/")[1])
    except KeyError:  # a view, which has no rows of its own
        rows = []
    arguments = _matching(minimal(resource, operation), operation, rows[0] if rows else {})
    answer = await _call(practice, resource, operation, [key for _ in operation.path_params], arguments)
    arrived = [(each.method, each.path) for each in [*sandbox.arrivals][seen:]]
    differences: list[str] = []
    if arrived != [(operation.method, path)]:
        differences.append(f"sent {arrived}, documented is {operation.method} {path}")
    if not _is_documented(answer, resource, operation):
        differences.append(f"gave {answer!r}, documented is {operation.returns}")
    return differences


def _matching(
    arguments: Mapping[str, object], operation: Operation, row: Mapping[str, Any]
) -> Mapping[str, object]:
    """Change filters by id so that they match a row."""
    keys = [field.name for field in operation.query if field.type == "int" and field.name in row]
    return {name: row[name] if name in keys else value for name, value in arguments.items()}


async def _call(
    practice: Practice,
    resource: Resource,
    operation: Operation,
    keys: list[int],
    arguments: Mapping[str, object],
) -> object:
    """Call a method as a user would; of a list, fetch one row."""
    method: Any = getattr(getattr(practice, resource.attribute), operation.python)
    try:
        with warnings.catch_warnings():
            if operation.deprecated:
                warnings.simplefilter("ignore", DeprecationWarning)
            result: Any = method(*keys, **arguments)
            if inspect.iscoroutine(result):
                return await result
            return [await result.first()]
    except Gone as gone:
        return gone


def _is_documented(answer: Any, resource: Resource, operation: Operation) -> bool:
    if operation.deprecated and HTTPStatus.GONE in operation.statuses:
        return isinstance(answer, Gone)
    shape, struct = operation.returns.shape, operation.returns.struct
    if shape == "none":
        return type(answer) is str and answer != "" if operation.location_header else answer is None
    row_type = dict if struct is None else sdk.implementation(resource).structs[struct]
    rows: list[object] = answer if shape == "list" else [answer]
    return type(rows) is list and len(rows) > 0 and all(type(row) is row_type for row in rows)

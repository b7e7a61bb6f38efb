"""Every operation of the catalogue, asked once: a documented status, and the catalogue's shape."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

import aiohttp
import msgspec
import pytest

from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.catalogue import Field, Operation, Resource, load
from odapi_async.sandbox.office import PERMISSIONS
from tests.conformance.catalogue import REFERENCE
from tests.support.patient_rows import complete

_ROWS: Final = 8  # in each table: the ids of the requests are 1 to 4

OFFICE: Final = Office(
    customer_key="k", permissions=frozenset(PERMISSIONS), mode="local", rows=dict.fromkeys(load(), _ROWS)
)

_EXAMPLES: Final[dict[str, Any]] = {
    "int": 1,
    "float": 12.5,
    "bool": "true",
    "date": f"{dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)}",  # slots have no other days
    "datetime": "2026-05-24 08:00:00",
    "time": "08:00:00",
    "str": "SELECT * FROM patient",
}


def example(field: Field) -> Any:
    if field.enum:
        return field.enum[0]
    return [1] if field.type.startswith("list") else _EXAMPLES[field.type]


_TOGETHER: Final = {"WatchTable": "PollingSeconds"}  # the second one is required beside the first


def filled(operation: Operation, fields: tuple[Field, ...], *, every: bool) -> dict[str, Any]:
    chosen = {choice.fields[0] for choice in operation.either_or}
    chosen |= {_TOGETHER[name] for name in chosen & _TOGETHER.keys()}
    barred = {name for choice in operation.either_or for name in choice.fields[1:]}
    return {
        field.name: example(field)
        for field in fields
        if field.required or field.name in chosen or (every and field.name not in barred)
    }


def shape_fault(resource: Resource, operation: Operation, content: bytes) -> str | None:
    returns = operation.returns
    if returns.shape == "none":
        return None if not content else f"a body of {len(content)} bytes"
    found = msgspec.json.decode(content)
    if returns.shape == "text" or returns.struct is None:
        return None
    rows = found if returns.shape == "list" else [found]
    expected = {field.name for field in resource.structs[returns.struct]} - set(returns.absent)
    if not rows and returns.shape == "list" and operation.query:
        return None
    if not rows or any(set(row) != expected for row in rows):
        return f"fields {sorted(set(rows[0]) ^ expected) if rows else 'none at all'}"
    return None


@pytest.mark.unmeasured
async def test_every_operation_answers_as_documented() -> None:
    wrong: list[str] = []
    asked = 0
    headers = {"Authorization": "ODFHIR sandbox-developer/k", "Content-Type": "application/json"}
    # Deletes come last, so that no operation misses the row that it is asked about.
    operations = [(resource, each) for resource in load().values() for each in resource.operations]
    operations.sort(key=lambda pair: pair[1].method == "DELETE")
    async with Sandbox([OFFICE]) as sandbox, aiohttp.ClientSession(headers=headers) as session:
        for resource, operation in operations:
            for every in (False, True):
                sandbox.reset()  # what one writes may forbid another
                # Two kinds of deletes on one resource need rows of their own.
                key = (2 if every else 1) + (2 if operation.method == "DELETE" and operation.action else 0)
                complete(sandbox, "k", key)
                if operation.path.endswith("/Break"):  # only a scheduled appointment can be broken
                    times = sandbox.rows("k", "appointments")
                    key = next(each["AptNum"] for each in times if each["AptStatus"] == "Scheduled")
                path = operation.path
                for name in operation.path_params:
                    path = path.replace(f"{{{name}}}", str(key))
                rows = sandbox.rows("k", resource.name) if resource.primary_key else []
                known = rows[1 if every else 0] if rows else {}
                query = {
                    name: "1" if isinstance(value, list) else str(known.get(name, value))
                    for name, value in filled(operation, operation.query, every=every).items()
                }
                body = filled(operation, operation.body, every=every) if operation.body else None
                async with session.request(
                    operation.method, sandbox.url + path, params=query, json=body
                ) as reply:
                    content = await reply.read()
                asked += 1
                good = {200, 201, 410} if operation.deprecated else {200, 201}
                if reply.status not in good.intersection(operation.statuses):
                    wrong.append(f"{operation.method} {path} {query}: {reply.status} {content[:80]!r}")
                    continue
                fault = shape_fault(resource, operation, content)
                if fault is not None:
                    wrong.append(f"{operation.method} {path} {query}: {fault}")
    assert wrong == []
    assert asked == 2 * json.loads((REFERENCE / "index.json").read_text("utf-8"))["operations"]

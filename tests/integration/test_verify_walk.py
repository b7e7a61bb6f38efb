"""Every write of the catalogue, verified at a sandbox that keeps what is sent, and at one that does not."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from odapi_async import Event, EventName, Mode, NotKept, OpenDental, Practice, Verify
from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._core.read_back import EFFECTS, rule_of, why_never
from odapi_async.sandbox import Fault, Office, Sandbox
from odapi_async.sandbox.catalogue import load
from odapi_async.sandbox.office import PERMISSIONS
from odapi_async.testing import SandboxTransport
from tests.conformance import sdk
from tests.conformance.arguments import minimal, value_for
from tests.conformance.catalogue import RESOURCES, Operation, Resource
from tests.support.checks import all_checks

_ROWS: Final = 8
OFFICE: Final = Office(
    customer_key="k", permissions=frozenset(PERMISSIONS), mode="local", rows=dict.fromkeys(load(), _ROWS)
)


_INSTEAD: Final[Mapping[str, Mapping[str, object]]] = {
    "Appointments.confirm": {"defNum": 1},
    "Clinics.update": {"Description": "East", "Phone": "5035550142", "Abbr": "E", "IsHidden": False},
    "DiscountPlanSubs.update": {"PatNum": 2, "SubNote": "From May on."},
    "Medications.create": {"MedName": "Aspirin", "Notes": "With water."},
}
"""Bodies made by hand: of fields that exclude each other or hide the row, and of texts of other rows."""


def bodies(resource: Resource, operation: Operation) -> dict[str, object]:
    """Return all fields of a body that may be sent together."""
    if given := _INSTEAD.get(f"{resource.resource}.{operation.python}"):
        return dict(given)
    fields = {field.name: field for field in operation.body}
    barred = {name for choice in operation.either_or for name in choice.fields[1:]}
    barred |= {f"{name[:1].lower()}{name[1:]}" for name in fields if name[:1].isupper()}  # texts of keys
    values = {name: value_for(resource, each) for name, each in fields.items() if name not in barred}
    return {**values, **{name: each for name, each in minimal(resource, operation).items() if name in fields}}


@asynccontextmanager
async def office(told: list[Event]) -> AsyncGenerator[tuple[Sandbox, Practice]]:
    sandbox = Sandbox([OFFICE])
    sandbox.change_row("k", "appointments", 2, {"Confirmed": 5})
    sandbox.change_row("k", "payplans", 2, {"IsClosed": "false"})
    for row in sandbox.rows("k", "discountplansubs"):
        patient = 2 if row["DiscountSubNum"] == 2 else 7
        sandbox.change_row("k", "discountplansubs", row["DiscountSubNum"], {"PatNum": patient})
    transport = SandboxTransport(sandbox)
    async with OpenDental("sandbox-developer", transport=transport, on_event=told.append) as client:
        yield sandbox, client.practice("k", mode=Mode.LOCAL).with_options(verify=Verify.RAISE, check=False)


async def execute(practice: Practice, operation: SdkOperation[Any], body: Mapping[str, object]) -> None:
    calls, ids = practice._calls, (2,) * len(operation.id_names)
    given = dict(body) if operation.body else None
    if operation.returns.__name__ == "DocumentFile":
        await calls.fetch_list(operation, ids, given)
    else:
        await calls.fetch_row(operation, ids, None, given)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_what_the_office_keeps_is_verified() -> None:
    told: list[Event] = []
    with all_checks() as checks:
        for resource in RESOURCES:
            found = sdk.implementation(resource)
            for each in resource.operations:
                operation = found.operations[each.constant]
                if operation.read_only or operation.deprecated:
                    continue
                with checks.named(f"{resource.resource}.{each.python}"):
                    async with office(told) as (_, practice):
                        told.clear()
                        await execute(practice, operation, bodies(resource, each))
                        unverifiable = [e for e in told if e.name is EventName.UNVERIFIABLE]
                        assert bool(unverifiable) is bool(why_never(operation))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_what_the_office_ignores_is_not_kept() -> None:
    told: list[Event] = []
    with all_checks() as checks:
        for resource in RESOURCES:
            found = sdk.implementation(resource)
            for each in resource.operations:
                operation = found.operations[each.constant]
                if operation.read_only or operation.deprecated or why_never(operation):
                    continue
                if operation.returns.__name__ == "GroupNote":
                    continue  # its first field is the patient, without whom the answer is no row
                with checks.named(f"{resource.resource}.{each.python}"):
                    async with office(told) as (sandbox, practice):
                        sandbox.add_fault(Fault("ignored"))
                        with pytest.raises(NotKept) as wrong:
                            await execute(practice, operation, bodies(resource, each))
                        fields = set(wrong.value.fields)
                        verified = {n for n in bodies(resource, each) if not rule_of(operation, n).never}
                        assert fields <= verified | set(EFFECTS.get(operation.name, {}))
                        assert bool(fields) is (operation.method != "DELETE")

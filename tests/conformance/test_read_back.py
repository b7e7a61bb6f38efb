"""Every write of the catalogue knows how it is read back, and so does every field of its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import pytest

from odapi_async._core import read_back
from odapi_async._core.comparison import compare, wanted_of
from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._core.read_back import EFFECTS, UNREADABLE, rule_of, why_never
from odapi_async._wire import decoder
from odapi_async._wire.present import present_fields
from tests.conformance import catalogue, sdk
from tests.conformance.catalogue import RESOURCES, Operation, Resource
from tests.support.checks import all_checks

WRITES: Final = 211

DIFFERENT_ROWS: Final[Mapping[tuple[str, str], set[str]]] = {
    ("Claims", "PUT (update)"): {"ClaimNote", "ProvBill"},
    ("InsSubs", "POST (create)"): {"BenefitNotes"},
    ("PatientNotes", "PUT"): {"Medical"},
    ("Patients", "POST (create)"): {"TxtMsgOk"},
    ("Providers", "PUT (update)"): {"Specialty", "StateLicense"},
    ("RefAttaches", "POST (create)"): {"Note"},
    ("Tasks", "POST (create)"): {"UserNum"},
}
"""Fields in which the reference prints a reply that does not belong to the request beside it."""


def writes() -> Iterator[tuple[Resource, Operation, SdkOperation[Any]]]:
    for resource in RESOURCES:
        found = sdk.implementation(resource)
        for each in resource.operations:
            if each.method != "GET":
                yield resource, each, found.operations[each.constant]


def sent_fields(resource: Resource, operation: Operation) -> set[str]:
    """Return the fields that the rows of an operation have, by the reference."""
    if operation.returns.struct is None or operation.returns.shape == "text":
        return set()
    fields = resource.structs[operation.returns.struct]
    return {field.name for field in fields} - set(operation.returns.absent)


def read_of(resource: Resource, operation: SdkOperation[Any]) -> Operation | None:
    """Return the read of a write, as the reference describes it."""
    read = operation.read_back
    if read is None:
        return None
    return next(each for each in resource.operations if (each.method, each.path) == (read.method, read.path))


def test_every_write_is_read_back_or_says_why_it_never_is() -> None:
    count = 0
    with all_checks() as checks:
        for resource, documented, operation in writes():
            with checks.named(f"{resource.resource}.{documented.python}"):
                count += 1
                read = read_of(resource, operation)
                assert read is None or read.method == "GET"
                if documented.method == "DELETE":
                    single = any(
                        each.method == "GET" and each.returns.shape == "object" and each.path_params
                        for each in resource.operations
                    )
                    assert (read is not None) is single
                    assert bool(why_never(operation)) is not single
                    continue
                if why_never(operation) or operation.read_only:
                    continue
                assert documented.returns.shape == "object" or read is not None
    assert count == WRITES


def test_every_field_of_a_body_comes_back_or_says_why_it_never_does() -> None:
    with all_checks() as checks:
        for resource, documented, operation in writes():
            if why_never(operation) or operation.read_only:
                continue
            read = read_of(resource, operation)
            readable = sent_fields(resource, documented) | sent_fields(resource, read or documented)
            for field in documented.body:
                with checks.named(f"{resource.resource}.{documented.python} {field.name}"):
                    rule = rule_of(operation, field.name)
                    assert bool(rule.never) is not ((rule.name or field.name) in readable) or (
                        rule.never and field.name in COMES_BACK_OTHERWISE
                    )


COMES_BACK_OTHERWISE: Final = {
    "AptNum",  # of the planned appointment; the row is a new one
    "ClaimProcNum",  # of the row that is supplemented
    "CustomerKey",
    "NumberOfPayments",
    "Password",
    "PickList",
    "TreatPlanNum",  # of the plan that is saved; the row is a new one
}
"""Fields that rows have, and in which a write does not come back."""


def test_no_row_has_a_write_that_says_nothing() -> None:
    with all_checks() as checks:
        for resource, documented, operation in writes():
            if why_never(operation) or operation.read_only or documented.method == "DELETE":
                continue
            with checks.named(f"{resource.resource}.{documented.python}"):
                sent = {field.name for field in documented.body if not rule_of(operation, field.name).never}
                assert sent or operation.name in EFFECTS


def test_the_tables_name_existing_operations_and_fields() -> None:
    names = {operation.name: documented for _, documented, operation in writes()}
    by_body = "PUT /procedurelogs/GroupNote"  # of offices before the id moved into the path
    assert {*read_back._FIELDS, *EFFECTS, *UNREADABLE} - {by_body} <= set(names)
    for name, rules in read_back._FIELDS.items():
        if name != by_body:
            fields = {field.name for field in names[name].body}
            assert set(rules) <= fields, name
            assert {rule.beside for rule in rules.values()} - {""} <= fields, name
    everywhere = {field.name for documented in names.values() for field in documented.body}
    assert set(read_back._NAMED) <= everywhere


def test_a_write_without_a_reply_has_a_read_or_a_reason() -> None:
    operations = {(resource.resource, each.name): each for resource, each, _ in writes()}
    quirks = [each for each in catalogue.quirks() if each.kind == "no-body"]
    assert len(quirks) == 29
    for quirk in quirks:
        for name in quirk.operations:
            documented = operations[quirk.resource, name]
            resource = catalogue.resources()[quirk.resource]
            operation = sdk.implementation(resource).operations[documented.constant]
            newer_has_one = documented.returns.shape == "object"
            assert operation.read_back is not None or why_never(operation) or newer_has_one, operation.name


@pytest.mark.parametrize("name", catalogue.examples())
def test_the_replies_of_the_reference_have_kept_what_was_sent(name: str) -> None:
    resource = catalogue.resources()[name]
    with all_checks() as checks:
        for example in catalogue.examples()[name]:
            documented = resource.operation(example.operation)
            operation = sdk.implementation(resource).operations[documented.constant]
            if operation.read_only or not example.request_body or documented.returns.shape != "object":
                continue
            with checks.named(f"{name} {example.operation}"):
                if not example.body or why_never(operation):
                    continue
                reader: Any = decoder(operation.returns)
                row, names = reader.row(example.body), present_fields(operation.returns, example.body)
                lost, _ = compare(wanted_of(operation, msgspec.json.encode(example.request_body)), row, names)
                assert set(lost) == DIFFERENT_ROWS.get((name, example.operation), set())

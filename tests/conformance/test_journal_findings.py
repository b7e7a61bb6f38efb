"""How the journal finds rows again agrees with the reference, and each write says how."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from odapi_async._core.operation import Operation as Written
from odapi_async._wire.cleaning import row_id_fields
from odapi_async.recipes.journal import Kind, finding_of
from odapi_async.recipes.journal.finding import FINDINGS, MOVED
from odapi_async.recipes.journal.step_requests import attribute_of, method_name
from odapi_async.recipes.journal.steps import Step
from tests.conformance import sdk
from tests.conformance.catalogue import RESOURCES, Field, Operation, Resource

WRITES: Final = [
    (resource, operation)
    for resource in RESOURCES
    for operation in resource.operations
    if operation.method != "GET" and operation.path != "/queries/ShortQuery"
]
READS: Final = {(each.attribute, one.python): one for each in RESOURCES for one in each.operations}
FOUND: Final = [
    (resource, operation)
    for resource, operation in WRITES
    if f"{operation.method} {operation.path}" in FINDINGS
]
MONEY: Final = {
    "adjustments",
    "claim_payments",
    "claim_procs",
    "claims",
    "deposits",
    "pay_plan_charges",
    "pay_plan_links",
    "pay_plans",
    "payments",
    "procedure_logs",
}
"""Resources of the account of a patient."""


BESIDE: Final = {"/procedurecodes": ("ProcCat",)}
"""Fields of which the notes of the reference require one."""


def written(resource: Resource, operation: Operation) -> Written[Any]:
    return sdk.implementation(resource).operations[operation.constant]


def label(case: tuple[Resource, Operation]) -> str:
    return f"{case[1].method} {case[1].path}"


def test_there_are_all_writes() -> None:
    assert len(WRITES) == 210, "a test that walks nothing shows nothing"
    assert {label(case) for case in WRITES} >= FINDINGS.keys()


@pytest.mark.parametrize("case", WRITES, ids=label)
def test_each_write_is_found_or_is_safe_to_repeat(case: tuple[Resource, Operation]) -> None:
    resource, operation = case
    ours = written(resource, operation)
    is_repeatable = ours.idempotent and bool(operation.path_params)
    assert is_repeatable or label(case) in FINDINGS
    assert attribute_of(operation.path.split("/")[1]) == resource.attribute
    assert method_name(ours) == operation.python


def field_of(operation: Operation, name: str) -> Field:
    return next(each for each in operation.body if each.name == name)


@pytest.mark.parametrize("case", FOUND, ids=label)
def test_its_list_has_the_filters_and_its_body_their_values(case: tuple[Resource, Operation]) -> None:
    resource, operation = case
    finding = finding_of(written(resource, operation))
    assert bool(finding.reason) == (finding.kind is Kind.ASK)
    body = {each.name for each in operation.body}
    assert {*finding.by.values(), *finding.same} <= body
    if finding.kind is Kind.ASK or operation.path_params or finding.via_claim:
        assert not finding.by
        return
    read = READS[resource.attribute, finding.read]
    filters = {each.name: each for each in read.query}
    assert finding.by.keys() <= filters.keys()
    required = {each.name for each in read.query if each.required}
    always = {name for name, field in finding.by.items() if field_of(operation, field).required}
    assert required <= always, "the list is refused without it"
    assert read.returns.struct is not None


@pytest.mark.parametrize("case", FOUND, ids=label)
def test_what_identifies_a_row_is_in_the_row(case: tuple[Resource, Operation]) -> None:
    resource, operation = case
    finding = finding_of(written(resource, operation))
    if finding.kind is Kind.ASK:
        return
    read = READS.get((resource.attribute, finding.read))
    assert read is not None
    struct = read.returns.struct
    assert struct is not None
    columns = {each.name for each in resource.structs[struct]}
    assert {*finding.same, *finding.after} <= columns
    shape: Any = sdk.implementation(resource).operations[read.constant].returns
    assert row_id_fields(shape), "new rows are told by their ids"
    if finding.kind is Kind.SCOPE and operation.method == "POST":
        assert columns & {each.name for each in operation.body} or not is_comparable(resource, operation)


def is_comparable(resource: Resource, operation: Operation) -> bool:
    """Whether anything that is sent comes back; if not, a person is asked."""
    return operation.path != "/payplans"


@pytest.mark.parametrize("case", WRITES, ids=label)
def test_where_money_moves_a_row_that_resembles_is_enough_to_ask(case: tuple[Resource, Operation]) -> None:
    resource, operation = case
    if operation.method == "POST":
        is_money = finding_of(written(resource, operation)).money
        is_note = operation.path.endswith(("GroupNote", "Sftp"))
        assert is_money == (resource.attribute in MONEY and not is_note)


def test_what_an_office_moves_by_itself_is_a_column() -> None:
    for path, fields in MOVED.items():
        (resource,) = (each for each in RESOURCES if each.operations[0].path.split("/")[1] == path)
        (columns,) = resource.structs.values()
        assert fields <= {each.name for each in columns}


def test_scope_is_no_name_of_the_api() -> None:
    names = {each.name for _, operation in WRITES for each in operation.body}
    assert "scope" not in names
    assert "operation" not in names
    assert "self" not in names


@pytest.mark.parametrize("case", FOUND, ids=label)
def test_a_row_with_the_values_of_an_example_is_the_one(case: tuple[Resource, Operation]) -> None:
    resource, operation = case
    finding = finding_of(written(resource, operation))
    if finding.kind is not Kind.IDENTITY or not finding.same or finding.via_claim:
        return
    read: Any = sdk.implementation(resource).operations[READS[resource.attribute, finding.read].constant]
    needed = {*finding.same, *BESIDE.get(operation.path, ())}
    body = {each.name: value_of(each) for each in operation.body if each.required or each.name in needed}
    step = Step(1, written(resource, operation), (), {}, body)
    assert body == {}, "error reporters send local variables"
    sent = {each: value_of(field_of(operation, each)) for each in finding.same}
    assert step.is_identified
    assert step.has_identity(msgspec.convert(sent, read.returns, strict=False))
    for name, value in sent.items():
        other = {**sent, name: 8 if isinstance(value, int) else "other"}
        assert not step.has_identity(msgspec.convert(other, read.returns, strict=False))


def value_of(field: Field) -> Any:
    """Return a valid value of a field."""
    if field.choices:
        return min(field.choices)
    return {"int": 7, "float": 7.5, "bool": True, "date": "2026-11-30"}.get(field.type, "X1")

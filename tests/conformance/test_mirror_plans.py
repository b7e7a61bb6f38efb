"""The mirror's plan for each table agrees with the reference, and every list can be read by its plan."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any, Final

import msgspec
import pytest

from odapi_async import Practice
from odapi_async._wire import check_rules, encode
from odapi_async.mirror.plans import BY_TABLE, EXCLUDED, PLANS, Plan
from odapi_async.sandbox import Sandbox
from tests.conformance import catalogue, sdk
from tests.conformance.arguments import VALUES
from tests.conformance.catalogue import CATALOGUE, RESOURCES, Field, Operation, Resource
from tests.support.bench import KEY, serving
from tests.support.checks import run_checks

CHANGE_FILTERS: Final = {"DateTStamp", "SecDateTEdit", "DateEntry"}
"""Filters by the time at which a row was written, not by a day in its data."""

SERVER_TIME: Final = "serverDateTime"

LISTED_YET_LEFT_OUT: Final = {
    "api_keys": "secrets",
    "signalods": "gone before they are of use",
    "subscriptions": "secrets among settings",
}
"""Resources whose rows could be listed by their own id."""

SHOWN_OTHERWISE: Final[Mapping[tuple[str, str], str]] = {
    ("schedules", "date"): "a range stands in its place",
}
"""Defaults that hide rows, and which another filter overrides, by table and parameter."""

NEVER_SHOWN: Final[Mapping[str, str]] = {
    "clinics": "only visible clinics",
}
"""Tables whose list hides rows that no filter shows, with the words of the reference."""

NOT_THE_ROW_ITSELF: Final = {("hist_appointments", "HistApptAction")}
"""Fields about the deletion of something else."""


class Filter(Field, frozen=True):
    """A parameter of a list with everything that the reference says about it."""

    notes: str | None = None
    default: Any = None
    optional_since: str | None = None

    @property
    def compulsory(self) -> bool:
        return self.required or self.notes == "neither marked required nor optional"

    @property
    def hides(self) -> bool:
        """Whether rows are left out if it is not given; an id of 0 means any."""
        return self.default not in {None, "<all>", 0}


class _Operation(msgspec.Struct, frozen=True):
    python: str
    query: tuple[Filter, ...] = ()


class _Notes(msgspec.Struct, frozen=True):
    """Facts that no other test needs."""

    attribute: str
    notes: tuple[str, ...]
    operations: tuple[_Operation, ...]


RESOURCE: Final[Mapping[str, Resource]] = {resource.attribute: resource for resource in RESOURCES}


@cache
def notes() -> Mapping[str, _Notes]:
    files = sorted(CATALOGUE.glob("*.json"))
    every = (msgspec.json.decode(file.read_bytes(), type=_Notes) for file in files)
    return {each.attribute: each for each in every}


def documented(plan: Plan) -> Operation:
    return next(each for each in RESOURCE[plan.table].operations if each.python == plan.method)


def filters(plan: Plan) -> Mapping[str, Filter]:
    operation = next(each for each in notes()[plan.table].operations if each.python == plan.method)
    return {each.name: each for each in operation.query}


def columns(resource: Resource, operation: Operation) -> Mapping[str, Field]:
    """Return the fields of the rows of a list."""
    returns = operation.returns
    struct = resource.structs[returns.struct] if returns.struct else ()
    return {field.name: field for field in struct if field.name not in returns.absent}


def shown(plan: Plan) -> Mapping[str, Field]:
    return columns(RESOURCE[plan.table], documented(plan))


def remarks(plan: Plan) -> Mapping[str, str]:
    """Return the remarks on the fields of a row."""
    file = CATALOGUE / f"{RESOURCE[plan.table].resource}.json"
    structs = msgspec.json.decode(file.read_bytes())["structs"]
    struct = structs[documented(plan).returns.struct]
    return {field["name"]: field["notes"] or "" for field in struct}


def always_given(plan: Plan) -> set[str]:
    """Return the filters of each list request."""
    common = set(plan.list_filters[0]).intersection(*plan.list_filters[1:])
    return common | ({plan.parent.filter} if plan.parent else set())


def lists_rows(resource: Resource, operation: Operation) -> bool:
    """Return whether an operation lists rows that have the id of the resource."""
    return (
        operation.method == "GET"
        and not operation.path_params
        and operation.returns.shape == "list"
        and resource.primary_key in columns(resource, operation)
    )


def test_every_resource_is_mirrored_or_excluded() -> None:
    assert sorted([*BY_TABLE, *EXCLUDED]) == sorted(RESOURCE)


def test_only_the_named_lists_are_excluded() -> None:
    listed = {
        name
        for name in EXCLUDED
        if any(lists_rows(RESOURCE[name], each) for each in RESOURCE[name].operations)
    }
    assert listed == set(LISTED_YET_LEFT_OUT)


def the_method_lists_rows_with_the_id_of_the_resource(plan: Plan) -> None:
    operation = documented(plan)
    assert plan.id_field == RESOURCE[plan.table].primary_key
    assert lists_rows(RESOURCE[plan.table], operation)
    assert operation.paged
    assert operation.deprecated is None
    assert plan.operation.path == operation.path


def changes_are_fetched_with_a_documented_filter(plan: Plan) -> None:
    offered = CHANGE_FILTERS & set(filters(plan))
    if plan.changes is None:
        assert not offered
        return
    assert {plan.changes.filter} == offered
    assert filters(plan)[plan.changes.filter].type == ("date" if plan.changes.whole_days else "datetime")


def rows_have_the_fields_that_a_bookmark_needs(plan: Plan) -> None:
    if plan.changes is None:
        return
    fields = shown(plan)
    assert fields[plan.changes.stamp].type == ("date" if plan.changes.whole_days else "datetime")
    assert plan.changes.server_time == (SERVER_TIME in fields)
    hints = sdk.hints_of(plan.operation.returns)
    assert {plan.changes.stamp, SERVER_TIME if plan.changes.server_time else plan.id_field} <= set(hints)


def filters_by_creation_have_a_daily_sweep(plan: Plan) -> None:
    created = plan.changes is not None and "entered" in (filters(plan)[plan.changes.filter].notes or "")
    if created or plan.table == "procedure_logs":
        assert plan.sweep_days <= 1


def mandatory_filters_are_sent(plan: Plan) -> None:
    given = always_given(plan)
    assert {name for name, each in filters(plan).items() if each.compulsory} <= given
    for rule, names in documented(plan).rules:
        assert rule == "at_most_one" or names & given
    if plan.parent:
        needed = {name for name, each in filters(plan).items() if each.compulsory}
        choices = [names for rule, names in documented(plan).rules if rule == "at_least_one"]
        assert plan.parent.filter in needed.union(*choices), "it could be read as a whole"


def a_parent_has_the_id_that_the_filter_takes(plan: Plan) -> None:
    if plan.parent:
        assert filters(plan)[plan.parent.filter].type == "int"
        assert plan.parent.filter == BY_TABLE[plan.parent.table].id_field


def the_first_version_that_lists_the_whole_table_is_known(plan: Plan) -> None:
    once_compulsory = (each for name, each in filters(plan).items() if name not in always_given(plan))
    versions = [each.optional_since for each in once_compulsory if each.optional_since]
    newest = max(versions, key=catalogue.as_numbers, default=None)
    assert plan.since == newest


def rows_hidden_by_default_are_requested(plan: Plan) -> None:
    hiding = {name for name, each in filters(plan).items() if each.hides}
    overcome = {name for name in hiding if (plan.table, name) not in SHOWN_OTHERWISE}
    assert overcome <= always_given(plan)
    for name in overcome:
        each = filters(plan)[name]
        values = [given[name] for given in plan.list_filters]
        if each.type == "bool":
            assert (each.default, values) == ("false", [True])
        elif each.enum:
            assert sorted(map(str, values)) == sorted(each.enum)
        else:
            assert len(values) == 1


def rows_that_need_a_filter_are_requested(plan: Plan) -> None:
    on_request = {name for name, said in remarks(plan).items() if "only on request" in said}
    requested = {name for given in plan.list_filters for name in given}
    assert on_request <= requested
    assert not on_request or {} in [dict(given) for given in plan.list_filters]


def test_rows_that_no_filter_shows_are_known() -> None:
    said = {plan.table: " ".join(notes()[plan.table].notes).lower() for plan in PLANS}
    assert {table for table, text in said.items() if "only visible" in text} == set(NEVER_SHOWN)
    for table, words in NEVER_SHOWN.items():
        assert words in said[table]
        assert not filters(BY_TABLE[table])


def the_filters_pass_the_checks_of_the_method(plan: Plan) -> None:
    operation = plan.operation
    for arguments in readings(plan, parent_key=1):
        encode(operation.name, operation.query, arguments)
        check_rules(operation.rules, arguments)


def readings(plan: Plan, parent_key: int) -> Iterator[dict[str, Any]]:
    """Yield the filters of each request of a plan: for the whole table, and for changed rows."""
    parent = {plan.parent.filter: parent_key} if plan.parent else {}
    for given in plan.list_filters:
        yield {**given, **parent}
        if plan.changes:
            since = VALUES["date" if plan.changes.whole_days else "datetime"]
            yield {**given, **parent, plan.changes.filter: since}


def deleted_rows_have_a_documented_value(plan: Plan) -> None:
    marked = {
        (name, value)
        for name in shown(plan)
        for value in values_of(plan, name)
        if says_deleted(plan, name, value) and (plan.table, name) not in NOT_THE_ROW_ITSELF
    }
    assert marked == ({(plan.deleted.field, plan.deleted.value)} if plan.deleted else set())


def values_of(plan: Plan, name: str) -> Sequence[str]:
    """Return the documented values of a field."""
    resource = RESOURCE[plan.table].resource
    struct = documented(plan).returns.struct
    named = (f"{resource}.{name}", name)
    found = [catalogue.enumerations()[each] for each in named if each in catalogue.enumerations()]
    used = [each for each in found if f"{resource}.{struct}" in each.used_by]
    return used[0].values if used else ()


def says_deleted(plan: Plan, name: str, value: str) -> bool:
    return value == "Deleted" or f"{value}, deleted" in remarks(plan).get(name, "")


CHECKS: Final = (
    the_method_lists_rows_with_the_id_of_the_resource,
    changes_are_fetched_with_a_documented_filter,
    rows_have_the_fields_that_a_bookmark_needs,
    filters_by_creation_have_a_daily_sweep,
    mandatory_filters_are_sent,
    a_parent_has_the_id_that_the_filter_takes,
    the_first_version_that_lists_the_whole_table_is_known,
    rows_hidden_by_default_are_requested,
    rows_that_need_a_filter_are_requested,
    the_filters_pass_the_checks_of_the_method,
    deleted_rows_have_a_documented_value,
)


@pytest.mark.parametrize("plan", PLANS, ids=[plan.table for plan in PLANS])
def test_a_plan_agrees_with_the_reference(plan: Plan) -> None:
    run_checks(CHECKS, plan)


async def test_every_list_can_be_read_as_planned() -> None:
    wrong: list[str] = []
    async with serving() as bench:
        practice = bench.practice()
        for plan in PLANS:
            wrong += [f"{plan.table}: {each}" async for each in _faults(practice, bench.box, plan)]
    assert wrong == []


async def _faults(practice: Practice, box: Sandbox, plan: Plan) -> AsyncGenerator[str]:
    kept = box.rows(KEY, plan.operation.path.split("/")[1])
    parent_key: int = kept[0][plan.parent.filter] if plan.parent else 0
    method: Any = getattr(getattr(practice, plan.table), plan.method)
    whole = 0
    for arguments in readings(plan, parent_key):
        page = await _first_page(method(**arguments))
        keys = [getattr(row, plan.id_field) for row in page]
        if not all(type(row) is plan.operation.returns for row in page):
            yield f"{arguments} does not give the documented rows"
        if len(set(keys)) < len(keys) or not all(keys):
            yield f"{arguments} gives keys that tell nothing apart: {keys}"
        if plan.changes and plan.changes.filter in arguments:
            if not all(getattr(row, plan.changes.stamp) for row in page):
                yield f"{arguments} gives rows without a stamp"
        else:
            whole += len(page)
    if not whole:
        yield "gives no rows"


async def _first_page(rows: Any) -> list[Any]:
    async with aclosing(rows.pages()) as pages:
        async for page in pages:
            found: list[Any] = page
            return found
    return []

"""The plans are consistent: parents come first, no table occurs twice, and each has an operation."""

from collections import Counter
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import pytest

from odapi_async import OpenDental
from odapi_async.mirror.plans import BY_TABLE, EXCLUDED, PLANS, Changes, Parent, Plan
from tests.support.checks import all_checks, run_checks


def test_no_table_occurs_twice() -> None:
    assert max(Counter(plan.table for plan in PLANS).values()) == 1
    assert {plan.table: plan for plan in PLANS} == BY_TABLE
    assert not BY_TABLE.keys() & EXCLUDED.keys()


def test_a_parent_is_before_its_children() -> None:
    tables = [plan.table for plan in PLANS]
    for at, plan in enumerate(PLANS):
        assert plan.parent is None or plan.parent.table in tables[:at], plan.table


async def test_the_practice_has_the_methods() -> None:
    async with OpenDental("developer-key") as od:
        practice = od.practice("customer-key")
        with all_checks() as checks:
            for plan in PLANS:
                with checks.named(plan.table):
                    assert plan.operation.method == "GET"
                    assert callable(getattr(getattr(practice, plan.table), plan.method))


def the_lists_of_a_table_have_different_filters(plan: Plan) -> None:
    assert plan.list_filters
    assert len({tuple(sorted(each.items(), key=str)) for each in plan.list_filters}) == len(plan.list_filters)


def no_filter_is_set_twice(plan: Plan) -> None:
    own = [plan.changes.filter] if plan.changes else []
    own += [plan.parent.filter] if plan.parent else []
    assert len(set(own)) == len(own)
    assert not any(set(own) & set(each) for each in plan.list_filters)


def all_rows_are_read_again_within_a_week(plan: Plan) -> None:
    assert timedelta(0) < timedelta(days=plan.sweep_days) <= timedelta(weeks=1)
    if plan.changes is None and plan.parent is None:
        assert plan.sweep_days == 1


@pytest.mark.parametrize("plan", PLANS, ids=[plan.table for plan in PLANS])
def test_a_plan_is_consistent(plan: Plan) -> None:
    run_checks(CHECKS, plan)


CHECKS: Final = (
    the_lists_of_a_table_have_different_filters,
    no_filter_is_set_twice,
    all_rows_are_read_again_within_a_week,
)


def test_every_reason_is_one_short_sentence() -> None:
    for reason in EXCLUDED.values():
        assert 10 < len(reason) < 100
        assert "\n" not in reason
        assert not reason.endswith(".")


def test_a_plan_has_one_list_without_filters_by_default() -> None:
    plan = Plan(table="carriers", id_field="CarrierNum")
    assert plan.method == "list"
    assert [plan.changes, plan.parent, plan.deleted, plan.since] == [None] * 4
    assert plan.list_filters == (MappingProxyType({}),)
    assert Changes("DateTStamp", "DateTStamp") == ("DateTStamp", "DateTStamp", False, False)
    assert Parent("patients", "PatNum").filter == "PatNum"

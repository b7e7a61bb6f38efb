"""The programs of docs/insurance.md, killed after each of their steps; and its table of operations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from odapi_async import BadRequest, OpenDental, Practice
from odapi_async.recipes.journal import Journal, Kind, finding_of
from odapi_async.resources import claim_payments, claim_procs, commlogs, pat_plans, payments, recalls
from odapi_async.sandbox import Sandbox
from tests.docs.running import in_practice, recipe

PAGE: Final = "docs/insurance.md"


class Killed(BaseException):
    """Ends a program as a kill does: nothing of it goes on."""


class Cut:
    """A run that is killed after some steps.

    Args:
        run: the run.
        steps: after so many.
    """

    def __init__(self, run: Any, steps: int) -> None:
        self._run, self._left = run, steps

    async def ensure(self, *args: Any, **values: Any) -> Any:
        if not self._left:
            raise Killed
        self._left -= 1
        return await self._run.ensure(*args, **values)


def written(office: Sandbox) -> list[str]:
    return [f"{each.method} {each.path}" for each in office.arrivals if each.method != "GET"]


def cut_after_each(work: Any, steps: int, **values: Any) -> None:
    """Run a program of the page, which is killed after its first step, then after its second, and so on."""

    async def use(_: OpenDental, practice: Practice) -> None:
        async with Journal("killed.db") as journal:
            for left in range(steps + 1):
                try:
                    async with journal.run("a run", practice) as run:
                        await work(Cut(run, left), **values)
                except Killed:
                    assert left < steps
            async with journal.run("a run", practice) as run:
                await work(run, **values)

    in_practice(use)


def test_insurance_is_replaced_once(office_server: Sandbox) -> None:
    work = recipe(PAGE, "replace_insurance")  # which the page runs, too
    office_server.reset()
    cut_after_each(work, 5, patient=38, old_pat_plan=1, member="W-204")
    assert [each.split("/")[1] for each in written(office_server)] == [
        "insplans",
        "benefits",
        "inssubs",
        "patplans",
        "patplans",
    ]

    async def look(_: OpenDental, practice: Practice) -> list[tuple[int, int]]:
        return [(each.PatPlanNum, each.Ordinal) for each in await practice.pat_plans.list(PatNum=38)]

    ((plan, ordinal),) = in_practice(look)
    assert plan != 1
    assert ordinal == 1


def test_a_check_is_posted_once(office_server: Sandbox) -> None:
    work = recipe(PAGE, "post_payment")
    office_server.reset()
    values = {"claim": 4, "paid": {4: Decimal("80.50")}, "check": "C-1", "received": date(2026, 11, 30)}
    cut_after_each(work, 3, **values)
    assert written(office_server) == ["PUT /claimprocs/4", "PUT /claims/4", "POST /claimpayments"]

    async def another(_: OpenDental, practice: Practice) -> None:
        async with Journal("another.db") as journal, journal.run("by another program", practice) as run:
            await work(run, **values)

    in_practice(another)
    assert len(written(office_server)) == 3, "its number tells that it is there"


def test_a_check_that_is_not_the_sum_is_refused(office_server: Sandbox) -> None:
    async def use(_: OpenDental, practice: Practice) -> None:
        async with Journal("other.db") as journal, journal.run("a run", practice) as run:
            await run.ensure(claim_procs.UPDATE, 4, Status="Received", InsPayAmt=Decimal("80.50"))
            await run.ensure(claim_payments.CREATE, claimNum=4, CheckAmt=Decimal("80.49"), CheckNum="C-1")

    with pytest.raises(BadRequest, match="does not match the total"):
        in_practice(use)
    assert written(office_server) == ["PUT /claimprocs/4", "POST /claimpayments"]


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (pat_plans.CREATE, Kind.IDENTITY),
        (commlogs.CREATE, Kind.SCOPE),
        (payments.CREATE, Kind.SCOPE),
        (recalls.SWITCH_TYPE, Kind.ASK),
        (payments.REFUND, Kind.ASK),
    ],
    ids=lambda each: getattr(each, "name", str(each)),
)
def test_the_examples_of_the_table_are_found_as_it_says(operation: Any, kind: Kind) -> None:
    assert finding_of(operation).kind is kind

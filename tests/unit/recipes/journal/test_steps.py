"""A step as plain values: its digest, its row, and what it hides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from odapi_async import InvalidRequest
from odapi_async.recipes.journal.steps import Step, id_of, is_deleted
from odapi_async.resources import (
    appointments,
    claim_payments,
    claims,
    ins_subs,
    pat_plans,
    procedure_logs,
    recalls,
)
from odapi_async.resources.claims import Claim
from odapi_async.resources.pat_plans import PatPlan
from odapi_async.resources.procedure_logs import ProcedureLog


def step_of(operation: Any, *ids: int, **body: Any) -> Step[Any]:
    return Step(1, operation, ids, {}, body)


def digest(operation: Any, *ids: int, **body: Any) -> str:
    return step_of(operation, *ids, **body).digest(bytes.hex)


def test_a_digest_is_the_same_however_the_values_are_written() -> None:
    one = digest(pat_plans.CREATE, PatNum=48, InsSubNum=1, PatID="X")
    assert digest(pat_plans.CREATE, PatID="X", InsSubNum=1, PatNum=48) == one
    day = dt.date(2026, 11, 30)
    assert digest(claims.UPDATE, 1, DateReceived=day) == digest(claims.UPDATE, 1, DateReceived="2026-11-30")
    money = {digest(claim_payments.CREATE, claimNum=1, CheckAmt=each) for each in (Decimal("80.5"), 80.5)}
    assert len(money) == 1


@pytest.mark.parametrize(
    "other",
    [
        (pat_plans.UPDATE, (2,), {"Ordinal": 1}),
        (pat_plans.UPDATE, (1,), {"Ordinal": 2}),
        (pat_plans.UPDATE, (1,), {"PatID": "1"}),
        (pat_plans.DELETE, (1,), {}),
    ],
)
def test_a_digest_differs_with_each_part(other: tuple[Any, tuple[int, ...], dict[str, Any]]) -> None:
    operation, ids, body = other
    assert digest(pat_plans.UPDATE, 1, Ordinal=1) != digest(operation, *ids, **body)


def test_a_step_empties_its_body_and_shows_none_of_it() -> None:
    body: dict[str, object] = {"PlanNum": 7, "Subscriber": 48, "SubscriberID": "Quetzalc0atl"}
    step = Step(3, ins_subs.CREATE, (), {}, body)
    assert body == {}
    assert repr(step) == "<step 3: POST /inssubs>"
    assert "Quetzalc0atl" not in repr(vars(step))
    assert step.fields == {"PlanNum", "Subscriber", "SubscriberID"}


def test_a_row_that_cannot_be_read_is_as_it_was_sent() -> None:
    step = step_of(pat_plans.CREATE, PatNum=48, InsSubNum=1, Ordinal=2)
    assert step.made(9) == PatPlan(PatPlanNum=9, PatNum=48, InsSubNum=1, Ordinal=2)
    assert step_of(pat_plans.DELETE, 1).made(1) is None


def test_what_a_person_is_asked_about() -> None:
    assert step_of(recalls.SWITCH_TYPE, PatNum=48).is_ask
    assert not step_of(ins_subs.DELETE, 1).is_ask


def test_a_claim_is_marked_as_sent_only_if_its_status_says_so() -> None:
    step = step_of(claims.UPDATE_STATUS, 1, DateSent="2026-11-30")
    sent = Claim(ClaimNum=1, DateSent=dt.date(2026, 11, 30), ClaimStatus="S")
    assert step.differing(sent) == ()
    assert step.differing(Claim(ClaimNum=1, DateSent=dt.date(2026, 11, 30), ClaimStatus="U")) == (
        "ClaimStatus",
    )


def test_a_value_that_breaks_a_rule_is_refused_without_its_traces() -> None:
    with pytest.raises(InvalidRequest, match="DateTime") as caught:
        step_of(appointments.CREATE, PatNum=48, Op=1, AptDateTime="Quetzalc0atl")
    assert caught.value.__context__ is None


def test_ids_and_deleted_rows() -> None:
    assert (id_of(PatPlan(PatPlanNum=3)), id_of(PatPlan()), id_of(None), id_of("text")) == (
        3,
        None,
        None,
        None,
    )
    assert is_deleted(ProcedureLog(ProcStatus="D"))
    assert not is_deleted(ProcedureLog(ProcStatus="C"))
    assert not is_deleted(PatPlan())
    assert step_of(procedure_logs.DELETE, 1).fields == frozenset()

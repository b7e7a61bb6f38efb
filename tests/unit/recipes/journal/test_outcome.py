"""What has become of a step, from the rows of the office: worked cases, and any rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.recipes.journal.outcome import Verdict, after_writing, before_writing, known_before
from odapi_async.recipes.journal.steps import Step, id_of
from odapi_async.resources import (
    adjustments,
    appointments,
    claim_payments,
    commlogs,
    discount_plan_subs,
    fees,
    ins_subs,
    pat_plans,
)
from odapi_async.resources.adjustments import Adjustment
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.claim_payments import ClaimPayment
from odapi_async.resources.commlogs import Commlog
from odapi_async.resources.fees import Fee
from odapi_async.resources.ins_subs import InsSub
from odapi_async.resources.pat_plans import PatPlan

NONE: frozenset[int] = frozenset()


def step_of(operation: Any, *ids: int, **body: Any) -> Step[Any]:
    return Step(1, operation, ids, {}, body)


SUB = step_of(ins_subs.CREATE, PlanNum=7, Subscriber=48, SubscriberID="S1")
MINE = InsSub(InsSubNum=3, PlanNum=7, Subscriber=48, SubscriberID="S1")
OTHER = InsSub(InsSubNum=4, PlanNum=7, Subscriber=48, SubscriberID="S2")
ELSEWHERE = InsSub(InsSubNum=5, PlanNum=8, Subscriber=48, SubscriberID="S1")
CALL = step_of(commlogs.CREATE, PatNum=48, Note="called", CommType=3)
ANY: set[int] = set()
CALLED = Commlog(CommlogNum=3, PatNum=48, Note="called", CommType=3)


@pytest.mark.parametrize(
    ("rows", "verdict", "row_ids", "fields"),
    [
        ([], Verdict.ABSENT, (), ()),
        ([ELSEWHERE], Verdict.ABSENT, (), ()),
        ([ELSEWHERE, MINE], Verdict.OURS, (3,), ()),
        ([OTHER, MINE], Verdict.OURS, (3,), ()),
        ([OTHER], Verdict.CONFLICT, (4,), ("SubscriberID",)),
    ],
)
def test_a_row_with_an_identity_is_ours_whoever_made_it(
    rows: list[InsSub], verdict: Verdict, row_ids: tuple[int, ...], fields: tuple[str, ...]
) -> None:
    for found in (
        before_writing(SUB, rows),
        after_writing(SUB, rows, NONE),
        after_writing(SUB, rows, frozenset({3})),
    ):
        assert found[0] is verdict
        assert found[2:] == (row_ids, fields)


@pytest.mark.parametrize(
    ("rows", "known", "verdict", "row_ids"),
    [
        ([], {3}, Verdict.ABSENT, ()),
        ([CALLED], {3}, Verdict.ABSENT, ()),
        ([CALLED], {2}, Verdict.OURS, (3,)),
        ([CALLED, Commlog(CommlogNum=4, PatNum=48, Note="called", CommType=3)], ANY, Verdict.ASK, (3, 4)),
        ([Commlog(CommlogNum=4, PatNum=48, Note="called", CommType=4)], ANY, Verdict.ABSENT, ()),
        ([Commlog(CommlogNum=4, PatNum=48, Note="Called!", CommType=3)], ANY, Verdict.ASK, (4,)),
        ([Commlog(CommlogNum=4, PatNum=48, Note="Called!", CommType=3)], {4}, Verdict.ABSENT, ()),
        ([CALLED, Commlog(CommlogNum=4, PatNum=48, Note="Called!", CommType=3)], ANY, Verdict.OURS, (3,)),
    ],
)
def test_without_an_identity_one_new_equal_row_is_ours(
    rows: list[Commlog], known: set[int], verdict: Verdict, row_ids: tuple[int, ...]
) -> None:
    assert before_writing(CALL, rows).verdict is Verdict.ABSENT, "equal rows may be there already"
    found = after_writing(CALL, rows, frozenset(known))
    assert (found.verdict, found.row_ids) == (verdict, row_ids)


def test_where_money_moves_any_new_row_is_asked_about() -> None:
    step = step_of(adjustments.CREATE, PatNum=48, AdjType=1, AdjAmt=-5, AdjDate="2026-11-30")
    theirs = Adjustment(AdjNum=2, PatNum=48, AdjType=9)
    assert after_writing(step, [theirs], NONE).verdict is Verdict.ASK
    assert after_writing(step, [theirs], frozenset({2})).verdict is Verdict.ABSENT


def test_a_check_is_told_by_its_number() -> None:
    numbered = step_of(claim_payments.CREATE, claimNum=1, CheckAmt=80, CheckNum="C1")
    plain = step_of(claim_payments.CREATE, claimNum=1, CheckAmt=80)
    rows = [ClaimPayment(ClaimPaymentNum=2, CheckAmt=70, CheckNum="C1")]  # type: ignore[arg-type]
    assert before_writing(numbered, rows).verdict is Verdict.CONFLICT
    assert before_writing(plain, rows).verdict is Verdict.ABSENT
    assert after_writing(plain, rows, NONE).verdict is Verdict.ASK
    assert after_writing(plain, rows, frozenset({2})).verdict is Verdict.ABSENT


def test_a_value_that_is_not_sent_may_identify_a_row() -> None:
    step = step_of(fees.CREATE, Amount=5, FeeSched=1, CodeNum=2)
    assert before_writing(step, [Fee(FeeNum=3, FeeSched=1, CodeNum=2, ClinicNum=4)]).verdict is Verdict.ABSENT
    assert before_writing(step, [Fee(FeeNum=3, FeeSched=1, CodeNum=2)]).verdict is Verdict.CONFLICT


def test_an_update_is_done_if_its_row_has_the_values() -> None:
    step = step_of(pat_plans.UPDATE, 9, Ordinal=2)
    assert before_writing(step, [PatPlan(PatPlanNum=9, Ordinal=2)])[2:] == ((9,), ())
    for rows in ([], [PatPlan(PatPlanNum=9, Ordinal=1)]):
        assert before_writing(step, rows).verdict is Verdict.ABSENT
        assert after_writing(step, rows, NONE).verdict is Verdict.ABSENT


def test_a_note_that_had_the_text_before_is_asked_about() -> None:
    step = step_of(appointments.UPDATE_NOTE, 9, Note="late")
    before, after = [Appointment(AptNum=9, Note="first")], [Appointment(AptNum=9, Note="first\nlate")]
    assert before_writing(step, after).verdict is Verdict.ABSENT, "it may be added twice"
    assert known_before(step, before) == NONE
    assert after_writing(step, before, NONE).verdict is Verdict.ABSENT
    assert after_writing(step, after, NONE).verdict is Verdict.OURS
    assert known_before(step, after) == {9}
    assert after_writing(step, after, frozenset({9})).verdict is Verdict.ASK


def test_breaking_a_broken_appointment_is_done() -> None:
    step = step_of(appointments.BREAK_, 9, sendToUnscheduledList=False)
    for status, verdict in {
        "Broken": Verdict.OURS,
        "UnschedList": Verdict.OURS,
        "Complete": Verdict.ABSENT,
    }.items():
        assert before_writing(step, [Appointment(AptNum=9, AptStatus=status)]).verdict is verdict


def test_a_deletion_is_done_if_its_row_is_gone() -> None:
    step = step_of(ins_subs.DELETE, 3)
    assert before_writing(step, []).verdict is Verdict.OURS
    assert after_writing(step, [MINE], NONE).verdict is Verdict.ABSENT


def test_a_row_of_another_discount_plan_is_a_conflict() -> None:
    step = step_of(discount_plan_subs.CREATE, DiscountPlanNum=1, PatNum=48)
    row = discount_plan_subs.DiscountPlanSub(DiscountSubNum=5, DiscountPlanNum=2, PatNum=48)
    assert before_writing(step, [row])[2:] == ((5,), ("DiscountPlanNum",))


ROWS = st.lists(
    st.builds(
        Commlog,
        CommlogNum=st.integers(1, 6),
        PatNum=st.just(48),
        Note=st.sampled_from(["called", "Called", "x"]),
        CommType=st.sampled_from([3, 4]),
    ),
    unique_by=lambda row: row.CommlogNum,
)


@given(ROWS, st.frozensets(st.integers(1, 6)))
def test_nothing_is_ours_that_was_there_before_or_differs(
    rows: Sequence[Commlog], known: frozenset[int]
) -> None:
    found = after_writing(CALL, rows, known)
    new_and_equal = [row for row in rows if row.CommlogNum not in known and not CALL.differing(row)]
    assert (found.verdict is Verdict.OURS) == (len(new_and_equal) == 1)
    assert known.isdisjoint(found.row_ids)
    if found.verdict is Verdict.ABSENT:
        assert all(row.CommlogNum in known or row.CommType == 4 for row in rows), "else it may be ours"


@given(ROWS)
def test_the_row_that_a_write_adds_is_found_and_no_other(rows: Sequence[Commlog]) -> None:
    known = known_before(CALL, rows)
    assert after_writing(CALL, rows, known).verdict is Verdict.ABSENT
    written = Commlog(CommlogNum=99, PatNum=48, Note="called", CommType=3)
    found = after_writing(CALL, [*rows, written], known)
    assert (found.verdict, id_of(found.row)) == (Verdict.OURS, 99)

"""What later steps of a run do to the row of an earlier one."""

from __future__ import annotations

import datetime as dt
from typing import Final

from odapi_async.recipes.journal.later import later_steps
from odapi_async.recipes.journal.notes import Note
from odapi_async.recipes.journal.schema import StepState

NOON: Final = dt.datetime(2026, 5, 3, 12)


def note(step: int, operation: str, row_id: int | None, *fields: str) -> Note:
    return Note(step, operation, "", frozenset(fields), StepState.DONE, row_id, frozenset(), NOON)


FIRST: Final = note(1, "POST /claims", 5, "ClaimType")


def later(*notes: Note, of: Note = FIRST) -> tuple[set[str], bool]:
    fields, is_deleted = later_steps(of, {each.step: each for each in (of, *notes)})
    return {*fields}, is_deleted


def test_fields_that_later_steps_write_into_the_same_row() -> None:
    assert later() == (set(), False)
    update = "PUT /claims/{ClaimNum}"
    assert later(note(2, update, 5, "ClaimStatus", "ClaimNote"), note(3, update, 6, "ProvBill")) == (
        {"ClaimStatus", "ClaimNote"},
        False,
    )
    assert later(note(2, "PUT /claimprocs/{ClaimProcNum}", 5, "Status")) == (set(), False)
    assert later(note(2, update, None, "ClaimNote"), of=FIRST._replace(row_id=None)) == (set(), False)


def test_a_step_whose_outcome_is_lost_may_have_been_executed() -> None:
    update = note(2, "PUT /claims/{ClaimNum}", 5, "ClaimNote")._replace(state=StepState.SENT)
    assert later(update) == ({"ClaimNote"}, False)
    assert later(update._replace(row_id=6)) == (set(), False)
    field, again = note(1, "PUT /patfields", 5, "FieldValue"), note(2, "PUT /patfields", None, "FieldValue")
    assert later(again, of=field) == (set(), False)
    assert later(again._replace(state=StepState.SENT), of=field) == ({"FieldValue"}, False)
    new = note(2, "POST /claims", None, "ClaimNote")._replace(state=StepState.SENT)
    assert later(new) == (set(), False), "a new row is another one"


def test_earlier_steps_do_not_count() -> None:
    assert later(FIRST, of=note(2, "PUT /claims/{ClaimNum}", 5, "ClaimStatus")) == (set(), False)


def test_a_later_deletion() -> None:
    assert later(note(2, "DELETE /claims/{ClaimNum}", 5)) == (set(), True)
    assert later(note(2, "DELETE /claims/{ClaimNum}", 6)) == (set(), False)


def test_another_plan_of_the_patient_moves_the_ordinal() -> None:
    plan = note(1, "POST /patplans", 5, "Ordinal")
    assert later(note(2, "POST /patplans", 6, "Ordinal"), of=plan) == ({"Ordinal"}, False)
    assert later(of=plan) == (set(), False)

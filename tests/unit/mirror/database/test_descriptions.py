"""What is said about tables and columns."""

from __future__ import annotations

from typing import Final

import pytest

from odapi_async.mirror.database.descriptions import (
    OWN,
    column_comments,
    describe_columns,
    is_generated,
    table_comment,
)
from odapi_async.mirror.database.schema import OWN_COLUMNS, define_tables
from odapi_async.mirror.plans import BY_TABLE, PLANS, Plan

LONGEST: Final = 600  # characters: a tool shows a comment in one line


def comment(table: str, column: str) -> str:
    return column_comments(BY_TABLE[table])[column]


def test_a_comment_begins_with_the_name_of_the_api_and_says_what_is_known() -> None:
    assert comment("patients", "lname") == "LName"
    assert comment("patients", "guarantor") == "Guarantor: Id in patients."
    assert comment("patients", "feesched") == "FeeSched: Id in fee_scheds. Since Open Dental 25.2.19."
    assert comment("patients", "datetstamp") == "DateTStamp: The time of the last change."
    assert comment("patients", "txtmsgok") == "TxtMsgOk: One of Unknown, Yes, No."
    assert table_comment("recalls").startswith("recalls: ")


def test_a_comment_has_the_words_of_the_database() -> None:
    assert comment("appointments", "confirmed") == (
        "Confirmed: A definition of category 2; confirmed_text is its text. Id in definitions."
    )
    assert comment("appointments", "confirmed_text") == "confirmed: The text of confirmed."
    assert comment("medication_pats", "datestop") == "DateStop: NULL if the patient still takes it."
    assert comment("claims", "placeservice").endswith("Among its values are Office, OtherLocation.")


def test_a_description_in_the_words_of_the_api_keeps_its_names() -> None:
    row = BY_TABLE["medication_pats"].operation.returns
    found = {each.name: each.meaning for each in describe_columns("medication_pats", row, wire_names=True)}
    assert found["datestop"] == "None if the patient still takes it."


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.table)
def test_every_column_has_a_comment_that_is_known_as_generated(plan: Plan) -> None:
    table = define_tables()[plan.table]
    found = column_comments(plan)
    assert set(found) == {column.name for column in table.columns}
    for column in table.columns:
        text = found[column.name]
        assert is_generated(text, str(column.info.get("wire", column.name)))
        assert len(text) < LONGEST
        assert text.isprintable()
        assert "`" not in text
        assert "$" not in text
        assert "\\" not in text
    assert is_generated(table_comment(plan.table), plan.table)


def test_the_comment_of_a_person_is_not_generated() -> None:
    assert not is_generated("the names of patients", "LName")
    assert not is_generated("LNames: of patients", "LName")
    assert is_generated("LName: what it was before", "LName")


def test_the_mirrors_own_columns_are_all_described() -> None:
    assert set(OWN) == set(OWN_COLUMNS)

"""Which field leads to which table: the list agrees with the structs and with what their docstrings say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from odapi_async.mirror import references
from odapi_async.mirror.plans import BY_TABLE, PLANS
from odapi_async.mirror.references import id_field, target
from odapi_async.resources import RowField, _ids, fields, id_target, names, operations, parameters

TABLES: Final = {plan.id_field: plan.table for plan in PLANS if plan.table != "patient_notes"}
DEPENDS: Final = re.compile(r" or an? | for |, by |meaning depends")
"""The words of a field whose table depends on another field."""


class Case(NamedTuple):
    """One field of one table."""

    table: str
    field: RowField

    def __str__(self) -> str:
        return f"{self.table}.{self.field.name}"


def integers() -> Iterator[Case]:
    for plan in PLANS:
        for field in fields(plan.operation.returns).values():
            if field.type is int:
                yield Case(plan.table, field)


DOCUMENTED: Final = [case for case in integers() if re.search(r"definition|\w+Num\b", case.field.meaning)]
MISLEADING: Final = {
    # the file of a statement
    "statements.DocNum": "documents",
    # no mirror has the texts
    "etranss.EtransMessageTextNum": None,
    # the number of a group of definitions, not an id
    "definitions.Category": None,
    "definitions.Supp": None,
}


@pytest.mark.parametrize("case", DOCUMENTED, ids=str)
def test_a_field_leads_where_its_docstring_says(case: Case) -> None:
    table, field = case
    found = target(table, field.name, field.type)
    if str(case) in MISLEADING:
        assert found == MISLEADING[str(case)]
    elif field.name == id_field(table) and table != "patient_notes":
        assert found is None
    elif re.match(
        r"An? (definition|DefNum)|.*: a definition|The adjustment type, a definition", field.meaning
    ):
        assert found == "definitions"
    elif (names := re.findall(r"\b\w+Num\b", field.meaning)) and not DEPENDS.search(field.meaning):
        assert found == TABLES.get(names[0])


def test_there_are_such_fields() -> None:
    assert len(DOCUMENTED) > 50


def test_ids_of_other_tables_are_found_by_their_names() -> None:
    assert target("appointments", "PatNum", int) == "patients"
    assert target("patient_notes", "PatNum", int) == "patients"
    assert target("patients", "PatNum", int) is None
    assert target("appointments", "PatNum", str) is None
    assert id_field("appointments") == "AptNum"
    assert id_field("reports") is None


def test_every_table_is_found_by_its_id() -> None:
    assert {name: id_target(name) for name in TABLES} == TABLES


def test_every_entry_is_used_and_names_a_table() -> None:
    places = {(case.table, case.field.name) for case in integers()}
    assert set(references._IN_ONE_TABLE) <= places
    assert set(_ids._RESOURCES.values()) <= set(BY_TABLE)
    parameters_of = (parameters(each) for name in names() for each in operations(name).values())
    numbers = {name for each in parameters_of for name, one in each.items() if one.type is int}
    assert set(_ids._RESOURCES) <= {case.field.name for case in integers()} | numbers

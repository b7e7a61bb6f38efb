"""What else has to be read, apart from schedules, operatories and appointments."""

from __future__ import annotations

from odapi_async.recipes.openings.hours import has_blockouts, hints_of, needs_unassigned
from odapi_async.resources.definitions import Definition
from odapi_async.resources.operatories import Operatory
from tests.unit.recipes.openings.rows import CHAIR, CHAIRS, CLOSED, DEFINITIONS, EMERGENCY, blockout, shift


def test_types_without_ns_are_hints() -> None:
    assert hints_of(DEFINITIONS) == {EMERGENCY}
    values = {1: "NS", 2: "DC,NS", 3: "", 4: "DC", 5: "DNS"}
    rows = [Definition(DefNum=number, Category=25, ItemValue=value) for number, value in values.items()]
    assert hints_of([*rows, Definition(DefNum=6, Category=24)]) == {3, 4, 5}


def test_definitions_matter_only_beside_a_blockout() -> None:
    assert not has_blockouts([shift("08:00-09:00")])
    assert has_blockouts([blockout("08:00-09:00", CLOSED)])


def test_the_preference_matters_only_if_a_chair_has_nobody_and_hours_name_no_chairs() -> None:
    assert needs_unassigned([shift("08:00-09:00")], CHAIRS)
    assert not needs_unassigned([shift("08:00-09:00", CHAIR)], CHAIRS)
    assert not needs_unassigned([shift("08:00-09:00")], CHAIRS[:2])
    hidden = Operatory(OperatoryNum=9, IsHidden=True)
    assert not needs_unassigned([shift("08:00-09:00")], [hidden])
    assert not needs_unassigned([blockout("08:00-09:00", CLOSED)], CHAIRS)

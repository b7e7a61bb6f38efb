"""What appointments take, and rule 7: of two that overlap, the later one gives way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.recipes.openings.occupied import conflicts, gives_way, is_decided, same_booking
from odapi_async.resources.appointments import Appointment
from tests.unit.recipes.openings.rows import DENTIST, HYGIENIST, SECOND, SPARE_CHAIR, visit

ENTERED: Final = datetime(2026, 11, 29, 12, 0, 0)
SECOND_LATER: Final = ENTERED + timedelta(seconds=1)
RANDOM_ID: Final = 7_231_554_098_112_233_445


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (visit("09:00", "XXXXXX", AptNum=7), True),
        (visit("09:25", "/", AptNum=7, ProvNum=SECOND), True),
        (visit("09:30", "XX", AptNum=7), False),
        (visit("08:50", "XX", AptNum=7), False),
        (visit("08:50", "XX/", AptNum=7, ProvNum=SECOND), True),
        (visit("09:00", "XX", AptNum=7, Op=SPARE_CHAIR), True),
        (visit("09:00", "//", AptNum=7, Op=SPARE_CHAIR), False),
        (visit("09:00", "XX", AptNum=7, Op=SPARE_CHAIR, ProvNum=SECOND), False),
        (visit("09:00", "XXXXXX", AptNum=7, AptStatus="Broken"), False),
        (visit("09:00", "XXXXXX", AptNum=100), False),  # itself
    ],
)
def test_two_overlap_if_they_need_one_chair_or_one_provider_at_the_same_time(
    other: Appointment, overlaps: bool
) -> None:
    mine = visit("09:00", "XXXXXX")
    assert conflicts(mine, [other]) == ([other] if overlaps else [])


def test_the_secondary_pattern_of_a_new_appointment_is_looked_at_too() -> None:
    mine = visit("09:00", "XX", IsHygiene=True, ProvHyg=HYGIENIST, PatternSecondary="/X")
    elsewhere = visit("09:05", "X", AptNum=7, Op=SPARE_CHAIR, ProvNum=DENTIST)
    assert conflicts(mine, [elsewhere]) == [elsewhere]
    assert conflicts(mine, [visit("09:00", "X", AptNum=7, Op=SPARE_CHAIR, ProvNum=DENTIST)]) == []


@pytest.mark.parametrize(
    ("mine", "other", "way"),
    [
        ((12, ENTERED), (11, ENTERED), True),
        ((11, ENTERED), (12, ENTERED), False),
        ((11, SECOND_LATER), (12, ENTERED), True),
        ((RANDOM_ID, ENTERED), (12, SECOND_LATER), False),
        ((12, None), (11, ENTERED), True),
        ((11, ENTERED), (12, None), False),
    ],
)
def test_rule_7_the_one_that_was_entered_later_gives_way(
    mine: tuple[int, datetime | None], other: tuple[int, datetime | None], way: bool
) -> None:
    one, another = (Appointment(AptNum=number, SecDateTEntry=entered) for number, entered in (mine, other))
    assert gives_way(one, another) is way
    assert gives_way(another, one) is not way


def test_rule_7_it_is_decided_when_the_second_of_the_entry_is_over() -> None:
    assert not is_decided(Appointment(SecDateTEntry=ENTERED, serverDateTime=ENTERED))
    assert is_decided(Appointment(SecDateTEntry=ENTERED, serverDateTime=SECOND_LATER))
    assert is_decided(Appointment(SecDateTEntry=None, serverDateTime=ENTERED)), "ids have to do"
    assert is_decided(Appointment(SecDateTEntry=ENTERED)), "nobody knows the time"


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, True),
        ({"Note": "Other words", "AptNum": 9}, True),
        ({"PatNum": 49}, False),
        ({"Op": SPARE_CHAIR}, False),
        ({"ProvNum": SECOND}, False),
        ({"AptStatus": "Broken"}, False),
    ],
)
def test_a_visit_is_known_by_its_patient_place_time_and_length(fields: dict[str, Any], same: bool) -> None:
    mine = visit("09:00", "XX", PatNum=48)
    assert same_booking(mine, visit("09:00", "XX", **{"PatNum": 48, **fields})) is same
    assert not same_booking(mine, visit("09:00", "XXX", PatNum=48))
    assert not same_booking(mine, visit("09:05", "XX", PatNum=48))


class Race:
    """Clients that take one opening at an office with random ids, one step of one client at a time."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.milliseconds = 0
        self.rows: dict[int, Appointment] = {}
        self.standing: set[int] = set()
        self.done: set[int] = set()

    def now(self) -> datetime:
        return ENTERED + timedelta(seconds=self.milliseconds // 1000)

    def step(self, client: int) -> None:
        """Create, or read and decide, as a client does that found the time free."""
        if client in self.done:
            return
        if client not in self.rows:
            self.rows[client] = visit("09:00", "XX", AptNum=self.ids[client], SecDateTEntry=self.now())
            self.standing.add(client)
            return
        mine = self.rows[client]
        others = [self.rows[each] for each in self.standing if each != client]
        if any(gives_way(mine, each) for each in conflicts(mine, others)):
            self.standing.discard(client)
            self.done.add(client)
        elif is_decided(Appointment(SecDateTEntry=mine.SecDateTEntry, serverDateTime=self.now())):
            self.done.add(client)


STEPS: Final = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 700)), max_size=30)


@given(st.permutations(range(1, 10)), STEPS)
def test_rule_7_one_client_wins_in_whatever_order_things_happen(
    ids: list[int], steps: list[tuple[int, int]]
) -> None:
    race = Race(ids)
    for client, pause in [*steps, *((client, 1000) for client in (0, 1, 2) * 4)]:
        race.milliseconds += pause
        race.step(client)
    assert race.done == {0, 1, 2}
    assert len(race.standing) == 1

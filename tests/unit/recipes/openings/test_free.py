"""Openings, worked by hand: one case for each rule of how an office's time is used."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.recipes.openings.free import free
from odapi_async.recipes.openings.hours import Hours, hints_of
from odapi_async.recipes.openings.opening import Opening, Search
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.operatories import Operatory
from tests.unit.recipes.openings.rows import (
    CHAIR,
    CHAIRS,
    CLOSED,
    DAY,
    DEFINITIONS,
    DENTIST,
    EMERGENCY,
    HYGIENE_CHAIR,
    HYGIENIST,
    SECOND,
    SPARE_CHAIR,
    at,
    blockout,
    found,
    shift,
    starts,
    visit,
)

HINTS = hints_of(DEFINITIONS)
MORNING = Hours([shift("08:00-10:00", CHAIR)], CHAIRS)


def test_rule_1_openings_are_the_hours_of_providers_in_their_chairs_minus_appointments() -> None:
    both = Hours([shift("08:00-10:00", CHAIR), shift("09:00-10:00", SPARE_CHAIR, ProvNum=SECOND)], CHAIRS)
    openings = found(both, visit("08:30", "XXXXXX"))
    assert openings == [
        Opening(at("08:00"), CHAIR, DENTIST, 30, ClinicNum=4),
        Opening(at("09:00"), CHAIR, DENTIST, 30, ClinicNum=4),
        Opening(at("09:00"), SPARE_CHAIR, SECOND, 30),
        Opening(at("09:30"), CHAIR, DENTIST, 30, ClinicNum=4),
        Opening(at("09:30"), SPARE_CHAIR, SECOND, 30),
    ]


def test_rule_2_the_chair_is_taken_for_the_whole_length() -> None:
    assert starts(found(MORNING, visit("08:30", "//XX//////", ProvNum=SECOND))) == ["08:00", "09:30"]


def test_rule_2_the_provider_is_taken_only_where_x_stands() -> None:
    elsewhere = visit("08:30", "//////XXXXXX", Op=SPARE_CHAIR)
    assert starts(found(MORNING, elsewhere)) == ["08:00", "08:30", "09:30"]


def test_rule_2_the_time_of_an_assistant_in_a_new_appointment_needs_no_provider() -> None:
    elsewhere = visit("08:30", "XX", Op=SPARE_CHAIR)
    assert starts(found(MORNING, elsewhere)) == ["08:00", "09:00", "09:30"]
    assert starts(found(MORNING, elsewhere, pattern="//XXX/")) == ["08:00", "08:30", "09:00", "09:30"]


@pytest.mark.parametrize(
    ("provider", "fields", "free_at"),
    [
        (DENTIST, {"IsHygiene": False, "ProvHyg": HYGIENIST}, "09:00"),
        (HYGIENIST, {"IsHygiene": False, "ProvHyg": HYGIENIST}, "08:30"),
        (HYGIENIST, {"IsHygiene": True, "ProvHyg": HYGIENIST}, "09:00"),
        (DENTIST, {"IsHygiene": True, "ProvHyg": HYGIENIST}, "08:30"),
        (DENTIST, {"IsHygiene": True, "ProvHyg": 0}, "09:00"),
    ],
)
def test_rule_2_the_pattern_is_the_hygienists_in_a_hygiene_appointment_and_the_secondary_the_others(
    provider: int, fields: dict[str, Any], free_at: str
) -> None:
    visits = visit("08:00", "//////XXXXXX", PatternSecondary="XXXXXX//////", Op=SPARE_CHAIR, **fields)
    hours = Hours([shift("08:00-10:00", CHAIR, ProvNum=provider)], CHAIRS)
    free_at_half_past = "08:30" in starts(found(hours, visits), provider=provider)
    assert free_at_half_past is (free_at == "08:30")


def test_rule_2_a_secondary_pattern_ends_with_the_appointment() -> None:
    dentist_later = visit("08:00", "XXXXXX", PatternSecondary="//////XXXXXX", Op=SPARE_CHAIR)
    elsewhere = found(MORNING, msgspec.structs.replace(dentist_later, ProvNum=HYGIENIST, ProvHyg=DENTIST))
    assert starts(elsewhere)[:2] == ["08:00", "08:30"]


def test_rule_2_no_appointment_is_longer_than_nine_hours() -> None:
    day = Hours([shift("08:00-18:00", CHAIR)], CHAIRS)
    assert starts(found(day, visit("08:00", "X" * 200))) == ["17:00", "17:30"]


@pytest.mark.parametrize("status", ["Scheduled", "Complete", "ASAP", "", "scheduled", "A status of tomorrow"])
def test_rule_3_these_statuses_take_time(status: str) -> None:
    assert starts(found(MORNING, visit("08:00", "XXXXXX", AptStatus=status)))[0] == "08:30"


@pytest.mark.parametrize("status", ["Planned", "UnschedList", "Broken", "PtNote", "PtNoteCompleted"])
def test_rule_3_these_statuses_take_none(status: str) -> None:
    assert starts(found(MORNING, visit("08:00", "XXXXXX", AptStatus=status)))[0] == "08:00"


def test_rule_4_a_blockout_forbids_only_if_its_type_says_so() -> None:
    blocks = [blockout("08:00-08:30", CLOSED, CHAIR), blockout("09:00-09:30", EMERGENCY, CHAIR)]
    hours = Hours([*MORNING.schedules, *blocks], CHAIRS, HINTS)
    assert starts(found(hours)) == ["08:30", "09:00", "09:30"]


def test_rule_4_a_blockout_concerns_its_own_chairs_or_all_if_it_names_none() -> None:
    chairs = [shift("08:00-09:00", CHAIR), shift("08:00-09:00", SPARE_CHAIR, ProvNum=SECOND)]
    here = Hours([*chairs, blockout("08:00-08:30", CLOSED, CHAIR)], CHAIRS, HINTS)
    assert starts(found(here)) == ["08:30"]
    assert starts(found(here), chair=SPARE_CHAIR, provider=SECOND) == ["08:00", "08:30"]
    everywhere = Hours([*chairs, blockout("08:00-08:30", CLOSED)], CHAIRS, HINTS)
    assert starts(found(everywhere), chair=SPARE_CHAIR, provider=SECOND) == ["08:30"]


def test_rule_4_a_blockout_of_a_type_that_nobody_knows_forbids() -> None:
    hours = Hours([*MORNING.schedules, blockout("08:00-08:30", 999, CHAIR)], CHAIRS, HINTS)
    assert starts(found(hours))[0] == "08:30"


def test_rule_5_hours_without_chairs_hold_for_the_chairs_of_the_provider() -> None:
    dentist, hygienist = shift("08:00-08:30"), shift("08:00-08:30", ProvNum=HYGIENIST)
    places = [(each.Op, each.ProvNum) for each in found(Hours([dentist, hygienist], CHAIRS))]
    assert places == [(CHAIR, DENTIST), (HYGIENE_CHAIR, HYGIENIST)]


def test_rule_5_a_chair_without_a_provider_belongs_to_the_one_that_the_preference_names() -> None:
    hours = [shift("08:00-08:30", ProvNum=SECOND)]
    assert found(Hours(hours, CHAIRS)) == []
    (opening,) = found(Hours(hours, CHAIRS, unassigned=SECOND))
    assert (opening.Op, opening.ProvNum) == (SPARE_CHAIR, SECOND)


@pytest.mark.parametrize("kind", ["Practice", "Employee", "WebSchedASAP", ""])
def test_rule_6_other_blocks_of_time_open_and_close_nothing(kind: str) -> None:
    block = shift("07:00-09:00", CHAIR, ProvNum=0, SchedType=kind)
    assert found(Hours([*MORNING.schedules, block], CHAIRS)) == found(MORNING)
    holiday = shift("00:00-00:00", ProvNum=0, SchedType="Practice", Note="3 Day Weekend")
    assert found(Hours([*MORNING.schedules, holiday], CHAIRS)) == found(MORNING)


@pytest.mark.parametrize("hours", ["08:00-08:00", "10:00-08:00"])
def test_rule_6_a_block_that_does_not_end_after_it_starts_is_none(hours: str) -> None:
    assert found(Hours([shift(hours, CHAIR)], CHAIRS)) == []


def test_rule_8_the_caller_says_which_chairs_providers_and_clinics_may_be_booked() -> None:
    shifts = [shift("08:00-08:30", CHAIR, SPARE_CHAIR), shift("08:00-08:30", SPARE_CHAIR, ProvNum=SECOND)]
    hours = Hours(shifts, CHAIRS)

    def places(**only: Any) -> list[tuple[int, int]]:
        return [(each.Op, each.ProvNum) for each in found(hours, **only)]

    everywhere = [(CHAIR, DENTIST), (SPARE_CHAIR, DENTIST), (SPARE_CHAIR, SECOND)]
    assert places() == everywhere
    assert places(providers=frozenset({SECOND})) == [(SPARE_CHAIR, SECOND)]
    assert places(operatories=frozenset({CHAIR})) == [(CHAIR, DENTIST)]
    assert places(clinic=4) == [(CHAIR, DENTIST)]
    assert places(clinic=0) == everywhere[1:]
    assert places(operatories=frozenset()) == []


def test_a_provider_is_busy_in_the_chairs_of_other_clinics_too() -> None:
    elsewhere = visit("08:00", "XXXXXX", Op=SPARE_CHAIR, ClinicNum=0)
    assert starts(found(MORNING, elsewhere, clinic=4))[0] == "08:30"


def test_a_hidden_chair_is_never_open() -> None:
    chairs = [Operatory(OperatoryNum=CHAIR, ProvDentist=DENTIST, IsHidden=True)]
    assert found(Hours([shift("08:00-10:00", CHAIR), shift("08:00-10:00")], chairs)) == []
    assert found(MORNING, every=5, minutes=120)
    assert found(Hours(MORNING.schedules, [])) == []


def test_an_office_without_schedules_has_no_openings() -> None:
    assert found(Hours([], CHAIRS)) == []


def test_a_pattern_of_odd_length_ends_between_two_starts() -> None:
    assert starts(found(MORNING, visit("08:00", "XXX"), every=15)) == [
        "08:15",
        "08:30",
        "08:45",
        "09:00",
        "09:15",
        "09:30",
    ]
    assert starts(found(MORNING, visit("08:00", "XXX"), every=10))[0] == "08:20"
    assert starts(found(MORNING, minutes=45, every=5))[-1] == "09:15"


@pytest.mark.parametrize("pattern", ["xxxxxx", "OOOOOO", "\\\\\\\\\\\\", "      "])
def test_wrong_letters_in_a_pattern_are_not_offered(pattern: str) -> None:
    assert starts(found(MORNING, visit("08:00", pattern, Op=SPARE_CHAIR)))[0] == "08:30"


def test_an_appointment_without_a_length_still_is_somewhere() -> None:
    assert starts(found(MORNING, visit("08:00", ""), every=5))[0] == "08:05"


def test_an_appointment_without_a_time_is_nowhere() -> None:
    assert found(
        MORNING, Appointment(AptStatus="Scheduled", Op=CHAIR, ProvNum=DENTIST, Pattern="XX")
    ) == found(MORNING)


def test_hours_that_touch_are_one_span() -> None:
    halves = Hours([shift("08:00-09:00", CHAIR), shift("09:00-10:00", CHAIR)], CHAIRS)
    assert starts(found(halves, minutes=120)) == ["08:00"]


def test_openings_begin_and_end_in_the_window() -> None:
    window = at("08:07"), at("09:40")
    assert starts(found(MORNING, window=window, every=5))[0] == "08:10"
    assert starts(found(MORNING, window=window, every=5))[-1] == "09:10"
    assert starts(found(MORNING, window=window)) == ["08:30", "09:00"]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_the_clocks_change_is_like_any_other_on_the_wall(day: date) -> None:
    hours = Hours([shift("08:00-10:00", CHAIR, SchedDate=day)], CHAIRS)
    window = at("00:00", day), at("23:00", day)
    assert starts(found(hours, window=window)) == ["08:00", "08:30", "09:00", "09:30"]


@pytest.mark.parametrize("moment", [datetime.max, datetime.min, datetime(9999, 12, 31, 23, 55)])
def test_times_at_the_ends_of_the_calendar_do_no_harm(moment: datetime) -> None:
    appointment = Appointment(AptStatus="Scheduled", Op=CHAIR, AptDateTime=moment, Pattern="X" * 108)
    last = shift("00:00-23:59", CHAIR, SchedDate=moment.date())
    hours = Hours([*MORNING.schedules, last], CHAIRS)
    window = (datetime.min, datetime.max)
    assert len(free(hours, [appointment], Search(window, "X" * 6))) >= 19


CLOCK = st.integers(8 * 12, 12 * 12).map(
    lambda each: datetime.combine(DAY, datetime.min.time()) + each * timedelta(minutes=5)
)
PATTERN = st.text("X/", min_size=1, max_size=12)
VISIT = st.builds(
    Appointment,
    AptDateTime=CLOCK,
    Pattern=PATTERN,
    PatternSecondary=PATTERN,
    Op=st.sampled_from([CHAIR, SPARE_CHAIR]),
    ProvNum=st.sampled_from([DENTIST, SECOND]),
    ProvHyg=st.sampled_from([0, HYGIENIST, DENTIST]),
    IsHygiene=st.booleans(),
    AptStatus=st.sampled_from(["Scheduled", "Complete", "Broken"]),
)


def taken_by_hand(visits: list[Appointment]) -> tuple[set[datetime], set[datetime]]:
    """Return the starts of all five minutes in which the chair is taken, and the dentist."""
    chair: set[datetime] = set()
    dentist: set[datetime] = set()
    for each in visits:
        if each.AptStatus == "Broken":
            continue
        assert each.AptDateTime is not None
        swapped = each.IsHygiene and each.ProvHyg
        main, other = (each.ProvHyg, each.ProvNum) if swapped else (each.ProvNum, each.ProvHyg)
        for number, letter in enumerate(each.Pattern):
            piece = each.AptDateTime + number * timedelta(minutes=5)
            if each.Op == CHAIR:
                chair.add(piece)
            second = each.PatternSecondary[number : number + 1]
            if (main == DENTIST and letter == "X") or (other == DENTIST and second == "X"):
                dentist.add(piece)
    return chair, dentist


@given(st.lists(VISIT, max_size=6), PATTERN)
def test_every_start_is_either_an_opening_or_in_the_way_of_somebody(
    visits: list[Appointment], pattern: str
) -> None:
    hours = Hours([shift("08:00-12:00", CHAIR)], CHAIRS)
    openings = {each.start for each in free(hours, visits, Search((at("00:00"), at("23:55")), pattern))}
    chair, dentist = taken_by_hand(visits)
    moment, five = at("07:00"), timedelta(minutes=5)
    while moment < at("13:00"):
        pieces = [moment + number * five for number in range(len(pattern))]
        inside = at("08:00") <= moment and pieces[-1] + five <= at("12:00")
        taken = any(
            piece in chair or (letter == "X" and piece in dentist)
            for piece, letter in zip(pieces, pattern, strict=True)
        )
        assert (moment in openings) is (inside and not taken)
        moment += five

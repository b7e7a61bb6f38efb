"""Which patient a person is: one case for each rule."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.recipes.matching.decision import Person, decide, digits
from odapi_async.resources.patients import Patient

BORN: Final = date(1980, 3, 4)
PERSON: Final = Person("O'Brien", "Robert", BORN, "(503) 555-0142")
PATIENT: Final = Patient(
    PatNum=1, LName="O'Brien", FName="Robert", Birthdate=BORN, PatStatus="Patient", HmPhone="5035550142"
)


def patient(number: int = 1, **fields: Any) -> Patient:
    return msgspec.structs.replace(PATIENT, PatNum=number, **fields)


def outcome(*patients: Patient, person: Person = PERSON) -> int | list[int]:
    """Return the id of the one who is found, or the ids of the candidates."""
    found, candidates = decide(person, patients)
    return found.PatNum if found else [each.PatNum for each in candidates]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"LName": "OBRIEN"},
        {"HmPhone": "503-555-9999"},  # people change their number
        {"FName": "Bobby", "Preferred": "Robert"},
        {"FName": "Robert Lee"},
        {"FName": "Bob"},
        {"FName": "Bob", "HmPhone": ""},
        {"FName": "Bob", "HmPhone": "", "WirelessPhone": "+1 503 555 0142"},
        {"PatStatus": "Inactive"},
        {"PatStatus": "NonPatient"},
        {"PatStatus": "Prospective"},
    ],
)
def test_one_patient_with_birthdate_and_names_is_found(fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"LName": "Miller"},  # after a marriage
        {"LName": "O'Brien-Miller", "FName": "Bob"},
        {"LName": "O'Brian", "FName": "Bob"},
        {"LName": "Miller", "FName": "Bob"},  # the phone number speaks for it
        {"FName": "Robret"},
        {"FName": "Lena"},  # a twin, or a nickname that nobody knows
        {"FName": "Bobb"},
        {"FName": ""},
        {"FName": "Bob", "HmPhone": "503-555-9999"},  # the phone number speaks against it
        {"Birthdate": None},
        {"Birthdate": None, "FName": "Bob"},
        {"Birthdate": date(1980, 4, 3)},
        {"Birthdate": date(1980, 3, 5)},
        {"Birthdate": date(1971, 1, 1)},  # the phone number speaks for it
        {"PatStatus": "Archived"},
        {"PatStatus": "Deceased"},
        {"PatStatus": "A status of a later version"},
    ],
)
def test_one_patient_who_is_only_alike_is_a_candidate(fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields)) == [1]


@pytest.mark.parametrize(
    "fields",
    [
        {"LName": "Miller", "FName": "Lena"},
        {"LName": "Miller", "FName": "Bob", "HmPhone": ""},
        {"Birthdate": date(1971, 1, 1), "HmPhone": ""},
        {"Birthdate": date(1971, 1, 1), "FName": "Lena"},  # a parent with the same phone number
        {"Birthdate": None, "LName": "Miller"},
        {"LName": "O'Brien Jr", "Birthdate": date(2001, 9, 9), "HmPhone": ""},
    ],
)
def test_somebody_else_is_no_candidate(fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields)) == []


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ("Paula", {"FName": "Paul", "MiddleI": "A"}),
        ("Paula", {"FName": "Paul A."}),
        ("Denise", {"FName": "Denis", "MiddleI": "E."}),
        ("Paul A", {"FName": "Paula"}),
    ],
)
def test_an_initial_does_not_make_one_twin_of_the_other(wanted: str, fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields), person=PERSON._replace(FName=wanted)) == [1]


def test_a_twin_is_in_nobodys_way() -> None:
    twin = patient(2, FName="Lena")
    assert outcome(patient(1), twin) == 1
    assert outcome(patient(1, FName="Bob"), twin) == 1
    assert outcome(patient(1, FName="Bob", HmPhone="503-555-9999"), twin) == [1, 2]


def test_the_same_names_come_before_a_nickname() -> None:
    assert outcome(patient(1, FName="Bob"), patient(2), patient(3, LName="Miller")) == 2


def test_two_with_the_same_names_are_candidates() -> None:
    assert outcome(patient(2), patient(1)) == [1, 2]


def test_a_twin_who_is_called_like_the_other_one_is_not_guessed() -> None:
    assert outcome(patient(1), patient(2, FName="Roberta", Preferred="Robert")) == [1, 2]


def test_the_row_that_a_merge_has_archived_is_in_nobodys_way() -> None:
    assert outcome(patient(1, PatStatus="Archived"), patient(2)) == 2


@pytest.mark.parametrize("other", [{"PatStatus": "Archived"}, {"LName": "Miller"}, {"FName": "Rob"}])
def test_a_nickname_is_not_enough_beside_others(other: dict[str, Any]) -> None:
    found, candidates = decide(PERSON, [patient(1, FName="Bob"), patient(2, **other)])
    assert found is None
    assert {each.PatNum for each in candidates} == {1, 2}


def test_candidates_come_with_the_most_likely_first() -> None:
    rows = [patient(4, LName="Miller"), patient(3, PatStatus="Archived"), patient(2, FName="Bob"), patient(1)]
    assert outcome(*rows, patient(5)) == [1, 5, 3, 2, 4]


def test_a_row_that_comes_twice_is_one() -> None:
    assert outcome(patient(1), patient(1)) == 1


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+1 (503) 555-0142", "5035550142"),
        ("555-0142", "5550142"),
        ("12", ""),
        ("", ""),
        ("none", ""),
        ("(503) 555-0142 x12", "5035550142"),
        ("503-555-0142 Ext. 7", "5035550142"),
        ("503 555 0142 #12345", "5035550142"),
        ("x 503 555 0142", "5035550142"),
    ],
)
def test_digits_of_a_phone_number(phone: str, expected: str) -> None:
    assert digits(phone) == expected


@given(
    st.lists(
        st.builds(
            Patient,
            PatNum=st.integers(1, 9),
            LName=st.sampled_from(["O'Brien", "Miller", "", "O'Brien Sr"]),
            FName=st.sampled_from(["Robert", "Bob", "Lena", ""]),
            Preferred=st.sampled_from(["", "Robert", "Bob"]),
            Birthdate=st.sampled_from([BORN, None, date(1980, 4, 3), date(1971, 1, 1)]),
            PatStatus=st.sampled_from(["Patient", "Archived", "Deceased", ""]),
            HmPhone=st.sampled_from(["", "5035550142", "5035559999"]),
        ),
        max_size=5,
    )
)
def test_who_is_found_has_the_birthdate_and_the_last_name(rows: list[Patient]) -> None:
    found, candidates = decide(PERSON, rows)
    if found is not None:
        assert found.Birthdate == BORN
        assert found.LName.startswith("O'Brien")
        assert found.PatStatus == "Patient"
        assert found in candidates


def test_nothing_of_a_person_is_shown() -> None:
    assert repr(PERSON) == "<Person>"


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ("Mary Ann", {"FName": "Mary Beth"}),
        ("Mary Ann", {"FName": "Mary", "MiddleI": "B"}),
        ("Bob Lee", {"FName": "Robert", "MiddleI": "K"}),
    ],
)
def test_somebody_with_another_second_name_may_be_a_twin(wanted: str, fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields), person=PERSON._replace(FName=wanted, phone="")) == [1]


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ("Mary Ann", {"FName": "Mary", "MiddleI": "A"}),
        ("Mary Ann", {"FName": "Mary"}),
        ("Mary", {"FName": "Mary Beth"}),
        ("Mary A", {"FName": "Mary Ann", "MiddleI": "K"}),
    ],
)
def test_a_second_name_that_is_short_or_missing_is_no_other_one(wanted: str, fields: dict[str, Any]) -> None:
    assert outcome(patient(**fields), person=PERSON._replace(FName=wanted, phone="")) == 1

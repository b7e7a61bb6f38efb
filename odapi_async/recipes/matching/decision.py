"""Decides which patient a person is. Pure: rows in, a decision out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from typing import Final, NamedTuple

from odapi_async.enums.patients import PatStatus
from odapi_async.recipes.matching import names
from odapi_async.resources.patients import Patient

_DIGIT: Final = re.compile(r"\d")
_EXTENSION: Final = re.compile(r"(?:#|\bext(?:ension|n)?\.?|x)[\s:.]*\d{1,6}\W*$", re.IGNORECASE)
_MIN_PHONE: Final = 7
_PHONE: Final = 10
"""Digits that are compared: the country code may be left out."""
_PRESENT: Final = frozenset(
    {PatStatus.PATIENT, PatStatus.NON_PATIENT, PatStatus.INACTIVE, PatStatus.PROSPECTIVE}
)
"""Who may be found. An archived row is often the other half of a merge, and a dead person books nothing."""


class Person(NamedTuple):
    """Somebody who may be a patient. Its repr shows nothing of it.

    Attributes:
        LName: last name.
        FName: first name, or the name that the person prefers.
        Birthdate: the date of birth.
        phone: a phone number in any form; empty for none.
    """

    LName: str
    FName: str
    Birthdate: date
    phone: str = ""

    def __repr__(self) -> str:
        return "<Person>"


class Likeness(IntEnum):
    """How much a patient is like a person."""

    NONE = 0
    TWIN = 1
    """Birthdate and last name are the same, and the first name is another: a twin, or an unknown nickname."""
    POSSIBLE = 2
    """Somebody has to look: another last name, a typing error, no birthdate."""
    CLOSE = 3
    """Birthdate and last name are the same, and the first name is a nickname, or one of two first names."""
    SAME = 4
    """Birthdate, last name and first name are the same."""


def likeness(person: Person, patient: Patient) -> Likeness:
    """Return how much a patient is like a person.

    A phone number alone makes nobody alike, because families share it; another number makes nobody different,
    because people change it.
    """
    is_same_last = names.is_same_last_name(person.LName, patient.LName)
    first = _first_name(person, patient)
    if patient.Birthdate == person.Birthdate:
        return _likeness_of_names(person, patient, first, is_same_last=is_same_last)
    if first < Likeness.CLOSE or not is_same_last:
        return Likeness.NONE
    is_unknown = patient.Birthdate is None
    is_mistaken = patient.Birthdate is not None and _is_mistake(person.Birthdate, patient.Birthdate)
    return Likeness.POSSIBLE if is_unknown or is_mistaken or _has_phone(person, patient) else Likeness.NONE


def decide(person: Person, patients: Iterable[Patient]) -> tuple[Patient | None, Sequence[Patient]]:
    """Return the patient that a person is, and those that the person may be.

    A patient is found if nobody else is as much like the person: with the same names, or with a nickname that
    nothing speaks against; a twin with another name does not. If nobody is found, the others are candidates,
    the most likely first.

    Args:
        person: whom to find.
        patients: the rows to look at; a row may come twice.
    """
    alike = {each.PatNum: (likeness(person, each), each) for each in patients}
    ranked = sorted(
        ((degree, each) for degree, each in alike.values() if degree),
        key=lambda pair: (-pair[0], pair[1].PatStatus not in _PRESENT, pair[1].PatNum),
    )
    candidates = [each for _, each in ranked]
    present = [(degree, each) for degree, each in ranked if each.PatStatus in _PRESENT]
    best = [each for degree, each in present if degree is Likeness.SAME]
    if len(best) == 1:
        return best[0], candidates
    likely = [(degree, each) for degree, each in ranked if degree > Likeness.TWIN]
    if len(likely) == 1:
        degree, patient = likely[0]
        is_present = patient.PatStatus in _PRESENT
        if degree is Likeness.CLOSE and is_present and not _has_other_phone(person, patient):
            return patient, candidates
    return None, candidates


def digits(phone: str) -> str:
    """Return the digits of a phone number by which it is compared, without an extension.

    They are empty if they are too few.
    """
    found = "".join(_DIGIT.findall(_EXTENSION.sub("", phone)))
    return found[-_PHONE:] if len(found) >= _MIN_PHONE else ""


def _likeness_of_names(person: Person, patient: Patient, first: Likeness, *, is_same_last: bool) -> Likeness:
    if is_same_last:
        return max(first, Likeness.TWIN)
    if first >= Likeness.CLOSE and (
        first is Likeness.SAME
        or names.is_part_of_last_name(person.LName, patient.LName)
        or names.is_typing_error(person.LName, patient.LName)
        or _has_phone(person, patient)
    ):
        return Likeness.POSSIBLE  # such as after a marriage
    return Likeness.NONE


def _first_name(person: Person, patient: Patient) -> Likeness:
    known = (patient.FName, f"{patient.FName} {patient.MiddleI}", patient.Preferred)
    if any(names.is_same_first_name(person.FName, each) for each in known):
        return Likeness.SAME
    close = [each for each in known if names.is_short_for(person.FName, each)]
    if any(names.has_other_second_name(person.FName, each) for each in close):
        return Likeness.POSSIBLE  # such as a twin
    if close:
        return Likeness.CLOSE
    if any(names.is_typing_error(person.FName, each) for each in known):
        return Likeness.POSSIBLE
    return Likeness.NONE


def _phones(patient: Patient) -> set[str]:
    return {digits(each) for each in (patient.HmPhone, patient.WkPhone, patient.WirelessPhone)} - {""}


def _has_phone(person: Person, patient: Patient) -> bool:
    return digits(person.phone) in _phones(patient)


def _has_other_phone(person: Person, patient: Patient) -> bool:
    known = _phones(patient)
    return bool(digits(person.phone)) and bool(known) and not _has_phone(person, patient)


def _is_mistake(given: date, stored: date) -> bool:
    """Return whether two birthdates differ by one digit, or by day and month that are swapped."""
    swapped = (given.year, given.day, given.month) == (stored.year, stored.month, stored.day)
    pairs = zip(given.isoformat(), stored.isoformat(), strict=True)
    return swapped or sum(one != other for one, other in pairs) == 1

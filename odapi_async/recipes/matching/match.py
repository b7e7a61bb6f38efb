"""Finds the patient that a person is, with few requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeAlias

from odapi_async._paging.rows import Rows
from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest
from odapi_async.limits import PAGE_LIMITS
from odapi_async.recipes.matching import names
from odapi_async.recipes.matching.decision import Likeness, Person, decide, digits, likeness
from odapi_async.resources.patients import Patient

_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Found:
    """One patient is this person.

    Attributes:
        patient: the patient.
        requests: the requests that it took.
    """

    patient: Patient
    requests: int


@dataclass(frozen=True)
class Ambiguous:
    """Some patients may be this person, and somebody has to look.

    Attributes:
        candidates: the patients, the most likely first; perhaps only one.
        requests: the requests that it took.
    """

    candidates: Sequence[Patient]
    requests: int


@dataclass(frozen=True)
class NoMatch:
    """Nobody is like this person.

    Attributes:
        requests: the requests that it took.
    """

    requests: int


Match: TypeAlias = Found | Ambiguous | NoMatch
"""The outcome of `match`. Tell them apart by `case` or `isinstance`; a type checker sees a forgotten one."""


async def match(practice: Practice, /, *, LName: str, FName: str, Birthdate: date, phone: str = "") -> Match:
    """Find the patient that a person is. It never guesses.

    Case, accents, blanks, hyphens and apostrophes do not matter, and a patient may go by a nickname or by a
    preferred name. A person with another last name, with a typing error, or without a birthdate at the office
    is a candidate and never found; so are archived patients, and several who are equally alike.

    It costs one request if birthdate and names are those of one patient, and otherwise another one for each
    hundred patients whose last name contains the longest part of `LName` without accents.

    Args:
        practice: the practice.
        LName: last name.
        FName: first name, or the name that the person goes by.
        Birthdate: the date of birth.
        phone: a phone number in any form; empty if it is not known.

    Raises:
        InvalidRequest: a name is empty or too long, the birthdate is no date, or the phone too short.
        OpenDentalError: see `odapi_async.errors`.
    """
    search = _search(practice, LName, FName, Birthdate, phone)
    del LName, FName, Birthdate, phone  # error reporters send local variables
    if isinstance(search, InvalidRequest):
        raise search
    return await search.run()


def _search(
    practice: Practice, last: object, first: object, birthdate: object, phone: object
) -> _Search | InvalidRequest:
    """Return the search for a person, or what is wrong with the arguments: nothing is raised beside them."""
    for name, value in (("LName", last), ("FName", first)):
        if not isinstance(value, str) or len(value) > _LONGEST_NAME or not names.has_letters(value):
            return InvalidRequest(name, f"must be a name, as text of {_LONGEST_NAME} letters at most")
    if not isinstance(birthdate, date) or birthdate.year == date.min.year:
        return InvalidRequest("Birthdate", "must be a date; without one, nobody can be told from a namesake")
    if not isinstance(phone, str) or (phone.strip() and not digits(phone)):
        return InvalidRequest("phone", "must be a text with at least 7 digits, or empty")
    day = birthdate.date() if isinstance(birthdate, datetime) else birthdate
    return _Search(practice, Person(str(last), str(first), day, phone))


@dataclass
class _Search:
    practice: Practice = field(repr=False)
    person: Person
    rows: list[Patient] = field(default_factory=list[Patient])
    requests: int = 0

    async def run(self) -> Match:
        await self._read(self.practice.patients.simple(Birthdate=self.person.Birthdate))
        found, candidates = decide(self.person, self.rows)
        by_name = self._by_name()
        if by_name is not None and (found is None or likeness(self.person, found) is not Likeness.SAME):
            await self._read(by_name)  # a birthdate may be missing or wrong
            found, candidates = decide(self.person, self.rows)
        if found is not None:
            return Found(found, self.requests)
        return Ambiguous(candidates, self.requests) if candidates else NoMatch(self.requests)

    def _by_name(self) -> Rows[Patient] | None:
        # no frame that reads has the filters: error reporters send local variables
        part = names.searched_part(self.person.LName)
        return self.practice.patients.simple(LName=part) if part else None

    async def _read(self, rows: Rows[Patient]) -> None:
        length = 0
        async for page in rows.pages():
            length = len(page)
            self.requests += 1
            self.rows += page
        if not length or length in PAGE_LIMITS:
            self.requests += 1  # an empty response tells the end, and no page comes of it

"""Finding a patient over HTTP: what is asked for, and how often. The office is written from the reference."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

import msgspec
import pytest

from odapi_async import BadRequest, InvalidRequest, Mode, OpenDental, Practice
from odapi_async.recipes.matching import Ambiguous, Found, NoMatch, match
from tests.support.reporter import chain, frames, leaks
from tests.support.wire import Heard, RawServer, ok

BORN: Final = date(1980, 3, 4)


def row(number: int, **fields: Any) -> dict[str, Any]:
    """Return a patient as the office sends one: a birthdate that is missing is that of the year 1."""
    names = {"LName": "García", "FName": "Ana", "Birthdate": BORN.isoformat(), "PatStatus": "Patient"}
    return {"PatNum": number, **names, **fields}


@asynccontextmanager
async def office(*rows: dict[str, Any], fails_at: int = 0) -> AsyncGenerator[tuple[RawServer, Practice]]:
    """Serve an office: names by substring without case, but with accents; dates by equality; pages of 100."""

    def respond(heard: Heard) -> bytes:
        assert heard.path.endswith("/patients/Simple")
        if len(server.heard) == fails_at:
            return ok(b"no", status="400 Bad Request")
        start = int(heard.query.get("Offset", "0"))
        found = [
            each
            for each in rows
            if heard.query.get("LName", "").lower() in each["LName"].lower()
            and heard.query.get("Birthdate", each["Birthdate"]) == each["Birthdate"]
        ]
        return ok(msgspec.json.encode(found[start : start + 100]))

    async with RawServer(respond) as server, OpenDental("developer") as client:
        yield server, client.practice("office-one", mode=Mode.LOCAL, base_url=server.url, concurrency=1)


async def test_a_patient_is_found_with_one_request() -> None:
    async with office(row(1), row(2, FName="Eva")) as (server, practice):
        found = await match(practice, LName="GARCIA", FName="ana", Birthdate=BORN)
        assert isinstance(found, Found)
        assert (found.patient.PatNum, found.requests) == (1, 1)
        assert [each.query for each in server.heard] == [{"Birthdate": "1980-03-04"}]


async def test_a_patient_without_a_birthdate_is_a_candidate() -> None:
    async with office(row(1, Birthdate="0001-01-01")) as (server, practice):
        found = await match(practice, LName="Garcia", FName="Ana", Birthdate=BORN)
        assert isinstance(found, NoMatch)  # the office tells accents apart, and Garcia has none
        found = await match(practice, LName="García", FName="Ana", Birthdate=datetime(1980, 3, 4, 12))
        assert isinstance(found, Ambiguous)
        assert ([each.PatNum for each in found.candidates], found.requests) == ([1], 2)
        assert server.heard[-1].query == {"LName": "Garc"}


async def test_the_pages_of_a_frequent_name_are_counted() -> None:
    others = [row(number, FName="Eva", Birthdate="1990-01-01") for number in range(2, 252)]
    async with office(row(1, FName="Anna-Maria", Birthdate="1990-01-01"), *others) as (server, practice):
        found = await match(practice, LName="García", FName="Ana", Birthdate=BORN)
        assert found == NoMatch(requests=4)
        assert len(server.heard) == 4


async def test_a_nickname_is_found_only_after_a_look_at_the_others() -> None:
    async with office(row(1, LName="Smith", FName="Bob")) as (server, practice):
        found = await match(practice, LName="Smith", FName="Robert", Birthdate=BORN)
        assert isinstance(found, Found)
        assert found.requests == len(server.heard) == 2


async def test_a_name_without_plain_letters_is_searched_by_birthdate_alone() -> None:
    async with office(row(1, LName="王")) as (server, practice):
        found = await match(practice, LName="李", FName="Eva", Birthdate=BORN)
        assert found == NoMatch(requests=1)
        assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"LName": "-"}, "LName"),
        ({"FName": ""}, "FName"),
        ({"FName": "Ana" * 70}, "FName"),  # it is compared with thousands of others
        ({"FName": None}, "FName"),
        ({"Birthdate": "1980-03-04"}, "Birthdate"),
        ({"Birthdate": None}, "Birthdate"),
        ({"Birthdate": date.min}, "Birthdate"),  # the API's form of none: all patients without one
        ({"phone": "12"}, "phone"),
        ({"phone": 5035550142}, "phone"),
    ],
)
async def test_bad_input_is_refused_before_a_request_is_sent(wrong: dict[str, Any], field: str) -> None:
    async with office() as (server, practice):
        arguments: dict[str, Any] = {"LName": "García", "FName": "Ana", "Birthdate": BORN, **wrong}
        with pytest.raises(InvalidRequest, match=field) as raised:
            await match(practice, **arguments)
        assert server.heard == []
        assert_nothing_is_shown(raised.value)


@pytest.mark.parametrize("at", [1, 2])
async def test_a_reporter_finds_nothing_of_a_person_in_the_frames_of_an_error(at: int) -> None:
    async with office(fails_at=at) as (server, practice):
        with pytest.raises(BadRequest) as raised:
            await match(practice, LName="García", FName="Ana", Birthdate=BORN, phone="503 555 0142")
        assert len(server.heard) == at
        assert_nothing_is_shown(raised.value)


def assert_nothing_is_shown(raised: BaseException) -> None:
    for error in chain(raised):
        for file, variables in frames(error.__traceback__):
            assert "/odapi_async/" not in file or not leaks(
                variables, deep=False, secrets=("Garc", "Ana", "1980", "0142")
            )

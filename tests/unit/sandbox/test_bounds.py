"""Fault E12: a request that is long or odd costs the sandbox neither memory nor time."""

from __future__ import annotations

import time

import pytest

from odapi_async.sandbox.actions import remote_path
from odapi_async.sandbox.messages import MAX_BODY_BYTES
from odapi_async.sandbox.spelling import suggestion
from odapi_async.sandbox.sql import translation
from odapi_async.sandbox.sql.statements import MAX_LENGTH
from tests.unit.sandbox.offices import Asked

BLANKS = " " * (MAX_LENGTH - 40)
PATH = "/queries/ShortQuery"


@pytest.fixture(scope="module")
def asked() -> Asked:
    found = Asked()
    found.status("PUT", PATH, {"SqlCommand": "SELECT LName FROM patient"})  # imports what SQL needs
    return found


@pytest.mark.parametrize(
    "command",
    [
        f"SELECT * FROM patient{BLANKS}x",
        f"SELECT * FROM patient{BLANKS};{'x'}",
        f"SELECT * FROM patient{BLANKS}LIMIT",
        f"{BLANKS}SELECT * FROM nothing",
        f"SELECT{BLANKS}x",
        "SELECT " + "'" * (MAX_LENGTH - 40),
        "SELECT " + "'" * (MAX_LENGTH - 41),
        "SELECT " + "'' " * (MAX_LENGTH // 4),
        "/*" * (MAX_LENGTH // 2),
        "SELECT 1" + "+1" * (MAX_LENGTH // 3),
        "SELECT 1 FROM patient" + ",patient" * (MAX_LENGTH // 9),
        "SELECT * FROM patient a0" + "".join(f", patient a{number}" for number in range(1, 62)),
        f"SELECT 1 {BLANKS} {'x' * 40}",
    ],
)
def test_e12_a_long_statement_is_answered_at_once(asked: Asked, command: str) -> None:
    begun = time.process_time()
    asked.send("PUT", PATH, {"SqlCommand": command})
    assert time.process_time() - begun < 2  # 30 seconds if a pattern can match the same space twice


def test_e12_a_statement_has_a_bound_in_characters_in_words_and_in_tables(asked: Asked) -> None:
    words = "SELECT 1" + ",1" * (translation.MAX_TOKENS // 2)
    for command in ("SELECT " + "1" * MAX_LENGTH, words, "SELECT 1" + " UNION SELECT 1" * 61):
        response = asked.send("PUT", PATH, {"SqlCommand": command})
        assert (response.status, b"has more than" in response.body) == (400, True)
    numbers = ",".join(map(str, range(500)))
    assert asked.query(f"SELECT COUNT(*) AS n FROM patient WHERE PatNum IN ({numbers})") == [{"n": 12}]


def test_a_whole_table_may_be_written_with_spaces(asked: Asked) -> None:
    for command in (
        "SELECT * FROM patient",
        "\n select\t* FROM  `patient` ;\n",
        "SELECT * FROM patient LIMIT 99;",
    ):
        assert len(asked.query(command)) == 12
    assert asked.query("SELECT * FROM patient LIMIT 0") == []


def test_e12_a_long_path_or_name_takes_time_in_proportion_to_its_length() -> None:
    begun = time.process_time()
    assert remote_path({}, {"SftpAddress": "a" * 200_000 + "/"}).endswith("/sheet.pdf")
    assert remote_path({}, {"SftpAddress": "a/b.c"}) == "a/b.c"
    suggestion("a" * 1_000_000, ["aa", "ab"])
    assert time.process_time() - begun < 1


def test_e12_a_body_that_is_too_long_is_not_parsed() -> None:
    body = bytes(MAX_BODY_BYTES + 1)  # no JSON either
    response = Asked().respond("PUT", "/patients/1", body)
    assert (response.status, response.body) == (400, b'"The body is too long."')


@pytest.mark.parametrize("time_of_day", ["99:99:99", "24:00", "\u0660\u0668:\u0660\u0660"])
def test_a_time_that_no_clock_shows_is_refused(time_of_day: str) -> None:
    assert Asked().status("PUT", "/appointments/1", {"DateTimeArrived": time_of_day}) == 400

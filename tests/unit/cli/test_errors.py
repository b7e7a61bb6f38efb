"""Errors as one line, without anything that was sent."""

from __future__ import annotations

import pytest

from odapi_async.cli.errors import Failed, Sent, WrongInput, ending_of, look_again, texts_of, without
from odapi_async.cli.exit_codes import FAILED, UNKNOWN, WRONG
from odapi_async.cli.keys.lookup import KeyMissing
from odapi_async.errors import (
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    InvalidRequest,
    NotFound,
    OfficeOffline,
    OutcomeUnknown,
    Unauthorized,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongInput("x"), WRONG),
        (KeyMissing("x"), WRONG),
        (ConfigurationError("x"), WRONG),
        (InvalidRequest("date", "x"), WRONG),
        (Failed("x"), FAILED),
        (ConnectFailed("GET", "/patients", "refused"), FAILED),
        (NotFound(404, "GET", "/patients/48", "Patient not found"), FAILED),
        (OutcomeUnknown("POST", "/patients"), UNKNOWN),
    ],
)
def test_the_exit_code_says_whether_something_was_sent(error: Exception, code: int) -> None:
    ending = ending_of(error)
    assert ending.code == code
    assert "\n" not in ending.text


def test_an_unknown_outcome_says_what_to_do_next() -> None:
    assert ending_of(OutcomeUnknown("POST", "/patients")).text == (
        "POST /patients may or may not have been executed (attempts: 1); read what it should have changed "
        "before you repeat it, for example with: odapi list patients"
    )


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/patients", "odapi list patients"),
        ("/patients/48", "odapi get patients/48"),
        ("/appointments/12/Note", "odapi get appointments/12"),
        ("/documents/Upload", "odapi list documents"),
    ],
)
def test_where_to_look(path: str, command: str) -> None:
    assert look_again(path) == command


def test_what_was_sent_is_taken_out_of_the_servers_words() -> None:
    error = BadRequest(400, "POST", "/patients", "LName 'Quinzelburg' and FName JANE exist as 12345")
    sent = Sent(texts_of({"LName": "Quinzelburg", "FName": "Jane"}))
    assert ending_of(error, sent).text == (
        "POST /patients was answered 400: LName '…' and FName … exist as …"
    )


def test_a_text_that_is_cut_by_the_length_of_the_message_is_gone_all_the_same() -> None:
    error = BadRequest(400, "POST", "/patients", "x" * 290 + "Quinzelburg")
    assert "Quin" not in ending_of(error, Sent(("Quinzelburg",))).text


def test_the_servers_words_can_be_left_out_altogether() -> None:
    error = BadRequest(400, "PUT", "/queries/ShortQuery", "near 'FROM patient WHERE LName=Quinzelburg'")
    assert ending_of(error, Sent(words=False)).text == (
        "PUT /queries/ShortQuery was answered 400; "
        "--explain shows the server's own words, which may quote what was sent"
    )
    assert "Quinzelburg" in ending_of(error).text


@pytest.mark.parametrize("kind", [OfficeOffline, Unauthorized])
def test_advice_is_kept(kind: type[OfficeOffline | Unauthorized]) -> None:
    error = kind(400, "GET", "/patients", "no")
    assert kind.advice in ending_of(error).text
    assert kind.advice in ending_of(error, Sent(words=False)).text


def test_all_texts_are_found_wherever_they_are() -> None:
    given = {"a": "Smith", "b": 48, "c": [{"d": "Jane"}, 5], "e": None, "f": True}
    assert texts_of(given) == ("Smith", "48", "Jane", "5")


def test_what_is_very_short_stays_and_the_longest_goes_first() -> None:
    assert without("a b 48 Smithson Smith", ["a", "48", "", "Smith", "Smithson"]) == "a b 48 … …"

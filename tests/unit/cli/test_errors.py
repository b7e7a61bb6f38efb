"""Errors as one line, without anything that was sent."""

from __future__ import annotations

import pytest

from odapi_async.cli.errors import (
    CommandFailed,
    Redaction,
    UsageError,
    error_line,
    readback_command,
    remove_values,
    text_values,
)
from odapi_async.cli.exit_codes import FAILED, OUTCOME_UNKNOWN, USAGE
from odapi_async.cli.keys.lookup import MissingKeyError
from odapi_async.errors import (
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    InvalidRequest,
    MissingPermission,
    NotFound,
    OfficeOffline,
    OutcomeUnknown,
    Unauthorized,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), USAGE),
        (MissingKeyError("x"), USAGE),
        (ConfigurationError("x"), USAGE),
        (InvalidRequest("date", "x"), USAGE),
        (CommandFailed("x"), FAILED),
        (ConnectFailed("GET", "/patients", "refused"), FAILED),
        (NotFound(404, "GET", "/patients/48", "Patient not found"), FAILED),
        (OutcomeUnknown("POST", "/patients"), OUTCOME_UNKNOWN),
    ],
)
def test_the_exit_code_says_whether_something_was_sent(error: Exception, code: int) -> None:
    line = error_line(error)
    assert line.exit_code == code
    assert "\n" not in line.text


def test_an_unknown_outcome_names_the_command_that_reads_back() -> None:
    error = OutcomeUnknown("POST", "/patients")
    assert error_line(error).text == f"{error}, for example with: odapi list patients"


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/patients", "odapi list patients"),
        ("/patients/48", "odapi get patients/48"),
        ("/appointments/12/Note", "odapi get appointments/12"),
        ("/documents/Upload", "odapi list documents"),
    ],
)
def test_the_command_that_reads_back_a_write(path: str, command: str) -> None:
    assert readback_command(path) == command


def test_sent_values_are_removed_from_the_message_of_the_server() -> None:
    error = BadRequest(400, "POST", "/patients", "LName 'Quinzelburg' and FName JANE exist as 12345")
    redaction = Redaction(text_values({"LName": "Quinzelburg", "FName": "Jane"}))
    assert error_line(error, redaction).text.endswith("400: LName '…' and FName … exist as …")


def test_an_error_with_more_attributes_is_shown_too() -> None:
    error = MissingPermission(401, "GET", "/claims", "no for Quinzelburg", "Insurance")
    line = error_line(error, Redaction(("Quinzelburg",)))
    assert line.text.startswith("GET /claims failed with status 401: no for …")
    assert "enable Insurance" in line.text


def test_a_value_at_the_end_of_a_message_that_is_shortened_is_removed_too() -> None:
    error = BadRequest(400, "POST", "/patients", "x" * 290 + "Quinzelburg")
    assert "Quin" not in error_line(error, Redaction(("Quinzelburg",))).text


def test_the_message_of_the_server_can_be_hidden() -> None:
    error = BadRequest(400, "PUT", "/queries/ShortQuery", "near 'FROM patient WHERE LName=Quinzelburg'")
    hidden = error_line(error, Redaction(server_message=False)).text
    assert hidden.startswith("PUT /queries/ShortQuery ")
    assert hidden.endswith("400: add --explain to see the server's message, which may quote what was sent")
    assert "Quinzelburg" in error_line(error).text


@pytest.mark.parametrize("kind", [OfficeOffline, Unauthorized])
def test_advice_is_kept(kind: type[OfficeOffline | Unauthorized]) -> None:
    error = kind(400, "GET", "/patients", "no")
    assert kind.advice in error_line(error).text
    assert kind.advice in error_line(error, Redaction(server_message=False)).text


def test_nested_values_are_found() -> None:
    given = {"a": "Smith", "b": 48, "c": [{"d": "Jane"}, 5], "e": None, "f": True}
    assert text_values(given) == ("Smith", "48", "Jane", "5")


def test_very_short_values_stay_and_the_longest_is_removed_first() -> None:
    assert remove_values("a b 48 Smithson Smith", ["a", "48", "", "Smith", "Smithson"]) == "a b 48 … …"

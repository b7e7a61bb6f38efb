"""How a response is read: its status, its explanation in any form, and its Retry-After."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odapi_async._core.responses import error_from_response, explanation, retry_after
from odapi_async._core.transport import Response
from odapi_async.errors import (
    APIError,
    BadRequest,
    Gone,
    KeyRefused,
    NoSuchResource,
    NotFound,
    OfficeOffline,
    ServerError,
    Throttled,
    Unauthorized,
    UnexpectedStatus,
)

DATE = "Mon, 23 Nov 2026 08:00:00 GMT"
OFFLINE = b'"The Open Dental eConnector is not running for this office."'

KINDS = [
    (302, UnexpectedStatus),
    (304, UnexpectedStatus),
    (400, BadRequest),
    (401, Unauthorized),
    (403, UnexpectedStatus),
    (404, NotFound),
    (405, UnexpectedStatus),
    (410, Gone),
    (413, UnexpectedStatus),
    (429, Throttled),
    (500, ServerError),
    (503, ServerError),
    (504, ServerError),
    (599, ServerError),
]

BODIES = [
    (b'"LName is required."', "LName is required."),
    (b'"a \\"quoted\\" word"', 'a "quoted" word'),
    (b' "spaced" ', "spaced"),
    (b'""', ""),
    (b"", ""),
    (b" \r\n", ""),
    (b"LName is required.\r\n", "LName is required."),
    (b'{"Message":"no"}', '{"Message":"no"}'),
    (b'"torn', '"torn'),
    (b"5", "5"),
    (b"null", "null"),
    ("Zoë".encode(), "Zoë"),
    (b"caf\xe9", "caf\ufffd"),
    (b'"caf\xe9"', '"caf\ufffd"'),
]

WAITS = [
    ("5", 5.0),
    (" 5 ", 5.0),
    ("0", 0.0),
    ("-5", 0.0),
    ("1.5", 1.5),
    ("Mon, 23 Nov 2026 08:00:30 GMT", 30.0),
    ("Mon, 23 Nov 2026 10:00:00 +0200", 0.0),
    ("Mon, 23 Nov 2026 07:00:00 GMT", 0.0),
]
GARBAGE = [
    "",
    " ",
    "soon",
    "5 seconds",
    "nan",
    "inf",
    "1e999",
    "Mon, 23 Nov 2026",
    "Mon, 99 Nov 2026 08:00:30 GMT",
    "Mon, 23 Nov 2026 08:00:30 -0000",
    "Mon, 23 Nov 2026 08:00:30 +99999999999999999999",
]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_not_an_error(status: int) -> None:
    assert error_from_response(Response(status, {}, b'"anything"'), "GET", "/x") is None


@pytest.mark.parametrize(("status", "kind"), KINDS)
def test_each_status_has_its_error_class(status: int, kind: type[APIError]) -> None:
    error = error_from_response(Response(status, {"Retry-After": "7"}, b'"No."'), "PUT", "/patients/5")
    assert error is not None
    assert type(error) is kind
    assert (error.status, error.method, error.path, error.explanation) == (
        status,
        "PUT",
        "/patients/5",
        "No.",
    )


def test_a_throttled_response_has_retry_after() -> None:
    error = error_from_response(Response(429, {"Retry-After": "7"}, b""), "GET", "/x")
    assert isinstance(error, Throttled)
    assert error.retry_after == 7.0
    silent = error_from_response(Response(429, {}, b""), "GET", "/x")
    assert isinstance(silent, Throttled)
    assert silent.retry_after is None


@pytest.mark.parametrize("body", [OFFLINE, OFFLINE.strip(b'"')])
def test_an_offline_office_is_recognized_by_the_explanation(body: bytes) -> None:
    assert type(error_from_response(Response(400, {}, body), "GET", "/x")) is OfficeOffline
    assert type(error_from_response(Response(404, {}, body), "GET", "/x")) is NotFound


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'"API key has not been assigned."', KeyRefused),
        (404, b'"claimpayment is not a valid resource."', NoSuchResource),
        (404, b'"ClaimProc not found."', NotFound),
        (400, b'"claimprocs DELETE  is not a valid method."', BadRequest),
        (404, b'"API key has not been assigned."', NotFound),
        (400, b'"claimpayment is not a valid resource."', BadRequest),
    ],
)
def test_two_errors_are_recognized_by_their_words_alone(
    status: int, body: bytes, kind: type[APIError]
) -> None:
    assert type(error_from_response(Response(status, {}, body), "GET", "/x")) is kind


@pytest.mark.parametrize(("body", "words"), BODIES)
def test_the_explanation_may_be_json_or_text_or_missing(body: bytes, words: str) -> None:
    assert explanation(body) == words


@settings(deadline=None)
@given(st.binary())
def test_any_body_gives_an_explanation(body: bytes) -> None:
    assert isinstance(explanation(body), str)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_json_string_is_returned_unchanged(words: str) -> None:
    assert explanation(json.dumps(words).encode()) == words


@pytest.mark.parametrize(("header", "seconds"), WAITS)
def test_retry_after_is_seconds_or_a_date_by_the_server_clock(header: str, seconds: float) -> None:
    assert retry_after({"Retry-After": header, "Date": DATE}) == seconds


@pytest.mark.parametrize("header", GARBAGE)
def test_an_invalid_retry_after_is_none(header: str) -> None:
    assert retry_after({"Retry-After": header, "Date": DATE}) is None


@pytest.mark.parametrize("headers", [{}, {"Date": "today"}, {"Date": "Mon, 23 Nov 2026 08:00:00 -0000"}])
def test_a_retry_after_date_without_a_date_header_is_none(headers: dict[str, str]) -> None:
    assert retry_after({"Retry-After": DATE, **headers}) is None


def test_without_the_header_there_is_no_retry_after() -> None:
    assert retry_after({}) is None


@settings(deadline=None)
@given(st.text(st.characters(codec="latin-1")), st.text(st.characters(codec="latin-1")))
@example("Mon, 23 Nov 2026 08:00:30 +99999999999999999999", DATE)
@example(DATE, "Mon, 23 Nov 2026 08:00:30 +99999999999999999999")
@example("9" * 400, "")
def test_any_header_gives_a_finite_retry_after_or_none(header: str, date: str) -> None:
    wait = retry_after({"Retry-After": header, "Date": date})
    assert wait is None or 0 <= wait < float("inf")

"""The tree of errors: it matches its docstring, is safe to show, and survives pickling."""

import copy
import inspect
import pickle
import re

import pytest

from odapi_async import errors
from odapi_async.errors import (
    APIError,
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    DecodeError,
    FilterIgnored,
    Gone,
    InvalidRequest,
    KeyRefused,
    MissingPermission,
    NeedsPermission,
    NeedsVersion,
    NoSuchResource,
    NotFound,
    NotKept,
    NotVerified,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    QueueFull,
    RepeatedPage,
    RequestTimeout,
    ResponseTooLarge,
    SchedulerClosed,
    SchedulerError,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
    UnexpectedStatus,
    WaitTooLong,
    WrongEventLoop,
    redact,
)

SECRET = b"Xyzzy-Secret-Name"
SAID = "PatNum 4812007 is invalid; write to jane.doe@example.com or (503) 555-0100"

SAMPLES: list[OpenDentalError] = [
    OpenDentalError("text"),
    ConfigurationError("text"),
    InvalidRequest("LName", "must be text"),
    NeedsVersion("Premed", "25.2.30", "24.4"),
    NeedsPermission("POST /claims", "Insurance"),
    SchedulerError("text"),
    WaitTooLong(12.5, 3.0),
    WaitTooLong(20.0, 9.3, waited=2.7, deadline=12.0),
    QueueFull(100, 500.0),
    SchedulerClosed(),
    WrongEventLoop(),
    TransportError("GET", "/patients", "OSError"),
    ConnectFailed("GET", "/patients", "OSError"),
    ConnectionLost("PUT", "/patients/5", "ServerDisconnectedError"),
    RequestTimeout("POST", "/patients", "TimeoutError"),
    ResponseTooLarge("GET", "/patients", 1024),
    APIError(418, "GET", "/patients", SAID),
    BadRequest(400, "GET", "/patients", SAID),
    OfficeOffline(400, "GET", "/patients", SAID),
    Unauthorized(401, "GET", "/patients", SAID),
    KeyRefused(400, "GET", "/patients", SAID),
    MissingPermission(401, "POST", "/claims", SAID, "Insurance"),
    NotFound(404, "GET", "/patients/5", SAID),
    NoSuchResource(404, "GET", "/patient/5", SAID),
    Gone(410, "GET", "/patients", SAID),
    Throttled(429, "GET", "/patients", SAID, 5.0),
    ServerError(504, "GET", "/patients", SAID),
    UnexpectedStatus(302, "GET", "/patients", SAID),
    OutcomeUnknown("POST", "/patients", 2),
    DecodeError("Patient", SECRET, row=3, field="Birthdate"),
    NotKept("PUT", "/patients/48", ("LName", "City"), 48),
    NotVerified("PUT", "/patients/48", 48),
    RepeatedPage(100),
    FilterIgnored("Definition", "category", "26.2.1"),
]
KINDS = [type(sample) for sample in SAMPLES]


def name_of(sample: OpenDentalError) -> str:
    return type(sample).__name__


def drawn() -> dict[str, list[str]]:
    """Read the bases of each class from the tree in the module's docstring."""
    bases: dict[str, list[str]] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(
            r"(?P<branch>(?:[│├└ ]?[─ ]{3})*)(?P<name>[A-Z]\w+)(?: \((?P<also>\w+)\))?(?: {2}|$)", line
        )
        if found:
            depth = len(found["branch"]) // 4
            above[depth:] = [found["name"]]
            bases[found["name"]] = [*above[depth - 1 : depth], *filter(None, [found["also"]])]
    return bases


def test_the_tree_matches_its_docstring() -> None:
    classes = inspect.getmembers(
        errors, lambda each: inspect.isclass(each) and each.__module__ == errors.__name__
    )
    built = {name: [base.__name__ for base in kind.__bases__] for name, kind in classes}
    assert {**drawn(), "OpenDentalError": ["Exception"]} == built
    assert set(KINDS) == {kind for _, kind in classes}


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_an_error_survives_pickling(sample: OpenDentalError) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        arrived = pickle.loads(pickle.dumps(sample, protocol))
        assert type(arrived) is type(sample), protocol
        assert vars(arrived) == vars(sample), protocol
        assert (str(arrived), repr(arrived), arrived.args) == (str(sample), repr(sample), sample.args)


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_copy_is_a_separate_error(sample: OpenDentalError) -> None:
    twin = copy.copy(sample)
    twin.add_note("seen again")
    assert (type(twin), str(twin)) == (type(sample), str(sample))
    assert not hasattr(sample, "__notes__")


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_text_is_one_line_and_shows_no_data(sample: OpenDentalError) -> None:
    for text in (str(sample), repr(sample)):
        assert "\n" not in text
        assert not re.search(r"Xyzzy|4812007|jane\.doe|0100", text)


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_text_begins_with_the_name_of_the_practice(sample: OpenDentalError) -> None:
    named = copy.copy(sample)
    named.practice = "harbour"
    assert str(named) == f"harbour: {sample}"
    assert named.message == sample.message == str(sample)
    assert str(pickle.loads(pickle.dumps(named))) == str(named)


def test_details_missing_from_the_text_are_in_attributes() -> None:
    assert DecodeError("Patient", SECRET).raw == SECRET
    assert NotFound(404, "GET", "/x", SAID).explanation == SAID


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        (ConfigurationError, ValueError),
        (InvalidRequest, ValueError),
        (NeedsVersion, ValueError),
        (WaitTooLong, TimeoutError),
        (RequestTimeout, TimeoutError),
        (ConnectFailed, ConnectionError),
        (ConnectionLost, ConnectionError),
        (RequestTimeout, ConnectionError),
    ],
)
def test_errors_are_also_builtin_exceptions(kind: type[OpenDentalError], usual: type[Exception]) -> None:
    assert issubclass(kind, usual)


def test_retry_can_help_is_true_for_some_statuses_only() -> None:
    better = {kind for kind in KINDS if issubclass(kind, APIError) and kind.retry_can_help}
    assert better == {OfficeOffline, Throttled, ServerError}


def test_a_transport_error_knows_if_the_request_was_sent() -> None:
    sent = {kind: kind.sent for kind in KINDS if issubclass(kind, TransportError)}
    assert sent == {
        TransportError: False,
        ConnectFailed: False,
        ConnectionLost: True,
        RequestTimeout: True,
        ResponseTooLarge: True,
    }


@pytest.mark.parametrize(
    ("sample", "text"),
    [
        (InvalidRequest("LName", "must be text, not int"), "LName: must be text, not int"),
        (
            NeedsVersion("Premed", "25.2.30", "24.4"),
            "Premed: needs Open Dental 25.2.30, but this office runs 24.4; ask the office to update",
        ),
        (
            WaitTooLong(12.34, 3.0),
            (
                "the slot is about 12.3 s away, but max_wait is 3.0 s; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(7.0, 10.0, waited=5.0),
            (
                "the slot is about 7.0 s away, but only 5.0 s of max_wait are left; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(1.0, 10.0, waited=10.0),
            (
                "waited 10.0 s, all of max_wait, and the slot is about 1.0 s away; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(20.0, 9.3, deadline=12.0),
            (
                "the slot is about 20.0 s away, but only 9.3 s of deadline are left; "
                "increase deadline, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(5.0, 12.0, waited=12.0, deadline=12.0),
            (
                "12.0 s are over, all of deadline, and the slot is about 5.0 s away; "
                "increase deadline, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(5.04, 10.0, waited=5.02),
            (
                "the slot is about 5.04 s away, but only 4.98 s of max_wait are left; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (
            WaitTooLong(5.0201, 5.0199),
            (
                "the slot is a moment too far away, but max_wait is 5.0 s; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (  # fault F2: in local mode nobody knows how long the requests in flight take
            WaitTooLong(0.0, 0.0),
            "no slot is free yet, but max_wait is 0 s; increase max_wait, or try again later",
        ),
        (
            WaitTooLong(1.0, 0.001, waited=0.0005),
            (
                "the slot is about 1.0 s away, but only 0.0005 s of max_wait are left; "
                "increase max_wait, use a higher priority, or try again later"
            ),
        ),
        (ConnectFailed("GET", "/x", "OSError"), "GET /x was not sent (OSError)"),
        (ConnectionLost("GET", "/x", "OSError"), "GET /x lost its connection (OSError)"),
        (RequestTimeout("GET", "/x", "TimeoutError"), "GET /x got no response in time (TimeoutError)"),
        (
            NotFound(404, "GET", "/x", "Patient not\r\n found"),
            "GET /x failed with status 404: Patient not found",
        ),
        (ServerError(504, "GET", "/x", " "), "GET /x failed with status 504: no explanation"),
        (
            Throttled(429, "GET", "/x", ""),
            "GET /x failed with status 429: no explanation [check if another program uses this customer key]",
        ),
        (DecodeError("Patient", b""), "the response is not a valid Patient"),
        (DecodeError("Patient", b"[]"), "the response is not a valid Patient; its bytes are in .raw"),
        (
            DecodeError("Patient", b"{}", row=0),
            "the response is not a valid Patient in row 0; its bytes are in .raw",
        ),
        (
            DecodeError("Patient", b"{}", row=3, field="Zip"),
            "the response is not a valid Patient in row 3, field Zip; its bytes are in .raw",
        ),
    ],
)
def test_a_text_says_what_happened(sample: OpenDentalError, text: str) -> None:
    assert str(sample) == text


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("LName is required.", "LName is required."),
        (" two\r\n\tlines ", "two lines"),
        ("SSN 123-45-6789 is taken", "SSN … is taken"),
        ("SSN 123456789", "SSN …"),
        ("call (503) 555-0100 now", "call (… now"),
        ("born 1976-05-24", "born …"),
        ("The version is too low: 26.2.1 is needed.", "The version is too low: 26.2.1 is needed."),
        ("This version of 123-45-6789, 05.24.76 and 22.4.1976", "This version of …, … and …"),
        ("born 24.5.76", "born …"),
        ("jane.o+x@mail.example.com wrote", "… wrote"),
        ("Aging is 120 days, status 400, 9.5%", "Aging is 120 days, status 400, 9.5%"),
        ("", ""),
    ],
)
def test_an_explanation_is_stripped_of_numbers_and_addresses(said: str, safe: str) -> None:
    assert redact(said) == safe


def test_an_explanation_is_shortened_after_private_data_is_removed() -> None:
    assert redact("word " * 100) == ("word " * 100)[:300]
    assert redact("x" * 297 + " 123456789") == "x" * 297 + " …"
    assert "9" not in redact("x " * 149 + "987654321")


@pytest.mark.timeout(20)  # quadratic time would block the event loop
def test_an_explanation_without_spaces_is_fast() -> None:
    assert redact("A" * 200_000) == "A" * 300


def test_a_note_on_a_copy_is_no_note_on_the_original() -> None:
    original = errors.InvalidRequest("PatNum", "must be a number")
    original.add_note("first")
    other = copy.copy(original)
    other.add_note("second")
    assert (original.__notes__, other.__notes__) == (["first"], ["first", "second"])

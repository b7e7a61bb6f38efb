"""Requests and responses as plain values, and the API's wording of errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec

OFFLINE: Final = (
    "The office's eConnector is not running. Please contact the office to start their eConnector."
)
"""The API's text, with status 400, while an office cannot be reached."""

MAX_BODY: Final = 16_800_000
"""Characters that a request body may have."""

MAX_BODY_BYTES: Final = 4 * MAX_BODY
"""Bytes that no longer body can have: a character takes up to four in UTF-8."""

TOO_LONG: Final = "The body is too long."

JSON: Final = "application/json"

BodyReader = Callable[[], Awaitable[bytes]]
"""Reads the body of a request of which only the headers are there so far; or raises `Refusal`."""

_NO_JSON: Final = b"<html><body>An unexpected page.</body></html>"


class Damage(StrEnum):
    """What happens to a response on its way to the client.

    DROPPED: the connection is closed, and nothing of the response is sent. TORN: the connection is closed
    after the headers and half of the body.
    """

    DROPPED = "dropped"
    TORN = "torn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRequest:
    """One HTTP request as plain values.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, such as `/patients/12`.
        query: the query parameters, decoded.
        headers: the headers; names are compared without regard to case.
        body: the body.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SandboxResponse:
    """One HTTP response as plain values.

    Attributes:
        status: the HTTP status.
        body: the body.
        headers: the headers.
        damage: what happens to it on its way; None if it arrives whole.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    damage: Damage | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that reached the sandbox.

    Attributes:
        customer_key: the key; empty if the Authorization header could not be read.
        method: the HTTP method.
        path: the path below the base URL, such as `/patients/12`.
        query: the query parameters, decoded.
        body: the body as it was sent; empty if the request was refused before its body was read.
        at: when the headers arrived, in seconds of the event loop's time.
    """

    customer_key: str
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    at: float


class Refusal(Exception):  # noqa: N818 - carries an error response; the sandbox itself did not fail
    """An error response.

    Args:
        status: the HTTP status.
        text: the explanation, sent as a JSON string.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.response = error(status, text)


def success(status: int, body: bytes = b"", **headers: str) -> SandboxResponse:
    """Return a response with a JSON body, or with none."""
    return SandboxResponse(status, body, {"Content-Type": JSON, **headers} if body else headers)


def error(status: int, text: str) -> SandboxResponse:
    """Return an error response; its body is the text as a JSON string."""
    return success(status, msgspec.json.encode(text))


def throttled(retry_after: float | None) -> SandboxResponse:
    """Return a 429 with the seconds after which the request may be sent again, or without them."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return success(429, b'"Too many requests."', **headers)


def garbage() -> SandboxResponse:
    """Return a success whose body is not JSON, although its headers say so."""
    return success(200, _NO_JSON)

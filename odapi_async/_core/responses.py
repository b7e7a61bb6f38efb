"""What an answer means, without I/O: an error by its status and words, and the wait that it asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import msgspec

from odapi_async.errors import (
    APIError,
    BadRequest,
    Gone,
    NotFound,
    OfficeOffline,
    ServerError,
    Throttled,
    Unauthorized,
    UnexpectedStatus,
)

_BY_STATUS: Final[dict[int, type[APIError]]] = {400: BadRequest, 401: Unauthorized, 404: NotFound, 410: Gone}
_LONGEST_WAIT: Final = 3600.0  # seconds; after so long it costs little to ask again
_OFFLINE: Final = "eConnector is not running"


def error_of(status: int, headers: Mapping[str, str], body: bytes, method: str, path: str) -> APIError | None:
    """Return the error that an answer stands for; None for a success."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    said = explanation(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(status, method, path, said, retry_after(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(status, method, path, said)
    if status == HTTPStatus.BAD_REQUEST and _OFFLINE in said:
        return OfficeOffline(status, method, path, said)
    return _BY_STATUS.get(status, UnexpectedStatus)(status, method, path, said)


def explanation(body: bytes) -> str:
    """Return the server's words: the body of an error is a JSON string, bare text, or empty."""
    try:
        return msgspec.json.decode(body, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return body.decode(errors="replace").strip()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After asks for; None if there is none that can be read.

    A date counts from the answer's own Date, so that no clock of this machine has a say.
    """
    asked = headers.get("Retry-After", "").strip()
    try:
        seconds = float(asked)
    except ValueError:
        seconds = _seconds_until(asked, headers.get("Date", ""))
    return min(max(0.0, seconds), _LONGEST_WAIT) if math.isfinite(seconds) else None


def _seconds_until(moment: str, now: str) -> float:
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return math.nan

"""What a response means, without I/O: an error by its status and text, and the wait that it asks for."""

from __future__ import annotations

import html
import json
import math
import re
from base64 import b64encode
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import msgspec

from odapi_async._core.credentials import MIN_TELLING
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

_BY_STATUS: Final[dict[int, type[APIError]]] = {400: BadRequest, 401: Unauthorized, 404: NotFound, 410: Gone}
_MAX_RETRY_AFTER: Final = 3600.0  # seconds; after so long another attempt costs little
# the only words of the server that decide, because nothing else tells these cases apart
_OFFLINE: Final = "eConnector is not running"
_NOT_ASSIGNED: Final = "key has not been assigned"
_NO_RESOURCE: Final = "is not a valid resource"
_SCHEME: Final = "ODFHIR"
_ENCODED: Final = b64encode(_SCHEME.encode()).decode()
_QUOTED_HEADER: Final = re.compile(rf"({_SCHEME}|{_ENCODED})[^\r\n<]*", re.IGNORECASE)


def without_bom(response: Response) -> Response:
    """Return a response without the byte order mark that some servers write before their JSON."""
    if response.body.startswith(BOM_UTF8):
        return response._replace(body=response.body.removeprefix(BOM_UTF8))
    return response


def error_from_response(
    response: Response, method: str, path: str, authorization: str = ""
) -> APIError | None:
    """Return the error that a response stands for; None for a success.

    Args:
        response: the response.
        method: the HTTP method of the request.
        path: its path below the base URL.
        authorization: its header with the keys, which are taken out of the server's words.
    """
    status = response.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    said = explanation(response.body)
    text = without_keys(said, authorization)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(status, method, path, text, retry_after(response.headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(status, method, path, text, retry_after(response.headers))
    return _kind(status, said)(status, method, path, text)


def _kind(status: int, text: str) -> type[APIError]:
    if status == HTTPStatus.BAD_REQUEST and _OFFLINE in text:
        return OfficeOffline
    if status == HTTPStatus.BAD_REQUEST and _NOT_ASSIGNED in text:
        return KeyRefused
    if status == HTTPStatus.NOT_FOUND and _NO_RESOURCE in text:
        return NoSuchResource
    return _BY_STATUS.get(status, UnexpectedStatus)


def explanation(body: bytes) -> str:
    """Return the server's text: the body of an error is a JSON string, bare text, or empty."""
    try:
        return msgspec.json.decode(body, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return body.decode(errors="replace").strip()


def header_text(response: Response, name: str) -> str:
    """Return a header's text: UTF-8, or else Latin-1. It is empty if the response does not have it."""
    value = response.headers.get(name, "").encode(errors="surrogateescape")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def without_keys(text: str, authorization: str) -> str:
    """Return a text without the keys, in any form in which a server quotes headers, and without other keys.

    Args:
        text: the server's words.
        authorization: the header with the keys: ODFHIR, the developer key, a slash and the customer key.
    """
    keys = authorization.removeprefix(_SCHEME).strip()
    parts = [keys, *(each for each in keys.split("/") if len(each) >= MIN_TELLING)] if keys else []
    for form in sorted({form for part in parts for form in _forms(part)}, key=len, reverse=True):
        text = re.sub(re.escape(form), "…", text, flags=re.IGNORECASE)
    return _QUOTED_HEADER.sub(r"\1 …", text)


def _forms(key: str) -> Iterator[str]:
    yield key
    yield html.escape(key)
    yield html.escape(key, quote=False)
    yield quote(key)
    yield quote(key, safe="")
    yield json.dumps(key)[1:-1]
    yield "".join(each if each.isalnum() else f"%{ord(each):02X}" for each in key)
    yield b64encode(key.encode()).decode().rstrip("=")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header; None if there is none that can be read.

    A date is compared with the response's own Date header, so that the clock of this machine does not matter.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, headers.get("Date", ""))
    return min(max(0.0, seconds), _MAX_RETRY_AFTER) if math.isfinite(seconds) else None


def _seconds_until(moment: str, now: str) -> float:
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return math.nan

"""Turns the errors of the SDK into responses. All of them are here, so the routes have no `except`."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from odapi_async import (
    BadRequest,
    InvalidRequest,
    NeedsPermission,
    NeedsVersion,
    NoSuchResource,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    QueueFull,
    RequestTimeout,
    ServerError,
    Throttled,
    Unauthorized,
    WaitTooLong,
)
from practice_api.models import Problem

_LOG = logging.getLogger(__name__)

_OFFLINE = 60
"""Seconds: an office is often offline for hours, and the client itself tries again about as often."""
_OFFICE_GIVES_UP = 60
"""Seconds after which an office no longer works on a request, so that its effect can be seen."""


class PatientExists(Exception):  # noqa: N818 - named after the state, as the errors of the SDK are
    """The practice has this patient already.

    Attributes:
        pat_num: the patient.
    """

    def __init__(self, pat_num: int) -> None:
        super().__init__("the practice has this patient already")
        self.pat_num = pat_num


class Busy(Exception):  # noqa: N818 - likewise
    """Other callers wait for the same thing already.

    Attributes:
        retry_after: seconds.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__("other callers wait for this already")
        self.retry_after = retry_after


# the first line that an error belongs to
_ANSWERS: tuple[tuple[tuple[type[OpenDentalError], ...], int, str, str], ...] = (
    ((WaitTooLong, QueueFull, Throttled), 503, "busy", "too many requests wait for this office"),
    ((OfficeOffline,), 503, "office_offline", "the office is offline: its eConnector does not run"),
    ((OutcomeUnknown,), 504, "outcome_unknown", "it may or may not have been executed"),
    ((RequestTimeout,), 504, "timeout", "the office did not respond in time"),
    ((NeedsVersion, NoSuchResource), 501, "office_too_old", "the office runs an older Open Dental"),
    # the key is ours and not the caller's, whose own 401 and 403 mean something else
    ((Unauthorized, NeedsPermission), 502, "key_refused", "the office refuses the key of this backend"),
    ((NotFound,), 404, "not_found", "there is no such row at the office"),
    ((InvalidRequest,), 422, "invalid", "a value breaks a rule of the API"),
    ((BadRequest,), 422, "refused", "the office refuses these values"),
    ((OpenDentalError,), 502, "office_failed", "the office failed"),
)


def problem_of(error: OpenDentalError) -> tuple[int, Problem]:
    """Return the HTTP status for an error, and the body."""
    status, code, message = next(each[1:] for each in _ANSWERS if isinstance(error, each[0]))
    if code == "invalid" and isinstance(error, InvalidRequest):
        message = f"{error.field}: {error.rule}"  # the rule quotes no value
    seconds = _wait_of(error)
    wait = None if seconds is None else _whole(seconds)
    return status, Problem(code=code, message=message, retry_after=wait)


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))


def _wait_of(error: OpenDentalError) -> float | None:
    match error:
        case WaitTooLong() | QueueFull():
            return error.estimated_wait
        case Throttled():
            return error.retry_after or 1
        case ServerError():
            return error.retry_after
        case OfficeOffline():
            return _OFFLINE
        case OutcomeUnknown():
            return _OFFICE_GIVES_UP
        case _:
            return None


async def _from_sdk(_: Request, error: OpenDentalError) -> JSONResponse:
    status, problem = problem_of(error)
    level = logging.ERROR if problem.code == "key_refused" else logging.WARNING
    # the class alone: the text may quote the server, and the path has the id of a patient
    _LOG.log(level, "%s: %s, responding %d", error.practice, type(error).__name__, status)
    return _response(status, problem)


async def _exists(_: Request, error: PatientExists) -> JSONResponse:
    return _response(409, Problem(code="exists", message=str(error), pat_num=error.pat_num))


async def _busy(_: Request, error: Busy) -> JSONResponse:
    return _response(503, Problem(code="busy", message=str(error), retry_after=_whole(error.retry_after)))


async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    return _response(422, Problem(code="invalid", message="; ".join(map(_rule, error.errors()))))


def _rule(error: Mapping[str, Any]) -> str:
    """Return what is wrong, without the value: it may be patient data, or text that no JSON can have."""
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return f"{'.'.join(map(str, place))}: {error['msg']}"


def handle_errors(app: FastAPI) -> None:
    """Let an app respond to the errors of the SDK and of this backend."""
    app.exception_handler(OpenDentalError)(_from_sdk)
    app.exception_handler(PatientExists)(_exists)
    app.exception_handler(Busy)(_busy)
    app.exception_handler(RequestValidationError)(_invalid)


def _response(status: int, problem: Problem) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers)

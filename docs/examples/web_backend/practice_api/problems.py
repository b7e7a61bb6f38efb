"""Turns the errors of the SDK into responses. All of them are here, so the routes have no `except`."""

from __future__ import annotations

import logging
import math

from fastapi import FastAPI, Request
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


def problem_of(error: OpenDentalError) -> tuple[int, Problem]:  # noqa: PLR0911 - it is a table
    """Return the HTTP status for an error, and the body."""
    match error:
        case WaitTooLong() | QueueFull():
            return 503, _later("busy", "too many requests wait for this office", error.estimated_wait)
        case Throttled():
            return 503, _later("busy", "the office refuses more requests", error.retry_after or 1)
        case OfficeOffline():
            return 503, _later("office_offline", "the office is offline: its eConnector does not run", _OFFLINE)
        case OutcomeUnknown():
            message = "it may or may not have been executed; look for it before you repeat it"
            return 504, _later("outcome_unknown", message, _OFFICE_GIVES_UP)
        case RequestTimeout():
            return 504, Problem(code="timeout", message="the office did not respond in time")
        case NeedsVersion() | NoSuchResource():
            return 501, Problem(code="office_too_old", message="the office's version of Open Dental is too old")
        case NotFound():
            return 404, Problem(code="not_found", message="there is no such row at the office")
        case Unauthorized() | NeedsPermission():
            # our key and not the caller's, whose own 401 and 403 mean something else
            return 502, Problem(code="key_refused", message="the office refuses the key of this backend")
        case InvalidRequest():
            return 422, Problem(code="invalid", message=f"{error.field}: {error.rule}")
        case BadRequest():
            return 422, Problem(code="refused", message="the office refuses these values")
        case ServerError(retry_after=float(seconds)):
            return 502, _later("office_failed", "the office failed", seconds)
        case _:
            return 502, Problem(code="office_failed", message="the office failed")


def handle_errors(app: FastAPI) -> None:
    """Let an app respond to the errors of the SDK and of this backend."""

    async def from_sdk(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, OpenDentalError)
        status, problem = problem_of(error)
        level = logging.ERROR if problem.code == "key_refused" else logging.WARNING
        # the class alone: the text may quote the server, and the path has the id of a patient
        _LOG.log(level, "%s: %s, responding %d", error.practice, type(error).__name__, status)
        return _response(status, problem)

    async def exists(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, PatientExists)
        return _response(409, Problem(code="exists", message=str(error), pat_num=error.pat_num))

    app.add_exception_handler(OpenDentalError, from_sdk)
    app.add_exception_handler(PatientExists, exists)


def _later(code: str, message: str, seconds: float) -> Problem:
    return Problem(code=code, message=message, retry_after=max(1, math.ceil(seconds)))


def _response(status: int, problem: Problem) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers)

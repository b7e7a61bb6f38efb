"""Turns the errors of the SDK into responses, without a value that somebody sent."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from odapi_async import (
    InvalidRequest,
    NeedsPermission,
    NeedsVersion,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    SchedulerError,
)
from odapi_async.recipes.openings import Unsettled

_LOG = logging.getLogger(__name__)

# the first line that an error belongs to
_ANSWERS: tuple[tuple[type[OpenDentalError], int, str], ...] = (
    # these are invalid requests, too, but no visitor can do anything about them
    (NeedsPermission, 502, "the office failed"),
    (NeedsVersion, 502, "the office failed"),
    (InvalidRequest, 422, "a value is not possible"),
    (NotFound, 404, "the office has no such row"),
    (SchedulerError, 503, "too many requests wait for this office"),
    (OfficeOffline, 503, "the office is offline"),
    (OutcomeUnknown, 504, "it may or may not be booked: send the same request again in a minute"),
    (Unsettled, 500, "please call the office"),
    (OpenDentalError, 502, "the office failed"),
)


async def _from_sdk(_: Request, error: OpenDentalError) -> JSONResponse:
    status, message = next(each[1:] for each in _ANSWERS if isinstance(error, each[0]))
    if isinstance(error, Unsettled | NeedsPermission | NeedsVersion):  # a person has to do what the text says
        _LOG.error("%s", error)
    elif isinstance(error, InvalidRequest):
        message = f"{error.field}: {error.rule}"  # the rule quotes no value
    else:
        _LOG.warning("%s, responding %d", type(error).__name__, status)
    return JSONResponse({"message": message}, status)


async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    places = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return JSONResponse({"message": places}, 422)


def handle_errors(app: FastAPI) -> None:
    """Let an app respond to the errors of the SDK."""
    app.exception_handler(OpenDentalError)(_from_sdk)
    app.exception_handler(RequestValidationError)(_invalid)

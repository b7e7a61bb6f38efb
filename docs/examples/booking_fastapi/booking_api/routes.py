"""The routes: two for your website, and the page on which a patient confirms."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from booking_api.links import link_of, read_link
from booking_api.models import Booked, NewBooking, NextOpenings, Place
from booking_api.settings import Settings
from odapi_async import Practice
from odapi_async.recipes.openings import Opening, Openings, Taken
from odapi_async.resources.appointments import Appointment

_NEXT = 5
"""Openings that a caller gets whose opening is taken."""
_EXPECTED = ("Scheduled", "ASAP")
"""The statuses of appointments to which a patient may still come."""
_WEEK = dt.timedelta(days=7)
_LAST = dt.date(9999, 1, 1)


async def settings_of(request: Request) -> Settings:
    """Return the settings of the process."""
    settings: Settings = request.app.state.settings
    return settings


async def openings_of(request: Request) -> Openings:
    """Return the openings of the practice: one object per process, because it keeps what it reads."""
    openings: Openings = request.app.state.openings
    return openings


async def practice_of(request: Request) -> Practice:
    """Return the practice."""
    practice: Practice = request.app.state.practice
    return practice


CurrentSettings = Annotated[Settings, Depends(settings_of)]
CurrentOpenings = Annotated[Openings, Depends(openings_of)]
CurrentPractice = Annotated[Practice, Depends(practice_of)]


async def check_token(settings: CurrentSettings, authorization: Annotated[str, Header()] = "") -> None:
    """Refuse everybody but the website.

    Raises:
        HTTPException: 401: the token is missing or wrong.
    """
    if not secrets.compare_digest(authorization.encode(), f"Bearer {settings.token}".encode()):
        raise HTTPException(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})


website = APIRouter(dependencies=[Depends(check_token)])
pages = APIRouter(default_response_class=HTMLResponse)


@website.get("/openings")
async def search(
    openings: CurrentOpenings, settings: CurrentSettings, first: Annotated[dt.date, Field(lt=_LAST)]
) -> list[Place]:
    """Return the openings of a week."""
    return await _find(openings, settings, dt.datetime.combine(first, dt.time()))


@website.post("/bookings", status_code=201, responses={409: {"model": NextOpenings}}, response_model=Booked)
async def book(
    openings: CurrentOpenings, settings: CurrentSettings, new: NewBooking
) -> Booked | JSONResponse:
    """Book an opening. If somebody was faster, the answer is 409 with the next openings."""
    if new.op not in settings.operatories or new.provider not in settings.providers:
        raise HTTPException(422, "this place cannot be booked from outside")
    opening = Opening(new.start, new.op, new.provider, settings.minutes)
    try:
        row = await openings.take(opening, PatNum=new.pat_num, Note="Booked on the website")
    except Taken:
        others = NextOpenings(
            message="this time is taken", openings=(await _find(openings, settings, new.start))[:_NEXT]
        )
        return JSONResponse(others.model_dump(mode="json"), 409)
    confirm = f"/confirm/{link_of(row.AptNum, settings.token)}"
    return Booked(start=opening.start, minutes=opening.minutes, confirm=confirm)


@pages.get("/confirm/{link}")
async def show(practice: CurrentPractice, settings: CurrentSettings, link: str) -> HTMLResponse:
    """Show an appointment to the patient, with a button."""
    row = await practice.appointments.get(_number(link, settings))
    return _page(row, '<form method="post"><button>I will come</button></form>')


@pages.post("/confirm/{link}")
async def confirm(practice: CurrentPractice, settings: CurrentSettings, link: str) -> HTMLResponse:
    """Confirm an appointment."""
    row = await practice.appointments.get(_number(link, settings))
    if row.AptStatus in _EXPECTED:
        await practice.appointments.confirm(row.AptNum, confirmVal="Confirmed")
    return _page(row, "<p>Thank you. We expect you.</p>")


async def _find(openings: Openings, settings: Settings, start: dt.datetime) -> list[Place]:
    found = await openings.find(
        start,
        start + _WEEK,
        minutes=settings.minutes,
        every=settings.every,
        operatories=settings.operatories,
        providers=settings.providers,
    )
    return [Place.of(each) for each in found]


def _number(link: str, settings: Settings) -> int:
    number = read_link(link, settings.token)
    if number is None:
        raise HTTPException(404, "there is no such appointment")
    return number


def _page(row: Appointment, rest: str) -> HTMLResponse:
    stands = row.AptStatus in {*_EXPECTED, "Complete"} and row.AptDateTime is not None
    told = (
        f"Your appointment: {row.AptDateTime:%A, %B %d, %H:%M}" if stands else "This appointment was canceled"
    )
    shown = rest if row.AptStatus in _EXPECTED else ""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><title>Appointment</title><h1>{told}</h1>{shown}',
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )

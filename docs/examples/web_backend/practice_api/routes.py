"""The routes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends

from odapi_async import Practice
from odapi_async.resources.patients import PatientFilters
from practice_api.access import current_office, current_practice, offices_of
from practice_api.models import (
    Date,
    Health,
    NewPatient,
    PatientSearch,
    PatientSummary,
    PracticeHealth,
    Problem,
    Schedule,
    ScheduledVisit,
)
from practice_api.offices import Office, Offices
from practice_api.patients import create_patient

_MOST = 25
"""Patients of one search."""

router = APIRouter()
practices = APIRouter(
    prefix="/practices/{name}",
    responses={status: {"model": Problem} for status in (404, 409, 422, 501, 502, 503, 504)},
)

CurrentOffice = Annotated[Office, Depends(current_office)]
CurrentPractice = Annotated[Practice, Depends(current_practice)]
AllOffices = Annotated[Offices, Depends(offices_of)]


@router.get("/health")
async def health(offices: AllOffices) -> Health:
    """Say that this process works, and which offices it cannot reach. Nothing is sent."""
    waiting: dict[str, int] = {}
    for lane in offices.client.scheduler.snapshot().lanes:
        waiting |= dict.fromkeys(lane.practices, sum(lane.queued.values()))
    return Health(
        practices=[
            PracticeHealth(name=name, online=name not in offices.offline.names, waiting=waiting.get(name, 0))
            for name in sorted(offices.offices)
        ]
    )


@practices.post("/patients/search")
async def search_patients(practice: CurrentPractice, search: PatientSearch) -> list[PatientSummary]:
    """Find patients, the first 25: one request to the office."""
    filters = PatientFilters()
    if search.last_name is not None:
        filters["LName"] = search.last_name
    if search.first_name is not None:
        filters["FName"] = search.first_name
    if search.phone is not None:
        filters["Phone"] = search.phone
    if search.birthdate is not None:
        filters["Birthdate"] = search.birthdate
    return [PatientSummary.of(row) for row in await practice.patients.list(**filters)[:_MOST]]


@practices.post("/patients", status_code=201)
async def add_patient(
    office: CurrentOffice, practice: CurrentPractice, offices: AllOffices, new: NewPatient
) -> PatientSummary:
    """Create a patient. A 504 with the code outcome_unknown may be repeated: it creates nobody twice."""
    settings = offices.settings
    async with office.creating(settings.max_wait):
        return PatientSummary.of(await create_patient(practice, new, settle=settings.settle))


@practices.get("/schedule")
async def schedule(office: CurrentOffice, practice: CurrentPractice, day: Date | None = None) -> Schedule:
    """Return the appointments of a day; by default of today, as the office's clock shows it."""
    day = day or office.today()
    rows = await practice.appointments.list(date=day)
    rows.sort(key=lambda row: (row.AptDateTime or dt.datetime.min, row.AptNum))
    return Schedule(day=day, visits=[ScheduledVisit.of(row) for row in rows])

"""Creates a patient once, even if a response is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from odapi_async import OpenDentalError, OutcomeUnknown, Practice
from odapi_async.resources.patients import NewPatient as Body
from odapi_async.resources.patients import Patient
from practice_api.models import NewPatient
from practice_api.problems import PatientExists


async def create_patient(practice: Practice, new: NewPatient, *, settle: float) -> Patient:
    """Create a patient who is not there yet.

    The office compares a new patient with those that it has, but its documentation does not say when it
    refuses one, and the SDK never sends a POST again that may have been executed. So this looks for the
    patient before and, if the response is lost, after the write. A caller who gets `OutcomeUnknown` may
    repeat the same call later: the first look finds a patient who was created after all.

    Args:
        practice: where to create it.
        new: the patient.
        settle: seconds to wait before the second look, because the office may still be working.

    Raises:
        PatientExists: there is one of this name and birthdate.
        OutcomeUnknown: the response was lost, and the patient is not there yet.
        OpenDentalError: nothing was created.
    """
    for found in await _same(practice, new):
        raise PatientExists(found.PatNum)
    body = Body(LName=new.last_name, FName=new.first_name, Birthdate=new.birthdate)
    if new.phone is not None:
        body["WirelessPhone"] = new.phone
    try:
        return await practice.patients.create(**body)
    except OutcomeUnknown:
        await asyncio.sleep(settle)
        with suppress(OpenDentalError):  # the first error says what matters
            for found in await _same(practice, new):
                return found
        raise


async def _same(practice: Practice, new: NewPatient) -> list[Patient]:
    named = practice.patients.simple(LName=new.last_name, FName=new.first_name, Birthdate=new.birthdate)
    wanted = (new.last_name.casefold(), new.first_name.casefold(), new.birthdate)
    return [
        each
        async for each in named
        if (each.LName.casefold(), each.FName.casefold(), each.Birthdate) == wanted
        and each.PatStatus != "Deleted"
    ]

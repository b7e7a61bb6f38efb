"""Every shape of method with the type that a checker has to see; the test beside runs it, too."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_type

import msgspec

from odapi_async import Practice, Priority, Rows
from odapi_async.recipes.changes import changed
from odapi_async.recipes.definitions import DefinitionNames
from odapi_async.recipes.office_time import from_office_time, to_office_time, utc_offset
from odapi_async.resources.allergies import Allergies
from odapi_async.resources.appointments import Appointment, NewAppointment
from odapi_async.resources.documents import DocumentFile
from odapi_async.resources.patients import Patient, Patients


class Contact(msgspec.Struct):
    """A caller's own struct."""

    PatNum: int
    Email: str = ""


async def rows_and_fields(office: Practice) -> None:
    assert_type(office.patients, Patients)
    assert_type(office.allergies, Allergies)
    patient = assert_type(await office.patients.get(1), Patient)
    assert_type(patient.PatNum, int)
    assert_type(patient.Birthdate, date | None)
    assert_type(patient.DateTStamp, datetime | None)
    assert_type(patient.EstBalance, Decimal)


async def lists(office: Practice) -> None:
    rows = assert_type(office.appointments.list(date=date(2026, 11, 30), ClinicNum=0), Rows[Appointment])
    assert_type(await rows, list[Appointment])
    assert_type(await rows.first(), Appointment | None)
    async for row in rows:
        assert_type(row, Appointment)
    async for page in rows.pages():
        assert_type(page, list[Appointment])
    assert_type({row.AptNum: row async for row in rows}, dict[int, Appointment])


async def own_structs(office: Practice) -> None:
    contacts = assert_type(office.patients.simple().into(Contact), Rows[Contact])
    assert_type(await contacts, list[Contact])
    assert_type(await contacts.first(), Contact | None)
    async for contact in contacts:
        assert_type(contact.Email, str)
    assert_type(office.patients.simple().into(dict[str, Any]), Rows[dict[str, Any]])


async def writes(office: Practice) -> None:
    body: NewAppointment = {"PatNum": 1, "Op": 1, "AptDateTime": datetime(2026, 11, 30, 9)}
    made = assert_type(await office.appointments.create(**body), Appointment)
    assert_type(await office.appointments.update(made.AptNum, Note="later", IsHygiene=True), Appointment)
    assert_type(await office.patients.update(1, Birthdate=None, PatStatus="Patient"), Patient)


async def answers_of_nothing(office: Practice) -> None:
    # a call that returns None has no value to look at, but its task has a type
    confirming = asyncio.create_task(office.appointments.confirm(1, confirmVal="None"))
    assert_type(confirming, asyncio.Task[None])
    await confirming
    deleting = asyncio.create_task(office.allergies.delete(1))
    assert_type(deleting, asyncio.Task[None])
    await deleting


async def lists_without_pages(office: Practice) -> None:
    assert_type(
        await office.documents.thumbnails(PatNum=1, SftpUsername="u", SftpPassword="p", SftpAddress="a"),
        list[DocumentFile],
    )


async def unlisted_operations(office: Practice) -> None:
    assert_type(await office.request("GET", "/patients/1"), Any)
    assert_type(await office.request("GET", "/patients/1", into=Contact), Contact)
    assert_type(office.rows("/patients"), Rows[dict[str, Any]])
    assert_type(await office.rows("/patients", query={"LName": "Smith"}), list[dict[str, Any]])
    assert_type(office.rows("/patients", into=Contact), Rows[Contact])


async def manners(office: Practice) -> None:
    screen = assert_type(
        office.with_options(priority=Priority.INTERACTIVE, flow="desk", max_wait=None), Practice
    )
    assert_type(await screen.with_options(timeout=10.0, check=False).patients.get(1), Patient)


async def helpers(office: Practice) -> None:
    names = DefinitionNames(office)
    first = await office.definitions.list().first()
    assert first is not None
    made = await office.definitions.create(ItemName="Cash Discount", category="AdjTypes")
    assert_type(await names.number("AdjTypes", made.ItemName), int)
    zone = await utc_offset(office)
    appointment = await office.appointments.get(1)
    assert_type(from_office_time(appointment.AptDateTime, zone), datetime | None)
    moment = assert_type(from_office_time(datetime(2026, 11, 30, 9), zone), datetime)
    assert_type(to_office_time(moment, zone), datetime)
    jane = await office.patients.get(1)
    changes = assert_type(changed(jane, Preferred="Janie"), dict[str, Any])
    assert_type(await office.patients.update(jane.PatNum, **changes), Patient)

"""Mistakes that mypy has to find: under its strict mode, an `ignore` with nothing to ignore is an error.

`refused_by_pyright` holds the same mistakes with pyright's names for them.
"""

from __future__ import annotations

from odapi_async import OpenDental, Practice
from odapi_async.recipes.changes import changed


async def a_filter_that_is_misspelt(office: Practice) -> None:
    office.patients.list(Lname="Smith")  # type: ignore[call-arg]


async def a_filter_of_another_list(office: Practice) -> None:
    office.patients.simple(hideInactive=True)  # type: ignore[call-arg]


async def a_filter_of_a_wrong_type(office: Practice) -> None:
    office.appointments.list(ClinicNum="3")  # type: ignore[arg-type]


async def a_filter_without_its_name(office: Practice) -> None:
    office.patients.list("Smith")  # type: ignore[call-arg]


async def a_required_field_that_is_missing(office: Practice) -> None:
    await office.patients.create(LName="Smith")  # type: ignore[call-arg]


async def all_required_fields_missing(office: Practice) -> None:
    await office.appointments.break_(1)  # type: ignore[call-arg]


async def a_field_that_is_misspelt(office: Practice) -> None:
    await office.patients.update(1, prefered="Janie")  # type: ignore[call-arg]


async def a_field_of_a_wrong_type(office: Practice) -> None:
    await office.appointments.update(1, IsHygiene="true")  # type: ignore[arg-type]


async def a_field_that_cannot_be_none(office: Practice) -> None:
    await office.patients.update(1, Address=None)  # type: ignore[arg-type]


async def a_key_that_is_missing(office: Practice) -> None:
    await office.patients.get()  # type: ignore[call-arg]


async def a_key_of_a_wrong_type(office: Practice) -> None:
    await office.patients.get("1")  # type: ignore[arg-type]


async def a_method_that_the_resource_lacks(office: Practice) -> None:
    await office.patients.delete(1)  # type: ignore[attr-defined]


async def a_resource_that_is_misspelt(office: Practice) -> None:
    office.patient.list()  # type: ignore[attr-defined]


async def a_field_that_rows_lack(office: Practice) -> None:
    patient = await office.patients.get(1)
    patient.Lname.lower()  # type: ignore[attr-defined]


async def a_row_that_is_written_to(office: Practice) -> None:
    (await office.patients.get(1)).LName = "Smith"  # type: ignore[misc]


async def an_option_that_does_not_exist(office: Practice) -> None:
    office.with_options(max_wiat=1.0)  # type: ignore[call-arg]


async def a_method_of_http_that_does_not_exist(office: Practice) -> None:
    await office.request("FETCH", "/patients/1")  # type: ignore[call-overload]


async def an_option_that_is_given_without_its_name(_: Practice) -> None:
    OpenDental("developer", 0.1)  # type: ignore[call-arg]


async def a_row_that_is_a_dictionary(_: Practice) -> None:
    changed({"PatNum": 1}, PatNum=1)  # type: ignore[arg-type]

"""Mistakes that pyright has to find: an `ignore` with nothing to ignore is an error here.

`refused_by_mypy` holds the same mistakes with mypy's names for them. One file cannot hold both, as pyright
reads mypy's comments, too.
"""
# mypy: ignore-errors
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from odapi_async import OpenDental, Practice
from odapi_async.recipes.changes import changed


async def a_filter_that_is_misspelt(office: Practice) -> None:
    office.patients.list(Lname="Smith")  # pyright: ignore[reportCallIssue]


async def a_filter_of_another_list(office: Practice) -> None:
    office.patients.simple(hideInactive=True)  # pyright: ignore[reportCallIssue]


async def a_filter_of_a_wrong_type(office: Practice) -> None:
    office.appointments.list(ClinicNum="3")  # pyright: ignore[reportArgumentType]


async def a_filter_without_its_name(office: Practice) -> None:
    office.patients.list("Smith")  # pyright: ignore[reportCallIssue]


async def a_required_field_that_is_missing(office: Practice) -> None:
    await office.patients.create(LName="Smith")  # pyright: ignore[reportCallIssue]


async def all_required_fields_missing(office: Practice) -> None:
    await office.appointments.break_(1)  # pyright: ignore[reportCallIssue]


async def a_field_that_is_misspelt(office: Practice) -> None:
    await office.patients.update(1, prefered="Janie")  # pyright: ignore[reportCallIssue]


async def a_field_of_a_wrong_type(office: Practice) -> None:
    await office.appointments.update(1, IsHygiene="true")  # pyright: ignore[reportArgumentType]


async def a_field_that_cannot_be_none(office: Practice) -> None:
    await office.patients.update(1, Address=None)  # pyright: ignore[reportArgumentType]


async def a_key_that_is_missing(office: Practice) -> None:
    await office.patients.get()  # pyright: ignore[reportCallIssue]


async def a_key_of_a_wrong_type(office: Practice) -> None:
    await office.patients.get("1")  # pyright: ignore[reportArgumentType]


async def a_method_that_the_resource_lacks(office: Practice) -> None:
    await office.patients.delete(1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def a_resource_that_is_misspelt(office: Practice) -> None:
    office.patient.list()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def a_field_that_rows_lack(office: Practice) -> None:
    patient = await office.patients.get(1)
    patient.Lname.lower()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def a_row_that_is_written_to(office: Practice) -> None:
    (await office.patients.get(1)).LName = "Smith"  # pyright: ignore[reportAttributeAccessIssue]


async def an_option_that_does_not_exist(office: Practice) -> None:
    office.with_options(max_wiat=1.0)  # pyright: ignore[reportCallIssue]


async def a_method_of_http_that_does_not_exist(office: Practice) -> None:
    await office.request("FETCH", "/patients/1")  # pyright: ignore[reportArgumentType]


async def an_option_that_is_given_without_its_name(_: Practice) -> None:
    OpenDental("developer", 0.1)  # pyright: ignore[reportCallIssue]


async def a_row_that_is_a_dictionary(_: Practice) -> None:
    changed({"PatNum": 1}, PatNum=1)  # pyright: ignore[reportArgumentType]

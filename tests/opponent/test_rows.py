"""Responses of the opponent: rows, windows, filters, wire forms, statuses."""

import json

import pytest

from tests.opponent.raw import send
from tests.opponent.reference import Operation, Resource, index, resources
from tests.opponent.rows import Office, foreign_keys, owners
from tests.opponent.server import Opponent

SFTP = {"SftpAddress": "a", "SftpUsername": "b", "SftpPassword": "c"}
OPERATIONS = [(resource, operation) for resource in resources() for operation in resource.operations]


def test_all_of_the_reference_is_read() -> None:
    assert (len(resources()), len(OPERATIONS)) == (index().resources, index().operations)


def test_foreign_keys_lead_to_rows_that_are_there() -> None:
    office, checked = Office(), 0
    by_name = {resource.resource: resource for resource in resources()}
    for resource in resources():
        for name, owner in foreign_keys(resource.resource).items():
            for row in office.table(resource).values():
                if name in row and isinstance(row[name], int) and name != resource.primary_key:
                    checked += 1
                    assert row[name] in office.table(by_name[owner])
    assert checked > 2000
    assert owners()["PatNum"] == "Patients"


async def test_windows(opponent: Opponent) -> None:
    async def window(query: str) -> list[object]:
        return [row["PatNum"] for row in (await send(opponent, "GET", f"/patients/Simple?{query}")).rows]

    assert await window("Limit=3") == [1, 2, 3]
    assert await window("Offset=10") == [11, 12]
    assert await window("Offset=2&Limit=2") == [3, 4]
    assert await window("Offset=12") == []


async def test_filters(opponent: Opponent) -> None:
    opponent.office.add(
        next(one for one in resources() if one.resource == "Patients"), {"LName": "O'Neil + 1"}
    )
    (row,) = (await send(opponent, "GET", "/patients?LName=o%27neil%20%2B")).rows
    assert row["PatNum"] == 13
    statuses = (await send(opponent, "GET", "/appointments?AptStatus=Planned")).rows
    assert all(row["AptStatus"] == "Planned" for row in statuses)


async def test_rows_have_the_wire_forms_of_the_reference(opponent: Opponent) -> None:
    row = (await send(opponent, "GET", "/appointments/3")).row
    assert (row["AptNum"], row["TimeLocked"], row["AptDateTime"]) == (3, "false", "2024-01-11 08:36:30")
    assert row["DateTimeArrived"] == "0001-01-01 00:00:00"
    claim = (await send(opponent, "GET", "/claims/4")).row
    assert (claim["IsOrtho"], claim["ClaimForm"]) == ("True", "9")
    notes = (await send(opponent, "GET", "/chartmodules/2/ProgNotes")).rows
    assert (notes[0]["Date"], notes[0]["DateTime"]) == ("1/9/2024", "1/9/2024 8:22:30 AM")
    assert "Description " in (await send(opponent, "GET", "/allergydefs")).rows[0]


async def test_an_absent_field_is_absent(opponent: Opponent) -> None:
    assert "serverDateTime" in (await send(opponent, "GET", "/appointments/1")).row
    updated = (await send(opponent, "PUT", "/appointments/1", "{}")).row
    assert not {"serverDateTime", "ItemOrderPlanned"} & updated.keys()


async def test_formats_of_dates(opponent: Opponent) -> None:
    query = "DateFormatString=MM%2Fdd%2Fyyyy&DateTimeFormatString=yyyy-MM-ddTHH%3Amm%3Asszzz"
    row = (await send(opponent, "GET", f"/patients/2?{query}")).row
    assert (row["Birthdate"], row["DateTStamp"]) == ("01/10/2024", "2024-01-10T08:29:30-08:00")


async def test_a_created_row_has_a_location_and_can_be_read(opponent: Opponent) -> None:
    body = json.dumps({"LName": "Smith", "FName": "Jane\r\nAnn", "Birthdate": "1976-05-24"})
    response = await send(opponent, "POST", "/patients", body)
    assert (response.status, response.headers["Location"]) == (201, "/api/v1/patients/13")
    row = (await send(opponent, "GET", "/patients/13")).row
    assert (row["LName"], row["FName"], row["Birthdate"]) == ("Smith", "Jane Ann", "1976-05-24")


async def test_a_deleted_row_is_gone(opponent: Opponent) -> None:
    response = await send(opponent, "DELETE", "/allergies/3")
    assert (response.status, response.text) == (200, "")
    assert (await send(opponent, "GET", "/allergies/3")).status == 404


async def test_one_row_may_come_bare(opponent: Opponent) -> None:
    assert isinstance((await send(opponent, "GET", "/providers?Offset=0&Limit=1")).body, list)
    del_all_but_one = opponent.office.table(next(one for one in resources() if one.resource == "Providers"))
    for number in range(2, 13):
        del del_all_but_one[number]
    assert isinstance((await send(opponent, "GET", "/providers")).body, dict)


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("POST", "/feescheds", {"Description": "x", "FeeSchedType": "Normal"}, 200),
        ("POST", "/queries", {"SqlCommand": "SELECT 1", **SFTP}, 201),
        ("PUT", "/claims/1/Split", {"ProcNums": [1]}, 201),
        ("PUT", "/payplans/1/Close", {}, 200),
    ],
)  # fmt: skip
async def test_statuses(opponent: Opponent, method: str, target: str, body: object, status: int) -> None:
    assert (await send(opponent, method, target, json.dumps(body))).status == status


def test_every_operation_has_a_status_of_success() -> None:
    def successes(pair: tuple[Resource, Operation]) -> int:
        return pair[1].success

    assert {successes(pair) for pair in OPERATIONS} == {200, 201}

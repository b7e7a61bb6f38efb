"""The SDK against the opponent: no request of it is refused, and its rows are what the server has."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from odapi_async import Gone, Mode, NotFound, OpenDental, Practice, Unauthorized
from odapi_async.mirror import Mirror, Store
from tests.opponent.arguments import ANY_TEXT, combinations, required
from tests.opponent.encode import OFFSET, one_line
from tests.opponent.reference import Operation, Resource, Row, Value, resources
from tests.opponent.rows import FEW
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, PORTAL_KEY, Opponent

LOSSY = {"empty-string", "int", "date", "whole-number"}
"""Wire forms that lose a part of the value."""

RESOURCES = {resource.resource: resource for resource in resources()}

# a client takes a while to make (its TLS context), so the tests share one client and one server
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Opponent]:
    async with Opponent() as opponent:
        yield opponent


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def od() -> AsyncIterator[OpenDental]:
    async with OpenDental(DEVELOPER_KEY) as client:
        yield client


@pytest.fixture
def practice(server: Opponent, od: OpenDental) -> Practice:
    server.refused.clear()
    server.office.tables.clear()
    return od.practice(CUSTOMER_KEY, mode=Mode.LOCAL, base_url=server.base_url)


def method(practice: Practice, resource: Resource, operation: Operation) -> Any:
    return getattr(getattr(practice, resource.attribute), operation.python)


def path_ids(operation: Operation) -> list[int]:
    """Return ids for a path; each way to delete has a row of its own."""
    number = {"delete": FEW, "action": FEW - 1}.get(operation.kind, 1) if operation.method == "DELETE" else 1
    return [number] * len(operation.path_params)


def deprecated(operation: Operation) -> bool:
    return 410 in operation.statuses


@pytest.mark.parametrize("name", RESOURCES)
async def test_every_operation_is_accepted_and_its_rows_are_read(
    server: Opponent, practice: Practice, od: OpenDental, name: str
) -> None:
    resource = RESOURCES[name]
    if name == "ApiKeys":
        practice = od.practice(PORTAL_KEY, mode=Mode.LOCAL, base_url=server.base_url)
    for operation in resource.operations:
        if deprecated(operation):
            continue
        for arguments in combinations(resource, operation):
            before = server.succeeded.total()
            found = await method(practice, resource, operation)(*path_ids(operation), **arguments)
            assert server.succeeded.total() == before + 1
            compare_all(resource, operation, found, server.sent)
    assert server.refused == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_deprecated_operation_is_gone(server: Opponent, practice: Practice) -> None:
    (found,) = ((one, each) for one in resources() for each in one.operations if deprecated(each))
    with pytest.raises(Gone):
        await method(practice, *found)(**required(*found))
    assert [one.status for one in server.refused] == [410]


def compare_all(resource: Resource, operation: Operation, found: Any, sent: list[Row]) -> None:
    match operation.returns.shape:
        case "none":
            assert isinstance(found, str) if operation.location_header else found is None
        case "text":
            assert isinstance(found, str)
        case "object":
            compare(resource, operation, found, sent[0])
        case "list":
            for row, kept in zip(found, sent, strict=operation.returns.struct is not None):
                compare(resource, operation, row, kept)


def compare(resource: Resource, operation: Operation, row: object, kept: Row) -> None:
    """Compare each field whose wire form loses nothing with the value that the server keeps."""
    for field in resource.response_fields(operation):
        if field.name != "serverDateTime" and not LOSSY & set(field.wire):
            found = getattr(row, field.name)
            assert same(found, kept[field.name]), (operation.name, field.name, found)


def same(found: object, kept: Value) -> bool:
    if isinstance(kept, date) and kept.year == 1:
        return found is None
    if isinstance(kept, str):
        return found == one_line(kept)
    if isinstance(found, timedelta) and isinstance(kept, time):  # hours of work, not a time of day
        return found == datetime.combine(date.min, kept) - datetime.min
    if kept == -1:
        return found in (-1, None)
    return found == (Decimal(str(kept)) if isinstance(kept, float) else kept)


async def test_the_first_steps_of_the_quickstart(server: Opponent, practice: Practice) -> None:
    jane = await practice.patients.create(LName=ANY_TEXT, FName="Jane", Birthdate=date(1976, 5, 24))
    await practice.patients.update(jane.PatNum, Preferred="Janie")
    found = await practice.patients.get(jane.PatNum)
    assert (found.LName, found.Preferred, found.Birthdate) == (ANY_TEXT, "Janie", date(1976, 5, 24))
    assert [row.PatNum for row in await practice.patients.simple(LName=ANY_TEXT)] == [jane.PatNum]
    assert [row.PatNum async for row in practice.patients.list(LName=ANY_TEXT)] == [jane.PatNum]
    appointments = [row async for row in practice.appointments.list(date=date(2026, 11, 30))]
    assert len(appointments) == FEW
    assert isinstance(appointments[0].AptDateTime, datetime)
    assert server.refused == []


async def test_errors_have_the_reason_of_the_server(server: Opponent, practice: Practice) -> None:
    with pytest.raises(NotFound):
        await practice.patients.get(999)
    assert [one.status for one in server.refused] == [404]


async def test_sql_that_writes_is_refused(server: Opponent, practice: Practice) -> None:
    with pytest.raises(Unauthorized) as caught:
        await practice.with_options(check=False).queries.short_query(SqlCommand="DELETE FROM patient")
    assert type(caught.value) is Unauthorized  # both the keys and the permission are right
    assert [one.status for one in server.refused] == [401]


async def test_dates_in_a_custom_format_are_the_same_dates(server: Opponent, practice: Practice) -> None:
    days = [row.ProcDate for row in await practice.procedure_logs.list()]
    formatted = await practice.procedure_logs.list(DateFormatString="M/d/yyyy")
    assert [row.ProcDate for row in formatted] == days
    assert any(days)
    moments = [row.AptDateTime for row in await practice.appointments.list()]
    zoned = await practice.appointments.list(DateTimeFormatString="dd MMM yyyy h:mm:ss tt zzz")
    assert [row.AptDateTime and row.AptDateTime.replace(tzinfo=None) for row in zoned] == moments
    assert {row.AptDateTime.utcoffset() for row in zoned if row.AptDateTime} == {OFFSET}
    assert server.refused == []


async def test_other_ways_to_read(server: Opponent, practice: Practice) -> None:
    assert len(await practice.rows("/patients/Simple", query={"LName": "S"})) > 0
    assert await practice.patients.simple().first() is not None
    assert [len(page) async for page in practice.patients.simple().pages()] == [FEW]
    assert len(await practice.queries.short_query(SqlCommand="SELECT * FROM payperiod")) == 3
    assert server.refused == []


async def test_the_mirror_copies_the_office(
    server: Opponent, practice: Practice, od: OpenDental, tmp_path: Path
) -> None:
    async with Store(str(tmp_path / "mirror.db")) as store:
        report = await Mirror(od, store).run({"main": practice}, ["patients", "appointments"])
    assert (report.complete, report.rows) == (True, 2 * FEW)
    assert server.refused == []


async def test_windows_ask_for_the_rows_that_they_need(server: Opponent, practice: Practice) -> None:
    async def ids(rows: Any) -> list[int]:
        return [row.PatNum async for row in rows]

    patients = practice.patients.simple()
    before = server.succeeded.total()
    assert await ids(patients[2:5]) == [3, 4, 5]
    assert await ids(patients[:4]) == [1, 2, 3, 4]
    assert server.succeeded.total() == before + 2
    assert await ids(patients[10:]) == [11, 12]
    assert await ids(patients[12:20]) == []
    assert server.refused == []

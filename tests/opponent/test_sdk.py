"""The SDK against the opponent: no request of it is refused, and its rows are what the server has."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from odapi_async import Gone, Mode, OpenDental, Practice
from tests.opponent.arguments import ANY_TEXT, combinations, required
from tests.opponent.encode import one_line
from tests.opponent.reference import Operation, Resource, Row, Value, resources
from tests.opponent.rows import FEW
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, PORTAL_KEY, Opponent

LOSSY = {"empty-string", "int", "date", "whole-number"}
"""Wire forms that lose a part of the value."""

RESOURCES = {resource.resource: resource for resource in resources()}

# each file of connections costs a TLS context, so the tests share one client and one server
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
async def test_every_operation_is_accepted_with_each_parameter(
    server: Opponent, practice: Practice, od: OpenDental, name: str
) -> None:
    resource = RESOURCES[name]
    if name == "ApiKeys":
        practice = od.practice(PORTAL_KEY, mode=Mode.LOCAL, base_url=server.base_url)
    for operation in resource.operations:
        if deprecated(operation):
            continue
        for arguments in combinations(resource, operation):
            before = server.answered.total()
            await method(practice, resource, operation)(*path_ids(operation), **arguments)
            assert server.answered.total() == before + 1
    assert server.refused == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_deprecated_operation_is_gone(server: Opponent, practice: Practice) -> None:
    (found,) = ((one, each) for one in resources() for each in one.operations if deprecated(each))
    with pytest.raises(Gone):
        await method(practice, *found)(**required(*found))
    assert [one.status for one in server.refused] == [410]


@pytest.mark.parametrize("name", RESOURCES)
async def test_rows_are_decoded_as_the_server_has_them(
    server: Opponent, practice: Practice, name: str
) -> None:
    resource = RESOURCES[name]
    for operation in resource.operations:
        fields = {field.name for field in resource.reply_fields(operation)}
        if operation.kind == "list" and resource.primary_key in fields and operation.permission:
            call = method(practice, resource, operation)
            for row in await call(*path_ids(operation), **required(resource, operation)):
                compare(resource, operation, row, kept_row(server, resource, row))
    assert server.refused == []


def kept_row(server: Opponent, resource: Resource, row: object) -> Row:
    key = resource.primary_key or ""
    (kept,) = (one for one in server.office.table(resource).values() if one[key] == getattr(row, key))
    return kept


def compare(resource: Resource, operation: Operation, row: object, kept: Row) -> None:
    """Compare each field whose wire form loses nothing with the value that the server keeps."""
    for field in resource.reply_fields(operation):
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
    with pytest.raises(Exception, match="404"):
        await practice.patients.get(999)
    assert [one.status for one in server.refused] == [404]


async def test_other_ways_to_read(server: Opponent, practice: Practice) -> None:
    assert len(await practice.rows("/patients/Simple", query={"LName": "S"})) > 0
    assert await practice.patients.simple().first() is not None
    assert [len(page) async for page in practice.patients.simple().pages()] == [FEW]
    assert len(await practice.queries.short_query(SqlCommand="SELECT * FROM payperiod")) == 3
    assert server.refused == []

"""A list as dictionaries: read in any of the ways in which rows are read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from odapi_async import Practice
from odapi_async.resources.patients import Patient
from tests.support.bench import in_process, local, remote

COUNT = 7
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice() -> AsyncGenerator[Practice]:
    async with in_process(local(rows={"patients": COUNT})) as bench:
        yield bench.practice()


async def test_await_returns_all_rows_as_dictionaries(practice: Practice) -> None:
    rows, found = await practice.patients.simple(), await practice.patients.simple().to_dicts()
    assert len(found) == COUNT
    for row, each in zip(rows, found, strict=True):
        assert {**row.to_dict(), "serverDateTime": None} == {**each, "serverDateTime": None}
    assert isinstance(found[0]["EstBalance"], Decimal)
    assert isinstance(found[0]["Birthdate"], date)


async def test_streams_pages_parts_and_the_first_row_are_dictionaries(practice: Practice) -> None:
    rows = practice.patients.simple().to_dicts()
    numbers = [each["PatNum"] for each in await rows]
    assert [each["PatNum"] async for each in rows] == numbers
    assert [[each["PatNum"] for each in page] async for page in rows.pages()] == [numbers]
    assert [each["PatNum"] for each in await rows[2:4]] == numbers[2:4]
    assert [each["PatNum"] for each in await practice.patients.simple()[2:4].to_dicts()] == numbers[2:4]
    first = await rows.first()
    assert first
    assert first["PatNum"] == numbers[0]
    assert await rows[COUNT:].first() is None


async def test_a_walk_yields_dictionaries_and_keeps_its_checkpoint(practice: Practice) -> None:
    plain = [page async for page in practice.patients.simple().walk("PatNum")]
    found = [page async for page in practice.patients.simple().to_dicts().walk("PatNum")]
    assert [page.checkpoint for page in plain] == [page.checkpoint for page in found]
    assert [each["PatNum"] for page in found for each in page.rows] == [
        row.PatNum for page in plain for row in page.rows
    ]


async def test_pages_that_the_server_repeats_are_detected_in_dictionaries_too() -> None:
    async with in_process(remote(rows={"patients": 250})) as bench:
        found = await bench.practice().patients.simple().to_dicts()
    assert len({each["PatNum"] for each in found}) == 250


class Card(msgspec.Struct, rename={"last_name": "LName"}):
    PatNum: int
    last_name: str


@dataclass
class Balance:
    PatNum: int
    EstBalance: Decimal


async def test_rows_of_a_type_of_your_own_are_dictionaries_with_its_fields(practice: Practice) -> None:
    rows = practice.patients.simple()
    card = await rows.into(Card).to_dicts().first()
    balance = await rows.into(Balance).to_dicts().first()
    assert card
    assert balance
    assert list(card) == ["PatNum", "LName"]
    assert isinstance(balance["EstBalance"], Decimal)
    assert isinstance(await rows.to_dicts().into(Patient).first(), Patient)


async def test_rows_without_documented_columns_are_as_they_were(practice: Practice) -> None:
    sql = "SELECT PatNum, LName FROM patient ORDER BY PatNum LIMIT 2"
    rows = practice.queries.short_query(SqlCommand=sql)
    found: list[dict[str, Any]] = await rows.to_dicts()
    assert found == await rows


async def test_the_repr_says_that_the_rows_are_dictionaries(practice: Practice) -> None:
    assert repr(practice.patients.list(LName="Smith").to_dicts()) == "<Rows of Patient as dicts>"

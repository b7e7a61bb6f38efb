"""The recipes for definitions, office time and changes, on the sandbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from odapi_async import DecodeError, InvalidRequest
from odapi_async.recipes.changes import changed
from odapi_async.recipes.definitions import DefinitionNames
from odapi_async.recipes.office_time import from_office_time, to_office_time, utc_offset
from tests.support.bench import KEY, remote, serving


async def test_an_adjustment_is_entered_by_the_name_of_its_type() -> None:
    async with serving() as bench:
        practice = bench.practice()
        made = await practice.definitions.create(ItemName="Cash Discount", category="AdjTypes")
        names = DefinitionNames(practice)
        found = await asyncio.gather(*(names.number("AdjTypes", "cash discount") for _ in range(5)))
        assert found == [made.DefNum] * 5
        reads = [each for each in bench.arrivals if each.method == "GET"]
        assert [each.query for each in reads] == [{"category": "AdjTypes"}]
        adjustment = await practice.adjustments.create(
            PatNum=1, AdjType=found[0], AdjAmt=-5, AdjDate="2026-11-23"
        )
        assert adjustment.AdjType == made.DefNum


async def test_a_category_of_many_pages_is_fetched_completely() -> None:
    async with serving(remote(rows={"definitions": 250})) as bench:
        practice = bench.practice()
        made = await practice.definitions.create(ItemName="The last one", category="AdjTypes")
        names = DefinitionNames(practice)
        assert await names.number(made.Category, "The last one") == made.DefNum
        with pytest.raises(InvalidRequest, match="The last one"):
            await names.number(made.Category, "One that nobody made")


async def test_the_servers_time_is_read_with_its_offset() -> None:
    async with serving() as bench:
        practice = bench.practice()
        zone = await utc_offset(practice)
        provider = await practice.providers.list().first()
        assert provider is not None
        read = from_office_time(provider.serverDateTime, zone)
        assert read is not None
        assert abs(read - datetime.now(UTC)) < timedelta(minutes=10), "server and test are one machine"


async def test_a_moment_is_booked_in_office_time() -> None:
    async with serving() as bench:
        practice = bench.practice()
        zone = await utc_offset(practice)
        moment = datetime(2026, 11, 30, 17, tzinfo=UTC)
        booked = await practice.appointments.create(PatNum=1, Op=1, AptDateTime=to_office_time(moment, zone))
        assert from_office_time(booked.AptDateTime, zone) == moment


async def test_a_practice_without_a_provider_has_no_offset() -> None:
    async with serving(remote(rows={"providers": 0})) as bench:
        with pytest.raises(DecodeError):
            await utc_offset(bench.practice())


async def test_an_update_sends_only_changed_fields() -> None:
    async with serving() as bench:
        practice = bench.practice()
        jane = await practice.patients.update(7, Address="1 Main St", FamFinUrgNote="Calls early. Pays late.")
        bench.box.reset_stats()
        changes = changed(
            jane, Address="2 Main St", FamFinUrgNote="Calls early.\r\nPays late.", LName=jane.LName
        )
        await practice.patients.update(jane.PatNum, **changes)
        (sent,) = bench.arrivals
        assert msgspec.json.decode(sent.body) == {"Address": "2 Main St"}
        stored = bench.box.rows(KEY, "patients")[6]
        assert (stored["Address"], stored["LName"]) == ("2 Main St", jane.LName)

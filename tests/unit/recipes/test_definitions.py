"""Definitions by name: concurrent callers share one fetch of a category, even if some are cancelled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import pytest

from odapi_async import InvalidRequest, Mode, NotFound, OpenDental, Priority
from odapi_async.recipes.definitions import DefinitionNames
from tests.support.watch import passes, pending, until
from tests.support.wire import Heard, RawServer, ok

ADJUSTMENTS: Final = [
    {"DefNum": 293, "ItemName": "Sales Tax", "Category": 1, "category": "AdjTypes"},
    {"DefNum": 9, "ItemName": "Cash Discount", "Category": 1, "category": "AdjTypes"},
]
PAYMENTS: Final = [{"DefNum": 70, "ItemName": "Cash Discount", "Category": 10, "category": "PaymentTypes"}]
OLDER_OFFICE: Final = [*ADJUSTMENTS, *PAYMENTS]

Responder = Callable[[Heard], bytes | None]


def listing(*rows: dict[str, Any]) -> Responder:
    """Respond with the rows of the category, if it is requested by its number."""

    def respond(heard: Heard) -> bytes:
        category = heard.query.get("Category")
        return ok(msgspec.json.encode([row for row in rows if category in {None, str(row["Category"])}]))

    return respond


@asynccontextmanager
async def names_of(respond: Responder, **options: Any) -> AsyncGenerator[tuple[RawServer, DefinitionNames]]:
    async with RawServer(respond) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url, **options)
        yield server, DefinitionNames(practice)


@pytest.mark.parametrize("category", [1, "AdjTypes", "adjtypes"])
@pytest.mark.parametrize("name", ["Cash Discount", "cash discount"])
async def test_a_definition_is_found_by_category_and_name(category: int | str, name: str) -> None:
    async with names_of(listing(*OLDER_OFFICE)) as (_, names):
        assert await names.number(category, name) == 9


async def test_the_category_may_be_an_enumeration() -> None:
    from odapi_async.enums.definitions import Category

    async with names_of(listing(*OLDER_OFFICE)) as (server, names):
        assert await names.number(Category.ADJ_TYPES, "Sales Tax") == 293
        assert server.heard[0].query == {"category": "AdjTypes"}


async def test_concurrent_and_later_lookups_send_one_request_per_category() -> None:
    async with names_of(listing(*OLDER_OFFICE)) as (server, names):
        lookups = [names.number(category, "Cash Discount") for category in (1, 10) * 5]
        assert await asyncio.gather(*lookups) == [9, 70] * 5
        assert await names.number(1, "Sales Tax") == 293
        assert sorted(each.query["Category"] for each in server.heard) == ["1", "10"]


async def test_all_pages_are_read() -> None:
    rows = [{"DefNum": key, "ItemName": f"Item {key}", "Category": 1} for key in range(1, 102)]

    def respond(heard: Heard) -> bytes:
        offset = int(heard.query.get("Offset", "0"))
        return ok(msgspec.json.encode(rows[offset : offset + 100]))

    async with names_of(respond, concurrency=1) as (server, names):
        assert await names.number(1, "Item 101") == 101
        assert len(server.heard) == 2


async def test_an_unknown_name_is_refused_with_the_known_names() -> None:
    async with names_of(listing(*OLDER_OFFICE)) as (_, names):
        with pytest.raises(InvalidRequest, match=r"category 1, which has Sales Tax, Cash Discount$"):
            await names.number(1, "Jane's discount")
        with pytest.raises(InvalidRequest, match=r"category NoSuchTypes, which has nothing$"):
            await names.number("NoSuchTypes", "Cash Discount")


async def test_case_distinguishes_names_that_differ_in_nothing_else() -> None:
    twins = [{**ADJUSTMENTS[0], "DefNum": key, "ItemName": name} for key, name in ((1, "Gift"), (2, "GIFT"))]
    async with names_of(listing(*twins)) as (_, names):
        assert [await names.number(1, "Gift"), await names.number(1, "GIFT")] == [1, 2]
        with pytest.raises(InvalidRequest, match=re.escape("several definitions of category 1: 1, 2")):
            await names.number(1, "gift")


async def test_an_ambiguous_name_is_refused() -> None:
    twins = [{**ADJUSTMENTS[0], "DefNum": key} for key in (1, 2)]
    async with names_of(listing(*twins)) as (_, names):
        with pytest.raises(InvalidRequest, match="several"):
            await names.number(1, "Sales Tax")


async def test_after_forget_a_category_is_fetched_again() -> None:
    rows = [*ADJUSTMENTS]

    def respond(heard: Heard) -> bytes | None:
        return listing(*rows)(heard)

    async with names_of(respond) as (server, names):
        assert await names.number(1, "Sales Tax") == 293
        rows[0] = {**rows[0], "DefNum": 300}
        assert await names.number(1, "Sales Tax") == 293
        names.forget()
        assert await names.number(1, "Sales Tax") == 300
        assert len(server.heard) == 2


async def test_an_empty_category_is_not_cached() -> None:
    rows: list[dict[str, Any]] = []

    def respond(heard: Heard) -> bytes | None:
        return listing(*rows)(heard)

    async with names_of(respond) as (server, names):
        for _ in range(2):
            with pytest.raises(InvalidRequest, match="has nothing"):
                await names.number("AdjTypes", "Sales Tax")
        assert len(server.heard) == 2
        rows += ADJUSTMENTS
        assert await names.number("AdjTypes", "Sales Tax") == 293


async def test_a_failure_is_raised_to_all_callers_and_not_cached() -> None:
    responders: list[Responder] = [lambda _: ok(b'"no"', status="404 Not Found"), listing(*ADJUSTMENTS)]

    def respond(heard: Heard) -> bytes | None:
        return responders.pop(0)(heard)

    async with names_of(respond) as (server, names):
        lookups = [names.number(1, "Sales Tax") for _ in range(3)]
        failed = await asyncio.gather(*lookups, return_exceptions=True)
        assert [type(each) for each in failed] == [NotFound] * 3
        assert len(server.heard) == 1
        assert await names.number(1, "Sales Tax") == 293


async def test_a_cancelled_caller_does_not_cancel_the_shared_fetch() -> None:
    async with names_of(listing(*ADJUSTMENTS)) as (server, names):
        first = asyncio.create_task(names.number(1, "Sales Tax"))
        second = asyncio.create_task(names.number(1, "Cash Discount"))
        await passes(1)
        first.cancel()
        assert await second == 9
        assert first.cancelled()
        assert len(server.heard) == 1


async def test_if_all_callers_are_cancelled_the_next_one_fetches_again() -> None:
    async with names_of(listing(*ADJUSTMENTS)) as (_, names):
        callers = [asyncio.create_task(names.number(1, "Sales Tax")) for _ in range(2)]
        await passes(1)
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        assert await names.number(1, "Sales Tax") == 293
        await until(lambda: not pending())


async def test_a_caller_never_shares_a_fetch_that_is_being_cancelled() -> None:
    async with names_of(listing(*ADJUSTMENTS)) as (_, names):
        left = asyncio.create_task(names.number(1, "Sales Tax"))
        await passes(1)
        left.cancel()
        came = asyncio.create_task(names.number(1, "Sales Tax"))
        assert await came == 293


async def test_the_options_of_the_practice_apply() -> None:
    async with names_of(listing(*ADJUSTMENTS), version="24.4") as (_, names):
        assert await names.number("AdjTypes", "Sales Tax") == 293, "an older server ignores the filter"
    async with OpenDental("developer") as client:
        practice = client.practice("office-one").with_options(priority=Priority.BULK)
        DefinitionNames(practice)
        assert practice._calls.options.check, "the practice itself goes on checking"

"""One call, from its parameters to its result: the request that is sent, and how the response is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any

import msgspec
import pytest

from odapi_async import (
    DecodeError,
    InvalidRequest,
    Mode,
    NotFound,
    OpenDental,
    Practice,
    Priority,
    RequestTimeout,
    RetryPolicy,
)
from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions
from odapi_async._core.secret import Secret
from odapi_async.resources.patients import GET, SIMPLE, UPDATE, Patient
from odapi_async.sandbox import Fault
from odapi_async.scheduler import Pace
from tests.support.bench import in_process, local
from tests.support.clock import virtual_time
from tests.support.watch import passes
from tests.support.wire import Heard, RawServer, ok

NOTE: Operation[None] = Operation("PUT", "/appointments/{AptNum}/Note", NoneType, since="21.1")
OPEN: Operation[dict[str, Any]] = Operation(
    "PUT", "/queries/ShortQuery", dict[str, Any], since="21.1", read_only=True
)


@asynccontextmanager
async def served(
    respond: Callable[[Heard], bytes | None], **options: Any
) -> AsyncGenerator[tuple[Practice, RawServer]]:
    async with RawServer(respond) as server, OpenDental("developer", **options) as client:
        yield client.practice("office", mode=Mode.LOCAL, base_url=server.url), server


async def test_parameters_and_ids_are_sent_in_the_format_of_the_api() -> None:
    async with served(lambda _: ok(b"[]")) as (practice, server):
        await practice.patients.simple(LName="O'Brien & Söhne +100%/?#", Birthdate=date(1976, 5, 24))
        await practice.patients.list(clinicNums=[1, 2], hideInactive=True)
        assert server.heard[0].query == {"LName": "O'Brien & Söhne +100%/?#", "Birthdate": "1976-05-24"}
        assert server.heard[1].query == {"clinicNums": "1,2", "hideInactive": "true"}
        assert server.heard[0].headers["authorization"] == "ODFHIR developer/office"


async def test_only_given_fields_are_sent() -> None:
    async with served(lambda _: ok(b'{"PatNum": 3}')) as (practice, server):
        await practice.patients.update(3, Preferred="Bee", Birthdate=None)
        assert server.heard[0].path == "/patients/3"
        assert msgspec.json.decode(server.heard[0].body) == {"Preferred": "Bee", "Birthdate": "0001-01-01"}


@pytest.mark.parametrize("body", [b"", b"null", b'"done"', b'{"AptNum": 1}'])
async def test_an_operation_without_a_result_ignores_the_response(body: bytes) -> None:
    async with served(lambda _: ok(body)) as (practice, server):
        await practice._calls.fetch_row(NOTE, (1,))
        assert len(server.heard) == 1


async def test_a_write_with_an_empty_response_returns_an_empty_row() -> None:
    async with served(lambda _: ok(b"")) as (practice, _):
        assert await practice.patients.update(3, Preferred="Bee") == Patient()


async def test_a_read_with_an_empty_response_is_a_decode_error() -> None:
    async with served(lambda _: ok(b"")) as (practice, _):
        with pytest.raises(DecodeError):
            await practice.patients.get(3)


async def test_a_list_without_pages_is_returned_completely() -> None:
    page = ok(msgspec.json.encode([{"n": number} for number in range(100)]))
    async with served(lambda _: page) as (practice, server):
        rows = await practice._calls.fetch_list(OPEN)
        assert [row["n"] for row in rows] == list(range(100))
        assert len(server.heard) == 1


async def test_an_unlisted_operation_returns_its_json_or_none() -> None:
    bodies = iter([ok(b'{"a": [1, "x"]}'), ok(b""), ok(b'{"PatNum": "7"}')])
    async with served(lambda _: next(bodies)) as (practice, server):
        assert await practice.request("GET", "/new", query={"since": date(2026, 5, 24)}) == {"a": [1, "x"]}
        assert await practice.request("POST", "/new", body={"flag": True}) is None
        assert (await practice.request("GET", "/new", into=Patient)).PatNum == 7
        assert server.heard[0].query == {"since": "2026-05-24"}
        assert msgspec.json.decode(server.heard[1].body) == {"flag": "true"}


NESTED: dict[str, Any] = {
    "procNumsAndAmounts": [{"ProcNum": 5, "Amount": Decimal("1.50")}],
    "Object": {"Day": date(2026, 5, 24), "Deep": [{"Flag": True, "Nothing": None}, [], {}]},
    "Mixed": (1, "a", None, 2.5),
    "Nothing": None,
}
SENT: dict[str, Any] = {
    "procNumsAndAmounts": [{"ProcNum": 5, "Amount": 1.5}],
    "Object": {"Day": "2026-05-24", "Deep": [{"Flag": "true", "Nothing": None}, [], {}]},
    "Mixed": [1, "a", None, 2.5],
    "Nothing": None,
}


async def test_g4_a_body_that_is_not_checked_is_sent_as_json() -> None:
    async with served(lambda _: ok(b"")) as (practice, server):
        await practice.request("POST", "/new", body=NESTED)
        await practice.with_options(check=False).patients.update(1, **NESTED)
        assert [msgspec.json.decode(heard.body) for heard in server.heard] == [SENT, SENT]


async def test_a_get_has_no_body() -> None:
    async with served(lambda _: ok(b"{}")) as (practice, server):
        with pytest.raises(InvalidRequest, match="with GET; pass filters as query=") as caught:
            await practice.request("GET", "/new", body={"LName": "Smith"})
        assert (caught.value.field, server.heard) == ("body", [])


def nested(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("value", [{1, 2}, b"x", object(), {"a": {1}}, {5: 1}, float("nan"), nested(10_000)])
async def test_g4_what_json_cannot_say_is_refused(value: object) -> None:
    async with served(lambda _: ok(b"")) as (practice, server):
        with pytest.raises(InvalidRequest):
            await practice.request("POST", "/new", body={"Name": value})
        assert not server.heard


@pytest.mark.parametrize("value", [None, {"a": 1}, [{"a": 1}]])
async def test_g4_a_query_has_no_objects(value: object) -> None:
    async with served(lambda _: ok(b"")) as (practice, server):
        with pytest.raises(InvalidRequest, match=r"^Name"):
            await practice.request("GET", "/new", query={"Name": value})
        assert not server.heard


async def test_an_offset_filter_is_where_a_list_begins() -> None:
    def page(heard: Heard) -> bytes:
        first = int(heard.query.get("Offset", "0"))
        return ok(msgspec.json.encode([{"n": number} for number in range(first, min(first + 100, 450))]))

    async with served(page) as (practice, _):
        rows = await practice.rows("/new", query={"Offset": 200})
        assert [row["n"] for row in rows] == list(range(200, 450))


async def test_calls_that_share_a_response_get_separate_errors() -> None:
    async with served(lambda _: ok(b'"no"', status="404 Not Found")) as (practice, server):
        calls = [asyncio.create_task(practice.patients.get(3)) for _ in range(2)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert len(server.heard) == 1
        first, second = outcomes
        assert isinstance(first, NotFound)
        assert isinstance(second, NotFound)
        assert first is not second
        assert (first.status, first.path, str(first)) == (second.status, second.path, str(second))


async def test_reads_share_a_response_and_writes_do_not() -> None:
    async with served(lambda _: ok(b'{"PatNum": 3}')) as (practice, server):
        await asyncio.gather(*(practice.patients.get(3) for _ in range(5)))
        assert [heard.method for heard in server.heard] == ["GET"]
        await asyncio.gather(*(practice.patients.update(3, Preferred="Bee") for _ in range(3)))
        assert [heard.method for heard in server.heard] == ["GET"] + ["PUT"] * 3


@virtual_time
async def test_reads_with_different_timeouts_share_no_response() -> None:
    async with in_process(local(), retries=RetryPolicy(max_attempts=1)) as bench:
        patient = bench.practice(concurrency=1)
        hasty = patient.with_options(timeout=5.0)
        blocker = asyncio.create_task(patient.patients.get(1))
        await passes(2)
        bench.box.add_fault(Fault("latency", path="/patients/3", seconds=8.0, times=None))
        practices = [hasty, patient, hasty, patient]
        outcomes = await asyncio.gather(*(each.patients.get(3) for each in practices), return_exceptions=True)
        assert [type(each) for each in outcomes] == [RequestTimeout, Patient] * 2
        await blocker
        assert len(bench.arrivals) == 3


async def test_a_read_after_a_write_gets_no_older_response() -> None:
    async with served(lambda _: ok(b'{"PatNum": 3}'), retries=RetryPolicy(max_attempts=1)) as (
        practice,
        server,
    ):
        slow = practice.with_options(priority=Priority.BULK)
        calls = [asyncio.create_task(slow.patients.get(3))]
        await passes(1)
        calls.append(asyncio.create_task(slow.patients.update(3, Preferred="Bee")))
        await passes(1)
        calls.append(asyncio.create_task(slow.patients.get(3)))
        await asyncio.gather(*calls)
        assert [heard.method for heard in server.heard] == ["GET", "PUT", "GET"]


async def test_with_options_keeps_options_that_are_not_given() -> None:
    async with served(lambda _: ok(b"{}")) as (practice, _):
        hurried = practice.with_options(priority=Priority.INTERACTIVE, max_wait=2.0).with_options(flow="desk")
        expected = RequestOptions(priority=Priority.INTERACTIVE, max_wait=2.0, flow="desk")
        assert hurried._calls.options == expected
        assert hurried._calls.settings is practice._calls.settings
        assert practice._calls.options == RequestOptions()
        assert RequestOptions().timeout > 60.0, (
            "the API itself gives up after 60 seconds, and its response is better"
        )


async def test_checks_can_be_disabled_but_ids_are_still_checked() -> None:
    async with served(lambda _: ok(b"[]")) as (practice, _):
        checked = practice._calls
        with pytest.raises(InvalidRequest, match="Lname"):
            checked.prepare(SIMPLE, query={"Lname": "Smith"})
        unchecked = Calls.with_options(checked, replace(checked.options, check=False))
        assert unchecked.prepare(SIMPLE, query={"Lname": "Smith"}).query == {"Lname": "Smith"}
        assert unchecked.prepare(UPDATE, (3,), body={"any": 1}).body == b'{"any":1}'
        with pytest.raises(InvalidRequest, match="PatNum"):
            unchecked.prepare(GET, (-3,))


async def test_a_prepared_request_shows_its_path_but_no_data() -> None:
    async with served(lambda _: ok(b"{}")) as (practice, _):
        shown = repr(practice._calls.prepare(UPDATE, (3,), body={"LName": "Smith"}))
        assert "/patients/3" in shown
        assert "Smith" not in shown


def test_the_repr_of_practice_settings_shows_no_key() -> None:
    settings = PracticeSettings(
        base_url="https://h/api/v1",
        lane="a1",
        pace=Pace(1.0),
        authorization=Secret("ODFHIR developer/office"),
    )
    assert "developer" not in repr(settings)
    assert "a1" in repr(settings)


@pytest.mark.parametrize(("pace", "ahead"), [(None, 1), (Pace(1.0), 1), (Pace(0.0, 4), 4), (Pace(0.0, 1), 1)])
def test_pages_are_prefetched_as_the_pace_allows(pace: Pace | None, ahead: int) -> None:
    assert (
        PracticeSettings(base_url="https://h", lane="a1", pace=pace, authorization=Secret("x")).prefetch
        == ahead
    )

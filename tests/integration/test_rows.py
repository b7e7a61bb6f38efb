"""Lists as streams, over loopback: requests, the order of rows, and cleanup after leaving early."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import chain
from typing import Any, Final, Literal

import msgspec
import pytest

from odapi_async import (
    DecodeError,
    Gone,
    Mode,
    OpenDental,
    OpenDentalError,
    Practice,
    Rows,
    ServerError,
    Tier,
)
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Fault, Office
from odapi_async.sandbox.office import PERMISSIONS
from tests.support.bench import ALL, KEY, Bench, local, remote, serving
from tests.support.watch import passes, pending, until
from tests.support.wire import Heard, RawServer, ok

SIMPLE: Final = "/patients/Simple"


def offsets(bench: Bench) -> list[int]:
    return [int(each.query.get("Offset", "0")) for each in bench.arrivals if each.path == SIMPLE]


def ids(rows: list[Patient]) -> list[int]:
    return [row.PatNum for row in rows]


def throttled(bench: Bench) -> Practice:
    return bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)


async def test_a_list_sends_nothing_until_read_and_restarts_each_time() -> None:
    async with serving() as bench:
        rows = bench.practice().patients.simple()
        await passes(3)
        assert bench.arrivals == []
        assert ids(await rows) == ids(await rows) == list(range(1, 13))
        assert offsets(bench) == [0, 0]


async def test_streamed_collected_and_paged_rows_are_the_same() -> None:
    async with serving(remote(rows={"patients": 250})) as bench:
        rows = bench.practice().patients.simple()
        streamed = [row async for row in rows]
        paged = [page async for page in rows.pages()]
        assert [len(page) for page in paged] == [100, 100, 50]
        assert ids(streamed) == ids(await rows) == ids([*chain.from_iterable(paged)]) == list(range(1, 251))
        assert {type(row) for row in streamed} == {Patient}


async def test_first_fetches_one_row_in_one_request() -> None:
    async with serving(remote(rows={"patients": 250})) as bench:
        row = await bench.practice().patients.simple().first()
        assert row is not None
        assert row.PatNum == 1
        assert await bench.practice().patients.simple(LName="Nobody").first() is None
        assert [each.query for each in bench.arrivals] == [{"Limit": "1"}, {"LName": "Nobody", "Limit": "1"}]


async def test_a_slice_is_a_part_of_the_list() -> None:
    async with serving(remote(rows={"patients": 250})) as bench:
        rows = bench.practice(concurrency=1).patients.simple()
        assert ids(await rows[40:60]) == list(range(41, 61))
        assert ids([row async for row in rows[:120][100:]]) == list(range(101, 121))
        assert [ids(page) async for page in rows[240:].pages()] == [list(range(241, 251))]
        assert await rows[300:400] == []
        found = await rows[7:8].into(Name).first()
        assert (found and found.PatNum, await rows[5:5].first()) == (8, None)
        assert [(each.query.get("Offset"), each.query.get("Limit")) for each in bench.arrivals] == [
            ("40", "20"),
            ("100", "20"),
            ("240", None),
            ("300", "100"),
            ("7", "1"),
        ]


async def test_g11_limit_and_offset_of_an_unlisted_list_mean_what_they_mean_to_the_api() -> None:
    async with serving(remote(rows={"patients": 950})) as bench:
        found = await bench.practice().rows("/patients/Simple", query={"Limit": 20, "Offset": 400})
        assert [row["PatNum"] for row in found] == list(range(401, 421))
        assert [each.query for each in bench.arrivals] == [{"Offset": "400", "Limit": "20"}]


async def test_f8_rows_need_async_for_or_await() -> None:
    async with serving() as bench:
        rows: Any = bench.practice().patients.list()
        with pytest.raises(TypeError, match="use `async for row in rows`, or `await rows`"):
            iter(rows)
        with pytest.raises(TypeError, match=r"use a slice: one row is `await rows\[7:8\]`"):
            rows[7]
        assert bench.arrivals == []


async def test_filters_are_sent_with_every_page() -> None:
    async with serving(remote(rows={"patients": 1000})) as bench:
        rows = await bench.practice(concurrency=1).patients.simple(PatStatus="Patient")
        assert len(rows) > 100
        assert {each.query["PatStatus"] for each in bench.arrivals} == {"Patient"}
        assert len(bench.arrivals) == len(rows) // 100 + 1


class Name(msgspec.Struct):
    PatNum: int
    last: str = msgspec.field(name="LName")
    futureField: str = ""


async def test_rows_decode_into_a_custom_struct() -> None:
    async with serving(remote(rows={"patients": 150})) as bench:
        stored = bench.box.rows(KEY, "patients")
        names = await bench.practice().patients.simple().into(Name)
        assert [(name.PatNum, name.last) for name in names] == [
            (row["PatNum"], row["LName"]) for row in stored
        ]
        first = await bench.practice().patients.simple().into(Name).first()
        assert first == names[0]


async def test_a_field_that_the_sdk_lacks_can_be_read() -> None:
    page = ok(b'[{"PatNum": 1, "LName": "A", "futureField": "new"}]')
    async with RawServer(lambda _: page) as server, OpenDental("developer") as client:
        patients = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url).patients
        assert ids(await patients.simple()) == [1]
        assert [name.futureField for name in await patients.simple().into(Name)] == ["new"]


ServerMode = Literal["remote", "local"]


@pytest.mark.parametrize(
    ("mode", "extra", "limit"),
    [
        ("remote", set[str](), 100),
        ("local", set[str](), 1000),
        ("remote", {"Enterprise"}, 1000),
        ("local", {"Enterprise"}, 10_000),
    ],
)
@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.unmeasured
async def test_a_list_ends_with_the_first_page_below_the_limit(
    mode: ServerMode, extra: set[str], limit: int, more: int
) -> None:
    total = limit + more
    office = Office(
        customer_key=KEY, permissions=ALL | extra, mode=mode, interval=0.0, rows={"operatories": total}
    )
    assert extra <= set(PERMISSIONS)
    async with serving(office) as bench:
        found = await bench.practice(concurrency=1).rows("/operatories")
        assert [row["OperatoryNum"] for row in found] == list(range(1, total + 1))
        expected: list[dict[str, str]] = [{}] if more < 0 else [{}, {"Offset": str(limit)}]
        assert [each.query for each in bench.arrivals] == expected


async def test_pages_that_finish_out_of_order_are_yielded_in_order() -> None:
    rng = random.Random(20261123)
    async with serving(remote(rows={"patients": 2350})) as bench:
        for _ in range(30):
            bench.box.add_fault(Fault("latency", seconds=rng.uniform(0.0, 0.05)))
        found = await bench.practice(concurrency=4).patients.simple()
        assert ids(found) == list(range(1, 2351))
        assert len(set(offsets(bench))) == len(offsets(bench)), "no page is requested twice"
        assert bench.box.stats(KEY).max_overlap <= 4


async def test_without_a_throttle_pages_in_flight_are_limited() -> None:
    async with serving(remote(rows={"patients": 1050})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await bench.practice(concurrency=3).patients.simple()
        assert bench.box.stats(KEY).max_overlap == 3


async def test_with_a_throttle_only_one_page_is_prefetched(interval: float) -> None:
    async with serving(remote(rows={"patients": 350})) as bench:
        pages = throttled(bench).patients.simple().pages()
        await anext(pages)
        await until(lambda: len(bench.arrivals) == 2)
        await throttled(bench).providers.get(
            1
        )  # one interval later: a third page would have been sent before it
        assert offsets(bench) == [0, 100]
        assert [len(page) async for page in pages] == [100, 100, 50]
        assert offsets(bench) == [0, 100, 200, 300]
        assert bench.box.stats(KEY).max_overlap == 1


async def leave_after_one_row(practice: Practice) -> None:
    async for _ in practice.patients.simple():
        break


async def leave_after_one_page(practice: Practice) -> None:
    async for _ in practice.patients.simple().pages():
        break


async def leave_by_an_error(practice: Practice) -> None:
    async def fail() -> None:
        async for _ in practice.patients.simple():
            raise LookupError

    with pytest.raises(LookupError):
        await fail()


async def leave_by_closing(practice: Practice) -> None:
    pages = practice.patients.simple().pages()
    await anext(pages)
    await pages.aclose()
    assert pending() == []


LEAVING: Final = [leave_after_one_row, leave_after_one_page, leave_by_an_error, leave_by_closing]


@pytest.mark.parametrize("leave", LEAVING)
async def test_with_a_throttle_leaving_early_sends_no_more_requests(
    leave: Callable[[Practice], Any], interval: float
) -> None:
    async with serving(remote(rows={"patients": 1000})) as bench:
        await leave(throttled(bench))
        await until(lambda: not pending())
        await throttled(bench).providers.get(1)
        await throttled(bench).providers.get(2)
        assert [each.path for each in bench.arrivals] == [SIMPLE, "/providers/1", "/providers/2"]


@pytest.mark.parametrize("leave", LEAVING)
async def test_without_a_throttle_leaving_early_cancels_requests_in_flight(
    leave: Callable[[Practice], Any],
) -> None:
    async with serving(remote(rows={"patients": 5000})) as bench:
        await leave(bench.practice(concurrency=4))
        await until(lambda: not pending())
        await bench.practice().providers.get(1)  # earlier requests have arrived by now
        before = offsets(bench)
        assert set(before) <= {0, 100, 200, 300, 400}
        await bench.practice().providers.get(2)
        assert offsets(bench) == before


async def test_a_cancelled_consumer_leaves_no_task() -> None:
    async with serving(remote(rows={"patients": 5000})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        seen: list[int] = []

        async def consume() -> None:
            async for page in bench.practice(concurrency=4).patients.simple().pages():
                seen.extend(ids(page))

        consumer = asyncio.create_task(consume())
        await until(lambda: len(seen) >= 300)
        consumer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await consumer
        assert pending() == [], "the pages under way have ended before the consumer has"
        await bench.practice().providers.get(1)  # earlier requests have arrived by now
        before = offsets(bench)
        await bench.practice().providers.get(2)
        assert offsets(bench) == before


async def test_an_error_comes_after_the_pages_before_it() -> None:
    async with serving(remote(rows={"patients": 1000})) as bench:
        pages = bench.practice(concurrency=1).patients.simple().pages()
        assert ids(await anext(pages)) == list(range(1, 101))
        assert ids(await anext(pages)) == list(range(101, 201))
        bench.box.add_fault(Fault("status", times=None, status=500))
        with pytest.raises(ServerError):
            await anext(pages)
        assert offsets(bench) == [0, 100, 200, 200, 200, 200]
        with pytest.raises(StopAsyncIteration):
            await anext(pages)
        assert pending() == []


def paged(respond: Callable[[int], bytes | None]) -> Callable[[Heard], bytes | None]:
    return lambda heard: respond(int(heard.query.get("Offset", "0")))


def page_of(offset: int, length: int = 100) -> bytes:
    return ok(msgspec.json.encode([{"PatNum": key} for key in range(offset + 1, offset + length + 1)]))


async def read_until_it_fails(server: RawServer, concurrency: int) -> tuple[list[int], OpenDentalError]:
    found: list[int] = []

    async def read(patients: Rows[Patient]) -> None:
        async for row in patients:
            found.append(row.PatNum)  # noqa: PERF401 - what came before the error has to stay

    async with OpenDental("developer") as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url, concurrency=concurrency)
        with pytest.raises(OpenDentalError) as caught:
            await read(practice.patients.simple())
        assert pending() == []
    return found, caught.value


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_decode_error_comes_after_the_pages_before_it(concurrency: int) -> None:
    bad = ok(b'[{"PatNum": 201}, {"PatNum": "Smith"}]')
    reply = paged(lambda offset: bad if offset == 200 else page_of(offset))
    async with RawServer(reply) as server:
        found, error = await read_until_it_fails(server, concurrency)
    assert found == list(range(1, 201))
    assert isinstance(error, DecodeError)
    assert (error.row, error.field, error.raw) == (1, "PatNum", b'{"PatNum": "Smith"}')


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_failed_page_ends_the_list_even_if_later_pages_succeed(concurrency: int) -> None:
    gone = ok(b'"deprecated"', status="410 Gone")
    async with RawServer(paged(lambda offset: gone if offset == 200 else page_of(offset))) as server:
        found, error = await read_until_it_fails(server, concurrency)
    assert found == list(range(1, 201))
    assert isinstance(error, Gone)


async def test_a_changed_page_length_loses_and_repeats_no_row() -> None:
    def respond(offset: int) -> bytes:
        limit = 100 if offset < 300 else 1000
        return page_of(offset, min(limit, 3456 - offset))

    async with RawServer(paged(respond)) as server, OpenDental("developer") as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url, concurrency=4)
        assert ids(await practice.patients.simple()) == list(range(1, 3457))


@pytest.mark.unmeasured
async def test_two_lists_of_one_practice_run_concurrently() -> None:
    async with serving(local(rows={"patients": 1500, "recalls": 1500})) as bench:
        practice = bench.practice()
        patients, recalls = await asyncio.gather(practice.patients.simple(), practice.recalls.list())
        assert ids(patients) == list(range(1, 1501))
        assert [row.RecallNum for row in recalls] == list(range(1, 1501))

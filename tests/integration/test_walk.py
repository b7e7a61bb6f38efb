"""Lists that drift while they are read, over loopback: no row is lost, and reading can resume later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

import msgspec
import pytest

from odapi_async import (
    Checkpoint,
    DecodeError,
    InvalidRequest,
    Mode,
    OpenDental,
    Page,
    Practice,
    Rows,
    ServerError,
    Tier,
)
from odapi_async.resources.allergies import Allergy
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Fault, Office
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.watch import passes, pending, until
from tests.support.wire import RawServer, ok

PATH: Final = "/allergies"
Walk = AsyncGenerator[Page[Allergy], None]


def offsets(bench: Bench, path: str = PATH) -> list[int]:
    return [
        int(each.query.get("Offset", "0"))
        for each in bench.arrivals
        if each.path == path and each.method == "GET"
    ]


def ids(page: Page[Allergy]) -> list[int]:
    return [row.AllergyNum for row in page.rows]


def walk(practice: Practice, after: Checkpoint | None = None) -> Walk:
    rows = practice.allergies.list()
    return rows.walk("AllergyNum", after) if after else rows.walk("AllergyNum")


async def read(pages: Walk) -> list[tuple[list[int], bool]]:
    return [(ids(page), page.drifted) async for page in pages]


def span(first: int, last: int) -> list[int]:
    return [*range(first, last + 1)]


def stored(bench: Bench) -> set[int]:
    return {int(str(row["AllergyNum"])) for row in bench.box.rows(KEY, "allergies")}


def sequential(bench: Bench) -> Practice:
    return bench.practice(concurrency=1)


async def delete(bench: Bench, *numbers: int) -> None:
    for number in numbers:
        await sequential(bench).allergies.delete(number)


@pytest.mark.parametrize("concurrency", [1, 2, 4])
async def test_a_stable_list_is_read_once_and_its_pages_overlap(concurrency: int) -> None:
    async with serving(remote(rows={"allergies": 250})) as bench:
        found = await read(walk(bench.practice(concurrency=concurrency)))
        assert found[:3] == [(span(1, 100), False), (span(101, 198), False), (span(199, 250), False)]
        assert [*dict.fromkeys(offsets(bench))][:3] == [0, 98, 196]
        assert not pending()


@pytest.mark.parametrize(
    "office",
    [
        pytest.param(remote(rows={"allergies": 450}), id="remote"),
        pytest.param(local(rows={"allergies": 3450}), id="local"),
    ],
)
@pytest.mark.parametrize("gone", [1, 2, 7])
@pytest.mark.unmeasured
async def test_rows_deleted_while_reading_hide_no_others(office: Office, gone: int) -> None:
    async with serving(office) as bench:
        pages = walk(sequential(bench))
        found = ids(await anext(pages)) + ids(await anext(pages))
        await until(lambda: len(offsets(bench)) == 3)
        await delete(bench, *span(1, gone))
        drifted: list[bool] = []
        async for page in pages:
            found += ids(page)
            drifted.append(page.drifted)
        assert stored(bench) <= {*found}
        assert drifted.count(True) == 1


async def test_the_same_loop_without_walk_would_lose_a_row() -> None:
    async with serving(remote(rows={"allergies": 350})) as bench:
        pages = sequential(bench).allergies.list().pages()
        found = {row.AllergyNum for row in await anext(pages)}
        await until(lambda: len(offsets(bench)) == 2)
        await delete(bench, 1)
        async for page in pages:
            found |= {row.AllergyNum for row in page}
        assert stored(bench) - found == {201}


async def test_a_rewind_goes_back_one_page() -> None:
    async with serving(remote(rows={"allergies": 350})) as bench:
        pages = walk(sequential(bench))
        await anext(pages)
        await until(lambda: offsets(bench) == [0, 98])
        await delete(bench, 40)
        assert await read(pages) == [
            (span(101, 198), False),
            ([98], True),
            (span(198, 295), False),
            (span(296, 350), False),
        ]
        requested = [*dict.fromkeys(offsets(bench))]
        assert [offset for offset in requested if offset != 294] == [0, 98, 196, 96, 194, 292]


async def test_rows_inserted_in_front_are_detected_and_hide_no_others() -> None:
    rows = span(1, 350)

    def respond(offset: int) -> bytes:
        if offset == 196:
            rows[:0] = [1001, 1002, 1003]
        return ok(msgspec.json.encode([{"AllergyNum": key} for key in rows[offset : offset + 100]]))

    async with (
        RawServer(lambda heard: respond(int(heard.query.get("Offset", "0")))) as server,
        OpenDental("developer") as client,
    ):
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url, concurrency=1)
        found = await read(walk(practice))
        assert {key for page, _ in found for key in page} >= {*span(1, 350)}
        assert [drifted for _, drifted in found].count(True) == 1


async def test_with_a_throttle_a_drifting_list_is_read_sequentially(interval: float) -> None:
    async with serving(remote(rows={"allergies": 350})) as bench:
        practice = bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        pages = walk(practice)
        found = ids(await anext(pages))
        await until(lambda: len(offsets(bench)) == 2)
        await delete(bench, 1, 2)
        found += [key for page, _ in await read(pages) for key in page]
        assert stored(bench) <= {*found}
        assert bench.box.stats(KEY).max_overlap == 1


async def checkpoint_after(bench: Bench, pages: int) -> Checkpoint:
    """Read some pages, break out of the loop, and return the checkpoint as it was stored."""
    encoded = b""
    async with OpenDental(bench.box.developer_key) as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=bench.box.url, concurrency=1)
        async for page in walk(practice):
            encoded = msgspec.json.encode(page.checkpoint)
            pages -= 1
            if not pages:
                break
        await until(lambda: not pending())
    await sequential(bench).providers.get(1)  # earlier requests have arrived by now
    bench.box.reset_stats()
    return msgspec.json.decode(encoded, type=Checkpoint)


async def test_another_client_resumes_from_a_checkpoint() -> None:
    async with serving(remote(rows={"allergies": 350})) as bench:
        checkpoint = await checkpoint_after(bench, 2)
        assert checkpoint == Checkpoint(198, (194, 195, 196, 197, 198))
        assert await read(walk(sequential(bench), checkpoint)) == [
            (span(199, 296), False),
            (span(297, 350), False),
        ]
        assert offsets(bench) == [196, 294]


async def test_rows_deleted_before_resuming_hide_no_others() -> None:
    async with serving(remote(rows={"allergies": 450})) as bench:
        checkpoint = await checkpoint_after(bench, 2)
        await delete(bench, *span(10, 39))
        (first, drifted), *rest = await read(walk(sequential(bench), checkpoint))
        assert drifted
        assert not any(again for _, again in rest)
        assert {*first, *(key for page, _ in rest for key in page)} >= {*span(199, 450)}
        assert offsets(bench)[:2] == [196, 96]


async def test_a_list_without_known_rows_is_read_from_the_beginning() -> None:
    async with serving(remote(rows={"allergies": 450})) as bench:
        checkpoint = await checkpoint_after(bench, 3)
        await delete(bench, *span(290, 296))
        found = await read(walk(sequential(bench), checkpoint))
        assert {key for page, _ in found for key in page} == stored(bench)
        assert found[0][1]
        assert [*dict.fromkeys(offsets(bench))][:3] == [294, 194, 0]


async def test_resuming_at_the_end_returns_added_rows() -> None:
    async with serving(remote(rows={"allergies": 120})) as bench:
        checkpoint = await checkpoint_after(bench, 2)
        assert checkpoint == Checkpoint(120, (116, 117, 118, 119, 120))
        assert await read(walk(sequential(bench), checkpoint)) == [([], False)]
        new = await sequential(bench).allergies.create(PatNum=1, AllergyDefNum=1)
        assert await read(walk(sequential(bench), checkpoint)) == [([new.AllergyNum], False)]
        assert offsets(bench) == [118, 118]


async def test_an_empty_list_is_one_empty_page() -> None:
    async with serving(remote(rows={"allergies": 0})) as bench:
        pages = [page async for page in walk(sequential(bench))]
        assert pages == [Page([], Checkpoint(), False)]
        assert offsets(bench) == [0]


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_breaking_out_of_the_loop_leaves_no_task_and_sends_no_more(concurrency: int) -> None:
    async with serving(remote(rows={"allergies": 5000})) as bench:
        async for _ in walk(bench.practice(concurrency=concurrency)):
            break
        await until(lambda: not pending())
        await bench.practice().providers.get(1)  # earlier requests have arrived by now
        before = offsets(bench)
        assert set(before) <= {0, 98, 196, 294, 392}
        await bench.practice().providers.get(2)
        assert offsets(bench) == before


async def test_closing_a_walk_waits_for_requests_in_flight() -> None:
    async with serving(remote(rows={"allergies": 5000})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        pages = walk(bench.practice(concurrency=4))
        await anext(pages)
        await passes(2)
        assert pending()
        await pages.aclose()
        assert pending() == []


async def test_a_cancelled_walk_leaves_no_task() -> None:
    async with serving(remote(rows={"allergies": 5000})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        walker = asyncio.create_task(read(walk(bench.practice(concurrency=4))))
        await until(lambda: len(offsets(bench)) >= 5)
        walker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walker
        assert pending() == []


async def test_after_an_error_a_walk_resumes_from_the_last_checkpoint() -> None:
    async with serving(remote(rows={"allergies": 350})) as bench:
        pages = walk(sequential(bench))
        first = await anext(pages)
        await until(lambda: offsets(bench) == [0, 98])
        bench.box.add_fault(Fault("status", times=4, status=500, path=PATH))
        second = await anext(pages)
        with pytest.raises(ServerError):
            await anext(pages)
        rest = await read(walk(sequential(bench), second.checkpoint))
        assert [*ids(first), *ids(second), *(key for page, _ in rest for key in page)] == span(1, 350)


async def test_filters_are_sent_with_every_page() -> None:
    async with serving(remote(rows={"patients": 900})) as bench:
        rows = sequential(bench).rows("/patients/Simple", query={"PatStatus": "Patient"})
        pages = [page async for page in rows.walk("PatNum")]
        assert len(pages) > 1
        assert {each.query["PatStatus"] for each in bench.arrivals} == {"Patient"}


Part = Callable[[Practice], Rows[Any]]
PARTS: Final[list[Part]] = [
    lambda practice: practice.allergies.list()[:50],
    lambda practice: practice.rows("/allergies", query={"Limit": 10}),
    lambda practice: practice.rows("/allergies", query={"Offset": 10}),
]


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_of_a_list_cannot_be_walked(part: Part) -> None:
    async with serving() as bench:
        with pytest.raises(InvalidRequest, match="slice: must be left out"):
            await anext(part(bench.practice()).walk("AllergyNum"))
        assert bench.arrivals == []


class Named(msgspec.Struct):
    LName: str = ""


Begin = Callable[[Practice], AsyncGenerator[Any, None]]
UNTOLD: Final[list[tuple[Begin, str, str]]] = [
    (lambda practice: practice.patients.simple().walk("Country"), "Country", "Patient"),
    (lambda practice: practice.patients.simple().walk("PatNun"), "PatNun", "Patient"),
    (lambda practice: practice.patients.simple().into(Named).walk("PatNum"), "PatNum", "Named"),
    (lambda practice: practice.rows("/patients").walk("PatNun"), "PatNun", "dict"),
]


@pytest.mark.parametrize(("begin", "field", "type_name"), UNTOLD)
async def test_rows_without_unique_ids_cannot_be_walked(begin: Begin, field: str, type_name: str) -> None:
    async with serving() as bench:
        with pytest.raises(DecodeError) as caught:
            await anext(begin(bench.practice()))
        assert (caught.value.field, caught.value.type_name) == (field, type_name)
        assert caught.value.raw == b""
        assert pending() == []


TWICE: Final = [{"PatNum": 1}, {"PatNum": 2, "LName": "Old"}, {"PatNum": 2, "LName": "New"}, {"PatNum": 3}]


async def test_b6_of_a_row_that_a_page_has_twice_the_last_is_kept() -> None:
    page = ok(msgspec.json.encode(TWICE))
    async with RawServer(lambda _: page) as server, OpenDental("developer") as client:
        patients = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url).patients
        for rows in (patients.simple(), patients.simple().into(Patient)):
            found = await anext(rows.walk("PatNum"))
            assert [(row.PatNum, row.LName) for row in found.rows] == [(1, ""), (2, "New"), (3, "")]
            assert found.checkpoint.offset == 4, "the offset counts rows of the server"


async def test_b6_different_rows_with_the_same_value_cannot_be_walked() -> None:
    page = ok(msgspec.json.encode([*TWICE, TWICE[1]]))
    async with RawServer(lambda _: page) as server, OpenDental("developer") as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url)
        plain = practice.rows("/patients/Simple")
        for walk in (
            practice.patients.simple().walk("LName"),
            practice.patients.simple().into(Named).walk("LName"),
            plain.walk("PatNum"),
        ):
            with pytest.raises(DecodeError, match="with an id in each row, field ") as caught:
                await anext(walk)
            assert (caught.value.raw, ".raw" in str(caught.value)) == (b"", False)


async def test_b6_equal_rows_without_a_known_id_are_one_row() -> None:
    page = ok(msgspec.json.encode([{"PatNum": key} for key in (1, 2, 2, 3)]))
    async with RawServer(lambda _: page) as server, OpenDental("developer") as client:
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=server.url)
        found = await anext(practice.rows("/patients/Simple").walk("PatNum"))
        assert [row["PatNum"] for row in found.rows] == [1, 2, 3]


async def test_dicts_and_custom_structs_can_be_walked() -> None:
    async with serving(remote(rows={"allergies": 250})) as bench:
        practice = sequential(bench)
        plain = [row async for page in practice.rows("/allergies").walk("AllergyNum") for row in page.rows]
        assert [row["AllergyNum"] for row in plain] == span(1, 250)
        own = practice.patients.simple().into(Patient).walk("PatNum")
        assert [row.PatNum for row in (await anext(own)).rows] == span(1, 12)

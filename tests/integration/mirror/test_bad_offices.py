"""An office that answers nonsense: no row is lost, and only its own table fails."""

from __future__ import annotations

import re
from typing import Final

import msgspec
import pytest

from odapi_async import RepeatedPage, Request, Response
from odapi_async.mirror import Outcome
from tests.support.bad_office import Change, responding
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, copying, held

NO_ROWS: Final = [b'{"Message":"An error has occurred."}', b"{}", b'{"data":[{"PatNum":5}]}']


@pytest.mark.parametrize("body", NO_ROWS)
@pytest.mark.unmeasured
async def test_a1_an_error_with_status_200_deletes_no_row(url: str, body: bytes) -> None:
    async with copying(url, remote(rows={"patients": 50})) as copy:
        await copy.one("patients")
        async with responding(copy, "/patients/Simple", body) as bad:
            report = await bad.run("patients", "recalls", sweep=True)
        assert [each.outcome for each in report.tables] == [Outcome.FAILED, Outcome.DONE]
        assert report.failed[0].error.startswith("DecodeError: ")
        assert await copy.store.count(NAME, "patients") == 50
        assert 0 not in await held(copy.store, NAME, "patients")
        await copy.one("patients")


@pytest.mark.parametrize("table", ["pat_restrictions", "guardians"])
async def test_a1_a_row_whose_id_an_old_office_does_not_send_is_not_stored(lite: str, table: str) -> None:
    async with (
        copying(lite) as copy,
        responding(copy, f"/{table.replace('_', '')}", b'[{"PatNum":5}]') as bad,
    ):
        report = await bad.run(table)
        assert report.failed[0].error.startswith("RowWithoutId: ")
        assert await held(copy.store, NAME, table) == {}


def half(_: Request, body: bytes) -> bytes:
    rows = msgspec.json.decode(body)
    return msgspec.json.encode(rows[: len(rows) // 2])


@pytest.mark.parametrize("change", [b"[]", half])
@pytest.mark.unmeasured
async def test_a2_many_removals_wait_for_a_second_sweep(url: str, change: bytes | Change) -> None:
    async with copying(url, remote(rows={"patients": 300})) as copy:
        await copy.one("patients")
        async with responding(copy, "/patients/Simple", change) as bad:
            status = await bad.one("patients", sweep=True)
            missing = 300 - status.rows
            assert (status.deleted, status.withheld) == (0, missing)
            assert missing > 100
        copy.bench.box.remove_row(KEY, "patients", 300)
        status = await copy.one("patients", sweep=True)
        assert (status.deleted, status.withheld) == (1, 0)
        assert await copy.store.count(NAME, "patients") == 299
        async with responding(copy, "/patients/Simple", change) as bad:
            first, second = [await bad.one("patients", sweep=True) for _ in range(2)]
        assert (first.deleted, first.withheld) == (0, second.deleted)
        assert second.withheld == 0
        assert second.deleted > 100


@pytest.mark.unmeasured
async def test_a2_many_removals_can_be_accepted_and_few_are_marked_at_once(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 300, "recalls": 60})) as copy:
        await copy.run("patients", "recalls")
        async with responding(copy, "/patients/Simple", b"[]") as bad:
            report = await bad.run("patients", "recalls", sweep=True, accept_removals=True)
            assert [each.deleted for each in report.tables] == [300, 0]
        async with responding(copy, "/recalls", b"[]") as bad:
            assert (await bad.one("recalls", sweep=True)).deleted == 60


def refusing(status: int, *patients: int) -> Change:
    def change(request: Request, body: bytes) -> bytes | Response:
        bad = any(request.url.endswith(f"PatNum={patient}") for patient in patients)
        return Response(status, {}, b'{"error":"no"}') if bad else body

    return change


@pytest.mark.parametrize("status", [400, 404, 200])
@pytest.mark.unmeasured
async def test_b2_a_parent_that_cannot_be_read_stops_no_other(url: str, status: int) -> None:
    async with copying(url, remote(rows={"patients": 10, "documents": 40})) as copy:
        await copy.one("documents")
        before = await held(copy.store, NAME, "documents")
        gone = next(row for row in before.values() if row["patnum"] == 5)["docnum"]
        copy.bench.box.remove_row(KEY, "documents", gone)
        async with responding(copy, "/documents", refusing(status, 3)) as bad:
            report = await bad.run("documents", sweep=True)
            assert [each.outcome for each in report.tables] == [Outcome.DONE, Outcome.INCOMPLETE]
            assert not report.complete
            assert "the rows of 1 of patients could not be read" in report.failed[0].error
            rows = await held(copy.store, NAME, "documents")
            assert [number for number, row in rows.items() if row["deleted_at"]] == [gone]
        copy.queries("/documents")
        assert (await copy.one("documents")).outcome is Outcome.DONE
        assert copy.queries("/documents") == [{"PatNum": "3"}], "only this one is tried again"
        assert (await copy.one("documents")).outcome is Outcome.UP_TO_DATE
        await copy.check("documents")


async def test_b2_a_first_copy_passes_a_bad_parent_and_fails_after_many(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 30, "documents": 60})) as copy:
        async with responding(copy, "/documents", refusing(404, *range(1, 31))) as bad:
            report = await bad.run("documents")
            assert report.failed[0].outcome is Outcome.FAILED
            report = await bad.run("documents")
            assert report.failed[0].outcome is Outcome.INCOMPLETE, "it went on behind those"
        report = await copy.run("documents")
        assert report.complete
        await copy.check("documents")


def first_page(stored: dict[str, bytes]) -> Change:
    """Respond as a server that ignores Offset: the same rows, and only the time of the response differs."""

    def change(_: Request, body: bytes) -> bytes:
        page = stored.setdefault("page", body)
        stored["second"] = b"%02d" % (int(stored.get("second", b"0")) % 59 + 1)
        return re.sub(rb'("serverDateTime":"[^"]*:)\d\d"', rb"\g<1>" + stored["second"] + b'"', page)

    return change


@pytest.mark.parametrize("table", ["patients", "claims"])
async def test_a5_a_server_that_ignores_offset_ends_with_an_error(lite: str, table: str) -> None:
    path = {"patients": "/patients/Simple", "claims": "/claims"}[table]
    async with copying(lite, remote(rows={table: 350})) as copy:
        async with responding(copy, path, first_page({})) as bad:
            report = await bad.run(table)
            assert report.failed[0].error.startswith("RepeatedPage: ")
            rows = bad.practice.patients.simple() if table == "patients" else bad.practice.claims.list()
            with pytest.raises(RepeatedPage, match="ignores Offset"):
                await rows
            with pytest.raises(RepeatedPage):
                [row async for row in rows]
        assert (await copy.run(table)).complete


def with_old_rows(_: Request, body: bytes) -> bytes:
    """Respond with each row twice: as it was before, and as it is."""
    rows = msgspec.json.decode(body)
    old = ({**row, "LName": "Old"} for row in rows)
    return msgspec.json.encode([row for pair in zip(old, rows, strict=True) for row in pair])


@pytest.mark.parametrize("table", ["patients", "documents"])
@pytest.mark.unmeasured
async def test_b6_of_a_row_that_a_page_has_twice_the_last_is_stored(url: str, table: str) -> None:
    path = {"patients": "/patients/Simple", "documents": "/documents"}[table]
    async with copying(url, remote(rows={"patients": 20, "documents": 40})) as copy:
        async with responding(copy, path, with_old_rows) as bad:
            for sweep in (False, True):
                assert (await bad.run(table, sweep=sweep)).complete
        await copy.check("patients", table)


async def test_b6_rows_without_ids_fail_without_advice_to_look_at_bytes(lite: str) -> None:
    async with (
        copying(lite) as copy,
        responding(copy, "/guardians", b'[{"PatNum":5},{"PatNum":6}]') as bad,
    ):
        report = await bad.run("guardians")
        assert report.failed[0].error.startswith("DecodeError: the response is not a list of Guardian ")
        assert "bytes" not in report.failed[0].error

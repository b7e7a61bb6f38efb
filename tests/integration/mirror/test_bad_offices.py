"""An office that answers nonsense: no row is lost, and only its own table fails."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from odapi_async import Request
from odapi_async.mirror import Outcome
from tests.support.bad_office import Change, responding
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, copying, held

NO_ROWS: Final = [b'{"Message":"An error has occurred."}', b"{}", b'{"data":[{"PatNum":5}]}']


@pytest.mark.parametrize("body", NO_ROWS)
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


async def test_a2_many_removals_can_be_accepted_and_few_are_marked_at_once(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 300, "recalls": 60})) as copy:
        await copy.run("patients", "recalls")
        async with responding(copy, "/patients/Simple", b"[]") as bad:
            report = await bad.run("patients", "recalls", sweep=True, accept_removals=True)
            assert [each.deleted for each in report.tables] == [300, 0]
        async with responding(copy, "/recalls", b"[]") as bad:
            assert (await bad.one("recalls", sweep=True)).deleted == 60

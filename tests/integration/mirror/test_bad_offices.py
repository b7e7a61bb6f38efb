"""An office that answers nonsense: no row is lost, and only its own table fails."""

from __future__ import annotations

from typing import Final

import pytest

from odapi_async.mirror import Outcome
from tests.support.bad_office import responding
from tests.support.bench import remote
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

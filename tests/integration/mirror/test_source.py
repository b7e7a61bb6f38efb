"""The sandbox lets rows come, change and go as at an office, where nobody asks the API first."""

from __future__ import annotations

import pytest

from odapi_async import NotFound
from tests.support.bench import KEY, in_process, remote


async def test_rows_come_change_and_go_without_a_request() -> None:
    async with in_process(remote(rows={"patients": 3})) as bench:
        box, patients = bench.box, bench.practice().patients
        new = box.add_row(KEY, "patients", {"LName": "Smith"})
        before = await patients.get(2)
        box.change_row(KEY, "patients", 2, {"LName": "Changed"})
        box.remove_row(KEY, "patients", 1)
        assert [row.LName for row in await patients.simple()][0::2] == ["Changed", "Smith"]
        changed = await patients.get(2)
        assert before.DateTStamp is not None
        assert changed.DateTStamp is not None
        assert changed.DateTStamp > before.DateTStamp
        assert (await patients.get(new)).LName == "Smith"
        with pytest.raises(NotFound):
            await patients.get(1)


async def test_what_is_not_there_can_neither_change_nor_go() -> None:
    async with in_process() as bench:
        with pytest.raises(KeyError):
            bench.box.change_row(KEY, "patients", 13, {})
        with pytest.raises(KeyError):
            bench.box.remove_row(KEY, "patients", 13)
        with pytest.raises(KeyError):
            bench.box.add_row("somebody", "patients", {})

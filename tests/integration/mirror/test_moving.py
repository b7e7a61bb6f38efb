"""Rows come and go while a list is read: what stayed is all there, and it is told that the list has moved."""

from __future__ import annotations

import random

import pytest

from odapi_async.mirror import Outcome
from odapi_async.sandbox import Arrival
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, copying, held, runs

pytestmark = pytest.mark.unmeasured

PATH = "/patients/Simple"


async def test_rows_that_go_between_two_pages_shift_the_others_and_none_is_missed(url: str) -> None:
    async with copying(url, remote(rows={"patients": 450}), concurrency=1) as copy:
        box = copy.bench.box

        def shift() -> None:
            for key in (3, 5, 7, 50):
                box.remove_row(KEY, "patients", key)

        copy.at(3, PATH, shift)
        status = await copy.one("patients")
        assert status.drifted > 0
        assert (await runs(copy.store))[0]["drifted"] == status.drifted
        rows = await held(copy.store, NAME, "patients")
        assert rows.keys() == {*range(1, 451)}, "those that are gone were there when they were read"
        status = await copy.one("patients", sweep=True)
        assert (status.drifted, status.deleted) == (0, 4)
        assert await copy.check("patients") == 446


async def test_a_list_that_moved_while_a_run_was_dead_is_gone_on_from(url: str) -> None:
    async with copying(url, remote(rows={"patients": 450}), concurrency=1) as copy:
        copy.fail_from(4, PATH)
        assert not (await copy.run("patients")).complete
        copy.bench.box.clear_faults()
        for key in range(100, 250):
            copy.bench.box.remove_row(KEY, "patients", key)
        status = await copy.one("patients")
        assert status.drifted > 0
        assert {*range(1, 100), *range(250, 451)} <= (await held(copy.store, NAME, "patients")).keys()
        await copy.one("patients", sweep=True, accept_removals=True)
        assert await copy.check("patients") == 300


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_moves_nothing_that_stayed_is_missing(lite: str, seed: int) -> None:
    rng = random.Random(seed)
    async with copying(lite, remote(rows={"recalls": 350}), concurrency=rng.choice((1, 4))) as copy:
        box = copy.bench.box
        there = [row["RecallNum"] for row in box.rows(KEY, "recalls")]
        gone: set[int] = set()

        def move(_: Arrival) -> None:
            for _gone in range(rng.choice((0, 0, 1, 3, 30))):
                key = there.pop(rng.randrange(len(there)))
                gone.add(key)
                box.remove_row(KEY, "recalls", key)
            new = range(rng.choice((0, 0, 2)))
            there.extend(box.add_row(KEY, "recalls", {"Note": "New"}) for _new in new)

        copy.watch(move)
        status = await copy.one("recalls")
        copy.watch(lambda _: None)
        rows = await held(copy.store, NAME, "recalls")
        stayed = {key for key in range(1, 351) if key not in gone}
        assert stayed <= rows.keys()
        assert all(rows[key]["deleted_at"] is None for key in stayed)
        assert status.outcome is Outcome.DONE
        await copy.one("recalls", sweep=True, accept_removals=True)
        await copy.check("recalls")

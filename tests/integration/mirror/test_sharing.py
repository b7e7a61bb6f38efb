"""Two mirrors on one database, and a mirror beside people who wait for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from odapi_async import Mode, OpenDental, Practice, Priority, Tier
from odapi_async.mirror import ConcurrentMirror, Mirror, Outcome, Store, TableStatus
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import Run
from tests.support.bench import KEY, Bench, remote, serving
from tests.support.mirror import NAME, Clock, agree, copying, places, runs
from tests.support.watch import until

pytestmark = pytest.mark.unmeasured


class Slow(Store):
    """Waits before it writes its second page."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, clock=clock)
        self.waits = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def advance(
        self, run: Run, status: TableStatus, cursor: Cursor, rows: Sequence[Any], **options: Any
    ) -> Cursor:
        if cursor.version == 1:
            self.waits.set()
            await self.may_go_on.wait()
        return await super().advance(run, status, cursor, rows, **options)


async def test_of_two_mirrors_one_wins_and_the_other_one_says_so(url: str) -> None:
    async with copying(url, remote(rows={"patients": 650})) as copy, Slow(url, copy.clock) as store:
        slow = Mirror(copy.bench.client, store)
        first = asyncio.create_task(slow.run({NAME: copy.practice}, ["patients", "recalls"]))
        await store.waits.wait()
        assert (await copy.run("patients", "recalls")).complete
        before = await places(copy.store)
        store.may_go_on.set()
        report = await first
        assert [each.outcome for each in report.tables] == [Outcome.FAILED, Outcome.UP_TO_DATE]
        assert report.failed[0].error.startswith(ConcurrentMirror.__name__)
        assert "let it finish, and run one mirror at a time" in report.failed[0].error
        assert await places(copy.store) == before
        assert await copy.check("patients", "recalls") == 650 + 12
        outcomes = [row["outcome"] for row in await runs(copy.store, "patients")]
        assert outcomes == [Outcome.FAILED, Outcome.DONE]


async def test_two_mirrors_that_begin_together_make_the_tables_once(url: str) -> None:
    async with serving(remote(rows={"patients": 150})) as bench, Store(url) as one, Store(url) as two:
        mirrors = [Mirror(bench.client, store) for store in (one, two)]
        practices = {NAME: bench.practice()}
        reports = await asyncio.gather(*(each.run(practices, ["patients", "claims"]) for each in mirrors))
        assert all("ConcurrentMirror" in each.error for report in reports for each in report.failed)
        again = await mirrors[0].run(practices, ["patients", "claims"])
        assert again.complete
        for table in ("patients", "claims"):
            await agree(one, NAME, practices[NAME], table)
        assert {row["outcome"] for row in await runs(one)} <= {Outcome.DONE, Outcome.FAILED, Outcome.KILLED}


async def test_each_reads_what_the_other_one_does_not(url: str) -> None:
    offices = [remote(key, rows={"patients": 250}, seed=seed) for seed, key in enumerate(("a", "b"))]
    async with copying(url, *offices) as copy, Store(url) as other:
        rival = Mirror(copy.bench.client, other)
        practices = {name: copy.bench.practice(name) for name in ("a", "b")}
        done = await asyncio.gather(
            copy.mirror.run({"a": practices["a"]}, ["patients"]),
            rival.run({"b": practices["b"]}, ["patients"]),
        )
        assert all(report.complete for report in done)
        for name, practice in practices.items():
            assert await agree(other, name, practice, "patients") == 250


async def test_who_waits_for_an_answer_goes_before_the_mirror(lite: str, interval: float) -> None:
    async with (
        serving(remote(rows={"patients": 1500}, interval=0.0)) as bench,
        Store(lite) as store,
    ):
        practice = paced(bench)
        mirror = asyncio.create_task(Mirror(bench.client, store).run({NAME: practice}, ["patients"]))
        waited: list[int] = []
        for number in range(1, 6):
            await until(lambda: len(bench.arrivals) >= 2)
            before = len(bench.arrivals)
            await practice.with_options(priority=Priority.INTERACTIVE).providers.get(number)
            paths = [each.path for each in bench.arrivals]
            waited.append(paths.index(f"/providers/{number}") - before)
            assert not mirror.done()
        assert max(waited) <= 1, "one request may be under way, and a second one does not slip in between"
        mirror.cancel()
        with pytest.raises(asyncio.CancelledError):
            await mirror


def paced(bench: Bench) -> Practice:
    return bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)


async def test_a_mirror_uses_the_turns_that_nobody_else_wants(lite: str, interval: float) -> None:
    async with serving(remote(rows={"patients": 350}, interval=0.0)) as bench, Store(lite) as store:
        practice = paced(bench)
        report = await Mirror(bench.client, store).run({NAME: practice}, ["patients"])
        assert (report.rows, report.requests) == (350, 4)
        assert [int(each.query.get("Offset", "0")) for each in bench.arrivals] == [0, 98, 196, 294]


async def test_tiers_are_found_out_first_and_that_is_no_page(lite: str) -> None:
    async with serving(remote()) as bench, Store(lite) as store:
        async with OpenDental(bench.box.developer_key, margin=0.005) as client:
            practice = client.practice(KEY, base_url=bench.box.url)
            report = await Mirror(client, store).run({NAME: practice}, ["patients"])
        assert (report.complete, report.requests) == (True, 1)

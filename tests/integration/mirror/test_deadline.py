"""Runs that end before everything is read: at their deadline, or when somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from odapi_async import ConfigurationError
from odapi_async.mirror import KeyChanged, Mirror, Outcome, Report, StoreError
from tests.support.bench import remote
from tests.support.mirror import NAME, Copy, copying, runs

TABLES = ("patients", "claims")
OFFICE = remote(rows={"patients": 450, "claims": 30})


def paths(copy: Copy) -> list[str]:
    """The paths that were asked for since the last time."""
    found = [each.path for each in copy.bench.arrivals]
    copy.bench.box.arrivals.clear()
    return found


async def test_slices_copy_everything_and_drop_only_what_was_fetched_ahead(url: str) -> None:
    async with copying(url, OFFICE) as copy:
        slices: list[Report] = []
        while not slices or not slices[-1].complete:
            copy.at(2, "/patients/Simple", copy.mirror.stop)
            slices.append(await copy.run(*TABLES))
            assert not slices[-1].failed
            assert len(slices) < 10
        assert len(slices) > 2
        assert [each.outcome for each in slices[0].stopped] == [Outcome.STOPPED] * 2
        assert all(each.tables[0].rows for each in slices), "each slice gets further"
        assert sum(each.rows for each in slices) == 480, "no row was written twice"
        assert await copy.check(*TABLES) == 480
        assert (await copy.mirror.status()).too_old(60) == ()


async def test_a_slice_records_how_far_it_came(url: str) -> None:
    async with copying(url, OFFICE) as copy:
        copy.at(2, "/patients/Simple", copy.mirror.stop)
        report = await copy.run(*TABLES)
        assert (report.complete, report.failed) == (False, ())
        assert (report.tables[1].requests, report.tables[1].rows) == (0, 0), "it was not begun"
        (run,) = await runs(copy.store)
        assert (run["outcome"], run["rows"], run["error"]) == ("stopped", report.rows, "")
        assert run["ended_at"] == copy.clock.now
        assert [each.read_at for each in (await copy.mirror.status()).tables] == [None, None]


async def test_stop_is_for_the_runs_in_progress_only(lite: str) -> None:
    async with copying(lite, OFFICE) as copy:
        copy.mirror.stop()
        assert (await copy.run("claims")).complete


async def test_one_practice_is_read_as_in_a_run_and_the_database_is_prepared_once(url: str) -> None:
    async with copying(url, OFFICE) as copy:
        report = await copy.mirror.run_one(NAME, copy.practice, TABLES)
        assert report.complete
        assert report.rows == await copy.check(*TABLES)
        assert copy.mirror.statuses == ()
        paths(copy)
        assert (await copy.mirror.run_one(NAME, copy.practice, TABLES)).rows == 0
        assert paths(copy) == ["/patients/Simple", "/claims"]


async def test_many_practices_are_read_at_the_same_time(url: str) -> None:
    keys = [f"customer-{at}" for at in range(6)]
    offices = [remote(key, rows={"patients": 130, "claims": 5}) for key in keys]
    async with copying(url, *offices) as copy:
        practices = {key: copy.bench.practice(key) for key in keys}
        found = await asyncio.gather(
            *(copy.mirror.run_one(name, each, TABLES) for name, each in practices.items())
        )
        assert [each.rows for each in found] == [135] * 6


async def test_no_other_practice_waits_for_an_index(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with copying(lite, OFFICE, remote("other", rows={"patients": 5})) as copy:
        begun, done, made = asyncio.Event(), asyncio.Event(), list[str]()
        index = copy.store.index

        async def slowly(tables: Iterable[str]) -> None:
            begun.set()
            await done.wait()
            made.extend(tables)
            await index(tables)

        monkeypatch.setattr(copy.store, "index", slowly)
        first = asyncio.create_task(copy.mirror.run_one(NAME, copy.practice, ["patients"]))
        await begun.wait()
        async with asyncio.timeout(20):
            report = await copy.mirror.run_one("other", copy.bench.practice("other"), ["patients"])
        assert (report.complete, made) == (True, [])
        done.set()
        assert (await first).complete
        assert made == ["patients"]


async def test_an_index_that_failed_is_created_by_the_next_slice(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(lite, OFFICE) as copy:
        index, made = copy.store.index, list[str]()

        async def once(tables: Iterable[str]) -> None:
            made.extend(tables)
            if len(made) == 1:
                raise StoreError("failed")
            await index(tables)

        monkeypatch.setattr(copy.store, "index", once)
        with pytest.raises(StoreError):
            await copy.mirror.run_one(NAME, copy.practice, ["patients"])
        for _ in range(2):
            await copy.mirror.run_one(NAME, copy.practice, ["patients"])
        assert made == ["patients", "patients"]


async def test_a_practice_with_another_key_is_not_read(lite: str) -> None:
    async with copying(lite, OFFICE, remote("other", rows={"patients": 5})) as copy:
        await copy.mirror.run_one(NAME, copy.practice, ["patients"])
        paths(copy)
        report = await Mirror(copy.bench.client, copy.store).run_one(
            NAME, copy.bench.practice("other"), ["patients"]
        )
        assert report.failed[0].error.startswith(KeyChanged.__name__)
        assert paths(copy) == []


async def test_bad_input_is_refused_before_anything_is_sent(lite: str) -> None:
    async with copying(lite, OFFICE) as copy:
        with pytest.raises(ConfigurationError, match="needs a name"):
            await copy.mirror.run_one("", copy.practice)
        with pytest.raises(ConfigurationError, match="patients"):
            await copy.mirror.run_one(NAME, copy.practice, ["patient"])
        for deadline in (0, -1, float("nan")):
            with pytest.raises(ConfigurationError, match="deadline"):
                await copy.run("patients", deadline=deadline)
        assert paths(copy) == []

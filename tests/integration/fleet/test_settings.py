"""Excluded fields and days between sweeps: what a load writes, and how workers that run take it over."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from odapi_async import ConfigurationError
from odapi_async.fleet import Fleet, FleetChanged, FleetTooNew
from odapi_async.fleet.practices import read_fleet
from odapi_async.fleet.settings import FleetSettings
from odapi_async.mirror import Mirror, Store, StoreError
from tests.integration.fleet.databases import fleet, fleet_url, installed
from tests.integration.fleet.working import PATIENCE, are_read, practices, rows, sandbox, until, working
from tests.support.bench import in_process, local
from tests.support.mirror import execute
from tests.support.postgres import is_there

__all__ = ["fleet", "fleet_url", "installed"]

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine"),
]

SSN: Final = {"patients": ["SSN"]}
HAS_SSN: Final = (
    "SELECT count(*) FROM information_schema.columns WHERE table_name = 'patients' AND column_name = 'ssn'"
)


async def has_ssn(store: Store) -> bool:
    return await rows(store, HAS_SSN) == [(1,)]


async def test_settings_are_written_with_the_practices_and_shown(fleet: Store) -> None:
    change = await Fleet(fleet).load(practices("hill"), exclude={"patients": ["ssn", "Email"]}, sweep_days=3)
    assert [(each.field, each.new) for each in change.settings] == [
        ("exclude", ("patients.Email", "patients.SSN")),
        ("sweep_days", 3.0),
    ]
    wanted = FleetSettings(exclude=("patients.Email", "patients.SSN"), sweep_days=3.0)
    assert (await read_fleet(fleet))[1] == wanted
    assert not await Fleet(fleet).load(
        practices("hill"), exclude={"patients": ["Email", "SSN"]}, sweep_days=3
    )
    assert len((await Fleet(fleet).load(practices("hill"))).settings) == 2
    assert (await read_fleet(fleet))[1] == FleetSettings()


async def test_settings_that_cannot_be_are_refused(fleet: Store) -> None:
    with pytest.raises(ConfigurationError, match=r"patients\.PatNum cannot be excluded"):
        await Fleet(fleet).load(practices("hill"), exclude={"patients": ["PatNum"]})
    for days in (-1.0, float("nan"), 1e9):
        with pytest.raises(ConfigurationError, match="sweep_days must be"):
            await Fleet(fleet).load(practices("hill"), sweep_days=days)
    assert await read_fleet(fleet) == ((), FleetSettings())


async def test_a_worker_whose_store_excludes_other_fields_reads_nothing(fleet: Store, fleet_url: str) -> None:
    await Fleet(fleet).load(practices("hill"), exclude=SSN)
    box = sandbox("hill")
    for exclude in ({}, {"patients": ["SSN", "Email"]}):
        async with working(fleet_url, box, exclude=exclude) as running:
            with pytest.raises(FleetChanged, match="open the store again with") as caught:
                await running.task
            assert caught.value.exclude == {"patients": frozenset({"SSN"})}
    assert not box.arrivals
    async with working(fleet_url, box, exclude=caught.value.exclude):
        await until(lambda: are_read(fleet))
    assert not await has_ssn(fleet)


async def test_a_field_that_is_excluded_while_workers_run_is_not_stored_any_more(
    fleet: Store, fleet_url: str
) -> None:
    names = [f"practice-{number}" for number in range(4)]
    await Fleet(fleet).load(practices(*names, every=0.3))
    box = sandbox(*names, patients=1_200)
    async with working(fleet_url, box) as one, working(fleet_url, box) as other:
        await until(lambda: are_read(fleet))
        assert await has_ssn(fleet)
        await Fleet(fleet).load(practices(*names, every=0.3), exclude=SSN)
        assert not await has_ssn(fleet), "its values are gone as soon as the load returns"
        for each in (one, other):
            with pytest.raises(FleetChanged):
                await asyncio.wait_for(asyncio.shield(each.task), PATIENCE)
            assert each.lines[-1] == "the settings of the fleet have changed"
    await execute(fleet, "UPDATE fleet_practices SET outcome = ''")
    async with working(fleet_url, box, exclude=SSN), working(fleet_url, box, exclude=SSN):
        await until(lambda: are_read(fleet))
    assert not await has_ssn(fleet)
    assert await rows(fleet, "SELECT count(*) FROM patients") == [(4_800,)]


async def test_an_old_worker_fails_to_write_its_page_which_is_read_again(
    fleet: Store, fleet_url: str
) -> None:
    """The old one had its page in memory while the field was excluded; it may even have been frozen."""
    await Fleet(fleet).load(practices("hill"))
    async with in_process(local("hill", rows={"patients": 2_500})) as bench, Store(fleet_url) as old:
        practice = bench.practice("hill")
        write = old.advance

        async def advance(*args: Any, **options: Any) -> Any:
            old.advance = write  # type: ignore[method-assign]
            await Fleet(fleet).load(practices("hill"), exclude=SSN)
            return await write(*args, **options)

        old.advance = advance  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="42703"):
            await Mirror(bench.client, old).run_one("hill", practice, ["patients"])
        async with Store(fleet_url, exclude=SSN) as new:
            report = await Mirror(bench.client, new).run_one("hill", practice, ["patients"])
            assert report.complete
    assert await rows(fleet, "SELECT count(*) FROM patients") == [(2_500,)]
    assert not await has_ssn(fleet)


async def test_a_field_that_is_stored_again_is_in_all_rows(fleet: Store, fleet_url: str) -> None:
    names = [f"practice-{number}" for number in range(3)]
    await Fleet(fleet).load(practices(*names), exclude=SSN)
    box = sandbox(*names)
    async with working(fleet_url, box, exclude=SSN) as old:
        await until(lambda: are_read(fleet))
        await Fleet(fleet).load(practices(*names, every=0.2))
        await execute(fleet, "UPDATE fleet_practices SET outcome = ''")
        async with working(fleet_url, box):
            with pytest.raises(FleetChanged, match=r"\(- patients.SSN\)"):
                await asyncio.wait_for(asyncio.shield(old.task), PATIENCE)
            await until(lambda: are_read(fleet))
    stored = dict(await rows(fleet, "SELECT practice, count(ssn) FROM patients GROUP BY 1"))
    assert stored == dict.fromkeys(names, 40)


async def test_a_worker_waits_until_no_other_one_has_the_old_settings(fleet: Store, fleet_url: str) -> None:
    await Fleet(fleet).load(practices("hill"))
    await execute(
        fleet,
        "INSERT INTO fleet_workers (worker, host, process, version, concurrency, backend, settings, seen_at)"
        " VALUES (gen_random_uuid(), '', 1, '0', 2, 0, 'old', now() + interval '1 hour')",
    )
    box = sandbox("hill")
    async with working(fleet_url, box) as running:
        await until(lambda: rows(fleet, "SELECT 1 FROM fleet_workers WHERE settings <> 'old'"))
        await asyncio.sleep(0.3)
        assert not box.arrivals
        await execute(
            fleet, "UPDATE fleet_workers SET seen_at = now() - interval '4 s' WHERE settings = 'old'"
        )
        await until(lambda: are_read(fleet))
        await running.end()
        await running.task


async def test_a_worker_that_waits_can_be_stopped(fleet: Store, fleet_url: str) -> None:
    await execute(
        fleet,
        "INSERT INTO fleet_workers (worker, host, process, version, concurrency, backend, settings, seen_at)"
        " VALUES (gen_random_uuid(), '', 1, '0', 2, 0, 'old', now() + interval '1 hour')",
    )
    async with working(fleet_url, sandbox("hill")) as running:
        await until(lambda: rows(fleet, "SELECT 1 FROM fleet_workers WHERE settings <> 'old'"))
        await running.end()
        await running.task


async def test_other_days_between_sweeps_are_taken_over_by_the_same_worker(
    fleet: Store, fleet_url: str
) -> None:
    await Fleet(fleet).load(practices("hill", every=0.2))
    box = sandbox("hill")
    sweeps = "SELECT count(*) FROM mirror_runs WHERE sync_mode = 'sweep'"
    async with working(fleet_url, box) as running:
        await until(lambda: are_read(fleet))
        before = await rows(fleet, sweeps)
        await Fleet(fleet).load(practices("hill", every=0.2), sweep_days=0)

        async def is_swept() -> bool:
            return bool((await rows(fleet, sweeps))[0][0] > before[0][0] + 1)

        await until(is_swept)
        assert [each for each in running.lines if "settings" in each] == [
            "the settings of the fleet have changed"
        ]
        await running.end()
        await running.task


async def test_a_newer_version_ends_the_workers_of_this_one(fleet: Store, fleet_url: str) -> None:
    await Fleet(fleet).load(practices("hill"))
    async with working(fleet_url, sandbox("hill")) as running:
        await until(lambda: are_read(fleet))
        await execute(fleet, "UPDATE fleet_meta SET format = format + 1")
        try:
            with pytest.raises(FleetTooNew):
                await asyncio.wait_for(asyncio.shield(running.task), PATIENCE)
        finally:
            await execute(fleet, "UPDATE fleet_meta SET format = format - 1")


async def test_many_stores_that_exclude_a_field_at_once_agree(fleet: Store, fleet_url: str) -> None:
    await fleet.open(["patients"])
    assert await has_ssn(fleet)
    stores = [Store(fleet_url, exclude=SSN) for _ in range(5)]
    try:
        await asyncio.gather(*(store.open(["patients"]) for store in stores))
        assert not await has_ssn(fleet)
    finally:
        for store in stores:
            await store.aclose()

"""Fault A7: a practice whose key now opens another office is not read, until somebody accepts the key."""

from __future__ import annotations

from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Outcome, Store, forget
from odapi_async.sandbox import Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.bench import KEY, QUICK, Bench, remote
from tests.support.mirror import NAME, Copy, copying, held, runs

OTHER_KEY = "office-two"
OFFICES = (remote(rows={"patients": 30}), remote(OTHER_KEY, rows={"patients": 50}))


def of_other_key(copy: Copy) -> Practice:
    return copy.bench.practice(OTHER_KEY)


async def test_a7_another_key_stops_its_practice_alone_and_sends_nothing(url: str) -> None:
    async with copying(url, *OFFICES) as copy:
        own, other = copy.practice, of_other_key(copy)
        assert (await copy.mirror.run({NAME: own, "harbour": other}, ["patients"])).complete
        copy.bench.box.arrivals.clear()
        swapped = {NAME: other, "harbour": other}
        report = await copy.mirror.run(swapped, ["patients", "recalls"], sweep=True)
        assert [(each.practice, each.table) for each in report.failed] == [
            (NAME, "patients"),
            (NAME, "recalls"),
        ]
        assert [each.outcome for each in report.tables if each.practice == "harbour"] == [Outcome.DONE] * 2
        for each in report.failed:
            assert each.error.startswith(
                f"KeyChanged: the rows of {NAME} were read with another customer key"
            )
            assert "new key for the same office" in each.error
            assert "key of another office" in each.error
        assert {each.customer_key for each in copy.bench.arrivals} == {OTHER_KEY}
        assert len(copy.bench.arrivals) == 2, "those of harbour"
        assert len(await held(copy.store, NAME, "patients")) == 30
        assert [run["outcome"] for run in await runs(copy.store) if run["practice"] == NAME][1:] == [
            Outcome.FAILED
        ] * 2
        assert (await copy.run("patients", sweep=True)).complete, "the key from before still works"


async def test_a7_a_new_key_is_accepted_once_and_stays(url: str) -> None:
    async with copying(url, *OFFICES) as copy:
        await copy.run("patients")
        renewed = {NAME: of_other_key(copy)}
        assert not (await copy.mirror.run(renewed, ["patients"])).complete
        assert (await copy.mirror.run(renewed, ["patients"], accept_new_keys=True)).complete
        assert (await copy.mirror.run(renewed, ["patients"])).complete
        assert not (await copy.run("patients")).complete, "now the old key is another one"


async def test_a_key_that_was_corrected_leaves_no_failure(lite: str) -> None:
    """Definitions have no filter for changes: after the correction, nothing of them is due."""
    async with copying(lite, *OFFICES) as copy:
        await copy.run("patients", "definitions")
        assert not (await copy.mirror.run({NAME: of_other_key(copy)}, ["patients", "definitions"])).complete
        assert all(each.failing_since for each in (await copy.mirror.status()).tables)
        report = await copy.run("patients", "definitions")
        assert [each.outcome for each in report.tables][-1] is Outcome.UP_TO_DATE
        assert [(each.failing_since, each.error) for each in (await copy.mirror.status()).tables] == [
            (None, "")
        ] * 2


async def test_a7_a_new_developer_key_needs_one_acceptance_for_all_practices(lite: str) -> None:
    async with copying(lite, *OFFICES) as copy:
        await copy.mirror.run({NAME: copy.practice, "harbour": of_other_key(copy)}, ["patients"])
    box = Sandbox(OFFICES, developer_key="renewed-developer")
    transport = SandboxTransport(box)
    async with (
        OpenDental(box.developer_key, retries=QUICK, transport=transport) as client,
        Store(lite) as store,
    ):
        bench, mirror = Bench(box, client, transport), Mirror(client, store)
        practices = {NAME: bench.practice(), "harbour": bench.practice(OTHER_KEY)}
        assert len((await mirror.run(practices, ["patients"])).failed) == 2
        assert "or developer key" in mirror.statuses[0].error
        assert (await mirror.run(practices, ["patients"], accept_new_keys=True)).complete
        assert (await mirror.run(practices, ["patients"])).complete


async def test_a7_a_wrong_key_that_read_nothing_may_be_corrected(lite: str) -> None:
    async with copying(lite) as copy:
        wrong = {NAME: copy.bench.practice("no-office-has-it")}
        report = await copy.mirror.run(wrong, ["patients"])
        assert report.failed[0].error.startswith("KeyRefused")
        assert (await copy.run("patients")).complete


async def test_a7_another_url_is_no_other_key_and_the_database_holds_no_key(lite: str) -> None:
    async with copying(lite) as copy:
        client = copy.bench.client
        urls = ("http://10.0.0.7:30223/api/v1", "http://10.0.0.8:30223/api/v1")
        first, second = [client.practice(KEY, base_url=url) for url in urls]
        assert first.lane != second.lane
        assert first.key_fingerprint == second.key_fingerprint != of_other_key(copy).key_fingerprint
        assert KEY not in first.key_fingerprint


async def test_a7_a_database_from_before_takes_the_key_of_its_next_run(lite: str) -> None:
    async with copying(lite, *OFFICES) as copy:
        await copy.run("patients")
        async with copy.store.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE mirror_practices")
        assert (await copy.run("patients")).complete
        assert not (await copy.mirror.run({NAME: of_other_key(copy)}, ["patients"])).complete


async def test_a_practice_under_a_new_name_is_not_read_and_the_advice_names_the_old_one(url: str) -> None:
    async with copying(url, *OFFICES) as copy:
        await copy.run("patients")
        copy.bench.box.arrivals.clear()
        renamed = {"uptown": copy.practice, "harbour": of_other_key(copy)}
        for _ in range(2):
            report = await copy.mirror.run(renamed, ["patients"])
            (failed,) = report.failed
            assert failed.practice == "uptown"
            assert failed.error.startswith(
                f"PracticeRenamed: the rows of {NAME} were read with the key of uptown; "
            )
            assert f"use the name {NAME} again, or forget {NAME} and copy it again as uptown" in failed.error
        assert {each.customer_key for each in copy.bench.arrivals} == {OTHER_KEY}
        assert await held(copy.store, "uptown", "patients") == {}
        assert (await copy.run("patients")).complete, "the old name still works"


async def test_a_new_name_can_be_accepted_or_the_old_one_forgotten(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients")
        uptown, downtown = {"uptown": copy.practice}, {"downtown": copy.practice}
        assert (await copy.mirror.run(uptown, ["patients"], accept_new_keys=True)).complete
        assert (await copy.mirror.run(uptown, ["patients"])).complete
        assert (await copy.run("patients")).complete
        assert not (await copy.mirror.run(downtown, ["patients"])).complete
        for name in (NAME, "uptown"):
            assert await forget(copy.store, name)
        assert (await copy.mirror.run(downtown, ["patients"])).complete


async def test_a_name_of_which_nothing_was_read_is_no_old_name(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.store.open(())
        await copy.store.check_keys({"typo": copy.practice.key_fingerprint})
        assert (await copy.run("patients")).complete

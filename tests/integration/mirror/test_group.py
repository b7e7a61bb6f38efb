"""Pages of several practices in one transaction: each keeps its own cursor, and each fails alone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from odapi_async.mirror import ConcurrentMirror, Mirror, Outcome, Store, StoreError
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import Run
from odapi_async.mirror.database.pages import Page
from odapi_async.mirror.report import TableStatus
from odapi_async.resources.patients import Patient
from tests.support.bench import remote
from tests.support.mirror import Copy, agree, copying, execute, held, runs
from tests.support.postgres import PostgresServer, is_there

KEYS = [f"office-{number}" for number in range(6)]


def count_groups(store: Store, *, after: int = 0) -> list[list[tuple[str, str]]]:
    """Note which pages are written together; the first transactions wait until there are so many pages."""
    groups: list[list[tuple[str, str]]] = []
    commit, write = store._page_writer.commit, store._pages.write
    pages, enough = itertools.count(1), asyncio.Event()
    if not after:
        enough.set()

    async def counted(page: Page) -> Any:
        if next(pages) == after:
            enough.set()
        return await write(page)

    async def noted(pages: Sequence[Page]) -> Any:
        await enough.wait()
        groups.append([page.key for page in pages])
        return await commit(pages)

    store._pages.write = counted  # type: ignore[method-assign, assignment]
    store._page_writer.commit = noted  # type: ignore[method-assign]
    return groups


async def copy_all(copy: Copy, *, sweep: bool = False) -> Any:
    practices = {key: copy.bench.practice(key) for key in KEYS}
    return await copy.mirror.run(practices, ["patients", "recalls"], sweep=sweep)


async def agree_all(copy: Copy) -> int:
    tables = ("patients", "recalls")
    return sum(
        [await agree(copy.store, key, copy.bench.practice(key), table) for key in KEYS for table in tables]
    )


@pytest.mark.unmeasured
async def test_groups_hold_the_rows_of_the_source(url: str) -> None:
    offices = [remote(key, rows={"patients": 120}, seed=seed, messy=0.1) for seed, key in enumerate(KEYS)]
    async with copying(url, *offices) as copy:
        groups = count_groups(copy.store, after=len(KEYS))
        assert (await copy_all(copy)).complete
        assert max(map(len, groups)) > 1, "pages that wait together are written together"
        assert await agree_all(copy) == len(KEYS) * (120 + 12)
        assert (await copy_all(copy, sweep=True)).complete, "each row is there already"
        assert await agree_all(copy) == len(KEYS) * (120 + 12)
        assert {row["outcome"] for row in await runs(copy.store)} == {Outcome.DONE}
        assert sum(row["rows"] for row in await runs(copy.store)) == 2 * len(KEYS) * 132


async def test_a_practice_whose_row_the_database_refuses_fails_alone(url: str) -> None:
    """A trigger of the owner refuses a row of one practice, whatever group its page is in."""
    async with copying(url, *(remote(key, rows={"patients": 20}) for key in KEYS)) as copy:
        await copy.store.open(["patients", "recalls"])
        groups = count_groups(copy.store)
        await refuse(copy.store, KEYS[5])
        with pytest.raises(StoreError, match="the database failed"):
            await copy_all(copy)
        refused = [group for group in groups if (KEYS[5], "patients") in group]
        assert refused[-1] == [(KEYS[5], "patients")], "at last, alone"
        assert not await held(copy.store, KEYS[5], "patients")
        for group in refused:
            for key, table in group:
                if key != KEYS[5]:
                    assert len(await held(copy.store, key, table)) > 0, "its neighbors were written"


async def test_practices_that_fail_together_have_errors_of_their_own(lite: str) -> None:
    """An error has the frames that it passed: those of one practice must not get into that of another."""
    keys = KEYS[:3]
    async with copying(lite, *(remote(key, rows={"patients": 20}) for key in keys)) as copy:
        await copy.store.open(["patients"])
        groups = count_groups(copy.store, after=len(keys))
        copy.store._page_writer._upserts = lose
        runs = (copy.mirror.run_one(key, copy.bench.practice(key), ["patients"]) for key in keys)
        errors = await asyncio.gather(*runs, return_exceptions=True)
        assert max(map(len, groups)) > 1
        assert all(isinstance(each, StoreError) for each in errors)
        assert len({*map(id, errors)}) == len(keys)


def lose(table: str) -> Any:
    raise StoreError("is away")


async def refuse(store: Store, practice: str) -> None:
    if store.engine.dialect.name == "sqlite":
        await execute(
            store,
            f"""CREATE TRIGGER breaks BEFORE INSERT ON patients WHEN new.practice = '{practice}'
            BEGIN SELECT RAISE(ABORT, 'no'); END""",
        )
        return
    await execute(
        store,
        "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        f"""CREATE TRIGGER breaks BEFORE INSERT ON patients FOR EACH ROW
        WHEN (new.practice = '{practice}') EXECUTE FUNCTION breaks()""",
    )


async def test_another_mirror_on_one_practice_disturbs_no_other(url: str) -> None:
    async with copying(url, *(remote(key, rows={"patients": 110}) for key in KEYS)) as copy:
        rival = Mirror(copy.bench.client, copy.store)
        one = {KEYS[3]: copy.bench.practice(KEYS[3])}
        both = await asyncio.gather(copy_all(copy), rival.run(one, ["patients", "recalls"]))
        failed = [each for report in both for each in report.failed]
        assert {each.practice for each in failed} <= {KEYS[3]}
        assert all(each.error.startswith(ConcurrentMirror.__name__) for each in failed)
        assert (await copy_all(copy)).complete
        await agree_all(copy)


@pytest.mark.parametrize("is_new", [True, False])
async def test_rows_that_are_there_after_all_are_updated(url: str, is_new: bool) -> None:
    """A table that was thought to be empty has some of its rows: the page is written again, as an update."""
    async with Store(url) as store:
        await store.open(["patients"])
        names = ["a", "b", "c"]
        for name in names:
            await store.begin(name, ["patients"])

        async def write(name: str, version: int, last_name: str) -> None:
            status = TableStatus(practice=name, table="patients", outcome=Outcome.RUNNING)
            rows = [Patient(PatNum=number, LName=last_name) for number in range(1, 200)]
            await store.advance(Run(is_new=is_new), status, Cursor(version=version), [*rows, rows[0]])

        await asyncio.gather(*(write(name, 0, "Before") for name in names[:2]))
        await asyncio.gather(*(write(name, 1 if name in names[:2] else 0, "After") for name in names))
        for name in names:
            found = await held(store, name, "patients")
            assert len(found) == 199
            assert {row["lname"] for row in found.values()} == {"After"}


TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '{}' AND pid <> pg_backend_pid()"""


@pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server")
async def test_if_the_server_ends_all_connections_only_one_page_fails(request: pytest.FixtureRequest) -> None:
    server: PostgresServer = request.getfixturevalue("postgres")
    async with Store(server.emptied_database()) as store, Store(server.url("postgres")) as other:
        await store.open(["patients"])
        await store.begin("a", ["patients"])
        async with store.engine.connect() as one, store.engine.connect() as two:
            for each in (one, two):
                await each.exec_driver_sql("SELECT 1")
        await execute(other, TERMINATE.format(store.engine.url.database))
        status = TableStatus(practice="a", table="patients", outcome=Outcome.RUNNING)
        with pytest.raises(StoreError, match="has closed the connection"):
            await store.advance(Run(), status, Cursor(), [Patient(PatNum=1)])
        written = await store.advance(Run(), status, Cursor(), [Patient(PatNum=1)])
        assert written.version == 1

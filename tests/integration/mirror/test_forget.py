"""A practice is forgotten: its rows and records are removed, whatever happens meanwhile, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror import ConcurrentMirror, Outcome, Store, StoreError, forget
from odapi_async.mirror.database import forget as module
from odapi_async.mirror.database.schema import PRACTICES, RUNS, SKIPPED, STATE
from tests.support.bench import remote
from tests.support.mirror import NAME, Copy, agree, copying, execute, held, places, runs

OTHER_KEY: Final = "office-two"
ROWS: Final = {"patients": 230, "recalls": 30}
TABLES: Final = ("patients", "recalls")
OFFICES: Final = (remote(rows=ROWS), remote(OTHER_KEY, rows={"patients": 5, "recalls": 2}))


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 50)


async def records(store: Store, practice: str) -> int:
    """Count the rows of a practice in all tables, those of the mirror itself among them."""
    own = (STATE, PRACTICES, SKIPPED, RUNS)
    async with store.engine.connect() as connection:
        existing = await connection.run_sync(lambda found: sa.inspect(found).get_table_names())
        tables = [*own, *(each for name, each in store.tables.items() if name in existing)]
        queries = [sa.select(sa.func.count()).where(each.c.practice == practice) for each in tables]
        return sum([(await connection.execute(query)).scalar_one() for query in queries])


async def read_both(copy: Copy) -> None:
    practices = {NAME: copy.practice, "harbour": copy.bench.practice(OTHER_KEY)}
    assert (await copy.mirror.run(practices, TABLES)).complete


async def test_all_of_one_practice_is_removed_and_nothing_of_another(url: str) -> None:
    async with copying(url, *OFFICES) as copy:
        await read_both(copy)
        await execute(
            copy.store,
            f"INSERT INTO mirror_skipped (practice, table_name, parent, sweep) VALUES ('{NAME}', 'x', 1, 1)",
            f"UPDATE patients SET deleted_at = '2026-01-02' WHERE practice = '{NAME}' AND patnum < 9",
        )
        assert await module.count_rows(copy.store, NAME) == ROWS
        before = await records(copy.store, "harbour")
        assert await forget(copy.store, NAME) == 260
        assert await records(copy.store, NAME) == 0
        assert await records(copy.store, "harbour") == before
        assert await agree(copy.store, "harbour", copy.bench.practice(OTHER_KEY), "patients") == 5
        await copy.run(*TABLES)
        assert await copy.check(*TABLES) == 260, "it can be copied again"


async def test_a_name_that_is_not_there_is_refused_with_a_suggestion(url: str) -> None:
    async with copying(url) as copy:
        await copy.store.open(())
        with pytest.raises(ConfigurationError, match=f"no practice {NAME}; there are none"):
            await forget(copy.store, NAME)
        await copy.run("patients")
        with pytest.raises(ConfigurationError, match=r"no practice mainstreet; did you mean main-street\?"):
            await forget(copy.store, "mainstreet")


async def test_a_database_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    async with Store(str(tmp_path / "other.db")) as store:
        for _ in range(2):
            with pytest.raises(StoreError, match=r"other\.db does not exist"):
                await forget(store, NAME)


@pytest.mark.parametrize("batches", [0, 3])
async def test_after_a_kill_it_can_be_repeated_and_the_practice_can_be_copied(
    url: str, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    remove, left = module._remove_batch, batches

    async def killed(*args: Any) -> int:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        return await remove(*args)

    async with copying(url, *OFFICES) as copy:
        await copy.run(*TABLES)
        for copied_again in (True, False):
            left = batches
            monkeypatch.setattr(module, "_remove_batch", killed)
            with pytest.raises(KeyboardInterrupt):
                await forget(copy.store, NAME)
            monkeypatch.setattr(module, "_remove_batch", remove)
            assert len(await held(copy.store, NAME, "patients")) == max(0, 230 - 50 * batches)
            if copied_again:
                await copy.run(*TABLES)
                assert await copy.check(*TABLES) == 260
        await forget(copy.store, NAME)
        assert await records(copy.store, NAME) == 0


@pytest.mark.parametrize("page", [1, 4])
async def test_a_mirror_that_reads_the_practice_meanwhile_fails_and_leaves_nothing(
    url: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(url, *OFFICES) as copy:
        advance, pages = copy.store.advance, 0

        async def forgotten(*args: Any, **more: Any) -> Any:
            nonlocal pages
            pages += 1
            if pages == page:
                await forget(copy.store, NAME)
            return await advance(*args, **more)

        monkeypatch.setattr(copy.store, "advance", forgotten)
        report = await copy.run(*TABLES)
        outcomes = [each.outcome for each in report.tables]
        assert outcomes == [Outcome.DONE if page == 4 else Outcome.FAILED, Outcome.FAILED]
        for each in report.failed:
            assert each.error.startswith(
                f"ConcurrentMirror: another mirror is reading {each.table} of {NAME}"
            )
        await only_ends_are_left(copy.store)


async def test_between_two_tables_of_a_mirror_nothing_is_left_either(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(url, *OFFICES) as copy:
        state = copy.store.state

        async def forgotten(practice: str, table: str) -> Any:
            if table == "recalls":
                await forget(copy.store, NAME)
            return await state(practice, table)

        monkeypatch.setattr(copy.store, "state", forgotten)
        report = await copy.run(*TABLES)
        assert [each.outcome for each in report.tables] == [Outcome.DONE, Outcome.FAILED]
        await only_ends_are_left(copy.store)


async def only_ends_are_left(store: Store) -> None:
    """Check that a mirror has left nothing but how it ended, and that this can be removed, too."""
    assert await places(store) == {}
    assert await records(store, NAME) == len(await runs(store)) <= 2
    if await runs(store):
        assert await forget(store, NAME) == 0
    assert await records(store, NAME) == 0


@pytest.mark.parametrize("batches", [0, 3])
async def test_if_a_mirror_writes_meanwhile_nothing_more_is_removed(
    url: str, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    remove, left = module._remove_batch, batches

    async with copying(url, *OFFICES) as copy:
        await copy.run(*TABLES)

        async def overtaken(*args: Any) -> int:
            nonlocal left
            if not left:
                assert (await copy.run(*TABLES)).complete
            left -= 1
            return await remove(*args)

        monkeypatch.setattr(module, "_remove_batch", overtaken)
        with pytest.raises(ConcurrentMirror, match=f"of {NAME}"):
            await forget(copy.store, NAME)
        assert await copy.check(*TABLES) == 260
        assert len(await places(copy.store)) == 2


async def test_a_table_that_a_mirror_has_begun_meanwhile_is_not_left_without_its_cursor(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = module._remove_records

    async with copying(url, *OFFICES) as copy:
        await copy.run("patients")

        async def overtaken(*args: Any) -> None:
            assert (await copy.run("recalls")).complete
            await remove(*args)

        monkeypatch.setattr(module, "_remove_records", overtaken)
        with pytest.raises(ConcurrentMirror, match="recalls"):
            await forget(copy.store, NAME)
        await copy.run(*TABLES)
        assert await copy.check(*TABLES) == 260

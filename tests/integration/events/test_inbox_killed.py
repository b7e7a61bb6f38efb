"""Processes that are killed, databases that are gone, and logs that show everything."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import StoreError
from tests.integration.mirror.test_debug_logs import log_everything
from tests.support.inbox import ONE, apt, delivery, first, keeping, notes, taken
from tests.support.postgres import PostgresServer, is_there

pytestmark = pytest.mark.unmeasured
ROOT: Final = Path(__file__).parents[3]
SECRET: Final = "Quetzalc0atl"
needs_server: Final = pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server")


async def test_what_a_killed_process_held_comes_again_after_its_lease(url: str) -> None:
    lines = await asyncio.to_thread(kill_one, url)
    stored = {int(line.split()[1]) for line in lines if line.startswith("stored ")}
    async with keeping(url) as (inbox, clock):
        early = [number for number, _ in await notes(inbox)]
        assert len(early) <= 1, "all others are held"
        clock.move(seconds=30)
        late = [number for number, _ in await notes(inbox)]
        assert len(early + late) == len({*early, *late})
        assert {*early, *late} >= stored
        assert len(stored) >= 30


def kill_one(url: str) -> list[str]:
    """Let a process store and claim for a moment, kill it, and return what it said."""
    command = [sys.executable, "-m", "tests.support.inbox_victim", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:
        assert victim.stdout is not None
        lines = [victim.stdout.readline() for _ in range(60)]
        victim.kill()
        return lines + victim.stdout.read().splitlines()


@needs_server
async def test_a_server_that_is_gone_is_an_error_and_nothing_is_lost() -> None:
    with PostgresServer() as server:
        async with keeping(server.new_database(), lease=30) as (inbox, clock):
            await inbox.store(delivery(ONE, apt(1)))
            unread = await first(inbox)
            server.kill()
            for work in (inbox.store(delivery(ONE, apt(2))), first(inbox), inbox.status(), inbox.prune()):
                with pytest.raises(StoreError, match="the database"):
                    await work
            with pytest.raises(StoreError, match="the database"):
                async with unread:
                    pass
            server.restart()
            assert await inbox.store(delivery(ONE, apt(2))) == 1
            # the server may have lost the claim, which does not wait for the disk
            early = await notes(inbox)
            clock.move(seconds=30)
            assert sorted(early + await notes(inbox)) == [(1, ""), (2, "")]


@needs_server
async def test_a_server_that_goes_away_during_a_transaction_leaves_the_event() -> None:
    with PostgresServer() as server:
        async with keeping(server.new_database(), lease=30) as (inbox, clock):
            await inbox.store(delivery(ONE, apt(1)))
            unread = await first(inbox)
            with pytest.raises(StoreError, match="the database"):
                async with unread, unread.transaction():
                    server.kill()
            server.restart()
            clock.move(seconds=30)
            assert len(await taken(inbox)) == 1


@pytest.mark.parametrize("echo", [False, "debug"])
async def test_d6_no_log_shows_a_row(url: str, caplog: pytest.LogCaptureFixture, echo: bool | str) -> None:
    async with keeping(url) as (inbox, clock):
        inbox._store.engine.echo = echo
        log_everything(caplog)
        await asyncio.gather(*(inbox.store(delivery(ONE, apt(n, note=SECRET))) for n in range(1, 5)))
        for _ in range(2):
            async with await first(inbox) as unread:
                raise ValueError(SECRET)
            assert SECRET not in repr(unread)
        clock.move(seconds=5)
        async with await first(inbox) as unread, unread.transaction():
            pass
        assert len(await taken(inbox)) == 3
        logging.getLogger("tests").debug("events are read")
    leaks = {
        (record.name, record.msg)
        for record in caplog.records
        for shown in (record.getMessage(), repr(record.args), record.exc_text or "")
        if SECRET in shown
    }
    assert leaks == set()
    assert {record.name for record in caplog.records} >= {"asyncio", "tests", "odapi_async"}

"""A handler goes on by itself when its database was away."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from odapi_async.events import Inbox
from odapi_async.mirror import StoreError
from tests.integration.mirror.conftest import SERVERS
from tests.support.inbox import ONE, apt, delivery, keeping
from tests.support.mirror import execute
from tests.support.postgres import PostgresServer
from tests.support.watch import until

AWAY = "events wait until the database can be used"
BACK = "the database can be used again"


@asynccontextmanager
async def handling(inbox: Inbox) -> AsyncGenerator[list[int]]:
    """A handler, as a program has it: the ids that it has handled."""
    handled: list[int] = []

    async def handle() -> None:
        async for unread in inbox.unread():
            async with unread:
                handled.append(unread.event_id)

    task = asyncio.create_task(handle())
    yield handled
    assert not task.done(), "the handler has ended"
    task.cancel()
    await asyncio.wait([task])


async def test_a_file_that_another_program_locks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "events.db"
    async with keeping(f"sqlite:///{file}?timeout=0.01") as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        with sqlite3.connect(file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            async with handling(inbox) as handled:
                await until(lambda: AWAY in caplog.text)
                await asyncio.sleep(0.05)
                assert handled == []
                other.execute("COMMIT")
                await until(lambda: BACK in caplog.text)
                await until(lambda: handled == [1])
        other.close()
    assert (caplog.text.count(AWAY), caplog.text.count(BACK)) == (1, 1)


async def test_a_file_that_is_locked_while_an_event_is_handled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "events.db"
    async with keeping(f"sqlite:///{file}?timeout=0.01") as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        with sqlite3.connect(file, isolation_level=None) as other:
            unread = await anext(inbox.unread())
            other.execute("BEGIN IMMEDIATE")
            leaving = asyncio.create_task(unread.__aexit__(None, None, None))
            await until(lambda: AWAY in caplog.text)
            other.execute("COMMIT")
            assert await leaving is False
        other.close()
        assert (await inbox.status()).waiting == 0


async def test_who_does_not_wait_for_events_does_not_wait_for_the_database(tmp_path: Path) -> None:
    file = tmp_path / "events.db"
    async with keeping(f"sqlite:///{file}?timeout=0.01") as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        with sqlite3.connect(file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked by another program"):
                await anext(inbox.unread(follow=False))
        other.close()


@pytest.mark.skipif(not SERVERS, reason="needs a server")
@pytest.mark.unmeasured
async def test_a_server_that_starts_again(postgres: PostgresServer) -> None:
    async with keeping(postgres.emptied_database()) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        async with handling(inbox) as handled:
            await until(lambda: handled == [1])
            postgres.kill()
            try:
                await asyncio.sleep(0.1)
            finally:
                postgres.restart()
            await inbox.store(delivery(ONE, apt(2)))
            # the first one may come again: its end need not have been on disk
            await until(lambda: len({*handled}) == 2)


@pytest.mark.skipif(not SERVERS, reason="needs a server")
@pytest.mark.unmeasured
async def test_a_transaction_on_a_server_that_is_away(postgres: PostgresServer) -> None:
    async with keeping(postgres.emptied_database()) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        unread = await anext(inbox.unread())
        await inbox._store.engine.dispose()
        postgres.kill()
        try:
            with pytest.raises(StoreError, match="cannot be reached"):
                async with unread.transaction():
                    pytest.fail("it is not begun")
        finally:
            postgres.restart()


async def test_an_error_of_the_block_of_a_transaction_stays_what_it_is(lite: str) -> None:
    async with keeping(lite) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        unread = await anext(inbox.unread())
        with pytest.raises(ConnectionError, match="a mail server"):
            async with unread.transaction():
                raise ConnectionError("a mail server")


async def test_what_waiting_does_not_mend_ends_the_handler_and_is_told(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with keeping(url) as (inbox, _):
        await inbox.open()
        await execute(inbox._store, "DROP TABLE event_inbox")
        with pytest.raises(StoreError):
            await asyncio.wait_for(anext(inbox.unread()), 5)
    assert "no event is handed out any more: the database" in caplog.text

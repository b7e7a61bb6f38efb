"""Whatever is cancelled at whatever moment: nothing is lost, nothing is held for ever, nothing stays open."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest
import sqlalchemy as sa

from odapi_async.events import Inbox
from tests.support.inbox import ONE, apt, delivery, first, keeping, notes, taken
from tests.support.mirror import execute
from tests.support.watch import passes, pending

pytestmark = pytest.mark.unmeasured

TURNS: Final = 60


async def cancelled_after(turns: int, work: Any) -> bool:
    """Cancel a coroutine after some turns of the loop; return whether that came before its end."""
    task = asyncio.create_task(work)
    await passes(turns)
    task.cancel()
    await asyncio.wait([task])
    assert pending() == [], "what was under way has ended"
    return task.cancelled()


async def test_a_delivery_is_stored_or_not(url: str) -> None:
    async with keeping(url) as (inbox, _):
        await inbox.open()
        cut = 0
        for turns in range(TURNS):
            mine = delivery(ONE, apt(turns + 1), apt(turns + 1001))
            stopped = await cancelled_after(turns, inbox.store(mine))
            cut += stopped
            again = await inbox.store(mine)
            assert again in ({0, 2} if stopped else {0})
            assert sorted(number for number, _ in await notes(inbox)) == [turns + 1, turns + 1001]
        assert cut > 2


async def test_a_claim_is_given_back(url: str) -> None:
    async with keeping(url, lease=3600) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        cut = 0
        for turns in range(TURNS):
            stopped = await cancelled_after(turns, first(inbox))
            cut += stopped
            if not stopped:
                break
            again = await first(inbox)
            assert again.tries == 1
            await again.release()
        assert cut > 2


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_a_handler_is_cancelled_at_any_moment(url: str, in_transaction: bool) -> None:
    async with keeping(url, lease=3600) as (inbox, _):
        await inbox.open()
        await execute(inbox._store, "CREATE TABLE mine (number INTEGER)")
        cut = 0
        for turns in range(TURNS):
            await inbox.store(delivery(ONE, apt(turns + 1)))
            work = handle_strictly(inbox, turns) if in_transaction else handle(inbox)
            cut += await cancelled_after(turns, work)
            left = await taken(inbox)
            assert [unread.tries for unread in left] in ([], [1])
            assert (await inbox.status()).waiting == 0, "nothing is held"
            if in_transaction:
                assert (await written(inbox)).count(turns) == 1 - len(left)
        assert cut > 2


async def handle(inbox: Inbox) -> None:
    async with await first(inbox):
        await passes(3)


async def handle_strictly(inbox: Inbox, number: int) -> None:
    async with await first(inbox) as unread, unread.transaction() as connection:
        for _ in range(2):
            await connection.execute(sa.text("DELETE FROM mine WHERE number = :it"), {"it": number})
            await connection.execute(sa.text("INSERT INTO mine VALUES (:it)"), {"it": number})


async def written(inbox: Inbox) -> list[int]:
    async with inbox._store.engine.connect() as connection:
        return [*(await connection.execute(sa.text("SELECT number FROM mine"))).scalars()]


async def test_a_wait_for_events_is_cancelled(url: str) -> None:
    async with keeping(url, poll_interval=3600) as (inbox, _):
        await inbox.open()

        async def wait() -> None:
            async for _ in inbox.unread():
                pytest.fail("there is none")

        assert await cancelled_after(TURNS, wait())

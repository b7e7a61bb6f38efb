"""The inbox of a database. Needs the extra `mirror`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Protocol

import sqlalchemy as sa

from odapi_async.cli.errors import CommandFailed
from odapi_async.cli.events.chosen_options import Filters
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo_err
from odapi_async.events import Inbox
from odapi_async.events.schema import INBOX, SEEN
from odapi_async.events.stored import plain
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.url import missing_file

_HOW = "create one with: odapi events serve"


@asynccontextmanager
async def open_inbox(url: str) -> AsyncGenerator[Inbox]:
    """Open the inbox of a database, if there is one.

    Raises:
        CommandFailed: there is none.
        StoreError: the database cannot be used.
    """
    async with Store(url) as store:
        if (file := missing_file(store.engine.url)) is not None:
            raise CommandFailed(f"{file} does not exist; {_HOW}")
        if not await _has_inbox(store):
            raise CommandFailed(f"the database has no inbox; {_HOW}")
        yield Inbox(store)


async def count_events(store: Store, practice: str) -> int | None:
    """Return how many events of a practice are kept; None if nothing of it is, in an inbox or without one.

    Raises:
        StoreError: the database cannot be used.
    """
    if not await _has_inbox(store):
        return None
    stored = plain(practice)
    events = sa.select(sa.func.count()).where(INBOX.c.practice == stored)
    seen = sa.select(sa.func.count()).where(SEEN.c.practice == stored)
    with translate_errors():
        async with store.engine.connect() as connection:
            found = int((await connection.execute(events)).scalar_one())
            return found if found or (await connection.execute(seen)).scalar_one() else None


class Act(Protocol):
    """What is done with events that were set aside: `Inbox.retry`, for example."""

    async def __call__(
        self,
        inbox: Inbox,
        event_ids: Collection[int] | None,
        /,
        *,
        practice: str | None,
        kind: str | None,
    ) -> int:
        """Do it, and return the number of events."""
        ...


async def for_chosen(url: str, filters: Filters, act: Act) -> int:
    """Do something with the events that options have chosen, and return their number."""
    count = 0
    async with open_inbox(url) as inbox:
        for kind in filters.kinds:
            count += await act(inbox, filters.event_ids, practice=filters.practice, kind=kind)
        await hint_practice(inbox, filters.practice, count)
    return count


async def hint_practice(inbox: Inbox, practice: str | None, count: int) -> None:
    """Tell which practices there are if nothing was found of one whose name may be misspelled."""
    if count or practice is None:
        return
    names = [each.practice for each in (await inbox.status()).practices]
    if plain(practice) not in names:
        known = ", ".join(map(printable, names)) or "none"
        echo_err(f"odapi: nothing is kept of a practice {printable(practice)}; there are events of: {known}")


async def forget_events(store: Store, practice: str) -> int:
    """Remove all events of a practice, if the database has an inbox, and return their number.

    Raises:
        StoreError: the database cannot be used.
    """
    return await Inbox(store).forget(practice) if await _has_inbox(store) else 0


async def _has_inbox(store: Store) -> bool:
    with translate_errors():
        async with store.engine.connect() as connection:
            return await connection.run_sync(lambda sync: sa.inspect(sync).has_table(INBOX.name))

"""Whatever comes twice, late or out of order, and however handlers end: each version of a row is handled."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odapi_async.events import Inbox, Unread
from tests.support.inbox import BARE, ONE, apt, delivery, keeping, rows_of
from tests.support.mirror import Clock

Version = tuple[int, int]
"""The id of a row, and the second in which it was last changed."""

PRACTICES: Final = itertools.count(1)
MINE: Final = sa.table("mine", sa.column("practice"), sa.column("number"), sa.column("second"))
LEASE: Final = 30


class Send(NamedTuple):
    """Deliveries that come at the same time."""

    posts: list[list[Version]]


class Take(NamedTuple):
    """What becomes of the next event."""

    end: str


versions = st.tuples(st.integers(1, 3), st.integers(0, 3))
posts = st.lists(st.lists(versions, min_size=1, max_size=4), min_size=1, max_size=3)
steps = st.lists(
    st.one_of(
        st.builds(Send, posts), st.builds(Take, st.sampled_from(["done", "error", "killed", "cancelled"]))
    ),
    max_size=12,
)
several: Final = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


@several
@given(steps, st.booleans())
def test_each_version_is_handled_at_least_once_and_in_transactions_exactly_once(
    url: str, done: Sequence[Send | Take], strict: bool
) -> None:
    asyncio.run(Story(f"office-{next(PRACTICES)}", strict=strict).run(url, done))


class Story:
    """What an office sends to an inbox, and what is handled of it.

    Args:
        practice: the office; each story has one of its own in the same database.
        strict: whether events are handled in transactions.
    """

    def __init__(self, practice: str, *, strict: bool) -> None:
        self.strict = strict
        self.practice = practice
        self.sent: set[Version] = set()
        self.seen: Counter[Version] = Counter()

    async def run(self, url: str, done: Sequence[Send | Take]) -> None:
        async with keeping(url, lease=LEASE, max_tries=1_000) as (inbox, clock):
            await inbox.open()
            async with inbox._store.engine.begin() as connection:
                create = "CREATE TABLE IF NOT EXISTS mine (practice TEXT, number INTEGER, second INTEGER)"
                await connection.execute(sa.text(create))
            for step in done:
                if isinstance(step, Send):
                    await self.send(inbox, step.posts)
                else:
                    await self.take(inbox, step.end)
                clock.move(seconds=1)
            await self.finish(inbox, clock)
            assert self.seen.keys() == self.sent
            assert await self.written(inbox) == Counter(self.sent if self.strict else ())

    async def send(self, inbox: Inbox, posts: list[list[Version]]) -> None:
        rows = [[apt(*version) for version in post] for post in posts]
        some = [delivery(ONE, *each, practice=self.practice) for each in rows]
        counts = await asyncio.gather(*map(inbox.store, some))
        before = len(self.sent)
        self.sent.update(itertools.chain.from_iterable(posts))
        assert sum(counts) == len(self.sent) - before

    async def take(self, inbox: Inbox, end: str) -> bool:
        async for unread in inbox.unread(follow=False):
            if end == "killed":  # it holds the event, and is never heard of again
                return True
            handling = asyncio.create_task(self.handle(unread, end))
            if end == "cancelled":
                await asyncio.sleep(0)
                handling.cancel()
            await asyncio.wait([handling])
            return True
        return False

    async def handle(self, unread: Unread, end: str) -> None:
        found = [(row["AptNum"], int(row["DateTStamp"][-2:])) for row in rows_of(unread)]
        if not self.strict:
            async with unread:
                self.seen.update(found)
                if end == "error":
                    raise ValueError
            return
        async with unread, unread.transaction() as connection:
            rows: list[dict[str, Any]] = [
                {"practice": self.practice, "number": number, "second": second} for number, second in found
            ]
            await connection.execute(sa.insert(MINE), rows)
            self.seen.update(found)
            if end == "error":
                raise ValueError

    async def finish(self, inbox: Inbox, clock: Clock) -> None:
        """Handle what is left, also what is due later."""
        while (await inbox.status()).waiting:
            clock.move(hours=2)
            while await self.take(inbox, "done"):
                pass

    async def written(self, inbox: Inbox) -> Counter[Version]:
        query = sa.select(MINE.c.number, MINE.c.second).where(MINE.c.practice == self.practice)
        async with inbox._store.engine.connect() as connection:
            return Counter([(row[0], row[1]) for row in await connection.execute(query)])


@several
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 2), st.sampled_from("AB")), min_size=1, max_size=4), max_size=8
    )
)
def test_without_a_stamp_each_change_is_handled_once(url: str, sent: list[list[tuple[int, str]]]) -> None:
    asyncio.run(follow_changes(url, f"office-{next(PRACTICES)}", sent))


async def follow_changes(url: str, practice: str, sent: list[list[tuple[int, str]]]) -> None:
    last: dict[int, str] = {}
    expected: list[tuple[int, str]] = []
    for number, name in itertools.chain.from_iterable(sent):
        expected += [] if last.get(number) == name else [(number, name)]
        last[number] = name
    async with keeping(url) as (inbox, clock):
        for post in sent:
            rows = [{"OperatoryNum": number, "OpName": name} for number, name in post]
            await inbox.store(delivery(BARE, *rows, practice=practice))
            clock.move(seconds=1)
        found: list[tuple[int, str]] = []
        async for unread in inbox.unread(follow=False):
            async with unread:
                found += [(row["OperatoryNum"], row["OpName"]) for row in rows_of(unread)]
        assert found == expected

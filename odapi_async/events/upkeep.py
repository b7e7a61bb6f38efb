"""What keeps an inbox in order: replays, what waits in it, and the removal of what is kept no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from odapi_async.events.event import PATIENT_SELECTED, WATCHED
from odapi_async.events.health import CATCH_UP
from odapi_async.events.schema import INBOX, SEEN, State
from odapi_async.events.stored import plain
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.transaction import begin

BATCH: Final = 5_000  # rows that one transaction removes
_REPEATED: Final = CATCH_UP + dt.timedelta(days=1)
"""How long an office may send a row again."""

_IDS: Final = 500  # in one statement

_AGAIN: Final[dict[str, Any]] = {
    "state": State.WAITING.value,
    "tries": 0,
    "due_at": INBOX.c.received_at,
    "leased_by": None,
    "error": "",
    "done_at": None,
}


class PracticeInbox(msgspec.Struct, frozen=True, kw_only=True):
    """The events of one practice.

    Attributes:
        practice: the name of the practice.
        waiting: the number of events that wait, and of those that are being handled.
        set_aside: the number of events that failed too often.
        oldest_waiting: the time in UTC when the oldest event that waits was received; None if none waits.
        last_received: the time in UTC when the last event that is kept was received.
        unknown: the number of events that are kept, handled or not, of kinds that this version does not know.
    """

    practice: str
    waiting: int = 0
    set_aside: int = 0
    unknown: int = 0
    oldest_waiting: dt.datetime | None = None
    last_received: dt.datetime | None = None


class InboxStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What waits in an inbox.

    Attributes:
        at: the time in UTC for which this is true.
        practices: the practices of which events are kept, sorted by name.
    """

    at: dt.datetime
    practices: tuple[PracticeInbox, ...]

    @property
    def waiting(self) -> int:
        """The number of events that wait, of all practices."""
        return sum(each.waiting for each in self.practices)

    @property
    def set_aside(self) -> int:
        """The number of events that failed too often, of all practices."""
        return sum(each.set_aside for each in self.practices)


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An event that failed too often. It has no value of a row but the ids.

    Attributes:
        event_id: the number of the event.
        practice: the name of the practice.
        kind: the API's name of the event, such as `Appointment`.
        row_ids: the ids of its rows; None for a row without one.
        received_at: the time in UTC when it was received.
        tries: how often it was tried.
        error: the type of the error that the last handler ended with.
    """

    event_id: int
    practice: str
    kind: str
    row_ids: tuple[int | None, ...]
    received_at: dt.datetime
    tries: int
    error: str


class Chosen(NamedTuple):
    """Which of the events that were set aside are meant. None means all.

    Attributes:
        event_ids: the numbers of the events.
        practice: the name of the practice.
        kind: the kind of the events.
    """

    event_ids: Collection[int] | None = None
    practice: str | None = None
    kind: str | None = None

    def conditions(self) -> list[list[sa.ColumnElement[bool]]]:
        """Return the conditions of each statement that is needed."""
        some = [INBOX.c.state == State.SET_ASIDE.value, *_are_of(self.practice, self.kind)]
        if self.event_ids is None:
            return [some]
        return [[*some, INBOX.c.event_id.in_(ids)] for ids in parts({*self.event_ids})]


def _are_of(practice: str | None, kind: str | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the events of a practice and a kind, as these are stored; None means all."""
    given = {INBOX.c.practice: practice, INBOX.c.kind: kind}
    return [column == plain(name) for column, name in given.items() if name is not None]


class Pruned(NamedTuple):
    """How many events were removed, and whether more may be left."""

    events: int
    is_all: bool


@shielded
async def replay(store: Store, practice: str | None, kind: str | None, since: dt.datetime) -> int:
    """Let events that are done wait again, and return their number."""
    if since.tzinfo is not None:
        since = since.astimezone(dt.UTC).replace(tzinfo=None)
    some = [INBOX.c.state == State.DONE.value, INBOX.c.received_at >= since, *_are_of(practice, kind)]
    return await _execute(store, [sa.update(INBOX).where(*some).values(_AGAIN)])


@shielded
async def retry(store: Store, chosen: Chosen) -> int:
    """Let events that were set aside wait again, and return their number."""
    return await _execute(
        store, [sa.update(INBOX).where(*some).values(_AGAIN) for some in chosen.conditions()]
    )


@shielded
async def discard(store: Store, chosen: Chosen) -> int:
    """Remove events that were set aside, and return their number."""
    return await _execute(store, [sa.delete(INBOX).where(*some) for some in chosen.conditions()])


@shielded
async def read_set_aside(store: Store, chosen: Chosen, limit: int) -> list[SetAside]:
    """Return events that were set aside, those first that were received first."""
    names = ("event_id", "practice", "kind", "ids", "received_at", "tries", "error")
    (some,) = chosen.conditions()
    query = sa.select(*(INBOX.c[name] for name in names)).where(*some)
    query = query.order_by(INBOX.c.received_at, INBOX.c.event_id).limit(limit)
    with translate_errors():
        async with store.engine.connect() as connection:
            found = [dict(each) for each in (await connection.execute(query)).mappings()]
    return [
        SetAside(row_ids=msgspec.json.decode(each.pop("ids"), type=tuple[int | None, ...]), **each)
        for each in found
    ]


@shielded
async def read_status(store: Store) -> InboxStatus:
    """Return what waits, by practice."""
    waiting, set_aside = (INBOX.c.state == each.value for each in (State.WAITING, State.SET_ASIDE))
    query = sa.select(
        INBOX.c.practice,
        sa.func.count().filter(waiting).label("waiting"),
        sa.func.count().filter(set_aside).label("set_aside"),
        sa.func.count().filter(INBOX.c.kind.not_in([*WATCHED, PATIENT_SELECTED])).label("unknown"),
        sa.func.min(INBOX.c.received_at).filter(waiting).label("oldest_waiting"),
        sa.func.max(INBOX.c.received_at).label("last_received"),
    ).group_by(INBOX.c.practice)
    now = store.clock()
    with translate_errors():
        async with store.engine.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
    practices = [PracticeInbox(**row) for row in found]
    # the database may sort by the rules of a language
    return InboxStatus(at=now, practices=tuple(sorted(practices, key=lambda each: each.practice)))


@shielded
async def prune(store: Store, keep: dt.timedelta) -> Pruned:
    """Remove some of the events that were done before a time, and of what was received before one.

    Args:
        store: the database.
        keep: how long events are kept.
    """
    now = store.clock()
    old = sa.select(INBOX.c.event_id).where(INBOX.c.state == State.DONE.value, INBOX.c.done_at < now - keep)
    seen = sa.select(*SEEN.primary_key).where(SEEN.c.seen_at < now - max(keep, _REPEATED))
    events = await _execute(store, [_remove(INBOX, old)])
    digests = await _execute(store, [_remove(SEEN, seen)])
    return Pruned(events, max(events, digests) < BATCH)


async def forget(store: Store, practice: str) -> int:
    """Remove all that is kept of a practice, and return the number of events."""
    removed = 0
    for table in (INBOX, SEEN):
        some = sa.select(*table.primary_key).where(table.c.practice == plain(practice))
        count = BATCH
        while count == BATCH:
            count = await _remove_some(store, table, some)
            removed += count if table is INBOX else 0
    return removed


@shielded
async def _remove_some(store: Store, table: sa.Table, some: sa.Select[Any]) -> int:
    return await _execute(store, [_remove(table, some)])


def _remove(table: sa.Table, some: sa.Select[Any]) -> sa.Delete:
    return sa.delete(table).where(sa.tuple_(*table.primary_key).in_(some.limit(BATCH)))


async def _execute(store: Store, statements: Iterable[sa.UpdateBase]) -> int:
    """Run statements in one transaction, and return how many rows they changed."""
    with translate_errors():
        async with store.engine.begin() as connection:
            await begin(connection)
            return sum([(await connection.execute(each)).rowcount for each in statements])


def parts(ids: Collection[int]) -> Iterable[list[int]]:
    """Return ids in parts that fit into one statement."""
    listed = [*ids]
    return (listed[start : start + _IDS] for start in range(0, len(listed), _IDS))

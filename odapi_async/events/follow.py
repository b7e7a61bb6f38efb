"""Keeps a mirror current by events, and by what it reads itself where events do not tell everything."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, cast

from odapi_async import OpenDentalError, Practice
from odapi_async.events.audit_trail import KIND
from odapi_async.events.deleted_appointments import APPOINTMENTS, DeletedAppointments
from odapi_async.events.event import WATCHED
from odapi_async.events.health import CATCH_UP, Health, SubscriptionHealth
from odapi_async.events.inbox import Inbox
from odapi_async.events.reading import Cause, Reading, guarded
from odapi_async.events.subscriptions import check
from odapi_async.events.unread import Unread
from odapi_async.mirror import Mirror, StoreError
from odapi_async.mirror.suggestions import check_tables

_LOG: Final = logging.getLogger("odapi_async.events")
_LOOKS: Final = 16  # practices whose subscriptions are looked at at the same time


class Follower:
    """Applies events to a mirror as they come.

    An event patches rows at once. It never moves a bookmark, so whatever is lost on the way is found by the
    next round of the mirror. This orders such rounds: at its start, where an event does not tell everything,
    and where a subscription stands still; after three days all rows are read once, because an office catches
    up no further, and no other read finds what was deleted. Only deleted appointments are in an audit trail:
    it is read at each look at the subscriptions, if none tells of them.

    Args:
        inbox: the inbox, in the database of the mirror.
        mirror: the mirror.
        practices: the practices by the names that their rows carry.
        url: the URL that offices post to, as it was given to `ensure`; None if the subscriptions of all URLs
            count. Other programs may have some.
        debounce: seconds from the first event that asks for a round to the round: many events ask for one.
        check_interval: seconds between two looks at the subscriptions.
        on_reading: called with what was read besides the events. What it raises is logged by its type.
    """

    def __init__(
        self,
        inbox: Inbox,
        mirror: Mirror,
        practices: Mapping[str, Practice],
        *,
        url: str | None = None,
        debounce: float = 5.0,
        check_interval: float = 900.0,
        on_reading: Callable[[Reading], object] = lambda _: None,
    ) -> None:
        self._inbox = inbox
        self._mirror = mirror
        self._practices = practices
        self._check = partial(check, url=url)
        self._debounce = debounce
        self._check_interval = check_interval
        self._on_reading = guarded(on_reading)
        self._deletions = DeletedAppointments(inbox, mirror.store, self._on_reading)
        self._due: dict[str, dict[str, Cause]] = defaultdict(dict)
        self._reading: set[str] = set()
        self._swept: dict[tuple[str, str], dt.datetime | None] = {}  # since when it stood still then

    async def run(
        self, tables: Iterable[str], *, tables_by_practice: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Apply events until it is cancelled.

        Args:
            tables: the tables of the mirror that events keep current.
            tables_by_practice: the tables of practices that have others, by the names of the practices.

        Raises:
            ConfigurationError: there is no such table in the mirror.
            StoreError: the database cannot be used.
        """
        own, usual = {name: [*each] for name, each in (tables_by_practice or {}).items()}, tuple(tables)
        check_tables({*usual}.union(*own.values()))
        watched = {name: _watched(own.get(name, usual)) for name in self._practices}
        failed: StoreError | None = None
        try:
            async with asyncio.TaskGroup() as group:
                slots = asyncio.Semaphore(_LOOKS)
                for name, found in watched.items():
                    self._order(group, name, found, Cause.START)
                    group.create_task(self._look_again(group, slots, name, found))
                async for unread in self._inbox.unread():
                    async with unread:
                        await self._apply(group, unread)
        except* StoreError as errors:
            failed = cast("StoreError", errors.exceptions[0])
        if failed:
            raise failed

    async def _apply(self, group: asyncio.TaskGroup, unread: Unread) -> None:
        applied, event = await self._inbox.apply(unread), unread.event
        watched = WATCHED.get(event.kind)
        if applied.incomplete and watched and event.practice in self._practices:
            self._order(group, event.practice, [watched.table], Cause.INCOMPLETE)

    async def _look_again(
        self, group: asyncio.TaskGroup, slots: asyncio.Semaphore, name: str, watched: list[str]
    ) -> None:
        """Look at the subscriptions of a practice from time to time. What fails there ends no other one."""
        while True:
            await asyncio.sleep(self._check_interval)
            async with slots:
                try:
                    await self._look_at(group, name, watched)
                except StoreError:
                    raise
                except Exception as error:  # noqa: BLE001 - its message is dropped: it may quote a row
                    _LOG.warning("the subscriptions of %s cannot be read: %s", name, type(error).__name__)

    async def _look_at(self, group: asyncio.TaskGroup, name: str, watched: list[str]) -> None:
        """Order a round of what may not be told."""
        found = best_of_each_kind(await self._check(self._practices[name]))
        alive = {WATCHED[kind].table for kind, each in found.items() if _tells_changes(kind, each)}
        gap = {
            WATCHED[kind].table
            for kind, each in found.items()
            if has_gap(each) and self._swept.get((name, kind), dt.datetime.min) != each.since
        }
        self._swept |= {(name, kind): each.since for kind, each in found.items() if has_gap(each)}
        self._order(group, name, [each for each in watched if each in gap], Cause.GAP)
        self._order(group, name, [each for each in watched if each not in gap | alive], Cause.SILENCE)
        if APPOINTMENTS in watched:
            is_told = KIND in found and found[KIND].state is Health.ALIVE
            await self._deletions.look(name, self._practices[name], is_told=is_told)

    def _order(self, group: asyncio.TaskGroup, name: str, tables: Iterable[str], cause: Cause) -> None:
        due = self._due[name]
        for table in tables:
            if due.get(table) is not Cause.GAP:
                due[table] = cause
        if due and name not in self._reading:
            self._reading.add(name)
            group.create_task(self._read(name))

    async def _read(self, name: str) -> None:
        """Read what is due of a practice, until nothing is."""
        try:
            while self._due[name]:
                await asyncio.sleep(self._debounce)
                due, self._due[name] = self._due[name], {}
                for cause in Cause:
                    tables = tuple(table for table, why in due.items() if why is cause)
                    if tables:
                        await self._read_tables(name, tables, cause)
        finally:
            self._reading.discard(name)  # at once: what is ordered from now on needs a new task

    async def _read_tables(self, name: str, tables: tuple[str, ...], cause: Cause) -> None:
        try:
            report = await self._mirror.run_one(name, self._practices[name], tables, sweep=cause is Cause.GAP)
            error = report.failed[0].error if report.failed else ""
        except StoreError:
            raise
        except OpenDentalError as failed:
            error = f"{type(failed).__name__}: {failed.message}"
        self._on_reading(Reading(name, tables, cause, error))


_TABLES: Final = frozenset(each.table for each in WATCHED.values())


def _watched(tables: Iterable[str]) -> list[str]:
    """Return the tables that an office can watch, each once."""
    return [table for table in dict.fromkeys(tables) if table in _TABLES]


def best_of_each_kind(found: Iterable[SubscriptionHealth]) -> dict[str, SubscriptionHealth]:
    """Return one subscription for each kind that this version knows: the one that was polled last.

    An office may have further ones of the same kind, for URLs that nobody uses any more.
    """
    known = [each for each in found if each.kind in WATCHED]
    known.sort(key=_liveliness)  # of each kind the last one stays
    return {each.kind: each for each in known}


def _liveliness(each: SubscriptionHealth) -> tuple[bool, float]:
    silent = math.inf if each.silence is None else each.silence.total_seconds()
    return each.state is Health.ALIVE, -silent


def has_gap(each: SubscriptionHealth) -> bool:
    """Return whether a subscription stands still for longer than its office catches up."""
    return each.state is not Health.ALIVE and each.silence is not None and each.silence > CATCH_UP


def _tells_changes(kind: str, each: SubscriptionHealth) -> bool:
    return each.state is Health.ALIVE and not WATCHED[kind].is_deletion

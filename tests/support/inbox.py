"""Deliveries as offices post them, made without the code that reads them, and what an inbox hands out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from odapi_async.events import WATCHED, Inbox, Unread
from odapi_async.events.delivery import Delivery, Item
from odapi_async.mirror import Store
from tests.support.mirror import NAME, Clock

NOON: Final = dt.datetime(2026, 5, 3, 12, 0, 0)
ONE: Final = "Appointment"
GONE: Final = "AppointmentDeleted"
BARE: Final = "Operatory"
"""Rows of this kind have no stamp."""

Row = dict[str, Any]


def apt(number: int, second: int = 0, note: str = "") -> Row:
    """An appointment that was last changed some seconds after noon."""
    stamp = NOON + dt.timedelta(seconds=second)
    return {"AptNum": number, "Note": note, "DateTStamp": str(stamp)}


def delivery(kind: str, *rows: Row, practice: str = NAME, is_list: bool = True) -> Delivery:
    """What an office posts."""
    return Delivery(practice, kind, "SERVER", tuple(_item(kind, row) for row in rows), is_list)


def _item(kind: str, row: Row) -> Item:
    text = json.dumps({name: row[name] for name in sorted(row) if name != "serverDateTime"}).encode()
    watched = WATCHED.get(kind)
    row_id = row.get(watched.id_field) if watched else None
    stamp = row.get(watched.stamp, "") if watched and watched.stamp else ""
    return Item(row_id, stamp, hashlib.sha256(text).digest()[:16], json.dumps(row).encode())


def rows_of(unread: Unread) -> list[Row]:
    """The rows of an event as they were posted."""
    return [msgspec.json.decode(item.raw) for item in unread.delivery.items]


async def taken(inbox: Inbox) -> list[Unread]:
    """All events that are due; each is done."""
    found: list[Unread] = []
    async for unread in inbox.unread(follow=False):
        async with unread:
            found.append(unread)
    return found


async def notes(inbox: Inbox) -> list[tuple[int, str]]:
    """The ids and notes of all rows of all events that are due; each event is done."""
    return [(row["AptNum"], row["Note"]) for unread in await taken(inbox) for row in rows_of(unread)]


async def first(inbox: Inbox) -> Unread:
    """The next event that is due, claimed."""
    async for unread in inbox.unread(follow=False):
        return unread
    raise AssertionError("no event is due")


@asynccontextmanager
async def keeping(url: str, **options: Any) -> AsyncGenerator[tuple[Inbox, Clock]]:
    """An inbox and the clock of its store."""
    clock = Clock(NOON)
    async with Store(url, clock=clock) as store:
        options.setdefault("poll_interval", 0.01)
        yield Inbox(store, **options), clock

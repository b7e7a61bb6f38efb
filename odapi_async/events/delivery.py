"""One POST of an office, as it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import msgspec

from odapi_async.errors import DecodeError
from odapi_async.events.event import WATCHED, Changed, Deleted, Event, Unknown
from odapi_async.resources import operations, read_rows


class Item(NamedTuple):
    """One row."""

    row_id: int | None
    stamp: str
    digest: bytes
    raw: bytes


class Delivery(NamedTuple):
    """One POST."""

    practice: str
    kind: str
    workstation: str
    items: tuple[Item, ...]
    is_list: bool


def to_event(delivery: Delivery, received_at: dt.datetime) -> Event:
    """Return the event."""
    practice, kind, workstation, items, _ = delivery
    watched = WATCHED.get(kind)
    common: Any = {"practice": practice, "kind": kind, "workstation": workstation, "received_at": received_at}
    if watched is None:
        return Unknown(**common, payload=[msgspec.json.decode(each.raw) for each in items], problem="kind")
    if watched.is_deletion:
        return Deleted(**common, table=watched.table, ids=tuple(each.row_id or 0 for each in items))
    found = operations(watched.table)
    row = found.get("get", found["list"]).returns
    try:
        rows = read_rows(row, b"[" + b",".join(each.raw for each in items) + b"]")
    except DecodeError:
        return Unknown(**common, payload=None, problem="rows")
    return Changed(**common, table=watched.table, rows=tuple(rows))

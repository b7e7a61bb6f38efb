"""Deliveries as rows of the inbox, and back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec

from odapi_async.events.delivery import Delivery, Item
from odapi_async.events.event import WATCHED
from odapi_async.events.schema import State

_MAX_ID: Final = 2**63 - 1
_NO_TIME: Final = "0001-"


class Arrival(NamedTuple):
    """A delivery that is to be stored.

    Attributes:
        delivery: the delivery.
        at: the time in UTC when it was received.
    """

    delivery: Delivery
    at: dt.datetime


class Version(NamedTuple):
    """What tells that a row was received before: the columns of `event_seen`.

    Attributes:
        practice: the name of the practice.
        kind: the kind of the event.
        row_id: the id of the row.
        digest: the digest of the row; empty if only the last version of a row counts.
        latest: the digest of the row if `digest` is empty; None for a deleted row.
    """

    practice: str
    kind: str
    row_id: int
    digest: bytes
    latest: bytes | None

    @property
    def key(self) -> tuple[str, str, int, bytes]:
        """The columns of the primary key."""
        return self[:4]


class StoredEvent(NamedTuple):
    """The columns of a new event."""

    practice: str
    kind: str
    workstation: str
    received_at: dt.datetime
    rows: int
    ids: str
    payload: str

    def __repr__(self) -> str:
        return f"StoredEvent({self.kind} of {self.practice}, {self.rows} rows)"  # they are patient data


class Claimed(NamedTuple):
    """An event that was claimed. It has no rows in its repr.

    Attributes:
        event_id: its number.
        tries: how often it was claimed, this time included.
        received_at: the time in UTC when it was received.
        delivery: what was received.
    """

    event_id: int
    tries: int
    received_at: dt.datetime
    delivery: Delivery

    def __repr__(self) -> str:
        return f"{type(self).__name__}(event_id={self.event_id}, tries={self.tries})"


class Settlement(NamedTuple):
    """What becomes of a claimed event.

    Attributes:
        event_id: its number.
        state: its state.
        tries: how often it was tried.
        due_at: when it is due, as a time in UTC.
        error: the type of the error that its last handler ended with; empty if it ended without one.
        done_at: the time in UTC when it was done; None if it was not.
        token: changes nothing if it is claimed by another lease; None to change it in any case.
    """

    event_id: int
    state: State
    tries: int
    due_at: dt.datetime
    error: str = ""
    done_at: dt.datetime | None = None
    token: str | None = None


def version_of(delivery: Delivery, item: Item) -> Version | None:
    """Return what tells that a row was received before; None if a repetition cannot be told.

    A row with a change stamp is known by its digest. Without one, a row that is as it was before may have
    changed twice, so that only the last version counts. A deleted row is known by its id.
    """
    watched, row_id = WATCHED.get(delivery.kind), item.row_id
    if watched is None or row_id is None or not -_MAX_ID <= row_id <= _MAX_ID:
        return None
    digest, latest = item.digest, None
    if watched.is_deletion:
        digest = b""
    elif watched.stamp is None or not item.stamp or item.stamp.startswith(_NO_TIME):
        digest, latest = b"", item.digest
    return Version(plain(delivery.practice), delivery.kind, row_id, digest, latest)


def to_stored(arrival: Arrival, items: Sequence[Item]) -> StoredEvent:
    """Return the columns of an event with some rows of a delivery."""
    delivery, at = arrival
    rows = b",".join(item.raw for item in items)
    return StoredEvent(
        plain(delivery.practice),
        plain(delivery.kind),
        plain(delivery.workstation),
        at,
        len(items),
        msgspec.json.encode([item.row_id for item in items]).decode(),
        (b"[%b]" % rows if delivery.is_list else rows).decode(errors="replace"),
    )


def to_claimed(event_id: int, tries: int, event: StoredEvent) -> Claimed:
    """Return a claimed event from its row."""
    is_list = event.payload.startswith("[")
    raws: Collection[bytes] = [event.payload.encode()]
    if is_list:
        raws = [bytes(raw) for raw in msgspec.json.decode(event.payload, type=list[msgspec.Raw])]
    ids = msgspec.json.decode(event.ids, type=list[int | None])
    items = tuple(Item(row_id, "", b"", raw) for row_id, raw in zip(ids, raws, strict=True))
    delivery = Delivery(event.practice, event.kind, event.workstation, items, is_list)
    return Claimed(event_id, tries, event.received_at, delivery)


def plain(text: str) -> str:
    """Return a text that every database can store."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()

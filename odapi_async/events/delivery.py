"""Reads one POST of an office. Pure: from headers and a body to a delivery, and from there to an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

import msgspec

from odapi_async import DecodeError
from odapi_async.events.event import (
    WATCHED,
    Changed,
    Deleted,
    Event,
    PatientSelected,
    Unknown,
    WatchedTable,
)
from odapi_async.resources import operations, read_rows

EVENT_TYPE: Final = "event-type"
WORKSTATION: Final = "workstation"
SELECTED: Final = "PatientSelected"
_TABLE: Final = "table"
_KIND: Final = re.compile(r"\s*(?:WatchTable|UiEventType)\s*:\s*([A-Za-z]{1,64})\s*", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z]{1,64}", re.ASCII)
_LONGEST_NAME: Final = 100  # characters of a workstation
_BOM: Final = b"\xef\xbb\xbf"
_SERVER_TIME: Final = "serverDateTime"  # the time of the answer, and no part of a row
_DIGEST: Final = 16  # bytes
_LONGEST_ID: Final = 20  # digits


class Refused(Exception):  # noqa: N818 - named after what happened, as the package's errors are
    """A POST is not accepted.

    Attributes:
        status: the status of the response.
        reason: why, without a value of what was sent.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Item(NamedTuple):
    """One row of a delivery.

    Attributes:
        row_id: its id; None if it has none that is known.
        stamp: when it last changed, as the office writes it; empty if it does not say so.
        digest: tells it from other states of the same row.
        raw: its JSON, as it came.
    """

    row_id: int | None
    stamp: str
    digest: bytes
    raw: bytes

    def __repr__(self) -> str:
        return f"Item({len(self.raw)} bytes)"  # it is patient data


class Delivery(NamedTuple):
    """One POST of an office.

    Attributes:
        practice: the name of the practice.
        kind: the API's name of the event; empty if the office does not say it.
        workstation: the machine that sent it; empty if the office does not say it.
        items: its rows, or the one object of an event in the program.
        is_list: whether it is a list of rows.
    """

    practice: str
    kind: str
    workstation: str
    items: tuple[Item, ...]
    is_list: bool


def kind_of(headers: Mapping[str, str], query: str) -> str:
    """Return the API's name of an event: from its header, or `table` in the query, for old offices.

    Args:
        headers: the headers, with names in lower case.
        query: the query of the URL.
    """
    if found := _KIND.fullmatch(headers.get(EVENT_TYPE, "")):
        return found[1]
    (name, *_) = parse_qs(query).get(_TABLE, [""])
    return name if _NAME.fullmatch(name) else ""


def read_delivery(practice: str, headers: Mapping[str, str], query: str, body: bytes) -> Delivery:
    """Read the body of a POST.

    JSON of an unexpected form is kept: the office sends again whatever is refused, until somebody stops it.

    Args:
        practice: the name of the practice.
        headers: the headers, with names in lower case.
        query: the query of the URL.
        body: the body.

    Raises:
        Refused: it is neither a JSON array nor an object, so it did not arrive as it was sent.
    """
    kind = kind_of(headers, query)
    workstation = headers.get(WORKSTATION, "").strip()[:_LONGEST_NAME]
    rows, is_list = _rows(body.removeprefix(_BOM))
    watched = WATCHED.get(kind)
    try:
        items = tuple(_item(each, watched) for each in rows)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _not_json() from None
    return Delivery(practice, kind, workstation if workstation.isprintable() else "", items, is_list)


def to_event(delivery: Delivery, received_at: dt.datetime) -> Event:
    """Return the event of a delivery.

    Args:
        delivery: the delivery.
        received_at: when it was received (UTC).
    """
    about: dict[str, Any] = {
        "practice": delivery.practice,
        "kind": delivery.kind,
        "workstation": delivery.workstation,
        "received_at": received_at,
    }
    watched = WATCHED.get(delivery.kind) if delivery.is_list else None
    try:
        if watched:
            return _of_table(watched, delivery.items, about)
        if delivery.kind == SELECTED and not delivery.is_list:
            return PatientSelected(patient=_typed("patients", delivery.items)[0], **about)
        problem = "this version does not know events of this kind"
    except DecodeError as error:
        problem = error.problem
    payload = [msgspec.json.decode(each.raw) for each in delivery.items]
    return Unknown(payload=payload if delivery.is_list else payload[0], problem=problem, **about)


def _of_table(watched: WatchedTable, items: Sequence[Item], about: Mapping[str, Any]) -> Event:
    ids = tuple(each.row_id for each in items if each.row_id)
    if len(ids) != len(items):
        raise DecodeError(f"a row has no {watched.id_field}", b"")
    if watched.is_deletion:
        return Deleted(table=watched.table, ids=ids, **about)
    return Changed(table=watched.table, rows=tuple(_typed(watched.table, items)), **about)


def _typed(table: str, items: Sequence[Item]) -> list[Any]:
    return read_rows(operations(table)["list"].returns, b"[" + b",".join(each.raw for each in items) + b"]")


def _rows(body: bytes) -> tuple[list[msgspec.Raw], bool]:
    """Return the rows of a body, each as its JSON, and whether it is a list."""
    try:
        if body.lstrip()[:1] == b"[":
            return msgspec.json.decode(body, type=list[msgspec.Raw]), True
        return [msgspec.json.decode(body, type=msgspec.Raw)] if _is_object(body) else [], False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _not_json() from None


def _is_object(body: bytes) -> bool:
    if body.lstrip()[:1] == b"{":
        return True
    raise _not_json()


def _not_json() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON array and no JSON object")


def _item(raw: msgspec.Raw, watched: WatchedTable | None) -> Item:
    row: Any = msgspec.json.decode(raw)
    is_object = isinstance(row, dict)
    if is_object:
        row.pop(_SERVER_TIME, None)
    digest = blake2b(msgspec.json.encode(row, order="sorted"), digest_size=_DIGEST).digest()
    known = row if is_object and watched else {}
    row_id = known.get(watched.id_field) if watched else None
    stamp = known.get(watched.stamp) if watched and watched.stamp else ""
    return Item(_as_id(row_id), stamp if isinstance(stamp, str) else "", digest, bytes(raw))


def _as_id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _LONGEST_ID:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None

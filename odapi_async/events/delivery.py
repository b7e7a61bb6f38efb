"""Reads one POST of an office. Pure: from headers and a body to a delivery, and from there to an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast
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
from odapi_async.resources import operations, read_rows, repair_texts

EVENT_TYPE: Final = "event-type"
WORKSTATION: Final = "workstation"
SELECTED: Final = "PatientSelected"
_TABLE: Final = "table"
_KIND: Final = re.compile(
    r"\s*(?:WatchTable|UiEventType)\s*:\s*([A-Za-z]{1,64})\s*", re.ASCII | re.IGNORECASE
)
_NAME: Final = re.compile(r"[A-Za-z]{1,64}", re.ASCII)
_LONGEST_NAME: Final = 100  # characters of a workstation
_BOM: Final = b"\xef\xbb\xbf"
_SERVER_TIME: Final = "serverDateTime"  # the time of the answer, and no part of a row
_DIGEST: Final = 16  # bytes
_LONGEST_ID: Final = 20  # digits
_KINDS: Final = {kind.lower(): kind for kind in (*WATCHED, SELECTED)}
_MOST_ROWS: Final = 100_000  # offices send 1,000; before 23.2.1 they sent all
_DEEPEST: Final = 32
"""Lists and objects inside each other: rows are flat, and later readers may have less stack left."""
_JSON: Final = msgspec.json.Decoder(float_hook=float)  # 1e999 is JSON, too


_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


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
        return _known(found[1])
    (name, *_) = parse_qs(query).get(_TABLE, [""])
    return _known(name) if _NAME.fullmatch(name) else ""


def read_delivery(practice: str, headers: Mapping[str, str], query: str, body: bytes) -> Delivery:
    """Read the body of a POST.

    JSON of an unexpected form is kept: the office sends again whatever is refused, until somebody stops it.
    Texts that are no valid JSON, such as a note with a byte of another encoding, are repaired as those of
    responses are.

    Args:
        practice: the name of the practice.
        headers: the headers, with names in lower case.
        query: the query of the URL.
        body: the body.

    Raises:
        Refused: it is neither a JSON array nor an object, so it did not arrive as it was sent; or no office
            can have sent it, because it has too many rows or is nested too deep.
    """
    kind = kind_of(headers, query)
    workstation = headers.get(WORKSTATION, "").strip()[:_LONGEST_NAME]
    watched = WATCHED.get(kind)
    found: tuple[tuple[Item, ...], bool] | None = None
    with suppress(*_UNREADABLE):
        found = _items(body.removeprefix(_BOM), watched)
    items, is_list = found or _repaired(body, watched)
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
    try:
        if watched := WATCHED.get(delivery.kind):
            return _of_table(watched, delivery.items, about)
        if delivery.kind == SELECTED and len(delivery.items) == 1:
            return PatientSelected(patient=_typed("patients", delivery.items)[0], **about)
        problem = "this version does not know events of this kind"
    except _NoId as error:
        problem = str(error)
    except DecodeError as error:
        problem = error.problem.replace("the response", "the event")
    payload = [_JSON.decode(each.raw) for each in delivery.items]
    return Unknown(payload=payload if delivery.is_list else payload[0], problem=problem, **about)


class _NoId(Exception):  # noqa: N818 - named after what happened, as the package's errors are
    """A row has no id that is plausible."""


def _of_table(watched: WatchedTable, items: Sequence[Item], about: Mapping[str, Any]) -> Event:
    ids = tuple(each.row_id for each in items if each.row_id)
    if len(ids) != len(items):
        raise _NoId(f"a row has no {watched.id_field}")
    if watched.is_deletion:
        return Deleted(table=watched.table, ids=ids, **about)
    return Changed(table=watched.table, rows=tuple(_typed(watched.table, items)), **about)


def _typed(table: str, items: Sequence[Item]) -> list[Any]:
    return read_rows(operations(table)["list"].returns, b"[" + b",".join(each.raw for each in items) + b"]")


def _known(name: str) -> str:
    """Return the kind as the API writes it, if it is one that is known."""
    return _KINDS.get(name.lower(), name)


def _repaired(body: bytes, watched: WatchedTable | None) -> tuple[tuple[Item, ...], bool]:
    with suppress(*_UNREADABLE):
        return _items(repair_texts(body), watched)
    raise _not_json()  # not inside a handler: the error would keep what it translates


def _items(body: bytes, watched: WatchedTable | None) -> tuple[tuple[Item, ...], bool]:
    """Return the rows of a body, and whether it is a list."""
    start = body.lstrip()[:1]
    if start == b"[":
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    elif start == b"{":
        rows = [msgspec.json.decode(body, type=msgspec.Raw)]
    else:
        raise _not_json()
    if len(rows) > _MOST_ROWS:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {_MOST_ROWS} rows")
    return tuple(_item(each, watched) for each in rows), start == b"["


def _not_json() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON array and no JSON object")


def _item(raw: msgspec.Raw, watched: WatchedTable | None) -> Item:
    row: Any = _JSON.decode(raw)
    if isinstance(row, dict | list) and not _is_shallow(row):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is nested too deep")
    known = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    known.pop(_SERVER_TIME, None)
    digest = blake2b(msgspec.json.encode(row, order="sorted"), digest_size=_DIGEST).digest()
    row_id = known.get(watched.id_field) if watched else None
    stamp = known.get(watched.stamp) if watched and watched.stamp else ""
    return Item(_as_id(row_id), stamp if isinstance(stamp, str) else "", digest, bytes(raw))


def _is_shallow(row: Any) -> bool:
    level: list[Any] = [row]
    for _ in range(_DEEPEST):
        inside: list[Any] = [each.values() if isinstance(each, dict) else each for each in level]
        level = [each for values in inside for each in values if isinstance(each, (dict, list))]
        if not level:
            return True
    return False


def _as_id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _LONGEST_ID:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None

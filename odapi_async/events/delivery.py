"""Reads one POST of an office. Pure: from headers and a body to a delivery, and from there to an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast
from urllib.parse import parse_qs

import msgspec

from odapi_async import DecodeError
from odapi_async.events.event import (
    PATIENT_SELECTED,
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
_TABLE: Final = "table"
_KIND: Final = re.compile(
    r"\s*(?:WatchTable|UiEventType)\s*:\s*([A-Za-z]{1,64})\s*", re.ASCII | re.IGNORECASE
)
_KINDS: Final = {kind.lower(): kind for kind in (*WATCHED, PATIENT_SELECTED)}
_NAME: Final = re.compile(r"[A-Za-z]{1,64}", re.ASCII)
_LONGEST_NAME: Final = 100  # characters of a workstation
_BOM: Final = b"\xef\xbb\xbf"
_SERVER_TIME: Final = "serverDateTime"  # the time of the answer, and no part of a row
_DIGEST: Final = 16  # bytes
_LONGEST_ID: Final = 20  # digits
_NESTED: Final = frozenset({dict, list})  # looking a type up here is faster than isinstance
_MOST_ROWS: Final = 100_000
"""Rows of one body. Offices send 1,000 at most since 23.2.1; millions of tiny ones would stop the program."""
_MOST_BRACKETS: Final = 3 * _MOST_ROWS
"""Lists and objects of one body, in its texts, too: to read five million of them takes many seconds."""
_DEEPEST: Final = 32
"""Lists and objects inside each other: rows are flat, and who reads them later may have less stack left."""
_JSON: Final = msgspec.json.Decoder(float_hook=float)  # 1e999 is JSON, too
_OF_ANY_TABLE: Final = frozenset({"PatNum"})
_IDS: Final = frozenset(each.id_field for each in WATCHED.values()) - _OF_ANY_TABLE


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
        return _as_written(found[1])
    (name, *_) = parse_qs(query).get(_TABLE, [""])
    return _as_written(name) if _NAME.fullmatch(name) else ""


def _as_written(name: str) -> str:
    """Return a kind as the API writes it, if it is one that is known."""
    return _KINDS.get(name.lower(), name)


def load_row_types() -> None:
    """Load the rows of all tables that an office can watch. The first event would wait for it."""
    for watched in WATCHED.values():
        _ids_of_others(watched.table)


def read_delivery(practice: str, headers: Mapping[str, str], query: str, body: bytes) -> Delivery:
    """Read the body of a POST.

    JSON of an unexpected form is kept: the office sends again whatever is refused, until somebody stops it.
    Texts with damaged characters are repaired, as in responses.

    Args:
        practice: the name of the practice.
        headers: the headers, with names in lower case.
        query: the query of the URL.
        body: the body.

    Raises:
        Refused: it is neither a JSON array nor an object, so it did not arrive as it was sent; or no office
            can have sent it, because it has more than 100,000 rows, is nested too deep, or has more than
            300,000 opening brackets.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_BRACKETS:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body has too many lists and objects")
    kind = kind_of(headers, query)
    workstation = headers.get(WORKSTATION, "").strip()[:_LONGEST_NAME]
    body = body.removeprefix(_BOM).strip()
    items = _items(body, WATCHED.get(kind))
    if items is None:
        items = _items(_repaired(body), WATCHED.get(kind))
    if items is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON array and no JSON object")
    is_list = body.startswith(b"[")
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
    problem = _problem(delivery)
    if not problem:
        try:
            return _known(delivery, about)
        except DecodeError as error:
            problem = _problem_of(error)
    payload = [_JSON.decode(each.raw) for each in delivery.items]
    return Unknown(payload=payload if delivery.is_list else payload[0], problem=problem, **about)


def _problem(delivery: Delivery) -> str:
    """Return why a delivery is no event that this version knows; empty if it may be one."""
    watched = WATCHED.get(delivery.kind)
    if not watched and delivery.kind != PATIENT_SELECTED:
        return "this version does not know events of this kind"
    if delivery.is_list != bool(watched):
        return "it is one object instead of a list" if watched else "it is a list instead of one object"
    if watched and any(each.row_id is None for each in delivery.items):
        return f"a row has no {watched.id_field} or is of another table"
    return ""


def _problem_of(error: DecodeError) -> str:
    place = "" if error.row is None else f" in row {error.row}"
    return f"it is no valid {error.type_name}{place}" + (f", field {error.field}" if error.field else "")


def _known(delivery: Delivery, about: Mapping[str, Any]) -> Event:
    watched = WATCHED.get(delivery.kind)
    if not watched:
        return PatientSelected(patient=_typed("patients", delivery.items)[0], **about)
    if watched.is_deletion:
        ids = tuple(each.row_id for each in delivery.items if each.row_id)
        return Deleted(table=watched.table, ids=ids, **about)
    return Changed(table=watched.table, rows=tuple(_typed(watched.table, delivery.items)), **about)


def _typed(table: str, items: Sequence[Item]) -> list[Any]:
    return read_rows(_row_type(table), b"[" + b",".join(each.raw for each in items) + b"]")


def fields_of(table: str) -> frozenset[str]:
    """Return the fields of the rows of a table, spelled as in the API."""
    return frozenset(_row_type(table).__struct_fields__)


def _row_type(table: str) -> Any:
    return operations(table)["list"].returns


def _items(body: bytes, watched: WatchedTable | None) -> tuple[Item, ...] | None:
    """Return the rows of a body; None if it is neither a JSON array nor an object."""
    if not body.startswith((b"[", b"{")):
        return None
    is_list = body.startswith(b"[")
    try:
        rows: list[msgspec.Raw] = (
            msgspec.json.decode(body, type=list[msgspec.Raw])
            if is_list
            else [msgspec.json.decode(body, type=msgspec.Raw)]
        )
        if len(rows) > _MOST_ROWS:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {_MOST_ROWS} rows")
        return tuple(_item(each, watched) for each in rows)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _repaired(body: bytes) -> bytes:
    """Return a body whose texts have no damaged characters; an empty one if that does not make it JSON."""
    is_list = body.startswith(b"[")
    try:
        rows = read_rows(dict[str, Any], body if is_list else b"[%b]" % body)
    except (DecodeError, RecursionError):
        return b""
    if is_list:
        return msgspec.json.encode(rows)
    return msgspec.json.encode(rows[0]) if len(rows) == 1 else b""


def _item(raw: msgspec.Raw, watched: WatchedTable | None) -> Item:
    row: Any = _JSON.decode(raw)
    if isinstance(row, dict | list) and not _is_shallow(row):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is nested too deep")
    fields = cast("dict[str, Any]", row) if isinstance(row, dict) else None
    digest = digest_of(row)
    if fields is None or not watched or _ids_of_others(watched.table) & fields.keys():
        return Item(None, "", digest, bytes(raw))
    row_id, stamp = _as_id(fields.get(watched.id_field)), fields.get(watched.stamp or "")
    return Item(row_id, stamp if isinstance(stamp, str) else "", digest, bytes(raw))


def digest_of(row: Any) -> bytes:
    """Return what tells a row from its other states, in whatever order its fields come."""
    if isinstance(row, dict):
        row = {name: value for name, value in cast("dict[str, Any]", row).items() if name != _SERVER_TIME}
    return blake2b(msgspec.json.encode(row, order="sorted"), digest_size=_DIGEST).digest()


def _is_shallow(row: Any) -> bool:
    level: list[Any] = [row]
    for _ in range(_DEEPEST):
        inside: list[Any] = [each.values() if isinstance(each, dict) else each for each in level]
        level = [each for values in inside for each in values if type(each) in _NESTED]
        if not level:
            return True
    return False


@cache
def _ids_of_others(table: str) -> frozenset[str]:
    """Return the ids that only rows of other tables have. Any row that was deleted may have a PatNum."""
    return _IDS.difference(_row_type(table).__struct_fields__)


def _as_id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _LONGEST_ID:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None

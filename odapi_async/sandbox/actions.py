"""Named actions: the values that each one writes, by resource and action."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from odapi_async.sandbox.appointment_history import BREAK_TYPE
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row

Change = Callable[[Row, Mapping[str, Any]], Row]
"""Takes the stored row and the body, and returns the values to write."""


def _confirm(_: Row, body: Mapping[str, Any]) -> Row:
    changed: Row = {"confirmed": body["confirmVal"]} if "confirmVal" in body else {}
    return changed | ({"Confirmed": body["defNum"]} if "defNum" in body else {})


def _break(row: Row, body: Mapping[str, Any]) -> Row:
    if row["AptStatus"] != "Scheduled":
        raise Refusal(400, "Only a Scheduled appointment can be broken.")
    if body.get("sendToUnscheduledList") == "false" and "breakType" not in body:
        raise Refusal(400, "sendToUnscheduledList can be false only if breakType is given.")
    return {"AptStatus": "Broken", BREAK_TYPE: body.get(BREAK_TYPE)}


def _note(row: Row, body: Mapping[str, Any]) -> Row:
    return {"Note": "\n".join(part for part in (row["Note"], body["Note"]) if part)}


def _group_note(row: Row, body: Mapping[str, Any]) -> Row:
    return dict(body) | (_note(row, body) if body.get("doAppendNote") == "true" else {})


def _planned(_: Row, body: Mapping[str, Any]) -> Row:
    return {**body, "AptStatus": "Planned"}


def _schedule_planned(_: Row, body: Mapping[str, Any]) -> Row:
    return {**body, "AptStatus": "Scheduled", "NextAptNum": body["AptNum"]}


def _web_sched(_: Row, body: Mapping[str, Any]) -> Row:
    moved = {"AptDateTime": body["DateTimeStart"], "Op": body["OpNum"], "AptStatus": "Scheduled"}
    return {**body, **moved}


def _close(_: Row, __: Mapping[str, Any]) -> Row:
    return {"IsClosed": "true"}


def _dynamic(_: Row, body: Mapping[str, Any]) -> Row:
    return {**body, "IsDynamic": "true", "NumberOfPayments": 0}  # 0, whatever was sent


def _as_sent(_: Row, body: Mapping[str, Any]) -> Row:
    return dict(body)


CHANGES: Final[dict[tuple[str, str, str], Change]] = {
    ("appointments", "PUT", "Confirm"): _confirm,
    ("appointments", "PUT", "Break"): _break,
    ("appointments", "PUT", "Note"): _note,
    ("appointments", "POST", "Planned"): _planned,
    ("appointments", "POST", "SchedulePlanned"): _schedule_planned,
    ("appointments", "POST", "WebSched"): _web_sched,
    ("payplans", "PUT", "Close"): _close,
    ("payplans", "POST", "Dynamic"): _dynamic,
    ("procedurelogs", "PUT", "GroupNote"): _group_note,
}

DELETED: Final[Mapping[str, Row]] = {"procedurelogs": {"ProcStatus": "D"}}
"""Resources whose deleted rows stay, with the values that mark them."""

ADDING: Final = frozenset({"/claims/{ClaimNum}/Split"})
"""Actions that add a row, though they are no POST."""

NATURAL_KEYS: Final = {
    "apikeys": ("CustomerKey",),
    "apptfields": ("AptNum", "FieldName"),
    "insverifies": ("FKey", "VerifyType"),
    "patfields": ("PatNum", "FieldName"),
}
"""Resources whose update has no row id in its path, with the columns that identify the row instead."""


_NOT_IN_HEADERS: Final = re.compile(r"[\x00-\x1f\x7f]")


def remote_path(row: Row, body: Mapping[str, Any]) -> str:
    """Return where an action has put a file on an SFTP server: the file's own name, if the body has none."""
    path = _NOT_IN_HEADERS.sub("", str(body.get("SftpAddress", "")))
    if "." in path.rpartition("/")[2]:
        return path
    return f"{path.rstrip('/')}/{row.get('FileName') or 'sheet.pdf'}"


def change(resource: str, method: str, action: str) -> Change:
    """Return what an action writes; an action that is not in the table writes the body."""
    return CHANGES.get((resource, method, action), _as_sent)

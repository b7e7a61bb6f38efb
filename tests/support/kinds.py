"""The kinds of calls that failures tell apart, each with the trace that it leaves at the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from odapi_async import Practice
from odapi_async.sandbox import Sandbox

_ROWS: Final = 12
_NOTE: Final = "Ring first."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call.

    Attributes:
        call: makes the call.
        done: how often it was executed, as far as what is stored at the server shows it.
        method: its HTTP method.
        repeatable: whether it may be sent again after it may have arrived.
    """

    call: Callable[[Practice], Awaitable[Any]]
    done: Callable[[Sandbox, str], int]
    method: str
    repeatable: bool

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def _notes(box: Sandbox, key: str) -> int:
    note: str = box.rows(key, "appointments")[0]["Note"]
    return note.count(_NOTE)


def _preferred(box: Sandbox, key: str) -> int:
    return int(box.rows(key, "patients")[2]["Preferred"] == "Bee")


KINDS: Final[dict[str, Kind]] = {
    "GET": Kind(lambda practice: practice.patients.get(3), lambda _box, _key: 0, "GET", repeatable=True),
    "PUT": Kind(
        lambda practice: practice.patients.update(3, Preferred="Bee"), _preferred, "PUT", repeatable=True
    ),
    "DELETE": Kind(
        lambda practice: practice.statements.delete(5),
        lambda box, key: _ROWS - len(box.rows(key, "statements")),
        "DELETE",
        repeatable=True,
    ),
    "POST": Kind(
        lambda practice: practice.patients.create(LName="Smith", FName="Jane"),
        lambda box, key: len(box.rows(key, "patients")) - _ROWS,
        "POST",
        repeatable=False,
    ),
    "adding-PUT": Kind(
        lambda practice: practice.appointments.update_note(1, Note=_NOTE),
        _notes,
        "PUT",
        repeatable=False,
    ),
    "unlisted-PUT": Kind(
        lambda practice: practice.request("PUT", "/patients/3", body={"Preferred": "Bee"}),
        _preferred,
        "PUT",
        repeatable=False,
    ),
}

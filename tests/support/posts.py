"""What offices post, written from the reference, and what keeps it in tests of the receiver."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from odapi_async.events import Delivery, Received, Receiver
from odapi_async.mirror import StoreError

KEY: Final = "Harb0urCustomerKey"
OTHER_KEY: Final = "Qu4yCustomerKey"
TOKEN: Final = "a+token of/the URL=&é"
QUERY: Final = f"token={quote(TOKEN, safe='')}"
KEYS: Final[Mapping[str, str]] = {"harbour": KEY, "quay": OTHER_KEY}

_EXAMPLES: Final = json.loads(
    (Path(__file__).parents[1] / "conformance" / "reference" / "events.json").read_bytes()
)["examples"]
_BODIES: Final = {each["event"]: each["body"] for each in _EXAMPLES if each["event"]}
APPOINTMENT: Final[Mapping[str, Any]] = _BODIES["WatchTable: Appointment"][0]
SELECTED: Final[Mapping[str, Any]] = _BODIES["UiEventType: PatientSelected"]
BODY: Final = json.dumps([APPOINTMENT]).encode()


def headers(kind: str = "WatchTable: Appointment", key: str = KEY, **more: str) -> dict[str, str]:
    """Return the headers of an office since 22.4.35; an older one has no kind."""
    told = {"event-type": kind, "workstation": "MOLLYR"} if kind else {}
    return {"authorization": key, "content-type": "application/json", **told, **more}


def patients(count: int, note: int = 0) -> bytes:
    """Return rows of patients, each with a note of so many characters.

    The reference shows no Patient payload, so these are rows of the reply with the fields of the other event.
    """
    rows = [
        {**SELECTED, "PatNum": 1 + at, "ClinicNum": 1, "FamFinUrgNote": "é" * note} for at in range(count)
    ]
    return json.dumps(rows, ensure_ascii=False).encode()


async def pieces(*chunks: bytes, wait: float = 0.0) -> AsyncGenerator[bytes]:
    """Give a body piece by piece, each after so many seconds."""
    for chunk in chunks:
        await asyncio.sleep(wait)
        yield chunk


class MemoryInbox:
    """Keeps deliveries in memory, and fails or waits if a test says so."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.error: Exception | None = None
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.waiting = 0

    @property
    def ids(self) -> list[int | None]:
        return [item.row_id for delivery in self.deliveries for item in delivery.items]

    async def store(self, delivery: Delivery) -> int:
        self.waiting += 1
        try:
            await self.is_open.wait()
        finally:
            self.waiting -= 1
        if self.error:
            raise self.error
        self.deliveries.append(delivery)
        return len(delivery.items)


class Desk:
    """A receiver with its inbox, and what it told of each POST."""

    def __init__(self, keys: Mapping[str, str] = KEYS, **options: Any) -> None:
        self.inbox = MemoryInbox()
        self.told: list[Received] = []
        self.receiver = Receiver(self.inbox, keys=keys, on_received=self.told.append, **options)

    @property
    def statuses(self) -> list[int]:
        return [int(each.status) for each in self.told]


def full() -> StoreError:
    """Return the error of a database without space."""
    return StoreError("is full", "SQLITE_FULL")


def head(path: str = "/od", *, fields: Iterable[tuple[str, str]], method: str = "POST") -> bytes:
    """Write the head of a request as it stands on the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

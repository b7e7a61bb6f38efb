"""What offices post, and a store of deliveries in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async.events import Delivery

KEY: Final = "Cst0merK3y"
OTHER_KEY: Final = "0therK3yOfIt"
TOKEN: Final = "T0ps3cretT0ken"
NAME: Final = "Quinzelburg"
"""The name of a patient, which is nowhere but in bodies."""

ROW: Final = {"AptNum": 18, "PatNum": 17, "Note": NAME, "DateTStamp": "2021-05-03 08:30:12"}
BODY: Final = json.dumps([ROW]).encode()
HEADERS: Final = {
    "authorization": KEY,
    "workstation": "FRONTDESK",
    "event-type": "WatchTable: Appointment",
    "content-type": "application/json",
}

_REFERENCE: Final = Path(__file__).parents[1] / "conformance" / "reference" / "events.json"


def examples() -> list[Any]:
    """The examples of the reference that are posted by an office."""
    found = json.loads(_REFERENCE.read_text(encoding="utf-8"))["examples"]
    return [example for example in found if "body" in example]


class MemoryStore:
    """Keeps what is stored, in memory."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    async def store(self, delivery: Delivery) -> int:
        self.deliveries.append(delivery)
        return len(delivery.items)

    @property
    def bodies(self) -> list[list[bytes]]:
        return [[item.raw for item in delivery.items] for delivery in self.deliveries]


async def chunks(*parts: bytes) -> AsyncGenerator[bytes]:
    for part in parts:
        yield part


async def untouchable() -> AsyncGenerator[bytes]:
    """A body that nobody may read."""
    pytest.fail("the body was read")
    yield b""


def sections(body: bytes, size: int) -> Iterable[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def without(headers: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}

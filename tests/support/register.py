"""An office with one number in it, which a write replaces: one sees of each answer how old it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from odapi_async import Request, Response

PAGE: Final = 100


@dataclass(frozen=True)
class Told:
    """One request, and the loop's time at which it came."""

    method: str
    path: str
    at: float


@dataclass
class RegisterOffice:
    """A transport to that office. A write takes effect before half of its time is over, also if nobody waits.

    Args:
        takes: seconds from a request to its response.
        rows: the rows of each list.

    Attributes:
        value: the number: how many writes were executed.
        heard: the requests that came.
        body: if given, what every read is answered with.
        status: the status of every response.
        history: the times at which the number changed, with what it was then.
    """

    takes: float = 2.0
    rows: int = 1
    value: int = 0
    body: bytes | None = None
    status: int = 200
    heard: list[Told] = field(default_factory=list[Told])
    history: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Answer a read with the number as it is when half of the time is over."""
        loop = asyncio.get_running_loop()
        on_sent()
        self.heard.append(Told(request.method, request.path, loop.time()))
        if request.method != "GET":
            loop.call_later(self.takes * 0.4, self._write)
        await asyncio.sleep(self.takes / 2)
        found = self.body or self._answer(request)
        await asyncio.sleep(self.takes / 2)
        return Response(self.status, {}, found)

    async def close(self) -> None:
        """Close nothing."""

    def asked(self, method: str = "GET") -> int:
        """Return how many requests of a method came."""
        return sum(each.method == method for each in self.heard)

    def _write(self) -> None:
        self.value += 1
        self.history.append((asyncio.get_running_loop().time(), self.value))

    def _answer(self, request: Request) -> bytes:
        row_id = request.path.rpartition("/")[2]
        if row_id.isdigit():
            return msgspec.json.encode({"PatNum": int(row_id), "Ward": str(self.value)})
        query = parse_qs(urlsplit(request.url).query)
        first = int(query.get("Offset", ["0"])[0])
        last = min(first + int(query.get("Limit", [str(PAGE)])[0]), self.rows)
        return msgspec.json.encode(
            [{"PatNum": number + 1, "Ward": str(self.value)} for number in range(first, last)]
        )

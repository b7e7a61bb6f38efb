"""An office that has the insurance of patients: what it checks, what it changes by itself, and how it fails.

Written from the documentation of the API, and it shares nothing with the package. A request that has arrived
is executed, whether its sender lives or not; a response may get lost.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

Row = dict[str, Any]

_KEYS: Final = {
    "inssubs": "InsSubNum",
    "patplans": "PatPlanNum",
    "insplans": "PlanNum",
    "benefits": "BenefitNum",
    "claims": "ClaimNum",
    "claimprocs": "ClaimProcNum",
    "claimpayments": "ClaimPaymentNum",
    "commlogs": "CommlogNum",
    "appointments": "AptNum",
    "recalls": "RecallNum",
}
_NOT_BY_ID: Final = frozenset({"patplans"})
_NO_ANSWER: Final = frozenset({("PUT", "inssubs"), ("PUT", "recalls")})
_LIMIT: Final = 1000  # rows of a page in Local mode
_PATH: Final = re.compile(r"/api/v1/(\w+)(?:/(\d+))?(?:/(\w+))?")
_PAID: Final = ("Received", "Supplemental")


class Refused(Exception):
    """A request that the office refuses, with the status and the text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Asked(NamedTuple):
    """One request."""

    method: str
    resource: str
    row_id: int
    action: str
    query: dict[str, str]
    body: Row


class InsuranceOffice:
    """One office on a port of the loopback interface. Use it in `async with`.

    Args:
        lost: the share of the responses to writes that get lost after the write was executed.
        refused: the share of the writes that get lost before they are executed.
        slow: seconds that the office takes for a write, at most.
        late: seconds after which a write whose response gets lost is executed, at most.
        seed: the seed of all random numbers.

    Attributes:
        tables: the rows by resource and id.
        heard: method and path of each request that arrived, in order.
        before: is called with each request before it is executed.
        ignored: the fields that the office does not keep, by method and resource.
    """

    def __init__(
        self, *, lost: float = 0.0, refused: float = 0.0, slow: float = 0.0, late: float = 0.0, seed: int = 1
    ) -> None:
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in _KEYS}
        self.heard: list[str] = []
        self.before: Callable[[Asked], None] = lambda _: None
        self.ignored: dict[tuple[str, str], tuple[str, ...]] = {}
        self.lost, self.refused, self.slow, self.late = lost, refused, slow, late
        self.port = 0
        self._ids = {name: itertools.count(1) for name in _KEYS}
        self._chance = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def add(self, resource: str, row_id: int | None = None, **values: Any) -> int:
        """Add a row, and return its id. No id is given twice, also if a row is deleted."""
        found = row_id or next(self._ids[resource])
        self.tables[resource][found] = {_KEYS[resource]: found, **values}
        return found

    def rows(self, resource: str, **values: Any) -> list[Row]:
        """Return the rows that have these values."""
        return [
            row for row in self.tables[resource].values() if all(row.get(n) == v for n, v in values.items())
        ]

    def writes(self) -> list[str]:
        """Return method and path of each write that arrived."""
        return [each for each in self.heard if not each.startswith("GET ")]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keep(asyncio.create_task(self._serve(reader, writer)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await _read(reader)
                answer = await self._answer(asked)
                if answer is None:
                    return
                status, body = answer
                text = json.dumps(body, default=str).encode() if body is not None else b""
                head = (
                    f"HTTP/1.1 {status} X",
                    "Content-Type: application/json",
                    f"Content-Length: {len(text)}",
                )
                writer.write("\r\n".join([*head, "", ""]).encode() + text)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, asked: Asked) -> tuple[int, Any] | None:
        is_write = asked.method != "GET"
        if is_write and self._chance.random() < self.refused:
            return None
        if is_write and self.slow:
            await asyncio.sleep(self._chance.uniform(0, self.slow))
        is_lost = is_write and self._chance.random() < self.lost
        if is_lost and self.late:
            self._keep(asyncio.create_task(self._execute_late(asked)))
            return None
        answer = self._answered(asked)
        return None if is_lost else answer

    async def _execute_late(self, asked: Asked) -> None:
        await asyncio.sleep(self._chance.uniform(self.late / 2, self.late))
        self._answered(asked)

    def _answered(self, asked: Asked) -> tuple[int, Any]:
        self.heard.append(f"{asked.method} /{asked.resource}")
        try:
            self.before(asked)
            return self._execute(asked)
        except Refused as error:
            return error.status, str(error)

    def _execute(self, asked: Asked) -> tuple[int, Any]:
        table, row_id = self.tables[asked.resource], asked.row_id
        if row_id and (row_id not in table or (asked.method == "GET" and asked.resource in _NOT_BY_ID)):
            raise Refused(404, f"{asked.resource} not found.")
        body = {
            name: value
            for name, value in asked.body.items()
            if name not in self.ignored.get((asked.method, asked.resource), ())
        }
        match asked.method:
            case "GET":
                return 200, table[row_id] if row_id else self._page(asked)
            case "POST":
                return 201, self._create(asked.resource, body)
            case "PUT":
                row = table[row_id] if row_id else {}
                self._change(asked, row, body)
                return 200, None if (asked.method, asked.resource) in _NO_ANSWER else row
            case _:
                self._delete(asked.resource, row_id)
                return 200, None

    def _page(self, asked: Asked) -> list[Row]:
        paging = {"Limit", "Offset"}
        wanted = {name: value for name, value in asked.query.items() if name not in paging}
        found = [
            row
            for row in self.tables[asked.resource].values()
            if all(str(row.get(name)) == value for name, value in wanted.items())
        ]
        first, limit = int(asked.query.get("Offset", 0)), int(asked.query.get("Limit", _LIMIT))
        return found[first : first + limit]

    def _create(self, resource: str, body: Row) -> Row:
        if resource == "patplans":
            if self.rows("patplans", PatNum=body["PatNum"], InsSubNum=body["InsSubNum"]):
                raise Refused(400, "Patient is already linked to that InsSub.")
            body = {"Ordinal": 1, "Relationship": "Self", **body}
            for row in self.rows("patplans", PatNum=body["PatNum"]):
                row["Ordinal"] += row["Ordinal"] >= body["Ordinal"]
        if resource == "claimpayments":
            return self._pay(body)
        return self.tables[resource][self.add(resource, **body)]

    def _pay(self, body: Row) -> Row:
        claim = body.pop("claimNum")
        unpaid = [
            row
            for row in self.rows("claimprocs", ClaimNum=claim, ClaimPaymentNum=0)
            if row["Status"] in _PAID
        ]
        total = sum(Decimal(str(row["InsPayAmt"])) for row in unpaid)
        if not unpaid or total != Decimal(str(body["CheckAmt"])):
            raise Refused(400, "CheckAmt does not match the total of eligible ClaimProcs.")
        body["CheckAmt"] = str(body["CheckAmt"])
        row_id = self.add("claimpayments", None, **body)
        for row in unpaid:
            row["ClaimPaymentNum"] = row_id
        return self.tables["claimpayments"][row_id]

    def _change(self, asked: Asked, row: Row, body: Row) -> None:
        if asked.resource == "claimprocs" and row["ClaimPaymentNum"] and "InsPayAmt" in body:
            raise Refused(
                400, "Cannot change InsPayAmt when Status is Received and attached to a ClaimPayment."
            )
        if asked.action == "Note":
            body = {"Note": "\n".join(filter(None, (row.get("Note"), body["Note"])))}
        if asked.action == "Break":
            body = {"AptStatus": "Broken"}
        row.update(body)

    def _delete(self, resource: str, row_id: int) -> None:
        if resource == "inssubs" and self.rows("patplans", InsSubNum=row_id):
            raise Refused(400, "InsSub has patient plans.")
        del self.tables[resource][row_id]


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    url = urlsplit(target)
    found = _PATH.fullmatch(url.path)
    assert found is not None, url.path
    body = await reader.readexactly(_length(lines))
    query = dict(parse_qsl(url.query))
    return Asked(method, found[1], int(found[2] or 0), found[3] or "", query, json.loads(body or b"{}"))


def _length(lines: Iterable[str]) -> int:
    named = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return int(named.get("content-length", 0))

"""An office that posts events: what it sends, how it sends it again, and what must be there at the end.

Written from the documentation of the API, and it shares nothing with the package: rows of one poll in one
POST, the bare customer key, sent again after anything but 200, some of it twice, and out of order.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import time
from collections import deque
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

KEY: Final = "customer-key-of-the-benchmark"
PRACTICE: Final = "harbour"
_START: Final = dt.datetime(2026, 1, 5, 8)
_TIMEOUT: Final = 20.0
_MOST_ROWS: Final = 30
_DELETED: Final = 0.05
_TWICE: Final = 0.3
_APART: Final = 12  # POSTs within which the order may change


class Post(NamedTuple):
    """One POST: the value of Event-Type, and the body."""

    event_type: str
    body: bytes


class Made(NamedTuple):
    """What an office sends.

    Attributes:
        posts: the POSTs in the order in which they are sent first.
        states: each state of a row that is told, by id and stamp; a deletion has no stamp.
        final: the last note of each appointment that is left, by its id.
        deleted: the ids of those that are deleted.
    """

    posts: list[Post]
    states: set[tuple[int, str]]
    final: dict[int, str]
    deleted: set[int]


def make(rows: int, appointments: int, seed: int) -> Made:
    """Make up the events of an office.

    Args:
        rows: the number of changed rows.
        appointments: the number of appointments.
        seed: the seed of all random numbers.
    """
    chance = random.Random(seed)
    left, found = [*range(1, appointments + 1)], Made([], set(), {}, set())
    told = 0
    while told < rows:
        some = chance.sample(left, min(chance.randint(1, _MOST_ROWS), rows - told, len(left)))
        bodies: list[dict[str, Any]] = []
        for apt_num in some:
            told += 1
            stamp = str(_START + dt.timedelta(seconds=told))
            bodies.append(appointment(apt_num, stamp, f"version {told}"))
            found.states.add((apt_num, stamp))
            found.final[apt_num] = f"version {told}"
        found.posts.append(Post("WatchTable: Appointment", json.dumps(bodies).encode()))
        if chance.random() < _DELETED and len(left) > 2 * _MOST_ROWS:
            gone = chance.choice(some)
            left.remove(gone)
            found.final.pop(gone)
            found.deleted.add(gone)
            found.states.add((gone, ""))
            body = json.dumps([{"AptNum": gone}]).encode()
            found.posts.append(Post("WatchTable: AppointmentDeleted", body))
    return found._replace(posts=_disordered(found.posts, chance))


def appointment(apt_num: int, stamp: str, note: str) -> dict[str, Any]:
    """Return an appointment as the API writes it, without the time of the response."""
    no_time = "0001-01-01 00:00:00"
    return {
        "AptNum": apt_num,
        "PatNum": apt_num + 7,
        "AptStatus": "Scheduled",
        "Pattern": "//XXXX//",
        "Confirmed": 19,
        "confirmed": "Not Called",
        "TimeLocked": "false",
        "Op": 3,
        "Note": note,
        "ProvNum": 1,
        "provAbbr": "DOC1",
        "ProvHyg": 0,
        "AptDateTime": "2026-02-03 08:30:00",
        "NextAptNum": 0,
        "UnschedStatus": 0,
        "unschedStatus": "",
        "IsNewPatient": "false",
        "ProcDescript": "Seal, Seal",
        "ClinicNum": 0,
        "IsHygiene": "false",
        "DateTStamp": stamp,
        "DateTimeArrived": no_time,
        "DateTimeSeated": no_time,
        "DateTimeDismissed": no_time,
        "InsPlan1": 3,
        "InsPlan2": 0,
        "DateTimeAskedToArrive": no_time,
        "colorOverride": "0,0,0",
        "AppointmentTypeNum": 0,
        "SecDateTEntry": "2026-01-04 09:12:05",
        "Priority": "Normal",
        "PatternSecondary": "",
        "ItemOrderPlanned": 0,
    }


def _disordered(posts: Iterable[Post], chance: random.Random) -> list[Post]:
    """Return POSTs with some of them twice, and each at most a few places from its own."""
    placed = [(at + chance.uniform(0, _APART), post) for at, post in enumerate(posts)]
    again = [(at + chance.uniform(0, 2 * _APART), post) for at, post in placed if chance.random() < _TWICE]
    return [post for _, post in sorted([*placed, *again], key=lambda each: each[0])]


class Sender:
    """Sends POSTs over some connections; what is not answered with 200 is sent again, behind the others.

    Args:
        port: where the receiver listens.
        posts: the POSTs.
        connections: the number of connections.
        rate: POSTs per second; None for as many as are answered.

    Attributes:
        latencies: seconds from each POST to its 200.
        failures: POSTs without a 200.
    """

    def __init__(
        self, port: int, posts: Iterable[Post], *, connections: int = 8, rate: float | None = None
    ) -> None:
        self._port = port
        self._waiting = deque(posts)
        self._connections = connections
        self._rate = rate
        self._under_way = 0
        self.latencies: list[float] = []
        self.failures = 0

    @property
    def left(self) -> int:
        """The POSTs that have not been answered with 200."""
        return len(self._waiting) + self._under_way

    async def run(self) -> None:
        """Send all, until each was answered with 200."""
        began, total = time.perf_counter(), len(self._waiting)
        async with asyncio.TaskGroup() as group:
            for _ in range(self._connections):
                group.create_task(self._send_in_turn(began, total))

    async def _send_in_turn(self, began: float, total: int) -> None:
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while self.left:
            if not self._waiting:
                await asyncio.sleep(0.01)
                continue
            if self._rate:
                sent = max(0, total - len(self._waiting))
                await asyncio.sleep(max(0.0, began + sent / self._rate - time.perf_counter()))
                if not self._waiting:
                    continue
            post = self._waiting.popleft()
            self._under_way += 1
            start = time.perf_counter()
            try:
                streams = streams or await asyncio.open_connection("127.0.0.1", self._port)
                status = await asyncio.wait_for(_exchange(*streams, post), _TIMEOUT)
            except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError, IndexError):
                _closed(streams)
                status, streams = 0, None
                await asyncio.sleep(0.02)
            if status == 200:
                self.latencies.append(time.perf_counter() - start)
            else:
                self.failures += 1
                self._waiting.append(post)
            self._under_way -= 1
        _closed(streams)


def _closed(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None) -> None:
    if streams:
        streams[1].close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, post: Post) -> int:
    writer.write(
        b"POST /od HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        + f"Authorization: {KEY}\r\nWorkstation: SERVER\r\nEvent-Type: {post.event_type}\r\n".encode()
        + f"Content-Length: {len(post.body)}\r\n\r\n".encode()
        + post.body
    )
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])

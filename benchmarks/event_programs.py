"""The two programs of events: `python -m benchmarks.event_programs receive URL` and `... handle URL`.

One line tells that it is ready: the port that it listens on, or 0.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import sqlalchemy as sa

from benchmarks.event_office import KEY, PRACTICE
from odapi_async.events import Changed, Deleted, Inbox, Receiver, ReceiverServer
from odapi_async.mirror import Store

LEASE: Final = 2.0  # seconds: a killed handler shall not keep its event for minutes
LEDGER: Final = sa.Table(
    "ledger",
    sa.MetaData(),
    sa.Column("apt_num", sa.BigInteger, primary_key=True),
    sa.Column("stamp", sa.Text, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
)
"""How often each state of an appointment was handled."""

_COUNT: Final = sa.text(
    "INSERT INTO ledger (apt_num, stamp, times) VALUES (:apt_num, :stamp, 1)"
    " ON CONFLICT (apt_num, stamp) DO UPDATE SET times = ledger.times + 1"
)


def _say(value: int) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


async def receive(url: str, port: int) -> None:
    """Receive events until somebody ends the process."""
    async with Store(url) as store:
        receiver = Receiver(Inbox(store), keys={PRACTICE: KEY})
        async with ReceiverServer(receiver, port=port) as server:
            _say(server.port)
            await asyncio.Event().wait()


async def handle(url: str) -> None:
    """Count each state of each row and apply it, in one transaction with the end of its event."""
    async with Store(url) as store:
        inbox = Inbox(store, lease=LEASE, poll_interval=0.1)
        _say(0)
        async for unread in inbox.unread():
            async with unread, unread.transaction() as connection:
                counts: list[dict[str, object]] = []
                match unread.event:
                    case Changed(rows=rows):
                        counts = [{"apt_num": row.AptNum, "stamp": str(row.DateTStamp)} for row in rows]
                    case Deleted(ids=ids):
                        counts = [{"apt_num": each, "stamp": ""} for each in ids]
                    case _:
                        raise TypeError(type(unread.event).__name__)
                await connection.execute(_COUNT, counts)
                await inbox.apply(unread, connection)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["receive", url, port]:
            asyncio.run(receive(url, int(port)))
        case ["handle", url]:
            asyncio.run(handle(url))
        case _:
            sys.exit(__doc__)

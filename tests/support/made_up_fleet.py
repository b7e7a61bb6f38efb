"""A fleet or a mirror of made-up practices: rows in their tables, as workers would write them."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from odapi_async.fleet.install import install
from odapi_async.fleet.schema import PACE, PRACTICES, WORKERS
from odapi_async.mirror import DEFAULT_TABLES, Store
from odapi_async.mirror.database.schema import RUNS, STATE

EVERY: Final = 300.0
_STREETS: Final = (
    "harbour",
    "main-street",
    "oak-hill",
    "lakeside",
    "mill-road",
    "station",
    "park-view",
    "old-town",
)
_OFFLINE: Final = "OfficeOffline: the eConnector of the office does not respond"
_REFUSED: Final = "KeyRefused: the customer key is not enabled"


def names(number: int) -> list[str]:
    """Return the names of practices, all of them different."""
    rounds = range(number // len(_STREETS) + 1)
    return [f"{street}-{each}" if each else street for each in rounds for street in _STREETS][:number]


async def install_fleet(store: Store, number: int, *, workers: int = 3) -> dt.datetime:
    """Make a fleet in an empty database, and return the time of the database.

    One practice of a hundred is very late, and some are offline, late, refused, new or disabled.
    """
    await install(store)
    async with store.engine.begin() as connection:
        now: dt.datetime = (await connection.execute(sa.select(sa.func.now()))).scalar_one()
        await connection.execute(sa.insert(PRACTICES), practices(number, now))
        if workers:
            await connection.execute(sa.insert(WORKERS), [worker(each, now) for each in range(workers)])
            await connection.execute(sa.insert(PACE), pace(number, now))
    return now


def practices(number: int, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the rows of practices."""
    chance = random.Random(13)
    return [practice(name, now, chance.random(), chance.uniform(0, EVERY)) for name in names(number)]


def practice(name: str, now: dt.datetime, share: float, age: float) -> dict[str, Any]:
    """Return the row of a practice; `share` between 0 and 1 decides what is wrong with it."""
    row: dict[str, Any] = {
        "practice": name,
        "key_ref": f"env:{name.upper()}",
        "mode": "remote",
        "every": EVERY,
        "enabled": True,
        "worker": None,
        "next_due": now + dt.timedelta(seconds=EVERY - age),
        "ended_at": now,
        "outcome": "done",
        "current_at": now - dt.timedelta(seconds=age),
        "failing_since": None,
        "failures": 0,
        "error": "",
    }
    return row | next(
        (wrong for below, wrong in _troubles(now, age) if share < below), {"worker": UUID(int=1)}
    )


def _troubles(now: dt.datetime, age: float) -> list[tuple[float, dict[str, Any]]]:
    """Return what may be wrong with a practice, or nothing, each with the share up to which it is chosen."""
    return [
        (0.02, _failing(now, _OFFLINE, minutes=55 + age / 60)),
        (0.025, _failing(now, _REFUSED, minutes=400 + age)),
        (0.06, {"current_at": now - dt.timedelta(seconds=3 * EVERY + age)}),
        (0.07, {"current_at": now - dt.timedelta(seconds=11 * EVERY + age)}),
        (0.08, {"current_at": None, "outcome": "stopped"}),
        (0.085, {"enabled": False}),
        (0.92, {}),
    ]


def _failing(now: dt.datetime, error: str, *, minutes: float) -> dict[str, Any]:
    since = now - dt.timedelta(minutes=minutes)
    return {"failing_since": since, "current_at": since, "failures": 7, "error": error, "outcome": "failed"}


def worker(number: int, now: dt.datetime, *, silence: float = 2.0) -> dict[str, Any]:
    """Return the row of a worker."""
    return {
        "worker": UUID(int=number + 1),
        "host": f"worker-{number + 1}",
        "process": 100 + number,
        "version": "0.1.0",
        "concurrency": 50,
        "backend": 4_000 + number,
        "slices": 4 + number,
        "started_at": now - dt.timedelta(hours=8 - number),
        "seen_at": now - dt.timedelta(seconds=silence),
    }


def pace(number: int, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the rows of the pace of one worker in the last hour."""
    chance = random.Random(7)
    minute = now.replace(second=0, microsecond=0)
    allowed = 30.0 * number
    return [
        {
            "minute": minute - dt.timedelta(minutes=each),
            "worker": UUID(int=1),
            "requests": round(allowed * chance.uniform(0.7, 0.95)),
            "rows": 1_000,
            "allowed": allowed * chance.uniform(0.97, 1.0),
        }
        for each in range(60)
    ]


async def make_mirror(store: Store, number: int) -> dt.datetime:
    """Make a single mirror in an empty database, whose practices are all current, and return the time."""
    await store.open([])
    now = store.clock()
    for name in names(number):
        await store.begin(name, DEFAULT_TABLES)
    run = {"sync_mode": "changes", "outcome": "done", "deleted": 0, "drifted": 0, "error": ""}
    run |= {"table_name": "patients", "rows": 10, "requests": 30, "practice": names(1)[0]}
    runs = [_times(now, each) | run for each in range(0, 60, 5)]
    async with store.engine.begin() as connection:
        await connection.execute(sa.update(STATE).values(read_at=now, swept_at=now))
        await connection.execute(sa.insert(RUNS), runs)
    return now


def _times(now: dt.datetime, minutes: int) -> dict[str, dt.datetime]:
    started_at = now - dt.timedelta(minutes=minutes + 3)
    return {"started_at": started_at, "ended_at": started_at + dt.timedelta(minutes=2)}

"""What the database knows of a slice: that it began, and what became of it. Its times are the database's."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from odapi_async.fleet.difference import SETTINGS, FleetPractice
from odapi_async.fleet.due import FAILURES, Origin, SliceOutcome, next_delay
from odapi_async.fleet.schema import PRACTICES, WORKERS
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors

_MARGIN: Final = 60.0  # seconds that the last page of a slice may take


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One slice of one practice.

    Attributes:
        practice: the practice.
        failures: slices in a row that failed before this one.
        next_due: when the practice is due again if this slice never ends.
    """

    practice: FleetPractice
    failures: int
    next_due: dt.datetime


_STATE: Final = ("failures", "next_due")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a slice.

    Attributes:
        outcome: what became of it.
        error: what failed, without keys or patient data; empty if nothing did.
        origin: whose error it is, if one ended the slice.
    """

    outcome: SliceOutcome
    error: str = ""
    origin: Origin = Origin.PRACTICE


def slice_limit(length: float) -> float:
    """Return the seconds after which a slice of this length has ended, or never will."""
    return 2 * length + _MARGIN


async def begin(store: Store, practice: str, worker: UUID, *, length: float) -> Turn | None:
    """Record that a worker reads a practice; return None if it is not to be read any more.

    Args:
        store: the mirror's database.
        practice: the name of the practice.
        worker: the id of the worker.
        length: seconds until the slice has to end.

    Raises:
        StoreError: the database cannot be used.
    """
    values = {"this": practice, "reader": worker, "longest": slice_limit(length)}
    with translate_errors():
        async with store.engine.begin() as connection:
            row = (await connection.execute(_begin(), values)).first()
    return None if row is None else _turn(row)


async def end(store: Store, turn: Turn, worker: UUID, result: Result) -> None:
    """Record what became of a slice, and when the practice is due again.

    Raises:
        StoreError: the database cannot be used.
    """
    failures = turn.failures
    if result.outcome is not SliceOutcome.BUSY:
        failures = failures + 1 if result.outcome in FAILURES else 0
    values: dict[str, object] = {
        "this": turn.practice.name,
        "reader": worker,
        "count": failures,
        "expected": turn.next_due,
        "delay": next_delay(result.outcome, turn.practice.every, failures, result.origin),
    }
    if result.outcome is not SliceOutcome.BUSY:
        values["message"] = result.error
    with translate_errors():
        async with store.engine.begin() as connection:
            await connection.execute(_end(result.outcome, is_failing=failures > 0), values)


def _turn(row: sa.Row[Any]) -> Turn:
    settings = dict(zip(("name", *SETTINGS), row, strict=False))
    return Turn(
        practice=msgspec.convert(settings, FleetPractice), failures=row.failures, next_due=row.next_due
    )


# statements are made once: to make one takes longer than to run it


@cache
def _begin() -> sa.Executable:
    return (
        sa.update(PRACTICES)
        .where(PRACTICES.c.practice == sa.bindparam("this"), PRACTICES.c.enabled)
        .values(
            worker=sa.bindparam("reader"),
            started_at=sa.func.now(),
            next_due=_later(sa.bindparam("longest", type_=sa.Double)),
        )
        .returning(*(PRACTICES.c[name] for name in ("practice", *SETTINGS, *_STATE)))
    )


@cache
def _end(outcome: SliceOutcome, *, is_failing: bool) -> sa.Update:
    due = PRACTICES.c.next_due
    expected = sa.bindparam("expected", type_=due.type)
    values: dict[str, object] = {
        "worker": None,
        "ended_at": sa.func.now(),
        "failures": sa.bindparam("count"),
        # somebody may have asked for it while it was read
        "next_due": sa.case((due < expected, due), else_=_later(sa.bindparam("delay", type_=sa.Double))),
    }
    if outcome is not SliceOutcome.BUSY:
        since = sa.func.coalesce(PRACTICES.c.failing_since, sa.func.now()) if is_failing else None
        values |= {"outcome": outcome.value, "error": sa.bindparam("message"), "failing_since": since}
    if outcome is SliceOutcome.DONE:
        values["current_at"] = PRACTICES.c.started_at
    mine = PRACTICES.c.practice == sa.bindparam("this"), PRACTICES.c.worker == sa.bindparam("reader")
    return sa.update(PRACTICES).where(*mine).values(values)


def is_orphaned(takeover: float) -> sa.ColumnElement[bool]:
    """Return whether the worker of a practice is gone: its row is, or it gave no sign for so many seconds."""
    alive = sa.select(WORKERS.c.worker).where(
        WORKERS.c.worker == PRACTICES.c.worker, WORKERS.c.seen_at > _later(-takeover)
    )
    return PRACTICES.c.worker.is_not(None) & ~alive.exists()


def _later(seconds: float | sa.BindParameter[float]) -> sa.ColumnElement[dt.datetime]:
    return sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)

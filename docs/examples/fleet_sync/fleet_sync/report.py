"""A report by SQL over the copies: the appointments of a day, by practice."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa

from odapi_async.mirror import Store

# rows that were deleted at the office stay, with a time in deleted_at; ids are unique within a practice only
_APPOINTMENTS = sa.text("""
    SELECT f.practice,
           count(a.aptnum) AS appointments,
           count(a.aptnum) FILTER (WHERE a.isnewpatient) AS new_patients,
           min(a.aptdatetime)::time AS first,
           count(DISTINCT a.provnum) AS providers,
           f.read_at
    FROM mirror_freshness AS f
    LEFT JOIN appointments AS a
           ON a.practice = f.practice
          AND a.deleted_at IS NULL
          AND a.aptstatus = 'Scheduled'
          AND a.aptdatetime >= CAST(:day AS date)
          AND a.aptdatetime < CAST(:day AS date) + 1
    WHERE f.table_name = 'appointments'
    GROUP BY f.practice, f.read_at
    ORDER BY f.practice
""")


class Line(msgspec.Struct, frozen=True):
    """The appointments of one practice.

    Attributes:
        practice: its name.
        appointments: how many there are.
        new_patients: those of new patients.
        first: the time of the first one, by the office's clock; None without any.
        providers: how many providers work.
        read_at: the time in UTC when the copy was last current; None if it is not complete yet.
    """

    practice: str
    appointments: int
    new_patients: int
    first: dt.time | None
    providers: int
    read_at: dt.datetime | None


async def appointments_on(store: Store, day: dt.date) -> list[Line]:
    """Return a line for each practice."""
    async with store.engine.connect() as connection:
        rows = await connection.execute(_APPOINTMENTS, {"day": day})
        return [Line(*row) for row in rows]


def as_text(day: dt.date, lines: list[Line]) -> str:
    """Return the report as a table."""
    width = max((len(each.practice) for each in lines), default=0)
    return "\n".join(
        [f"Appointments on {day}", *(f"{each.practice:<{width}}  {_cells(each)}" for each in lines)]
    )


def _cells(line: Line) -> str:
    age = "the first copy goes on" if line.read_at is None else f"as of {line.read_at:%Y-%m-%d %H:%M} UTC"
    if line.first is None:
        return f"no appointments, {age}"
    return (
        f"{line.appointments:>3} appointments, {line.new_patients} of new patients, "
        f"{line.providers} providers, the first at {line.first:%H:%M}, {age}"
    )

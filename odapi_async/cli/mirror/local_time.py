"""Times of this machine's zone as text for people, and UTC for programs. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from odapi_async.mirror.estimate import span
from odapi_async.mirror.texts import in_utc

Clock = Callable[[], dt.datetime]
"""Returns the time in UTC, with its zone."""

_SHORT_NAME: Final = re.compile(r"[A-Z]{2,5}", re.ASCII)


def utc_now() -> dt.datetime:
    """Return the time in UTC, with its zone."""
    return dt.datetime.now(dt.UTC)


def iso(at: dt.datetime) -> str:
    """Return a time as ISO 8601 in UTC: `2026-11-28T09:12:05Z`."""
    naive = at if at.tzinfo is None else at.astimezone(dt.UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='seconds')}Z"


def time_of_day(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Return a time of day: `09:12:05`.

    Args:
        at: the time in UTC.
        zone: the zone of the text; None for that of this machine.
    """
    return f"{_local(at, zone):%H:%M:%S}"


def date(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Return a date: `2026-11-28`."""
    return _local(at, zone).date().isoformat()


def moment(at: dt.datetime, now: dt.datetime, zone: dt.tzinfo | None = None, *, named: bool = False) -> str:
    """Return a time to the minute: `09:12`, or with its date if that is not today's.

    Args:
        at: the time in UTC.
        now: the time now in UTC.
        zone: the zone of the text; None for that of this machine.
        named: whether the zone is named.
    """
    local = _local(at, zone)
    day = "" if local.date() == _local(now, zone).date() else f"{local.date().isoformat()} "
    return f"{day}{local:%H:%M}{f' {_zone_name(local)}' if named else ''}"


def rough(seconds: float) -> str:
    """Return a number of seconds without small parts: `4 min`, `2 h 05 min`, `3 d`."""
    number, unit, *small = span(seconds).split()
    if not small or unit == "min" or not int(small[0]):
        return f"{number} {unit}"
    return f"{number} {unit} {' '.join(small)}"


def _local(at: dt.datetime, zone: dt.tzinfo | None) -> dt.datetime:
    at = in_utc(at)
    try:
        return at.astimezone(zone)
    except (OverflowError, OSError, ValueError):  # no zone has times so close to the ends of the calendar
        return at


def _zone_name(local: dt.datetime) -> str:
    """Return the short name of a zone, or its distance from UTC if it has none that people use."""
    name = local.tzname() or ""
    if _SHORT_NAME.fullmatch(name):
        return name
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset else "UTC"

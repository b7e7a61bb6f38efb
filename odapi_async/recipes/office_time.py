"""Between the office's own time, which has no zone, and moments that have one.

A zone is any `tzinfo`: a `zoneinfo.ZoneInfo` knows when the clocks change; the fixed offset that `utc_offset`
finds out holds until they do.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final, overload

import msgspec

from odapi_async.client import Practice
from odapi_async.errors import DecodeError, InvalidRequest

_WITH_OFFSET: Final = {"DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz"}
_OFFSET: Final = re.compile(r"([+-])(\d\d):([0-5]\d)")


class _Clock(msgspec.Struct):
    serverDateTime: str = ""  # noqa: N815 - a wire name


async def utc_offset(office: Practice) -> timezone:
    """Ask the office's server how far its clock is from UTC now. One request; needs Open Dental 22.2.14.

    It is the offset of this moment: where the clocks change, ask again, or take a `zoneinfo.ZoneInfo` for
    dates of other seasons.

    Args:
        office: the practice, which has at least one provider.

    Raises:
        DecodeError: the office has no provider, or its server is too old to tell.
        OpenDentalError: see `odapi_async.errors`.
    """
    clock = await office.rows("/providers", query=_WITH_OFFSET, into=_Clock).first()
    told = clock.serverDateTime if clock else ""
    found = _OFFSET.fullmatch(told.rpartition(" ")[2])
    if not found:
        raise DecodeError("provider with the server's time and UTC offset", told.encode())
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


@overload
def aware(value: datetime, zone: tzinfo) -> datetime: ...


@overload
def aware(value: None, zone: tzinfo) -> None: ...


def aware(value: datetime | None, zone: tzinfo) -> datetime | None:
    """Give an office's time its zone; None, where a row has no time, stays None.

    When the clocks are set back, an hour comes twice, and the office's time does not say which of the two it
    is: `fold` does, and is 0, the first one, in all rows.

    Args:
        value: a time as the API sends it, without a zone.
        zone: where the office is.

    Raises:
        InvalidRequest: the time has a zone already.
    """
    if value is None:
        return None
    if value.tzinfo is not None:
        raise InvalidRequest("value", "has a time zone already; value.astimezone(zone) changes it")
    return value.replace(tzinfo=zone)


@overload
def office_time(value: datetime, zone: tzinfo) -> datetime: ...


@overload
def office_time(value: None, zone: tzinfo) -> None: ...


def office_time(value: datetime | None, zone: tzinfo) -> datetime | None:
    """Write a moment as the office's own time without a zone, the form of all filters and bodies.

    It keeps `fold`, so that `aware` finds the same moment; the API has no place for it.

    Args:
        value: a moment in any zone; None stays None.
        zone: where the office is.

    Raises:
        InvalidRequest: the time has no zone, so that nobody knows which moment it is.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise InvalidRequest("value", "has no time zone; office time may be sent as it is")
    return value.astimezone(zone).replace(tzinfo=None)

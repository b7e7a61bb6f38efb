"""Converts between office time, which has no time zone, and datetimes with a time zone.

A zone is any `tzinfo`. A `zoneinfo.ZoneInfo` knows when the clocks change; the fixed offset that `utc_offset`
returns is right until they do.
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


async def utc_offset(practice: Practice) -> timezone:
    """Fetch the UTC offset of the office's clock. Sends one request; needs Open Dental 22.2.14.

    The offset is valid now. If the clocks change at the office, fetch it again, or use a `zoneinfo.ZoneInfo`
    for dates in other seasons.

    Args:
        practice: the practice. It must have at least one provider.

    Raises:
        DecodeError: the practice has no provider, or its server is older than 22.2.14.
        OpenDentalError: see `odapi_async.errors`.
    """
    now = practice.with_options(max_age=None)
    clock = await now.rows("/providers", query=_WITH_OFFSET, into=_Clock).first()
    server_time = clock.serverDateTime if clock else ""
    found = _OFFSET.fullmatch(server_time.rpartition(" ")[2])
    if not found:
        raise DecodeError("provider with the server's time and UTC offset", server_time.encode())
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


@overload
def from_office_time(value: datetime, zone: tzinfo) -> datetime: ...


@overload
def from_office_time(value: None, zone: tzinfo) -> None: ...


def from_office_time(value: datetime | None, zone: tzinfo) -> datetime | None:
    """Return an office time with its time zone; None (a row without a time) stays None.

    When the clocks are set back, one hour occurs twice. `fold` tells the two apart, but the API does not send
    it: in all rows it is 0, which means the first one.

    Args:
        value: a time as the API sends it, without a time zone.
        zone: the time zone of the office.

    Raises:
        InvalidRequest: the value already has a time zone.
    """
    if value is None:
        return None
    if value.tzinfo is not None:
        raise InvalidRequest("value", "already has a time zone; use value.astimezone(zone) to change it")
    return value.replace(tzinfo=zone)


@overload
def to_office_time(value: datetime, zone: tzinfo) -> datetime: ...


@overload
def to_office_time(value: None, zone: tzinfo) -> None: ...


def to_office_time(value: datetime | None, zone: tzinfo) -> datetime | None:
    """Return a moment as office time without a time zone, as all filters and bodies need it.

    The result keeps `fold`, so that `from_office_time` returns the same moment; the API does not store it.

    Args:
        value: a datetime in any time zone; None stays None.
        zone: the time zone of the office.

    Raises:
        InvalidRequest: the value has no time zone, so the moment is not known.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise InvalidRequest("value", "has no time zone; if it is office time already, send it as it is")
    return value.astimezone(zone).replace(tzinfo=None)

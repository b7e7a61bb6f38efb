"""Office time and moments convert both ways, also in the nights when the clocks change."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from odapi_async import DecodeError, InvalidRequest, Mode, OpenDental
from odapi_async.recipes.office_time import from_office_time, to_office_time, utc_offset
from tests.support.wire import RawServer, ok


def zone_of(rule: str) -> ZoneInfo:
    """Return a zone from a POSIX rule, so that these tests need no time zone database."""
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = header + struct.pack(">lbb4s", 0, 0, 0, b"UTC\0")
    return ZoneInfo.from_file(io.BytesIO(block + block + b"\n" + rule.encode() + b"\n"))


PACIFIC: Final = zone_of("PST8PDT,M3.2.0,M11.1.0")
SYDNEY: Final = zone_of("AEST-10AEDT,M10.1.0,M4.1.0/3")
KOLKATA: Final = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("naive", "zone", "moment"),
    [
        (datetime(2026, 7, 1, 9), PACIFIC, datetime(2026, 7, 1, 16, tzinfo=UTC)),
        (datetime(2026, 12, 1, 9), PACIFIC, datetime(2026, 12, 1, 17, tzinfo=UTC)),
        (datetime(2026, 12, 1, 9), SYDNEY, datetime(2026, 11, 30, 22, tzinfo=UTC)),
        (datetime(2026, 12, 1, 9), KOLKATA, datetime(2026, 12, 1, 3, 30, tzinfo=UTC)),
        # the hour that occurs twice: first in daylight saving time, then in standard time
        (datetime(2026, 11, 1, 1, 30), PACIFIC, datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30, fold=1), PACIFIC, datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        # before and after the hour that does not exist
        (datetime(2026, 3, 8, 1, 59), PACIFIC, datetime(2026, 3, 8, 9, 59, tzinfo=UTC)),
        (datetime(2026, 3, 8, 3, 0), PACIFIC, datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
    ],
)
def test_office_time_converts_both_ways(naive: datetime, zone: Any, moment: datetime) -> None:
    assert from_office_time(naive, zone).astimezone(UTC) == moment
    back = to_office_time(moment, zone)
    assert (back, back.fold, back.tzinfo) == (naive, naive.fold, None)


def test_every_moment_of_a_year_survives_the_round_trip() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        assert from_office_time(to_office_time(moment, PACIFIC), PACIFIC).astimezone(UTC) == moment
        moment += timedelta(minutes=30)


def test_the_moment_may_be_in_any_zone() -> None:
    in_sydney = datetime(2026, 12, 1, 9, tzinfo=SYDNEY)
    assert to_office_time(in_sydney, PACIFIC) == datetime(2026, 11, 30, 14)


def test_no_time_stays_none() -> None:
    assert from_office_time(None, PACIFIC) is None
    assert to_office_time(None, PACIFIC) is None


def test_naive_and_aware_times_are_not_confused() -> None:
    with pytest.raises(InvalidRequest, match="already has a time zone"):
        from_office_time(datetime(2026, 1, 1, tzinfo=UTC), PACIFIC)
    with pytest.raises(InvalidRequest, match="has no time zone"):
        to_office_time(datetime(2026, 1, 1), PACIFIC)


async def offset_from(body: bytes) -> timezone:
    async with RawServer(lambda _: ok(body)) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url)
        zone = await utc_offset(practice)
        assert [(each.method, each.path, each.query) for each in server.heard] == [
            ("GET", "/providers", {"DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz", "Limit": "1"})
        ]
        return zone


async def test_the_offset_is_never_that_of_an_earlier_response() -> None:
    times = iter(["2026-11-01 01:59:59 -07:00", "2026-11-01 01:00:00 -08:00"])

    def respond(_: object) -> bytes:
        return ok(msgspec.json.encode([{"ProvNum": 1, "serverDateTime": next(times)}]))

    async with RawServer(respond) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url)
        practice = practice.with_options(max_age=60.0)
        offsets = [(await utc_offset(practice)).utcoffset(None) for _ in range(2)]
        assert offsets == [timedelta(hours=-7), timedelta(hours=-8)]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("-08:00", timedelta(hours=-8)),
        ("-03:30", timedelta(hours=-3, minutes=-30)),
        ("+05:45", timedelta(hours=5, minutes=45)),
        ("+00:00", timedelta()),
    ],
)
async def test_the_offset_is_read_from_the_server_time(text: str, offset: timedelta) -> None:
    row = {"ProvNum": 1, "serverDateTime": f"2026-11-23 13:36:14 {text}"}
    assert await offset_from(msgspec.json.encode([row])) == timezone(offset)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'[{"ProvNum": 1}]',
        b'[{"serverDateTime": ""}]',
        b'[{"serverDateTime": "2026-11-23 13:36:14"}]',
        b'[{"serverDateTime": "2026-11-23 13:36:14 PST"}]',
        b'[{"serverDateTime": "2026-11-23 13:36:14 -08:60"}]',
    ],
)
async def test_a_response_without_an_offset_is_an_error(body: bytes) -> None:
    with pytest.raises(DecodeError, match="UTC offset"):
        await offset_from(body)

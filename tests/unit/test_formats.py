"""DateFormatString and DateTimeFormatString from the method to the request and back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from odapi_async import OpenDental, Practice
from odapi_async.errors import DecodeError, InvalidRequest, NeedsVersion
from odapi_async.limits import Mode
from tests.support.wire import RawServer, ok

US = "MM/dd/yyyy"
ZONED = "yyyy-MM-dd HH:mm:ss zzz"
ROW = b'{"ProcNum":5,"ProcDate":"03/07/2022","DateTStamp":"2022-03-07 09:05:03 -07:00"}'


@asynccontextmanager
async def office(body: bytes, **options: Any) -> AsyncGenerator[tuple[Practice, RawServer]]:
    async with RawServer(lambda _: ok(body)) as server, OpenDental("developer") as client:
        yield client.practice("office-one", mode=Mode.LOCAL, base_url=server.url, **options), server


@pytest.mark.parametrize("check", [True, False])
async def test_reads_and_writes_take_formats_in_their_query(check: bool) -> None:
    async with office(ROW) as (practice, server):
        logs = practice.with_options(check=check).procedure_logs
        rows = [
            await logs.get(5, DateFormatString=US, DateTimeFormatString=ZONED),
            await logs.update(5, Surf="MO", DateFormatString=US, DateTimeFormatString=ZONED),
        ]
        for row in rows:
            assert row.ProcDate == date(2022, 3, 7)
            assert row.DateTStamp
            assert row.DateTStamp.utcoffset() == timedelta(hours=-7)
        formats = {"DateFormatString": US, "DateTimeFormatString": ZONED}
        assert [each.query for each in server.heard] == [formats, formats]
        assert [each.body for each in server.heard] == [b"", b'{"Surf":"MO"}']


@pytest.mark.parametrize("check", [True, False])
async def test_g10_a_list_is_read_in_the_format_that_was_asked_for(check: bool) -> None:
    async with office(b'[{"ProcNum":5,"ProcDate":"07/03/2022"}]') as (practice, server):
        logs = practice.with_options(check=check).procedure_logs
        [row] = await logs.list(PatNum=52, DateFormatString="dd/MM/yyyy")
        assert row.ProcDate == date(2022, 3, 7)
        assert server.heard[0].query == {"PatNum": "52", "DateFormatString": "dd/MM/yyyy"}


async def test_the_text_as_it_came_is_for_text_fields_and_dictionaries() -> None:
    class Mine(msgspec.Struct):
        ProcDate: str

    class Typed(msgspec.Struct):
        ProcDate: date

    async with office(b'[{"ProcDate":"07/03"}]') as (practice, server):
        rows = practice.procedure_logs.list(DateFormatString="dd/MM")
        assert await rows.into(Mine) == [Mine("07/03")]
        query = {"DateFormatString": "dd/MM"}
        assert await practice.rows("/procedurelogs", query=query) == [{"ProcDate": "07/03"}]
        assert await practice.request("GET", "/procedurelogs", query=query) == [{"ProcDate": "07/03"}]
        sent = len(server.heard)
        for refused in (rows, rows.into(Typed), practice.rows("/procedurelogs", query=query, into=Typed)):
            with pytest.raises(InvalidRequest, match="no year"):
                await refused
        with pytest.raises(InvalidRequest, match="no year"):
            await practice.procedure_logs.get(5, DateFormatString="dd/MM")
        assert len(server.heard) == sent


async def test_formats_are_refused_before_anything_is_sent() -> None:
    async with office(b"[]") as (practice, server):
        with pytest.raises(InvalidRequest, match="'T' is no letter"):
            practice.appointments.list(DateTimeFormatString="yyyy-MM-ddTHH:mm:ss")
        with pytest.raises(InvalidRequest, match="must be text, not int"):
            practice.appointments.list(DateTimeFormatString=4)  # type: ignore[arg-type]
        anything: dict[str, Any] = {"DateFormatString": US}
        with pytest.raises(InvalidRequest, match="which returns neither dates nor date-times; leave it out"):
            practice.definitions.list(**anything)
        assert not server.heard


async def test_the_wrong_one_of_the_two_formats_is_refused_with_the_right_one() -> None:
    no_dates: dict[str, Any] = {"DateFormatString": US}
    no_times: dict[str, Any] = {"DateTimeFormatString": ZONED}
    async with office(b"[]") as (practice, server):
        with pytest.raises(
            InvalidRequest, match=r"returns date-times and no dates; use DateTimeFormatString$"
        ):
            practice.subscriptions.list(**no_dates)
        with pytest.raises(InvalidRequest, match=r"returns dates and no date-times; use DateFormatString$"):
            practice.deposits.list(**no_times)
        assert not server.heard


async def test_an_old_office_has_no_formats() -> None:
    async with office(b"[]", version="21.4") as (practice, server):
        with pytest.raises(NeedsVersion, match=r"22\.2\.26"):
            practice.procedure_logs.list(DateFormatString=US)
        with pytest.raises(NeedsVersion, match=r"22\.2\.14"):
            practice.procedure_logs.list(DateTimeFormatString=ZONED)
        assert not server.heard


async def test_a_slice_and_a_first_row_keep_the_format() -> None:
    async with office(b'[{"AptNum":7,"AptDateTime":"3/7/2022 2:05:03 PM"}]') as (practice, server):
        rows = practice.appointments.list(DateTimeFormatString="M/d/yyyy h:mm:ss tt")
        for apt in (await rows.first(), (await rows[0:5])[0]):
            assert apt
            assert apt.AptDateTime == datetime(2022, 3, 7, 14, 5, 3)
        assert all(each.query["DateTimeFormatString"] == "M/d/yyyy h:mm:ss tt" for each in server.heard)


class DateOrText(msgspec.Struct):
    """A struct that msgspec cannot decode into."""

    ProcDate: date | str


@dataclass
class Plain:
    """A dataclass with a date."""

    ProcDate: date


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Plain, r"with a custom format pass a msgspec\.Struct"),
        (DateOrText, "cannot be decoded into DateOrText"),
    ],
)
async def test_a_type_that_cannot_have_the_format_is_refused_before_anything_is_sent(
    kind: type[Any], reason: str
) -> None:
    query = {"DateFormatString": "yyyy-dd-MM"}
    async with office(b'[{"ProcDate":"1976-04-12"}]') as (practice, server):
        with pytest.raises(InvalidRequest, match=reason):
            await practice.procedure_logs.list(DateFormatString="yyyy-dd-MM").into(kind)
        with pytest.raises(InvalidRequest, match=reason):
            await practice.rows("/procedurelogs", query=query, into=kind)
        with pytest.raises(InvalidRequest, match=reason):
            await practice.request("GET", "/procedurelogs/5", query=query, into=kind)
        assert not server.heard


async def test_lists_in_us_style_are_read_so_whatever_the_format_is() -> None:
    async with office(b'[{"DueDate":"11/5/2026","LastRemind":""}]') as (practice, _):
        [item] = await practice.recalls.recall_list(DateFormatString="d/M/yyyy")[0:1]
        assert (item.DueDate, item.LastRemind) == (date(2026, 11, 5), None)
    async with office(b'[{"SecurityLogNum":1,"LogDateTime":"7/6/2023 11:48:55 AM"}]') as (practice, _):
        [log] = await practice.security_logs.list(DateTimeFormatString="d/M/yyyy h:mm:ss tt")[0:1]
        assert log.LogDateTime == datetime(2023, 7, 6, 11, 48, 55)
    async with office(b'[{"Date":"2/8/2022","DateTime":"2/8/2022 11:40:00 AM"}]') as (practice, _):
        [note] = await practice.chart_modules.prog_notes(1, DateFormatString="MM/dd/yyyy")[0:1]
        assert (note.Date, note.DateTime) == (date(2022, 2, 8), datetime(2022, 2, 8, 11, 40))


class Day(msgspec.Struct):
    """The day of a date-time of the office."""

    AptDateTime: date | None


class Moment(msgspec.Struct):
    """A date of the office as a time."""

    ProcDate: datetime | None


@pytest.mark.parametrize(
    ("formats", "day", "moment"),
    [
        ({}, "2022-03-07 14:05:03", "2022-03-07"),
        ({"DateTimeFormatString": "M/d/yyyy h:mm:ss tt"}, "3/7/2022 2:05:03 PM", "2022-03-07"),
        ({"DateFormatString": "dd/MM/yyyy"}, "2022-03-07 14:05:03", "07/03/2022"),
        (
            {"DateFormatString": "dd.MM.yyyy", "DateTimeFormatString": ZONED},
            "2022-03-07 14:05:03 -07:00",
            "07.03.2022",
        ),
    ],
)
async def test_a_date_field_has_the_day_of_a_date_time_and_the_other_way_its_midnight(
    formats: dict[str, str], day: str, moment: str
) -> None:
    async with office(msgspec.json.encode([{"AptDateTime": day}])) as (practice, _):
        read = practice.rows("/appointments", query=formats, into=Day)
        assert await read == [Day(date(2022, 3, 7))]
    async with office(msgspec.json.encode([{"ProcDate": moment}])) as (practice, _):
        read_too = practice.rows("/procedurelogs", query=formats, into=Moment)
        assert await read_too == [Moment(datetime(2022, 3, 7))]


async def test_no_date_is_none_in_a_field_of_the_other_kind() -> None:
    async with office(b'[{"AptDateTime":"0001-01-01 00:00:00"}]') as (practice, _):
        assert await practice.rows("/appointments", into=Day) == [Day(None)]
    async with office(b'[{"ProcDate":"0001-01-01"}]') as (practice, _):
        assert await practice.rows("/procedurelogs", into=Moment) == [Moment(None)]


async def test_a_dataclass_with_a_field_of_the_other_kind_is_refused_with_its_name() -> None:
    async with office(b'[{"ProcDate":"2022-03-07 14:05:03"}]') as (practice, _):
        with pytest.raises(DecodeError, match="in row 0, field ProcDate") as caught:
            await practice.rows("/procedurelogs", into=Plain)
        assert caught.value.field == "ProcDate"

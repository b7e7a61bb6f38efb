"""Custom formats of .NET: its texts are read back, and formats that lose something are refused."""

import string
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odapi_async._wire.date_formats import DateFormat, FormatError, Kind, compile_format
from tests.opponent.dotnet import render


def written_by_net(moment: datetime, form: str) -> str:
    """Return a moment as .NET writes it; an aware one has its own offset."""
    return render(moment, form, moment.utcoffset() or timedelta())


MOMENT: Final = datetime(2022, 3, 7, 9, 5, 3, 120_000)
WEST: Final = timezone(timedelta(hours=-7))

DAYS: Final = ("d", "dd")
MONTHS: Final = ("M", "MM", "MMM", "MMMM")
YEARS: Final = ("yyy", "yyyy", "yyyyy", "yyyyyy")
HOURS: Final = (("H",), ("HH",), ("h", "t"), ("h", "tt"), ("hh", "tt"), ("hhh", "ttt"))
MINUTES: Final = ("m", "mm", "mmm")
SECONDS: Final = ("s", "ss")
FRACTIONS: Final = ((), ("f",), ("fff",), ("ffffff",), ("fffffff",), ("F",), ("FFFFFFF",))
ZONES: Final = ((), ("z",), ("zz",), ("zzz",), ("zzzz",), ("K",))
FILLERS: Final = ("ddd", "dddd", "gg", "yy", "y", "'at'", '"o\'clock"', "\\d", "'\\''", ".", "")
SEPARATORS: Final = ("/", "-", ".", ":", " ", ", ", "''", "'T'", "年", "")


@st.composite
def formats(draw: st.DrawFn, kind: str) -> str:
    """Return any order of what a value needs, with separators and other specifiers between."""
    parts = [draw(st.sampled_from(each)) for each in (DAYS, MONTHS, YEARS)]
    if kind == "datetime":
        parts += [draw(st.sampled_from(MINUTES)), draw(st.sampled_from(SECONDS))]
        for several in (HOURS, FRACTIONS, ZONES):
            parts += draw(st.sampled_from(several))
    parts += draw(st.lists(st.sampled_from(FILLERS), max_size=2))
    text = ""
    for part in draw(st.permutations(parts)):
        separator = draw(st.sampled_from(SEPARATORS))
        # the same letters would be one specifier
        text += separator if separator or text[-1:] != part[:1] else "-"
        text += part
    return text


@given(formats("date"), st.lists(st.dates(), max_size=5))
@example("MM/dd/yyyy", [date.min, date.max])
@example("%d.%M.yyyy", [date(2022, 3, 7)])
@example("dd-MM-yyyy HH:mm", [date(2022, 3, 7)])
def test_dates_are_read_back(text: str, days: list[date]) -> None:
    form = compile_format(text)
    written = [written_by_net(datetime(day.year, day.month, day.day), text) for day in days]
    if form.unreadable("date"):
        assert "numbers of different lengths touch" in str(form.unreadable("date"))
    else:
        assert form.parse("date", written) == days
        assert all(form.fits("date", each) for each in written)


OFFSETS: Final = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(formats("datetime"), st.lists(st.datetimes(timezones=st.one_of(st.none(), OFFSETS)), max_size=5))
@example("MM/dd/yyyy hh:mm:ss tt", [datetime(2022, 3, 7, hour) for hour in range(24)])
@example("yyyy-MM-dd HH:mm:ss zzz", [datetime(2022, 3, 7, tzinfo=WEST), datetime(1, 1, 1, 1, tzinfo=WEST)])
@example("yyyy-MM-dd HH:mm:ss.FFF", [MOMENT, datetime(2022, 3, 7), datetime(2022, 3, 7, microsecond=7)])
@example("yyyy-MM-dd HH:mm:ss.fffffff", [MOMENT])
@example("fff yyyy-MM-dd HH:mm:ss.ffffff", [MOMENT])
def test_date_times_are_read_back(text: str, moments: list[datetime]) -> None:
    form = compile_format(text)
    if form.unreadable("datetime"):
        assert "numbers of different lengths touch" in str(form.unreadable("datetime"))
        return
    written = [written_by_net(moment, text) for moment in moments]
    read = form.parse("datetime", written)
    for moment, result in zip(moments, read, strict=True):
        assert written_by_net(result.replace(tzinfo=moment.tzinfo), text) == written_by_net(moment, text)
        lost = moment.replace(tzinfo=None) - result.replace(tzinfo=None)
        assert timedelta() <= lost < timedelta(seconds=1)
        if result.tzinfo is not None and result != datetime.min:
            assert abs((moment.utcoffset() or timedelta()) - (result.utcoffset() or timedelta())) < timedelta(
                hours=1
            )


KINDS: Final[tuple[Kind, ...]] = ("date", "datetime")


@given(st.text(alphabet=string.printable + "é٣", min_size=2), st.text())
def test_any_format_is_read_or_refused(text: str, other: str) -> None:
    with suppress(FormatError):
        form = DateFormat(text)
        for kind in KINDS:
            if not form.unreadable(kind):
                assert form.fits(kind, written_by_net(MOMENT, text))
                form.parse(kind, [other])


@pytest.mark.parametrize(
    ("text", "wire", "moment"),
    [
        ("M/d/yyyy h:mm:ss tt", "3/7/2022 9:05:03 PM", datetime(2022, 3, 7, 21, 5, 3)),
        ("yyyy-MM-dd HH:mm:ss zzz", "2022-03-07 09:05:03 -07:00", datetime(2022, 3, 7, 9, 5, 3, tzinfo=WEST)),
        ("yyyy-MM-dd HH:mm:ss z", "2022-03-07 09:05:03 -7", datetime(2022, 3, 7, 9, 5, 3, tzinfo=WEST)),
        ("yyyy-MM-dd HH:mm:ss zz", "2022-03-07 09:05:03 -07", datetime(2022, 3, 7, 9, 5, 3, tzinfo=WEST)),
        ("yyyy-MM-dd HH:mm:ssK", "2022-03-07 09:05:03Z", datetime(2022, 3, 7, 9, 5, 3, tzinfo=UTC)),
        ("yyyy-MM-dd HH:mm:ssK", "2022-03-07 09:05:03", datetime(2022, 3, 7, 9, 5, 3)),
        ("dddd, d MMMM yyyy HH:mm:ss", "Monday, 7 March 2022 09:05:03", datetime(2022, 3, 7, 9, 5, 3)),
        ("yyyyMMddHHmmssfff", "20220307090503120", MOMENT),
        ("yyyyMMddHHmmss.FFF", "20220307090503.12", MOMENT),
        ("d MMM yyy gg HH:mm:ss", "7 Mar 2022 AD 09:05:03", datetime(2022, 3, 7, 9, 5, 3)),
        ("yyyy-MM-dd HH:mm:ss zzz", "0001-01-01 00:00:00 -08:00", datetime.min),
        ("yyyy-MM-dd HH:mm:ss z", "0001-01-01 00:00:00 -8", datetime.min),
    ],
)
def test_a_text_has_a_meaning(text: str, wire: str, moment: datetime) -> None:
    [read] = compile_format(text).parse("datetime", [wire])
    assert (read, read.tzinfo) == (moment, moment.tzinfo)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("dd/MM/yyyy", "13/13/2022"),
        ("dd/MM/yyyy", "1/13/2022"),
        ("dd/MM/yyyy", "13-12-2022"),
        ("dd/MM/yyyy", "é3/12/2022"),
        ("dd/MM/yyyy", "+3/12/2022"),
        ("d/M/yyyy", "30/2/2022"),
        ("d/M/yyyy", "7/3/2022\n8/3/2022"),
        ("d/M/yyyy", ""),
        ("d MMM yyyy", "7 Mrz 2022"),
        ("yyyyy-M-d", "10000-1-1"),
        ("yyyyyyyyyyyyyyyyyyyyyyy-M-d", "90000000000000000000000-1-1"),
        ("d MMM yyyy", "0 Mar 2022"),
    ],
)
def test_other_texts_are_refused(text: str, wire: str) -> None:
    with pytest.raises(FormatError) as caught:
        compile_format(text).parse("date", [wire])
    assert not wire or wire not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("d/M/yyyy H:m:s", "1/1/2022 24:00:00"),
        ("d/M/yyyy h:m:s t", "1/1/2022 0:00:00 A"),
        ("d/M/yyyy h:m:s t", "1/1/2022 13:00:00 P"),
        ("d/M/yyyy H:m:s z", "1/1/2022 1:00:00 +99"),
    ],
)
def test_times_that_do_not_exist_are_refused(text: str, wire: str) -> None:
    with pytest.raises(FormatError):
        compile_format(text).parse("datetime", [wire])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must not be empty"),
        ("d", "write the format out, or %d"),
        ("g", "standard format"),
        ("x", "standard format of .NET or none"),
        ("/", "standard format of .NET or none"),
        ("yyyy-MM-ddTHH:mm:ss", "'T' is no letter of a .NET date format; write 'T' with its quotes"),
        ("YYYY-MM-DD", "'Y' is no letter"),
        ("%Y", "'Y' is no letter"),
        ("dd/MM/yyyy 'at", "a quote that does not end"),
        ("dd/MM/yyyy 'at\\'", "a quote that does not end"),
        ("dd/MM/yyyy\\", "nothing to escape"),
        ("dd/MM/yyyy%", "a % that no letter follows"),
        ("dd/%%/yyyy", "a % that no letter follows"),
        ("HH:mm:ss.ffffffff", "more than 7 f"),
        ("HH:mm:ss.FFFFFFFF", "more than 7 F"),
    ],
)
def test_what_is_no_format_is_refused_with_advice(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        compile_format(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("dd/MM HH:mm:ss", "no year (yyyy)"),
        ("dd/MM/yy HH:mm:ss", "no year (yyyy)"),
        ("MM/yyyy HH:mm:ss", "no day (dd)"),
        ("ddd MM/yyyy HH:mm:ss", "no day (dd)"),
        ("dd yyyy HH:mm:ss", "no month (MM)"),
        ("''", "no year (yyyy), no month (MM), no day (dd), no hour (HH, or hh with tt)"),
        ("dd/MM/yyyy hh:mm:ss", "no hour (HH, or hh with tt)"),
        ("dd/MM/yyyy tt mm:ss", "no hour (HH, or hh with tt)"),
        ("dd/MM/yyyy HH:mm", "no second (ss)"),
        ("dd/MM/yyyy HH ss", "no minute (mm)"),
        ("dMyyyy HH:mm:ss", "numbers of different lengths touch"),
        ("d1Myyyy HH:mm:ss", "numbers of different lengths touch"),
        ("dd/MM/yyyy HKm:ss", "numbers of different lengths touch"),
        ("dd/MM/yyyy HH:mm:ss.FFFz'x'", None),
        ("dd/MM/yyyy HH:mm:ss zd", "numbers of different lengths touch"),
        ("dd/MM/yyyy\nHH:mm:ss", "a line break"),
        ("dMM/yyyy HH:mm:ss", None),
    ],
)
def test_formats_that_lose_something_are_not_read_back(text: str, missing: str | None) -> None:
    reason = compile_format(text).unreadable("datetime")
    assert reason is None if missing is None else missing in str(reason)


WITH_SEPARATORS = [
    "d MMM yyyy HH:mm:ss zzz",
    "M/d/yyyy h:mm:ss tt",
    "MMM d, yyy HH:mm:ss.fff z",
    "dddd d/M/yyyy H:m:s",
]


def outcome(form: DateFormat, text: str) -> object:
    try:
        return form.parse("datetime", [text, text])
    except FormatError:
        return None


@pytest.mark.parametrize("form", WITH_SEPARATORS)
@pytest.mark.parametrize(
    "text",
    [
        "5 Mar 2026 07:08:09 -08:30",
        "3/5/2026 7:08:09 AM",
        "Mar 5, 2026 07:08:09.250 +5",
        "Thursday 5/3/2026 7:8:9",
    ],
)
@pytest.mark.parametrize("change", ["", "x", "1", ":", " ", "-", "\n", "é"])
def test_a_text_is_split_as_the_regular_expression_matches_it(form: str, text: str, change: str) -> None:
    split, matched = DateFormat(form), DateFormat(form)
    assert split._separated["datetime"]
    matched._separated = dict.fromkeys(matched._separated)
    for place in range(len(text)):
        for changed in (text[:place] + change + text[place:], text[:place] + change + text[place + 1 :]):
            assert outcome(split, changed) == outcome(matched, changed)

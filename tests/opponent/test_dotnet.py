"""The formats of .NET, with results that its documentation states."""

from datetime import datetime, timedelta

import pytest

from tests.opponent.dotnet import BadFormat, render

MOMENT = datetime(2009, 6, 5, 13, 4, 7, 617500)
BEHIND = timedelta(hours=-7)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("d/M/y h:m:s", "5/6/9 1:4:7"),
        ("dd/MM/yy HH:mm:ss", "05/06/09 13:04:07"),
        ("ddd MMM yyyy", "Fri Jun 2009"),
        ("dddd MMMM yyyyy", "Friday June 02009"),
        ("ddddd MMMMM", "Friday June"),
        ("yyy", "2009"),
        ("hh H HHH", "01 13 13"),
        ("f ff fff ffffff fffffff", "6 61 617 617500 6175000"),
        ("ss.FFFFFFF", "07.6175"),
        ("t tt ttt", "P PM PM"),
        ("z zz zzz", "-7 -07 -07:00"),
        ("ssK", "07"),
        ("%d", "5"),
        ("%h", "1"),
        ("yyyy'-'dd\"d\"", "2009-05d"),
        ("H\\h m\\m", "13h 4m"),
        ("'it\\'s' yyyy", "it's 2009"),
        ("yyyy-MM-ddTHH:mm:ssZ", "2009-06-05T13:04:07Z"),
        ("yyyy 'g' gg", "2009 g A.D."),
        ("d", "6/5/2009"),
        ("", "6/5/2009 1:04:07 PM"),
        ("s", "2009-06-05T13:04:07"),
        ("u", "2009-06-05 13:04:07Z"),
        ("o", "2009-06-05T13:04:07.6175000"),
        ("G", "6/5/2009 1:04:07 PM"),
    ],
)
def test_a_pattern_is_written(pattern: str, text: str) -> None:
    assert render(MOMENT, pattern, BEHIND) == text


@pytest.mark.parametrize(
    "pattern", ["q", "z", "'open", '"open', "yyyy\\", "'a\\", "yyyy%", "%%d", "ffffffff", "FFFFFFFF"]
)
def test_a_bad_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadFormat):
        render(MOMENT, pattern, BEHIND)


def test_midnight_and_whole_seconds() -> None:
    moment = datetime(1, 1, 1)
    assert render(moment, "h:mm tt", BEHIND) == "12:00 AM"
    assert render(moment, "ss.FFF yyyy", BEHIND) == "00 0001"
    assert render(moment, "zzz", timedelta(hours=5, minutes=30)) == "+05:30"

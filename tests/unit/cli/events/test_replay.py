"""The time since when events are handed out again."""

from __future__ import annotations

import datetime as dt

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.replay import since_time

NOW = dt.datetime(2026, 11, 28, 9, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2h", NOW - dt.timedelta(hours=2)),
        ("2026-11-28T01:00Z", dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_time_or_a_duration(text: str, since: dt.datetime) -> None:
    assert since_time(text, NOW) == since


def test_a_time_without_a_zone_is_one_of_this_machine() -> None:
    assert since_time("2026-11-28T09:00", NOW) == dt.datetime(2026, 11, 28, 9).astimezone(dt.UTC)


@pytest.mark.parametrize("text", ["yesterday", "", "0s", "2026-13-01T00:00", "0001-01-01T00:00+14:00"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--since needs a duration"):
        since_time(text, NOW)

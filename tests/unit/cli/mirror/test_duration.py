"""Durations as people type them."""

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7_200), ("1d", 86_400), (" 10M ", 600)]
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "-5m", "5 m", "5min", "1.5h", "\u0665m", "9999999s"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="30s, 5m, 2h or 1d"):
        parse_duration(text)


def test_the_message_names_the_option() -> None:
    with pytest.raises(UsageError, match="--max-age needs a number and a unit"):
        parse_duration("2x", "--max-age")

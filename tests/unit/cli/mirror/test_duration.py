"""Spans of time as people type them."""

import pytest

from odapi_async.cli.errors import WrongInput
from odapi_async.cli.mirror.duration import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7_200), ("1d", 86_400), (" 10M ", 600)]
)
def test_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "-5m", "5 m", "5min", "1.5h", "\u0665m", "9999999s"])
def test_nothing_else(text: str) -> None:
    with pytest.raises(WrongInput, match="30s, 5m, 2h or 1d"):
        seconds_of(text)

"""Durations as people type them, and checks of them. Pure."""

from __future__ import annotations

import re
from typing import Final

from odapi_async.errors import ConfigurationError

_DURATION: Final = re.compile(r"(?P<number>\d{1,6})(?P<unit>[smhd])", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_MAX_DAYS: Final = 36_500


def parse_duration(text: str, setting: str) -> int:
    """Return the seconds of a duration such as 30s, 5m, 2h or 1d.

    Args:
        text: the duration.
        setting: the setting or the option that it is the value of, for the error message.

    Raises:
        ConfigurationError: the text has another form, or the duration is zero.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    seconds = int(found["number"]) * _SECONDS[found["unit"]] if found else 0
    if not seconds:
        raise ConfigurationError(f"{setting} needs a number and a unit: 30s, 5m, 2h or 1d")
    return seconds


def check_sweep_days(days: float | None) -> None:
    """Check the days from one sweep to the next; None, for those of each table, is allowed.

    Raises:
        ConfigurationError: they are too many, negative or not a number.
    """
    if days is not None and not 0 <= days <= _MAX_DAYS:
        raise ConfigurationError(f"sweep_days must be a number of days from 0 to {_MAX_DAYS}")

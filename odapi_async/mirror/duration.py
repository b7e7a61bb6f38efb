"""Durations as people type them. Pure."""

from __future__ import annotations

import re
from typing import Final

from odapi_async.errors import ConfigurationError

_DURATION: Final = re.compile(r"(?P<number>\d{1,6})(?P<unit>[smhd])", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


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

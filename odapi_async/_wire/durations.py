"""Durations as the API writes them: "-1:30:00"."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_DURATION: Final = re.compile(r"(-?)(\d+):(\d\d):(\d\d)")


def parse_duration(text: str) -> timedelta:
    """Return the duration that a text means.

    Raises:
        ValueError: it is no duration.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("not a duration")
    hours, minutes, seconds = map(int, found.groups()[1:])
    duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -duration if found[1] else duration

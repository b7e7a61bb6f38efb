"""Days in words, such as `today-7`. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_DAY: Final = re.compile(
    r"(?P<word>today|yesterday|tomorrow)(?P<days>[+-]\d{1,5})?", re.ASCII | re.IGNORECASE
)
_OFFSETS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}


def parse_day(text: str, today: date) -> str:
    """Return a day as the API writes it; a text that names none stays as it is.

    Args:
        text: `today`, `yesterday` or `tomorrow`, with or without a number of days as in `today-7`; or
            another text.
        today: the day of `today`.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    return (today + timedelta(_OFFSETS[found["word"].lower()] + int(found["days"] or 0))).isoformat()

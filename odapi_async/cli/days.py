"""Days in words, such as `today-7`. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from odapi_async.errors import suggestion

_DAY: Final = re.compile(
    r"(?P<word>today|yesterday|tomorrow)(?P<days>[+-]\d{1,5})?", re.ASCII | re.IGNORECASE
)
_OFFSETS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WORD: Final = re.compile(r"(?P<word>[a-z]+) ?(?P<days>([+-] ?\d{1,5})?)", re.ASCII | re.IGNORECASE)
_CLOSE: Final = "did you mean "


def is_day_word(text: str) -> bool:
    """Return whether a text is a word for a day, such as `today-7`."""
    return _DAY.fullmatch(text) is not None


def day_rule(text: str, forms: str) -> str:
    """Return what a day must be, with the word that a text looks like, if there is one.

    Args:
        text: the text that is no day; the rule repeats nothing of it but a number of days.
        forms: how a day is written without words.
    """
    rule = f"must be {forms} a word such as today, tomorrow or today-7"
    found = _WORD.fullmatch(text)
    hint = suggestion(found["word"], _OFFSETS) if found else ""
    if found is None or not hint.startswith(_CLOSE):
        return rule
    return f"{rule}; {hint.removesuffix('?')}{found['days'].replace(' ', '')}?"


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

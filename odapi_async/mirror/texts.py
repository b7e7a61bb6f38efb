"""Parts of texts that the command line and the watch page share. Pure."""

from __future__ import annotations

import datetime as dt


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 row` or `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def in_utc(at: dt.datetime) -> dt.datetime:
    """Return a time with the zone UTC; a time without a zone is in UTC already."""
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)

"""Spans of time as people type them. Pure."""

from __future__ import annotations

import re
from typing import Final

from odapi_async.cli.errors import WrongInput

_SPAN: Final = re.compile(r"(?P<number>\d{1,6})(?P<unit>[smhd])", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds_of(text: str) -> int:
    """Read a span of time, as 30s, 5m, 2h or 1d.

    Raises:
        WrongInput: it is none, or no time at all.
    """
    found = _SPAN.fullmatch(text.strip().lower())
    seconds = int(found["number"]) * _SECONDS[found["unit"]] if found else 0
    if not seconds:
        raise WrongInput("--every takes a number and a unit: 30s, 5m, 2h or 1d")
    return seconds

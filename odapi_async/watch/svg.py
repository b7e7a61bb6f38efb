"""The pace as a line in SVG: requests per minute in the last hour, and the limit. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from odapi_async.watch.data import PaceLine
from odapi_async.watch.markup import Html, element

_WIDTH: Final = 600
_HEIGHT: Final = 120
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


def picture(pace: PaceLine) -> Html:
    """Return the picture of a pace, with its figures as a text for those who cannot see it."""
    top = scale_of(max((*pace.requests, *pace.allowed), default=0.0))
    lines: list[Html] = []
    if pace.allowed:
        lines.append(_line(pace.allowed, top, "limit"))
    lines.append(_line(pace.requests, top, "requests"))
    return element(
        "svg",
        *(_grid(top, part) for part in (0.0, 0.5, 1.0)),
        *lines,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=in_words(pace),
    )


def in_words(pace: PaceLine) -> str:
    """Return the figures of a pace as a sentence."""
    last, most = (pace.requests[-1], max(pace.requests)) if pace.requests else (0.0, 0.0)
    sent = f"{_number(last)} of {_number(pace.allowed[-1])} allowed" if pace.allowed else _number(last)
    return f"{sent} requests in the last minute; at most {_number(most)} in a minute of the last hour"


def scale_of(most: float) -> float:
    """Return a round number that is not below a value: 1, 2, 5, 10, 20, 50 and so on."""
    if most <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next((step * power for step in _STEPS if step * power >= most), 10 * power)


def _line(values: Sequence[float], top: float, name: str) -> Html:
    step = _WIDTH / max(1, len(values) - 1)
    points = " ".join(f"{number * step:.0f},{_y(value, top):.1f}" for number, value in enumerate(values))
    return element("polyline", class_=name, points=points)


def _grid(top: float, part: float) -> Html:
    y = f"{_y(top * part, top):.1f}"
    return element("line", class_="grid", x1="0", x2=str(_WIDTH), y1=y, y2=y)


def _y(value: float, top: float) -> float:
    return 2 + (_HEIGHT - 4) * (1 - min(value, top) / top)


def _number(value: float) -> str:
    return f"{value:,.0f}"

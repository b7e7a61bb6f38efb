"""A line chart as SVG text, without a package: a few lines over one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final

_WIDTH: Final = 860
_HEIGHT: Final = 260
_LEFT: Final = 64
_TOP: Final = 34
_BOTTOM: Final = 34
_COLORS: Final = ("#1b6ca8", "#d1495b", "#2e933c", "#8d6a9f")


def charts(panels: Sequence[str]) -> str:
    """Put panels below each other into one picture."""
    height = _HEIGHT * len(panels)
    body = "\n".join(
        f'<g transform="translate(0 {_HEIGHT * number})">\n{panel}\n</g>'
        for number, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def panel(
    title: str,
    unit: str,
    lines: Mapping[str, Sequence[float]],
    hours: float,
    marks: Mapping[str, float] = MappingProxyType({}),
) -> str:
    """Draw lines; their points are spread evenly over a number of hours.

    Args:
        title: the title of the panel.
        unit: the unit of the values.
        lines: the values by name; lines may differ in length.
        hours: the hours that the width shows.
        marks: the hours at which something happened, by a word for it.
    """
    top = max((value for values in lines.values() for value in values), default=0.0) or 1.0
    parts = [f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(title)}</text>']
    for step in range(5):
        y = _y(top * step / 4, top)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - 10}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_label(top * step / 4)}</text>'
        )
    for step in range(7):
        x = _LEFT + (_WIDTH - _LEFT - 10) * step / 6
        label = f"{hours * step / 6:.3g} h"
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 14}" text-anchor="middle">{label}</text>')
    for word, hour in marks.items():
        x = _LEFT + (_WIDTH - _LEFT - 10) * hour / hours
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#999" stroke-dasharray="3 3"/>')
        parts.append(f'<text x="{x + 3:.1f}" y="{_HEIGHT - _BOTTOM - 6}" fill="#666">{escape(word)}</text>')
    for number, (name, values) in enumerate(lines.items()):
        color = _COLORS[number % len(_COLORS)]
        legend = _LEFT + 190 * number
        parts.append(f'<path d="{_path(values, top)}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts.append(f'<text x="{legend}" y="30" fill="{color}">{escape(name)} ({escape(unit)})</text>')
    return "\n".join(parts)


def _label(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.3g}"


def _path(values: Sequence[float], top: float) -> str:
    width = (_WIDTH - _LEFT - 10) / max(1, len(values) - 1)
    points = (f"{_LEFT + width * number:.1f} {_y(value, top):.1f}" for number, value in enumerate(values))
    return "M" + "L".join(points)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top

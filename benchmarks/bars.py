"""Bar charts as SVG text, without a package: one bar for each candidate, grouped by what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from benchmarks.figures import shown

OURS: Final = "odapi_async"

_WIDTH: Final = 440
_LEFT: Final = 150
_RIGHT: Final = 76
_ROW: Final = 22
_STYLE: Final = """\
.card { fill: #ffffff; stroke: #d0d7de }
.ours { fill: #1b6ca8 }
.peer { fill: #a9b4bf }
text { fill: #1f2328; font: 12px system-ui, sans-serif }
.title { font-size: 13px; font-weight: 600 }
@media (prefers-color-scheme: dark) {
.card { fill: #161b22; stroke: #30363d }
.ours { fill: #58a6ff }
.peer { fill: #57606a }
text { fill: #e6edf3 }
}"""


def bars(groups: Mapping[str, Mapping[str, float]]) -> str:
    """Draw groups of bars below each other. Each group has a scale of its own.

    Args:
        groups: the values by the names of the candidates, by the title of the group, which names the unit.
    """
    parts: list[str] = []
    y = 12
    for title, values in groups.items():
        parts.append(f'<text class="title" x="16" y="{y + 14}">{escape(title)}</text>')
        y += 24
        longest = max(values.values(), default=0.0) or 1.0
        for name, value in values.items():
            parts.append(_bar(y, name, value, value / longest))
            y += _ROW
        y += 12
    about = "; ".join(f"{title}: {_spoken(values)}" for title, values in groups.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y}" '
        f'viewBox="0 0 {_WIDTH} {y}" role="img">\n'
        f"<title>{escape(about)}</title>\n<style>\n{_STYLE}\n</style>\n"
        f'<rect class="card" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{y - 1}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bar(y: int, name: str, value: float, share: float) -> str:
    width = max(2.0, (_WIDTH - _LEFT - _RIGHT) * share)  # a mark also for 0
    kind = "ours" if name.startswith(OURS) else "peer"
    return (
        f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="{kind}" x="{_LEFT}" y="{y + 2}" width="{width:.1f}" height="15" rx="2"/>'
        f'<text x="{_LEFT + width + 6:.1f}" y="{y + 13}">{shown(value)}</text>'
    )


def _spoken(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {shown(value)}" for name, value in values.items())

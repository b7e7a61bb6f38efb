"""Writes docs/badges.svg, what pyproject.toml says in three badges: `python docs/badges.py`.

They come from this repository and from no service, so they are true wherever the page is read.
"""
# ruff: noqa: INP001 - it is in the folder of its page, which is not a package

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

PICTURE: Final = Path(__file__).with_name("badges.svg")
PROJECT: Final = Path(__file__).parents[1] / "pyproject.toml"

_VERSION: Final = "Programming Language :: Python :: "
_CHARACTER: Final = 6.4
_PADDING: Final = 7
_GAP: Final = 6
_LEFT: Final = "#4b535d"
_RIGHT: Final = "#1f6feb"


def badges() -> list[tuple[str, str]]:
    """Return the name and the value of each badge."""
    text = PROJECT.read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    classifiers = [each.removeprefix(_VERSION) for each in project["classifiers"] if _VERSION in each]
    typed = "Typing :: Typed" in project["classifiers"]
    return [
        ("Python", " | ".join(classifiers)),
        ("types", "mypy and pyright, strict" if typed else "none"),
        ("license", project["license"]),
    ]


def render() -> str:
    """Return the badges as one picture."""
    found: list[str] = []
    x = 0.0
    for name, value in badges():
        widths = [len(text) * _CHARACTER + 2 * _PADDING for text in (name, value)]
        for text, width, color in zip((name, value), widths, (_LEFT, _RIGHT), strict=True):
            middle, length = x + width / 2, width - 2 * _PADDING
            found.append(
                f'<rect x="{x:.1f}" width="{width:.1f}" height="20" fill="{color}"/>\n'
                f'<text x="{middle:.1f}" y="14" textLength="{length:.1f}">{text}</text>\n'
            )
            x += width
        x += _GAP
    label = ", ".join(f"{name}: {value}" for name, value in badges())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{x - _GAP:.1f}" height="20" role="img" '
        f'aria-label="{label}">\n<g fill="#ffffff" text-anchor="middle" font-size="11" '
        f'font-family="Verdana, DejaVu Sans, sans-serif">\n{"".join(found)}</g>\n</svg>\n'
    )


if __name__ == "__main__":
    PICTURE.write_text(render(), encoding="utf-8")

"""The diagrams are those that the script draws, fit on a phone, and are readable in dark mode."""

from __future__ import annotations

import re
import runpy
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from tests.docs.pages import ROOT, pages

DRAWN: Final[dict[str, Any]] = runpy.run_path(str(ROOT / "docs" / "diagrams.py"))
NAMES: Final = sorted(DRAWN["DRAWINGS"])
SVG: Final = "{http://www.w3.org/2000/svg}"
WIDEST_CHARACTER: Final = {"name": 8.2, "note": 6.9}
"""Widths in a wide font such as DejaVu Sans, on the average of a line."""


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_what_the_script_draws(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == DRAWN["DRAWINGS"][name](), (
        "run `python docs/diagrams.py`"
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_line_of_text_fits_into_the_picture(name: str) -> None:
    for each in ET.fromstring(DRAWN["DRAWINGS"][name]()).iter(f"{SVG}text"):
        width = len(each.text or "") * WIDEST_CHARACTER[each.get("class") or "name"]
        x = float(each.attrib["x"])
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[each.attrib["text-anchor"]]
        assert left >= 0, each.text
        assert left + width <= DRAWN["WIDTH"], each.text


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_has_colors_for_dark_mode_and_words_for_readers_who_cannot_see_it(name: str) -> None:
    text = DRAWN["DRAWINGS"][name]()
    assert "prefers-color-scheme: dark" in text
    assert len(re.findall(r"<title id=.title.>.+</title>\n<desc id=.about.>.+</desc>", text)) == 1


@pytest.mark.parametrize("page", pages())
def test_each_picture_of_a_page_has_an_alternative_text(page: str) -> None:
    assert re.findall(r"!\[\s*\]\(", pages()[page]) == []

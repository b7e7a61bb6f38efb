"""docs/benchmarks.md: each goal that is missed is explained, and the charts show what the tables say."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from benchmarks import kept
from benchmarks.bars import bars
from benchmarks.figures import Figure, Size
from benchmarks.highlights import CHARTS, NUMBERS
from benchmarks.misses import why_missed
from benchmarks.page import NOT_EXPLAINED, charts, page
from tests.docs.pages import ROOT, pages

PAGE: Final = "docs/benchmarks.md"
SECTION: Final = re.compile(r"^## (?P<name>[a-z_]+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW: Final = re.compile(
    r"^\| (?P<name>.+?) \| (?P<value>[\d,.]+)[^|]* \| [^|]* \| (?P<verdict>\w*) \|$", re.MULTILINE
)
COMMAND: Final = re.compile(r"^Measured by `(?P<command>.+)`\.$", re.MULTILINE)
SVG: Final = "{http://www.w3.org/2000/svg}"


def rows() -> list[tuple[str, str, str, str]]:
    """Return benchmark, figure, value and verdict of each row of the tables."""
    return [
        (section["name"], row["name"], row["value"], row["verdict"])
        for section in SECTION.finditer(pages()[PAGE])
        for row in ROW.finditer(section["text"])
    ]


def test_the_page_and_its_charts_are_made_of_the_figures_that_are_kept() -> None:
    for name, text in kept.files(kept.read()).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "python -m benchmarks --page"


def test_each_table_names_the_command_that_measured_it() -> None:
    shown = {
        section["name"]: [each["command"] for each in COMMAND.finditer(section["text"])]
        for section in SECTION.finditer(pages()[PAGE])
    }
    assert shown == {name: [each.command] for name, each in kept.read().items()}
    for name, (command,) in shown.items():
        assert command in {kept.command(name, Size.USUAL), kept.command(name, Size.FULL)}


def test_each_goal_that_the_page_shows_as_missed_is_explained() -> None:
    assert rows()
    assert [
        (name, figure)
        for name, figure, _, verdict in rows()
        if verdict == "missed" and not why_missed(name, figure)
    ] == []
    assert NOT_EXPLAINED not in pages()[PAGE], "write the reason into benchmarks/misses.py"


def test_a_goal_that_is_missed_without_an_explanation_is_named() -> None:
    text = page(
        [], {"pace": [Figure("something", 2.0, "x", 1.0), Figure("another", 1.0, "x", 1.0)]}, {"pace": ""}
    )
    assert f"| [pace](#pace) | something: 2 x (<= 1 x) | {NOT_EXPLAINED} |" in text
    assert "another: " not in text


def test_a_figure_that_was_not_measured_has_a_row() -> None:
    text = page([], {"pace": [Figure("another: not installed", None, "")]}, {"pace": ""})
    assert "| another: not installed | - |  |  |" in text


def test_the_figures_that_matter_are_in_the_tables_of_the_page() -> None:
    known = {(name, figure) for name, figure, _, _ in rows()}
    for chart in CHARTS:
        for group in chart.groups:
            assert {(group.benchmark, figure) for figure in group.figures.values()} <= known
    for each in NUMBERS:
        begins = each.figure.removesuffix("*")
        assert [figure for name, figure in known if name == each.benchmark and figure.startswith(begins)]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.file)
def test_a_chart_shows_the_values_of_the_tables(chart: object) -> None:
    (drawn,) = (each for each in CHARTS if each == chart)
    values = {(name, figure): value for name, figure, value, _ in rows()}
    picture = ET.fromstring((ROOT / "docs" / "charts" / f"{drawn.file}.svg").read_text(encoding="utf-8"))
    shown = [each.text for each in picture.iter(f"{SVG}text")]
    for group in drawn.groups:
        at = shown.index(group.title) + 1
        for name, figure in group.figures.items():
            assert shown[at : at + 2] == [name, values[group.benchmark, figure]]
            at += 2
    assert f"![{drawn.question}](charts/{drawn.file}.svg)" in pages()[PAGE]


def test_the_longest_bar_of_a_group_is_that_of_the_largest_value() -> None:
    picture = ET.fromstring(bars({"title": {"odapi_async": 5.0, "a < b": 10.0, "none": 0.0}}))
    widths = [
        float(each.attrib["width"]) for each in picture.iter(f"{SVG}rect") if each.get("class") != "card"
    ]
    assert widths[1] == 2 * widths[0] > widths[2] > 0
    assert [each.text for each in picture.iter(f"{SVG}text")] == [
        "title",
        "odapi_async",
        "5",
        "a < b",
        "10",
        "none",
        "0",
    ]


def test_a_chart_without_figures_is_not_drawn() -> None:
    assert charts({}) == {}
    assert "charts/" not in page([], {}, {})

"""The page as HTML: everything is escaped, and color never says something alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odapi_async.watch
from odapi_async.watch import fleet_view, render, svg
from odapi_async.watch.board import Board
from odapi_async.watch.data import Cell, Level, PaceLine, Problem, View, WorkerLine
from odapi_async.watch.markup import Html, element, practice_url, time
from tests.unit.watch.views import AT, OFFLINE, ago, failing, fleet, practice, table

STATIC = Path(odapi_async.watch.__file__).parent / "static"
EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "a&b=c#d",
    "../x?y",
]
VOID = {"meta", "link"}


class Reader(HTMLParser):
    """Reads HTML strictly, and keeps its elements, attributes and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def whole(view: View, opened: str = "") -> Reader:
    """Render a whole page and read it."""
    board = Board()
    board.show(view)
    return read(render.page(board.parts(), "1", render.no_details() if not opened else Html(opened)))


def view(*practices: object, number: int = 0) -> View:
    made = [practice(f"practice-{each}") for each in range(number)]
    return fleet_view.view(fleet(*made, *practices))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("number", [0, 100])
def test_names_and_errors_are_text_wherever_they_are_shown(name: str, number: int) -> None:
    broken = failing(name, f"{name}: {name}", 5)
    details = render.details(fleet_view.details(broken, (table(name, name, error=name),)))
    page = whole(view(broken, number=number), details)
    usual = whole(view(failing("plain", OFFLINE, 5), number=number), details)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in usual.tags]
    used = {attribute for _, attributes in page.tags for attribute in attributes}
    assert not [each for each in used if each.startswith("on") or each == "style"]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert practice_url(name) in links
    assert name in page.texts
    assert read(render.no_details(name)).texts.count(name) == 1


@given(st.text())
def test_any_text_comes_back_from_a_page_as_it_was(text: str) -> None:
    text = re.sub(r"[\r\0\ud800-\udfff]", "", text)
    found = read(element("p", text, title=text))
    assert "".join(found.texts) == text
    assert found.tags == [("p", {"title": text})]


def test_no_script_style_or_resource_is_inside_the_page_or_comes_from_elsewhere() -> None:
    page = whole(view(practice("a"), failing("b", OFFLINE, 5)))
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"src": "static/watch.js", "defer": None}]
    assert "style" not in {tag for tag, _ in page.tags}
    targets = [str(each[name]) for _, each in page.tags for name in ("href", "src") if name in each]
    assert [target for target in targets if ":" in target or target.startswith("/")] == []


def test_a_few_practices_show_their_names_and_many_are_squares_with_a_title() -> None:
    few, many = whole(view(number=5)), whole(view(number=1_000))
    assert "practice-4" in few.texts
    cells = [attributes for tag, attributes in many.tags if tag == "a" and attributes.get("id", "") != ""]
    assert len(cells) == 1_000
    assert cells[7]["title"] == "practice-7: current, 1 min old (interval 5 min)"
    assert "practice-4" not in many.texts


def test_every_level_has_a_letter_or_none_of_its_own_and_is_in_the_legend() -> None:
    assert len(set(render.LETTERS.values())) == len(Level)
    legend = " ".join(read(render.legend()).texts)
    assert all(f"{level}: " in legend for level in Level)
    failing_cell = render.cell(Cell("a", Level.LATE, "11 min old", "5 min", "offline"), 0, tile=False)
    assert read(failing_cell).texts == ["L!"]
    assert "a: late, 11 min old (interval 5 min), offline" in failing_cell


def test_a_problem_is_one_line_with_its_advice_once_and_a_few_names() -> None:
    names = tuple(f"p{number}" for number in range(1_200))
    found = read(render.problems([Problem("offline", "wait", names, ago(171))]))
    text = "".join(found.texts)
    assert "offline since 2026-11-28 09:12 UTC, 1,200 practices: p0, p1, p2, p3, p4 + 1,195 more" in text
    assert text.count("wait") == 1
    assert "Nothing." in render.problems([])


def test_a_silent_worker_is_said_in_words_and_comes_first() -> None:
    found = [WorkerLine("a, process 1", "0.1.0", 3, 50), WorkerLine("b, process 2", "0.1.0", 0, 1, "2 min")]
    text = "".join(read(render.workers(found)).texts)
    assert text.index("silent for 2 min; others take over") < text.index("a, process 1: 3 of 50 practices")
    assert "None in the last day" in render.workers([])
    assert "hidden" in render.workers(None)
    assert "+ 10 more" in render.workers(found * 30)


def test_a_time_is_in_utc_until_the_script_changes_it() -> None:
    assert time(AT) == '<time datetime="2026-11-28T12:03:05Z">2026-11-28 12:03 UTC</time>'
    assert "12:03:05 UTC" in time(AT, seconds=True)


@pytest.mark.parametrize(
    ("most", "scale"),
    [(0, 1), (1, 1), (1.1, 2), (2, 2), (4, 5), (6, 10), (30, 50), (99_999, 100_000), (1e9, 1e9)],
)
def test_the_scale_of_the_picture_is_round(most: float, scale: float) -> None:
    assert svg.scale_of(most) == scale


def test_the_picture_has_a_line_for_the_requests_and_one_for_the_limit_if_it_is_known() -> None:
    def lines(pace: PaceLine) -> list[str | None]:
        return [each["class"] for tag, each in read(svg.picture(pace)).tags if tag == "polyline"]

    known = PaceLine(AT, (0.0, 50.0), (100.0, 100.0))
    assert lines(known) == ["limit", "requests"]
    words = "requests in the last minute; at most 50 in a minute of the last hour"
    assert svg.in_words(known) == f"50 of 100 allowed {words}"
    assert svg.in_words(known._replace(allowed=())) == f"50 {words}"
    assert lines(known._replace(allowed=())) == ["requests"]
    assert 'points="0,118.0 600,60.0"' in svg.picture(known)
    assert lines(PaceLine(AT, ())) == ["requests"]


def variables(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors as WCAG defines it."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_all_texts_have_the_contrast_of_wcag_aa(dark: bool) -> None:
    css = (STATIC / "watch.css").read_text("utf-8")
    light, _, rest = css.partition("@media (prefers-color-scheme: dark)")
    colors = variables(light) | (variables(rest) if dark else {})
    pairs = [(f"{level.replace(' ', '-')}-text", level.replace(" ", "-")) for level in Level]
    pairs += [(each, "page") for each in ("text", "quiet", "link", "alarm")]
    low = {pair: contrast(colors[pair[0]], colors[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in low.items() if value < 4.5} == {}
    graphics = [contrast(colors[each], colors["page"]) for each in ("requests", "limit", "very-late")]
    assert min(graphics) >= 3.0


def test_the_style_loads_nothing() -> None:
    for file in STATIC.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"url\(|@import|https?:|eval\(", text), file.name

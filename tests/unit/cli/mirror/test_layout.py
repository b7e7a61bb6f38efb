"""Lines that fit a terminal: no name is cut, and an emoji is two cells."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from odapi_async.cli.mirror.layout import Row, columns, fit, flow, wrap
from odapi_async.cli.output.table import aligned

LONG = "practice-" + "x" * 191
NAMES = ("main", LONG, "歯科" * 30, "🦷" * 40, "e\u0301" * 50, "a b " * 40)


@pytest.mark.parametrize("name", NAMES, ids=["short", "long", "CJK", "emoji", "accents", "words"])
@pytest.mark.parametrize("width", [8, 20, 21, 80, 300])
def test_no_line_is_too_wide_and_no_name_is_cut(name: str, width: int) -> None:
    (lines,) = columns([Row(name, ("patients", "since 09:12, 12 tables wait"))], width, "  ")
    assert max(map(cell_len, lines)) <= width
    text = "".join(line.removeprefix("  ") for line in lines)
    assert text.replace(" ", "").startswith(name.replace(" ", ""))
    assert "12tableswait" in text.replace(" ", "")


def test_a_long_name_moves_to_a_line_of_its_own_and_leaves_the_columns_to_the_others() -> None:
    rows = [Row("main", ("patients", "done")), Row("x" * 30, ("fees", "waits")), Row("hill", ("", ""))]
    assert columns(rows, 30) == [
        ["main  patients  done"],
        ["x" * 30, "  fees, waits"],
        ["hill"],
    ]
    assert columns([], 80) == []


def test_a_long_text_is_broken_beside_the_name() -> None:
    rows = [Row("main", ("too old", "a text of more than thirty cells that has to be broken"))]
    assert columns(rows, 50, "  ") == [
        [
            "  main  too old  a text of more than thirty cells",
            "                 that has to be broken",
        ]
    ]


def test_columns_are_aligned_by_cells() -> None:
    rows = [Row("歯科", ("a",)), Row("main-street", ("b",)), Row("🦷", ("c",))]
    assert [
        cell_len(line[: line.index(mark)]) for (line,), mark in zip(columns(rows, 80), "abc", strict=True)
    ]
    assert {cell_len(line[:-1]) for (line,) in columns(rows, 80)} == {13}
    lines = aligned([("practice", "rows"), ("歯科", "10"), ("main", "1,000")], cell_len).splitlines()
    assert {cell_len(line) for line in lines} == {15}


def test_words_stay_whole_if_they_fit() -> None:
    assert wrap("one two three four", 9, "  ") == ["one two", "  three", "  four"]
    assert wrap("  one two", 8, "    ") == ["  one", "    two"]
    assert wrap("abcdefghijklmnopqrstuvw", 10) == ["abcdefghij", "klmnopqrst", "uvw"]
    assert wrap("", 10) == [""]


@pytest.mark.parametrize("width", [-5, 0, 1])
def test_a_terminal_without_a_width_gets_lines(width: int) -> None:
    assert "".join(wrap("歯科 of main street", width)).replace(" ", "") == "歯科ofmainstreet"
    assert flow(["a", "b"], width)
    assert columns([Row("main-street", ("patients",))], width)


def test_parts_stay_in_one_line_if_they_fit() -> None:
    assert flow(["5 of 9 done", "3 offline", "12 rows"], 22) == ["5 of 9 done,", "3 offline, 12 rows"]
    assert flow(["one"], 80) == ["one"]
    assert flow(["a part that is wider", "b"], 10) == ["a part", "that is", "wider, b"]


@pytest.mark.parametrize(
    ("height", "shown"),
    [
        (9, ["a", "b1", "b2", "c"]),
        (4, ["a", "b1", "b2", "c"]),
        (3, ["a", "+ 2 more"]),
        (2, ["a", "+ 2 more"]),
        (1, ["+ 3 more"]),
        (0, []),
        (-1, []),
    ],
)
def test_blocks_stay_together_and_the_others_are_counted(height: int, shown: list[str]) -> None:
    assert fit([["a"], ["b1", "b2"], ["c"]], height) == shown

"""The progress of the demo as lines and as a table."""

from __future__ import annotations

import io

from rich.console import Console

from odapi_async.cli.demo.progress import DemoProgress, StreamProgress
from odapi_async.cli.demo.view import DemoView

PROGRESS = DemoProgress(
    5.2,
    (
        StreamProgress("readall", 75, 150, 2, 1, 1, 3.25),
        StreamProgress("local", 40_000, 40_000, 42, 0, 0, 0.0),
    ),
)


def test_each_practice_is_one_line() -> None:
    assert [*DemoView().lines(PROGRESS)] == [
        "   5 s  readall: rows 75 of 150, responses 2, queued 1, in flight 1, next slot in 3.2 s",
        "   5 s  local: rows 40,000 of 40,000, responses 42, queued 0, in flight 0, next slot now",
    ]


def test_the_table_shows_the_same() -> None:
    out = io.StringIO()
    Console(file=out, width=120).print(DemoView().table(PROGRESS, 24))
    for word in ("readall", "75 of 150", "in 3.2 s", "local", "40,000 of 40,000", "now"):
        assert word in out.getvalue()


def test_f10_names_are_whole_at_80_columns() -> None:
    names = ("readall", "standard", "local")
    progress = DemoProgress(
        12.0, tuple(StreamProgress(name, 19_000, 40_000, 123, 12, 1, 4.9) for name in names)
    )
    out = io.StringIO()
    Console(file=out, width=80, height=24).print(DemoView().table(progress, 24))
    assert [
        name for name in (*names, "19,000 of 40,000", "in 4.9 s", "in flight") if name not in out.getvalue()
    ] == []

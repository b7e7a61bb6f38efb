"""The help of all commands fits a terminal of 80 columns, and names its values in words."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import COMMANDS, app

EVENTS = ("ensure", "check", "remove", "serve", "status", "replay", "retry")
HELPS = [
    *((name,) for name in COMMANDS),
    *(("mirror", "status"), ("mirror", "forget"), ("keys", "set")),
    *(("events", name) for name in EVENTS),
]
IN_WORDS = {
    ("mirror",),
    ("mirror", "status"),
    ("mirror", "forget"),
    ("export",),
    ("describe",),
    ("resources",),
    *(("events", name) for name in EVENTS if name not in {"serve", "check"}),
}


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_no_line_of_a_help_text_is_longer_than_the_terminal(words: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"}, prog_name="odapi")
    assert ended.exit_code == 0
    assert [line for line in ended.output.splitlines() if len(line) > 80] == []
    options = ended.output.partition("Options:")[2]
    assert words not in IN_WORDS or ("<str>" not in options and "<path>" not in options)


@pytest.mark.parametrize(
    "words", [(), ("list",), ("keys",), ("keys", "set"), ("mirror", "status"), ("fleet", "work")]
)
def test_h_is_short_for_help(words: tuple[str, ...]) -> None:
    short, long = (
        CliRunner().invoke(app, [*words, option], prog_name="odapi") for option in ("-h", "--help")
    )
    assert (short.exit_code, short.output) == (0, long.output)
    assert "Usage: odapi" in short.output

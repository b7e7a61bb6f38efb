"""Colors on a terminal that has them, and nowhere else."""

from __future__ import annotations

import io
import sys

import pytest

from odapi_async.cli.check.command import _COLORS
from odapi_async.cli.color import STATES, Color, has_color, write_line
from odapi_async.cli.mirror.status_view import State
from odapi_async.cli.screen import PrintableStream
from odapi_async.cli.terminal import echo, echo_err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "on_terminal", "in_pipe"),
    [
        ({"TERM": "xterm"}, True, False),
        ({}, False, False),
        ({"WT_SESSION": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1"}, True, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"TERM": "xterm", "FORCE_COLOR": "0"}, False, False),
        ({"TERM": "xterm", "FORCE_COLOR": ""}, True, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_the_variables_decide(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], on_terminal: bool, in_pipe: bool
) -> None:
    for name in ("TERM", "NO_COLOR", "FORCE_COLOR", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_color(Terminal()) == on_terminal
    assert has_color(io.StringIO()) == in_pipe


def test_errors_and_states_are_colored_and_hostile_text_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, PrintableStream(out))
    echo_err("odapi: no \x1b[32mgood")
    echo_err("3 more columns are empty")
    echo("ok       mode  ok", {"ok": Color.GREEN})
    assert out.getvalue().splitlines() == [
        "\x1b[31modapi:\x1b[0m no \\u001b[32mgood",
        "3 more columns are empty",
        "\x1b[32mok\x1b[0m       mode  ok",
    ]


def test_only_the_first_line_has_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = io.StringIO()
    write_line(out, "3 practices: 1 failed, 1 too old, 1 current\nfailed-practice failed", STATES)
    assert out.getvalue() == (
        "3 practices: 1 \x1b[31mfailed\x1b[0m, 1 \x1b[33mtoo old\x1b[0m, 1 \x1b[32mcurrent\x1b[0m\n"
        "failed-practice failed\n"
    )


def test_a_pipe_gets_the_text_alone() -> None:
    out = io.StringIO()
    write_line(out, "1 failed", STATES)
    assert out.getvalue() == "1 failed\n"


def test_every_state_has_a_color() -> None:
    assert {state.value for state in State} <= STATES.keys()
    assert _COLORS.keys() == {True, False}

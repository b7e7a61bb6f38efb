"""Takes docs/terminal.svg, a picture of what two commands print: `python -m docs.terminal_picture`.

It runs them on a terminal of its own, so it needs a POSIX system, and the package pyte.
"""
# ruff: noqa: INP001 - a script among pages, not part of a package

from __future__ import annotations

import fcntl
import importlib
import itertools
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

PICTURE: Final = Path(__file__).with_name("terminal.svg")
COMMANDS: Final = (
    ("odapi list patients --sandbox --limit 4 --columns PatNum,LName,FName,Birthdate,City", None),
    ("odapi demo", "23 s"),
)
"""What is typed, and the line at whose appearance the picture is taken; None waits for the end."""

_COLUMNS: Final = 104
_LINES: Final = 24
_SIZE: Final = 14
_WIDTH: Final = 8.4  # of a character
_HEIGHT: Final = 19
_MARGIN: Final = 16
_BAR: Final = 30
_BACKGROUND: Final = "#1b1f27"  # dark in both modes, as terminals are
_TEXT: Final = "#d7dae0"
_WORDS: Final = re.compile(r"\S+(?: \S+)*")
_COLORS: Final = {
    "default": _TEXT,
    "black": "#5c6370",
    "red": "#f07178",
    "green": "#7fd88f",
    "brown": "#e5c07b",
    "blue": "#6cb6ff",
    "magenta": "#c99bf0",
    "cyan": "#5cc9d6",
    "white": _TEXT,
}


class Run(NamedTuple):
    """Characters of one look, side by side."""

    column: int
    text: str
    color: str
    bold: bool


def taken() -> str:
    """Run the commands, and return the picture of the terminal."""
    lines: list[list[Run]] = []
    for command, last in COMMANDS:
        lines += [[], [Run(0, "$", _COLORS["green"], bold=True), Run(2, command, _TEXT, bold=True)]]
        lines += screen(command, last)
    return svg(lines[1:])


def screen(command: str, last: str | None) -> list[list[Run]]:
    """Run a command on a terminal, and return the lines on its screen, without empty ones at the end."""
    pyte: Any = importlib.import_module("pyte")  # only the script itself needs it

    shown = pyte.Screen(_COLUMNS, _LINES)
    stream = pyte.ByteStream(shown)
    with closing(_outputs(command)) as outputs:
        for output in outputs:
            stream.feed(output)
            if last is not None and any(line.rstrip() == last for line in shown.display):
                break
    lines = [[*_runs(shown.buffer[line])] for line in range(_LINES)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _outputs(command: str) -> Generator[bytes]:
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": f"{_COLUMNS}"}
    program, *arguments = shlex.split(command)
    path = Path(sys.executable).with_name(program)
    child = subprocess.Popen([path, *arguments], stdin=its, stdout=its, stderr=its, env=env)  # noqa: S603 - see COMMANDS
    os.close(its)
    try:
        while True:
            yield os.read(mine, 65_536)
    except OSError:  # the program has ended
        pass
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(10.0)
        os.close(mine)


def _runs(line: Any) -> Iterator[Run]:
    """Return the words of a line, split where its look changes, and at gaps, which a font may stretch."""
    cells = [(at, line[at]) for at in range(_COLUMNS)]
    for (fg, bold), group in itertools.groupby(cells, key=lambda cell: (cell[1].fg, cell[1].bold)):
        found = [*group]
        text = "".join(cell.data for _, cell in found)
        for word in _WORDS.finditer(text):
            yield Run(found[0][0] + word.start(), word[0], _COLORS.get(fg, f"#{fg}"), bold)


def svg(lines: list[list[Run]]) -> str:
    """Return lines as a picture. Each run says its length, so that no font moves a column."""
    width = 2 * _MARGIN + _COLUMNS * _WIDTH
    height = _BAR + _MARGIN + len(lines) * _HEIGHT
    dots = "".join(
        f'<circle cx="{_MARGIN + 6 + 20 * at}" cy="18" r="6" fill="{color}"/>'
        for at, color in enumerate(("#ff6b6b", "#f5c451", "#5ccb6f"))
    )
    texts = "".join(_text(run, number) for number, line in enumerate(lines) for run in line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="Two commands of odapi and what they print">\n'
        f'<rect width="{width:g}" height="{height:g}" rx="10" fill="{_BACKGROUND}"/>\n{dots}\n'
        f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="{_SIZE}">\n'
        f"{texts}</g>\n</svg>\n"
    )


def _text(run: Run, line: int) -> str:
    x, y = _MARGIN + run.column * _WIDTH, _BAR + _MARGIN + line * _HEIGHT
    weight = ' font-weight="bold"' if run.bold else ""
    length = len(run.text) * _WIDTH
    return (
        f'<text x="{x:.1f}" y="{y}" fill="{run.color}"{weight} textLength="{length:.1f}">'
        f"{escape(run.text)}</text>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(taken(), encoding="utf-8")

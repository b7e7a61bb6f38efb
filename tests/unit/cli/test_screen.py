"""Fault D9: only printable text reaches a terminal; files and pipes get everything as it is."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import sys

import pytest

from odapi_async.cli import __main__ as entry
from odapi_async.cli.output.formats import row_table, row_writer
from odapi_async.cli.output.options import Layout, ListFormat
from odapi_async.cli.screen import PrintableStream, protect_terminals, visible
from odapi_async.cli.terminal import echo, echo_err, run

HOSTILE = "a\x1b[31m\x9b1m\u202eb\x7f\r\U000e0041\udcff é日"
SHOWN = r"a\u001b[31m\u009b1m\u202eb\u007f\u000d\udb40\udc41\udcff é日"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of both outputs, in the test itself: a fixture's are captured again."""
    found = Terminal()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, found)
    protect_terminals()
    return found


def test_d9_what_is_not_printable_becomes_an_escape_and_lines_stay() -> None:
    assert visible(f"{HOSTILE}\n") == f"{SHOWN}\n"


def test_d9_every_writer_of_a_terminal_is_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    echo(HOSTILE)
    echo_err(HOSTILE)
    for form in (ListFormat.CSV, ListFormat.NDJSON, ListFormat.TABLE):
        writer = row_writer(Layout(form), dict, sys.stdout.write)
        writer.write_page([{"\x1b]0;x": "\x9b\u202e"}])
        writer.finish()
    echo(row_table({"\x1b]0;x": "\x9b"}))
    assert terminal.getvalue().replace("\n", "").isprintable()
    assert terminal.getvalue().count(SHOWN) == 2


def test_d9_errors_of_the_parser_are_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    found = Terminal()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, found)
    for words in (["get", "--\x1b[31m"], ["\u202e"], ["demo", "--seconds", "\x9b"], ["mirror", "\x1b]0;x"]):
        monkeypatch.setattr(sys, "argv", ["odapi", *words])
        with pytest.raises(SystemExit):
            entry.main()
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, found)
    assert found.getvalue()
    assert found.getvalue().replace("\n", "").isprintable()


def test_d9_a_pipe_gets_everything_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stdout", pipe)
    protect_terminals()
    text = HOSTILE.replace("\udcff", "")  # half a character, which no file in UTF-8 can hold
    echo(text)
    assert pipe.getvalue() == f"{text}\n"
    assert not isinstance(sys.stdout, PrintableStream)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EIO])
def test_e10_an_output_that_fails_inside_a_task_is_the_same_error(number: int) -> None:
    async def fail() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(write())

    async def write() -> None:
        raise OSError(number, "Smith")

    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        run(fail())
    assert caught.value.errno == number

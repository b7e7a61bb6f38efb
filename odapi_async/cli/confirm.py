"""The question before something is changed or removed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import typer

from odapi_async.cli.errors import UsageError
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.terminal import echo_err

_MOST: Final = 20


def is_terminal() -> bool:
    """Return whether somebody can answer a question."""
    return sys.stdin.isatty()


def show_changes(lines: Sequence[str]) -> None:
    """Show what happens, a line for each change; many are cut."""
    for line in lines[:_MOST]:
        echo_err(line)
    if len(lines) > _MOST:
        echo_err(f"+ {len(lines) - _MOST:,} more")


def confirm(lines: Sequence[str], question: str, summary: str, *, done: str = "changed") -> None:
    """Show what would happen, and ask.

    Args:
        lines: what would happen; many are cut.
        question: the question.
        summary: what would happen, in short, for a script.
        done: what is done after a yes: "nothing was changed" is the end after a no.

    Raises:
        UsageError: nobody can answer.
        Exit: it was not confirmed.
    """
    show_changes(lines)
    if not is_terminal():
        raise UsageError(f"nothing was {done} ({summary}): nobody can confirm it here; add --yes")
    if not typer.confirm(question, err=True):
        echo_err(f"nothing was {done}")
        raise typer.Exit(FAILED)

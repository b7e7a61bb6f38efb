"""The question before a fleet is changed."""

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


def confirm(lines: Sequence[str], question: str, summary: str) -> None:
    """Show what would change, and ask.

    Raises:
        UsageError: nobody can answer.
        Exit: it was not confirmed.
    """
    for line in lines[:_MOST]:
        echo_err(line)
    if len(lines) > _MOST:
        echo_err(f"+ {len(lines) - _MOST:,} more")
    if not is_terminal():
        raise UsageError(f"nothing was changed ({summary}): nobody can confirm it here; add --yes")
    if not typer.confirm(question, err=True):
        echo_err("nothing was changed")
        raise typer.Exit(FAILED)

"""Mistakes in the words of a command, as one line. The parser itself would print up to four."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer

from odapi_async.cli.errors import UsageError
from odapi_async.cli.exit_codes import USAGE
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo_err
from odapi_async.errors import suggestion

Advise = Callable[[str, Sequence[str]], str]
"""Returns what to write instead of an option that does not exist, from its name and the words of the
command; an empty text if it does not know."""

_CLOSE: Final = "did you mean "
_MISSING: Final = {
    "resource": "name a resource, such as appointments; odapi resources shows them",
    "path": "name a row, such as patients/48; odapi resources shows the resources",
    "operation": "name an operation, such as patients.create; odapi resources --json shows them",
}
"""What to write for an argument that is missing."""


@contextmanager
def exit_on_usage_error(
    command: str, options: Iterable[str], words: Sequence[str] = (), advise: Advise | None = None
) -> Generator[None]:
    """Print a mistake in the words of a command as one line to standard error, and exit with code 2.

    Args:
        command: the command, such as `odapi list`.
        options: the names of its options.
        words: the words after it.
        advise: advice about options that do not exist.
    """
    try:
        yield
    except (typer.TyperException, UsageError) as error:
        name = getattr(error, "option_name", "")
        advice = advise(name, words) if advise is not None and name else ""
        text = advice or _text(error, options)
        echo_err(f"odapi: {text}{' See' if text.endswith('?') else '; see'} {command} -h")
        raise typer.Exit(USAGE) from None


def close_name(name: str, known: Iterable[str]) -> str:
    """Return which known name is meant, as `did you mean today?`; an empty text if none is similar."""
    hint = suggestion(name, known)
    return hint if hint.startswith(_CLOSE) else ""


def _text(error: Any, options: Iterable[str]) -> str:
    """Return the text of an error: of the parser's errors, their attributes tell the kind."""
    if isinstance(error, UsageError):
        return str(error)
    if hasattr(error, "possibilities"):
        hint = _close_option(error.option_name, options)
        return f"there is no option {printable(error.option_name)}{f'; {hint}' if hint else ''}"
    name = _name(error)
    if hasattr(error, "param_type"):
        return _missing(error.param, name)
    text = error.message.rstrip(".")
    text = f"{text[:1].lower()}{text[1:]}"
    return f"{name}: {text}" if name else text


def _close_option(name: str, options: Iterable[str]) -> str:
    """Return which option is meant. Dashes make no names similar, so they are left out."""
    known = {each.lstrip("-"): each for each in options if each.startswith("--")}
    hint = close_name(name.lstrip("-"), known)
    return f"{_CLOSE}{known[hint[len(_CLOSE) : -1]]}?" if hint else ""


def _missing(param: Any, name: str) -> str:
    hint = f": {param.metavar}" if name.startswith("-") and param.metavar else ""
    return _MISSING.get(param.name) or f"{name} is missing{hint}"


def _name(error: Any) -> str:
    """Return the option or the argument that an error is about, as one writes it."""
    param = getattr(error, "param", None)
    if param is None:
        return ""
    names: list[str] = [param.name.upper()] if param.param_type_name == "argument" else [*param.opts]
    return max(names, key=len)

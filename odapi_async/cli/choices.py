"""Options that take one of a few words. Pure.

The parser of the command line has such options, too, but its error message names neither the words that are
meant nor what to use instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

import typer

from odapi_async.cli.errors import UsageError
from odapi_async.cli.usage import close_name

E = TypeVar("E", bound=StrEnum)

_NO_HINTS: Final[Mapping[str, str]] = MappingProxyType({})


def choice_option(
    name: str, words: type[E], help_: str, hints: Mapping[str, str] = _NO_HINTS, **settings: Any
) -> Any:
    """Return an option whose value is one of the words of an enumeration, in upper or lower case.

    Args:
        name: its name, such as `--format`.
        words: the enumeration.
        help_: its help text.
        hints: what to do instead of other words, in lower case.
        settings: more settings of the option, as for `typer.Option`.
    """
    known = [each.lower() for each in words]
    label = f"{name} (or {settings['envvar']})" if "envvar" in settings else name

    def complete(incomplete: str) -> list[str]:
        return [each for each in known if each.startswith(incomplete.lower())]

    return typer.Option(
        name,
        parser=_parser(label, words, hints),
        metavar=f"<{'|'.join(known)}>",
        autocompletion=complete,
        help=help_,
        **settings,
    )


def _parser(name: str, words: type[E], hints: Mapping[str, str]) -> Callable[[str], E]:
    known = {each.lower(): each for each in words}
    *first, last = known
    rule = f"{name} must be {', '.join(first)}{' or ' if first else ''}{last}"

    def parse(text: str) -> E:
        found = known.get(text.lower())
        if found is not None:
            return found
        hint = hints.get(text.lower()) or close_name(text, known)
        raise UsageError(f"{rule}{f'; {hint}' if hint else ''}")

    return parse

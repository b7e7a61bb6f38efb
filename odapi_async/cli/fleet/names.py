"""The names of practices that a command is given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from odapi_async.cli.errors import UsageError
from odapi_async.cli.screen import printable
from odapi_async.errors import suggestion

if TYPE_CHECKING:
    from odapi_async.fleet.difference import FleetPractice

_FEW: Final = 20


def choose(practices: Iterable[FleetPractice], names: Sequence[str]) -> list[FleetPractice]:
    """Return the practices with these names.

    Raises:
        UsageError: there is no such practice, or it is disabled.
    """
    known = {each.name: each for each in practices}
    for name in names:
        if name not in known:
            raise UsageError(f"the fleet has no practice {printable(name)}; {_hint(name, known)}")
        if not known[name].enabled:
            raise UsageError(
                f"{printable(name)} is disabled, because the file that was loaded last does not have it: "
                "add it to the file, then run: odapi fleet load"
            )
    return [known[name] for name in names]


def _hint(name: str, known: Collection[str]) -> str:
    """Return the most similar name; if there is none, all names unless they are too many for a line."""
    found = suggestion(name, known)
    if len(known) <= _FEW or found.startswith("did you mean"):
        return found
    return f"there are {len(known):,}; to see them: odapi fleet status --json"

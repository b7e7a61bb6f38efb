"""How to fix what fails in a fleet, judging by the error of a practice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from odapi_async.errors import OpenDentalError
from odapi_async.fleet.errors import KeyNotFound
from odapi_async.mirror import advice as of_mirror
from odapi_async.mirror.errors import ConcurrentMirror, KeyChanged, PracticeRenamed

_BY_CLASS: Final[Mapping[type[OpenDentalError], str]] = {
    KeyNotFound: "provide the key there; workers that find it read the practice meanwhile",
    KeyChanged: "if it is the same office: odapi fleet accept NAME; if not: correct the key, or give the "
    "practice another name",
    PracticeRenamed: "use the old name; or remove the old one: odapi mirror forget OLD-NAME; or keep both: "
    "odapi mirror --config practices.toml --practice NAME --accept-new-keys, once",
    ConcurrentMirror: "stop odapi mirror for the practices of the fleet",
}
_ADVICE: Final = {each.__name__: advised for each, advised in _BY_CLASS.items()}
_TRIED_AGAIN: Final = "it is tried again by itself"


def split_error(error: str) -> tuple[str, str]:
    """Return the table at the beginning of a practice's error, or an empty text, and the error behind it."""
    first, _, rest = error.partition(": ")
    return (first, rest) if first.islower() and rest else ("", error)


def advice(error: str) -> str:
    """Return how to fix an error.

    Args:
        error: the error, whose text begins with its class.
    """
    found = _ADVICE.get(of_mirror.kind_of(error)) or of_mirror.advice(error, follow=True)
    return _TRIED_AGAIN if found == of_mirror.advice("", follow=True) else found

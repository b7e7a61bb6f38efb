"""Errors that are kept or shared: as copies, so that nothing of one caller reaches another one."""

from __future__ import annotations

from copy import copy
from typing import TypeVar

E = TypeVar("E", bound=Exception)


def pristine(error: E) -> E:
    """Return a copy of an error: with notes of its own, and without the frames and errors it came from.

    A caller may add a note to an error, and a traceback keeps the local variables of all its frames.
    """
    duplicate = copy(error)
    if hasattr(error, "__notes__"):
        duplicate.__notes__ = [*error.__notes__]
    return duplicate

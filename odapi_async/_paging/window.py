"""The part of a list that is read: from one position up to another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from odapi_async._core.requests import PreparedRequest
from odapi_async._wire.values import whole_number
from odapi_async.errors import InvalidRequest

PARAMETERS: Final = frozenset({"Limit", "Offset"})


class Window(NamedTuple):
    """A part of a list.

    Attributes:
        start: the position of the first row; a list begins at 0.
        stop: the position after the last row; None for the end of the list.
    """

    start: int = 0
    stop: int | None = None

    def part(self, wanted: slice) -> Window:
        """Return a part of this window, as slicing a list does.

        Raises:
            InvalidRequest: the slice is negative, has a step, or is not of whole numbers.
        """
        if wanted.step is not None and _whole(wanted.step) != 1:
            raise InvalidRequest("slice", "must have no step; read the rows and leave some out")
        start = self.start + (0 if wanted.start is None else _position(wanted.start))
        stops = [] if self.stop is None else [self.stop]
        if wanted.stop is not None:
            stops.append(self.start + _position(wanted.stop))
        return Window(start, min(stops, default=None))

    @property
    def is_empty(self) -> bool:
        """Whether no row can be in it."""
        return self.stop is not None and self.stop <= self.start

    def rows_from(self, position: int) -> int | None:
        """Return how many rows there are at most from a position on; None if the window has no end."""
        return None if self.stop is None else max(0, self.stop - position)


_WHOLE: Final = re.compile(r"\d{1,18}", re.ASCII)  # more digits are more rows than any server has

_LIMIT: Final = 2**63

ALL: Final = Window()
"""The whole list."""


def window_in(query: Mapping[str, str]) -> Window:
    """Return the window that the API's own parameters in a query ask for.

    Raises:
        InvalidRequest: Limit is not a number above 0, or Offset is not a number from 0 on.
    """
    for name, minimum in (("Limit", 1), ("Offset", 0)):
        text = query.get(name, "1")
        if not _WHOLE.fullmatch(text) or int(text) < minimum:
            raise InvalidRequest(name, f"must be a whole number from {minimum} on")
    start = int(query.get("Offset", "0"))
    return Window(start, start + int(query["Limit"]) if "Limit" in query else None)


def without_window(prepared: PreparedRequest) -> PreparedRequest:
    """Return a request without the API's own parameters for a window."""
    if PARAMETERS.isdisjoint(prepared.query):
        return prepared
    return replace(prepared, query={k: v for k, v in prepared.query.items() if k not in PARAMETERS})


def _position(index: Any) -> int:
    position = _whole(index)
    if position < 0:
        raise InvalidRequest("slice", "must not be negative: the API does not tell how long a list is")
    if position >= _LIMIT:
        raise InvalidRequest("slice", "is too large: the server counts rows with 64-bit integers")
    return position


def _whole(index: object) -> int:
    number = whole_number(index)
    if number is None:
        raise InvalidRequest("slice", f"must have whole numbers, not {type(index).__name__}")
    return number

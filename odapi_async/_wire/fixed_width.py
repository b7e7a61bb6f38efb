"""Reads texts in which each part of a date has its place, such as `MM/dd/yyyy`.

All texts are moved into the default form at once, one character of the form at a time. Only separators are
checked here; the decoder of the default form checks the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from odapi_async._wire.default_form import MICROSECONDS, DefaultForm


class FixedWidth:
    """A format whose parts have fixed places.

    Args:
        parts: the start and the length of each part: those of a date, or of a date-time with or without a
            fraction and a zone.
        literals: the other characters, by their places.
        length: the length of every text.
    """

    __slots__ = ("_form", "_length", "_literals", "_moves")

    def __init__(
        self, parts: Mapping[str, tuple[int, int]], literals: Mapping[int, str], length: int
    ) -> None:
        self._literals = {place: literal.encode() for place, literal in literals.items()}
        self._length = length
        self._form = DefaultForm(parts, min(parts.get("fraction", (0, 0))[1], MICROSECONDS))
        self._moves = [
            (self._form.places[part] + index, start + index)
            for part, (start, count) in parts.items()
            for index in range(min(count, MICROSECONDS))
        ]

    def parse(self, texts: Sequence[str]) -> list[Any]:
        """Read texts as dates or date-times.

        Raises:
            ValueError: a text does not have this format, or is no moment that exists.
        """
        source = "".join(texts).encode("ascii")
        if {*map(len, texts)} - {self._length} or any(
            source[place :: self._length] != literal * len(texts) for place, literal in self._literals.items()
        ):
            raise ValueError("format")
        target, width = self._form.texts(len(texts)), self._form.width
        for to, place in self._moves:
            target[to::width] = source[place :: self._length]
        return self._form.decode(target)

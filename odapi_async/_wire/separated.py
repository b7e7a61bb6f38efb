"""Reads texts in which a separator is between each two parts of a date, such as `M/d/yyyy h:mm tt`.

All texts are split at once, wherever a separator is, which is faster than a regular expression over them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_letters, digits
from typing import Final, NamedTuple

_WORD: Final = f"{ascii_letters}{digits}"
_SIGNS: Final = "+-"
_OF_WORDS: Final = re.compile(r"(\[0-5\])?(\\d|\{\d(,\d)?\})*|\(\?:[A-Za-z|]+\)|\[AP\]M?")
_WRITTEN: Final = frozenset({"year", "day", "hour", "minute", "second"})


class Part(NamedTuple):
    """What is between two separators.

    Attributes:
        pattern: a regular expression.
        name: the part of the moment that it tells; empty if it tells none.
        size: the number of its characters, if it is always the same.
    """

    pattern: str
    name: str = ""
    size: int = 0


class Separated:
    """A format with separators.

    Args:
        parts: what is between the separators, in order.
        separators: the characters between them.
    """

    __slots__ = ("_checked", "_separators", "_to_breaks", "_words")

    def __init__(self, parts: Sequence[Part], separators: str) -> None:
        self._checked = [
            (each, None if _is_checked_later(each) else re.compile(each.pattern)) for each in parts
        ]
        self._separators = f"{separators}\n".encode()
        self._words = f"{_WORD}{_SIGNS if _has_sign(parts) else ''}".encode()
        self._to_breaks = bytes.maketrans(separators.encode(), b"\n" * len(separators))

    def columns(self, texts: Sequence[str]) -> dict[str, Sequence[str]]:
        """Return the texts of each part that tells something.

        Raises:
            ValueError: a text does not have this format. It is not checked that numbers are numbers.
        """
        source = "\n".join(texts).encode("ascii")
        if source.translate(None, self._words) + b"\n" != self._separators * len(texts):
            raise ValueError("separators")
        found = source.translate(self._to_breaks).decode().split("\n")
        columns: dict[str, Sequence[str]] = {}
        for place, (part, pattern) in enumerate(self._checked):
            column = found[place :: len(self._checked)]
            if part.name:
                columns[part.name] = column
            if pattern and not all(map(pattern.fullmatch, {*column})):
                raise ValueError("pattern")
        return columns


def separated(pieces: Sequence[Part | str]) -> Separated | None:
    """Return the reader of a format; None if not all of its parts are separated by characters of their own.

    Args:
        pieces: parts, and characters that stand for themselves.
    """
    parts = [Part("")]
    separators = ""
    for piece in pieces:
        if isinstance(piece, str):
            separators += piece
            parts.append(Part(""))
        elif parts[-1].pattern:
            return None
        else:
            parts[-1] = piece
    sign = _has_sign(parts)
    patterns = (each.pattern.removeprefix(_SIGN) for each in parts)
    if not all(map(_OF_WORDS.fullmatch, patterns)) or not _are_separators(separators, sign=sign):
        return None
    return Separated(parts, separators)


_SIGN: Final = "[+-]"


def _has_sign(parts: Sequence[Part]) -> bool:
    return any(each.pattern.startswith(_SIGN) for each in parts)


def _are_separators(characters: str, *, sign: bool) -> bool:
    words = {*_WORD, "\n", *(_SIGNS if sign else "")}
    return characters.isascii() and words.isdisjoint(characters)


def _is_checked_later(part: Part) -> bool:
    """Return whether a number is looked up in a table, or written at its place if it has its very size."""
    if part.size:
        return part.name in _WRITTEN
    return part.name in _WRITTEN - {"year"} or part.name == "half"

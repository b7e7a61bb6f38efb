"""Dates in the format strings of .NET, in its invariant culture."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Piece = Callable[[dt.datetime], str]
"""Returns the text of one part of a format."""

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July",
                  "August", "September", "October", "November", "December")  # fmt: skip
_SHORT: Final = 3
_MAX_FRACTION: Final = 7
_OFFSET: Final = -8
"""Hours between the offices and UTC."""

_PART: Final = re.compile(
    r"""(?P<run>d+|M+|y+|h+|H+|m+|s+|f+|F+|t+|z+|g+|K)"""
    r"""|(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|\\(?P<escaped>.)"""
    r"""|%(?P<single>[^%])"""
    r"""|(?P<literal>[^'"\\%])""",
    re.DOTALL,
)


class FormatError(ValueError):
    """The text is not a format."""


def formatted(text: str, pattern: str) -> str:
    """Return an ISO date or datetime in a .NET format; the office is eight hours behind UTC.

    Raises:
        FormatError: the pattern is not a format.
    """
    moment = dt.datetime.fromisoformat(text)
    return "".join([piece(moment) for piece in compiled(pattern)])


@lru_cache(maxsize=256)
def compiled(pattern: str) -> tuple[Piece, ...]:
    """Return the parts of a format.

    A format of one letter is one of .NET's standard formats; the reference names none, so it is refused. An
    unknown letter in a longer format stands for itself, as in .NET.

    Raises:
        FormatError: the pattern is not a format.
    """
    if len(pattern) <= 1:
        raise FormatError(pattern)
    pieces: list[Piece] = []
    at = 0
    while at < len(pattern):
        match = _PART.match(pattern, at)
        if match is None:
            raise FormatError(pattern)
        at = match.end()
        if match["single"] is not None:  # %d is a d of its own, whatever follows it
            match = _PART.fullmatch(match["single"])
            if match is None:
                raise FormatError(pattern)
        pieces.append(_piece(match, pattern, pieces))
    return tuple(pieces)


def _piece(match: re.Match[str], pattern: str, before: list[Piece]) -> Piece:
    run = match["run"]
    if run is None:
        quoted = match["quoted"]
        if quoted is not None:
            return _literal(re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL))
        return _literal(match["escaped"] or match["literal"])
    letter, length = run[0], len(run)
    if letter in "fF":
        if length > _MAX_FRACTION:
            raise FormatError(pattern)
        return _fraction(length) if letter == "f" else _short_fraction(length, before)
    return _RUNS[letter](length)


def _literal(text: str) -> Piece:
    return lambda _: text


def _number(part: Callable[[dt.datetime], int]) -> Callable[[int], Piece]:
    """Return the parts of a number that has one digit at least, or two."""
    return lambda length: lambda moment: f"{part(moment):0{min(length, 2)}}"


def _named(
    names: tuple[str, ...], part: Callable[[dt.datetime], int], first: int, number: str
) -> Callable[[int], Piece]:
    """Return the parts of a day or a month: a number, a short name or a long one."""

    def piece(length: int) -> Piece:
        if length < _SHORT:
            return lambda moment: f"{getattr(moment, number):0{length}}"
        if length == _SHORT:
            return lambda moment: names[part(moment) - first][:_SHORT]
        return lambda moment: names[part(moment) - first]

    return piece


def _year(length: int) -> Piece:
    if length < _SHORT:
        return lambda moment: f"{moment.year % 100:0{length}}"
    return lambda moment: f"{moment.year:0{length}}"


def _half_day(length: int) -> Piece:
    if length == 1:
        return lambda moment: "A" if moment.hour < 12 else "P"  # noqa: PLR2004 - noon
    return lambda moment: "AM" if moment.hour < 12 else "PM"  # noqa: PLR2004 - noon


def _offset(length: int) -> Piece:
    text = f"{_OFFSET:+0{min(length, 2) + 1}}"
    return _literal(text if length < _SHORT else f"{text}:00")


def _fraction(length: int) -> Piece:
    return lambda moment: f"{moment.microsecond:06}0"[:length]


def _short_fraction(length: int, before: list[Piece]) -> Piece:
    """Return a fraction without its last zeros; the point before it goes, too, if nothing is left."""
    point = bool(before) and before[-1](dt.datetime.min) == "."
    if point:
        before.pop()

    def piece(moment: dt.datetime) -> str:
        digits = f"{moment.microsecond:06}0"[:length].rstrip("0")
        return f".{digits}" if point and digits else digits

    return piece


_RUNS: Final[dict[str, Callable[[int], Piece]]] = {
    "d": _named(_DAYS, dt.datetime.weekday, 0, "day"),
    "M": _named(_MONTHS, lambda moment: moment.month, 1, "month"),
    "y": _year,
    "h": _number(lambda moment: moment.hour % 12 or 12),
    "H": _number(lambda moment: moment.hour),
    "m": _number(lambda moment: moment.minute),
    "s": _number(lambda moment: moment.second),
    "t": _half_day,
    "z": _offset,
    "g": lambda _: _literal("A.D."),
    "K": lambda _: _literal(""),  # a time without a zone has none to show
}

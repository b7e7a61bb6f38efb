"""The custom and standard date formats of .NET, for text in American English."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LETTERS: Final = "dMyhHmsfFtzgK"
STANDARD: Final = {
    "d": "M/d/yyyy",
    "D": "dddd, MMMM d, yyyy",
    "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt",
    "g": "M/d/yyyy h:mm tt",
    "G": "M/d/yyyy h:mm:ss tt",
    "m": "MMMM d",
    "M": "MMMM d",
    "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
    "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
    "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "t": "h:mm tt",
    "T": "h:mm:ss tt",
    "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "y": "MMMM yyyy",
    "Y": "MMMM yyyy",
}


class BadFormat(ValueError):
    """A pattern for which .NET raises FormatException."""


def render(moment: datetime, pattern: str, offset: timedelta) -> str:
    """Write a moment by a pattern; `offset` is that of the office's zone."""
    if len(pattern) < 2:
        pattern = pattern or "G"
        if pattern not in STANDARD:
            raise BadFormat
        pattern = STANDARD[pattern]
    text = ""
    for token, literal in tokens(pattern):
        if literal:
            text += token
        elif token[0] == "F":
            digits = fraction(moment, len(token)).rstrip("0")
            text = text + digits if digits else text.removesuffix(".")
        else:
            text += WRITERS[token[0]](moment, len(token), offset)
    return text


@lru_cache
def tokens(pattern: str) -> tuple[tuple[str, bool], ...]:
    return tuple(split(pattern))


def split(pattern: str) -> Iterator[tuple[str, bool]]:
    """Split a pattern into runs of a specifier, and literals (True)."""
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign in "'\"":
            literal, at = quoted(pattern, at)
            yield literal, True
        elif sign == "\\":
            if at + 1 == len(pattern):
                raise BadFormat
            yield pattern[at + 1], True
            at += 2
        elif sign == "%":
            if at + 1 == len(pattern) or pattern[at + 1] == "%":
                raise BadFormat
            at += 1
        elif sign in LETTERS:
            end = at
            while end < len(pattern) and pattern[end] == sign:
                end += 1
            yield pattern[at:end], False
            at = end
        else:
            yield sign, True
            at += 1


def quoted(pattern: str, at: int) -> tuple[str, int]:
    """Read a quoted literal; return it with the place behind its closing quote."""
    text: list[str] = []
    quote, at = pattern[at], at + 1
    while at < len(pattern):
        if pattern[at] == quote:
            return "".join(text), at + 1
        if pattern[at] == "\\":
            at += 1
            if at == len(pattern):
                break
        text.append(pattern[at])
        at += 1
    raise BadFormat


def fraction(moment: datetime, digits: int) -> str:
    if digits > 7:
        raise BadFormat
    return f"{moment.microsecond:06}0"[:digits]


def day(moment: datetime, count: int, offset: timedelta) -> str:
    if count > 2:
        name = DAYS[moment.weekday()]
        return name[:3] if count == 3 else name
    return f"{moment.day:0{count}}"


def month(moment: datetime, count: int, offset: timedelta) -> str:
    if count > 2:
        name = MONTHS[moment.month - 1]
        return name[:3] if count == 3 else name
    return f"{moment.month:0{count}}"


def year(moment: datetime, count: int, offset: timedelta) -> str:
    return f"{moment.year % 100 if count < 3 else moment.year:0{count}}"


def half_day(moment: datetime, count: int, offset: timedelta) -> str:
    return ("AM" if moment.hour < 12 else "PM")[: min(count, 2)]


def zone(moment: datetime, count: int, offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return f"{sign}{hours:0{min(count, 2)}}" + (f":{rest:02}" if count > 2 else "")


def kind(moment: datetime, count: int, offset: timedelta) -> str:
    """Write the zone of a moment that has one: those of a database have none."""
    if moment.tzinfo is None:
        return ""
    return zone(moment, 3, offset) if offset else "Z"


def padded(number: Callable[[datetime], int]) -> Callable[[datetime, int, timedelta], str]:
    return lambda moment, count, offset: f"{number(moment):0{min(count, 2)}}"


WRITERS: Final[dict[str, Callable[[datetime, int, timedelta], str]]] = {
    "d": day,
    "M": month,
    "y": year,
    "t": half_day,
    "z": zone,
    "h": padded(lambda moment: moment.hour % 12 or 12),
    "H": padded(lambda moment: moment.hour),
    "m": padded(lambda moment: moment.minute),
    "s": padded(lambda moment: moment.second),
    "f": lambda moment, count, offset: fraction(moment, count),
    "g": lambda moment, count, offset: "A.D.",
    "K": kind,
}

"""Writes moments as .NET does with a custom format, by the documented table of its specifiers.

It knows nothing of the package: the tests compare what the package reads with what this writes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

_MONTHS: Final = "January February March April May June July August September October November December"
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


def net_text(moment: datetime, form: str) -> str:
    """Return a moment as the format says. An aware one has its own offset, a naive one none with K."""
    out, rest = "", form
    while rest:
        head = rest[0]
        if head in "'\"":
            quoted, rest = _quoted(rest)
            out += quoted
        elif head == "\\":
            out, rest = out + rest[1], rest[2:]
        elif head == "%":
            out, rest = _append(out, moment, rest[1]), rest[2:]
        elif head == "K":
            out, rest = out + _kind(moment), rest[1:]
        else:
            run = rest[: len(rest) - len(rest.lstrip(head))]
            out, rest = _append(out, moment, run), rest[len(run) :]
    return out


def _quoted(text: str) -> tuple[str, str]:
    quote, index, out = text[0], 1, ""
    while text[index] != quote:
        if text[index] == "\\":
            index += 1
        out += text[index]
        index += 1
    return out, text[index + 1 :]


def _append(out: str, moment: datetime, run: str) -> str:
    if run[0] == "F":
        digits = f"{moment.microsecond:06}0"[: len(run)].rstrip("0")
        return out + digits if digits or not out.endswith(".") else out[:-1]
    write = _WRITERS.get(run[0])
    return out + (write(moment, len(run)) if write else run)


def _name(names: str, index: int, count: int) -> str:
    name = names.split()[index]
    return name[:3] if count == 3 else name


def _day(moment: datetime, count: int) -> str:
    return f"{moment.day:0{count}}" if count < 3 else _name(_DAYS, moment.weekday(), count)


def _month(moment: datetime, count: int) -> str:
    return f"{moment.month:0{count}}" if count < 3 else _name(_MONTHS, moment.month - 1, count)


def _year(moment: datetime, count: int) -> str:
    return f"{moment.year % 100:0{count}}" if count < 3 else f"{moment.year:0{count}}"


def _two(number: int, count: int) -> str:
    return f"{number:0{min(count, 2)}}"


def _mark(moment: datetime, count: int) -> str:
    return ("AM" if moment.hour < 12 else "PM")[: min(count, 2)]


def _offset(moment: datetime, count: int) -> str:
    offset = moment.utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    hours = f"{sign}{minutes // 60:0{min(count, 2)}}"
    return hours if count < 3 else f"{hours}:{minutes % 60:02}"


def _kind(moment: datetime) -> str:
    if moment.tzinfo is None:
        return ""
    return "Z" if not moment.utcoffset() else _offset(moment, 3)


_WRITERS: Final[Mapping[str, Callable[[datetime, int], str]]] = {
    "d": _day,
    "M": _month,
    "y": _year,
    "H": lambda moment, count: _two(moment.hour, count),
    "h": lambda moment, count: _two((moment.hour - 1) % 12 + 1, count),
    "m": lambda moment, count: _two(moment.minute, count),
    "s": lambda moment, count: _two(moment.second, count),
    "f": lambda moment, count: f"{moment.microsecond:06}0"[:count],
    "t": _mark,
    "z": _offset,
    "g": lambda _, __: "A.D.",
}

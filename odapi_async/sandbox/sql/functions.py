"""MySQL's functions that SQLite does not have, or has with another meaning. NULL in gives NULL out."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
import sqlite3
from collections.abc import Callable
from typing import Any, Final, cast

from odapi_async.sandbox.sql import texts
from odapi_async.sandbox.sql.work import Work

MAX_TEXT: Final = 10_000
"""Characters of the longest text that a function makes."""

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?)?")
_DATE_LENGTH: Final = len("yyyy-MM-dd")
_MONTHS: Final = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_SECONDS: Final = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "WEEK": 604_800}
_DAYS: Final = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"})
UNITS: Final = frozenset({*_MONTHS, *_SECONDS})
"""Units of an interval."""


def moment_of(value: Any) -> dt.datetime | None:
    """Return the moment that a text tells; None if it tells none."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return dt.datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}:{found[3] or '00'}")
    except ValueError:
        return None


def full(value: Any) -> str | None:
    """Return a date or a date with a time as yyyy-MM-dd HH:mm:ss; None if it is neither."""
    moment = moment_of(value)
    return None if moment is None else moment.isoformat(" ", "seconds")


def _date(value: Any) -> str | None:
    moment = moment_of(value)
    return None if moment is None else moment.date().isoformat()


def _time(value: Any) -> str | None:
    moment = moment_of(value)
    return value if moment is None else moment.time().isoformat("seconds")


def _add(value: Any, number: Any, unit: str) -> str | None:
    moment = moment_of(value)
    if moment is None or number is None:
        return None
    try:
        if unit in _MONTHS:
            moment = _months_later(moment, int(number) * _MONTHS[unit])
        else:
            moment += dt.timedelta(seconds=float(number) * _SECONDS[unit])
    except (ValueError, OverflowError):
        return None
    if unit in _DAYS and len(value) == _DATE_LENGTH:
        return moment.date().isoformat()
    return moment.isoformat(" ", "seconds")


def _months_later(moment: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _difference(unit: str, first: Any, second: Any) -> int | None:
    start, end = moment_of(first), moment_of(second)
    if start is None or end is None:
        return None
    if unit in _SECONDS:
        return math.trunc((end - start).total_seconds() / _SECONDS[unit])
    early, late = min(start, end), max(start, end)
    months = (late.year - early.year) * 12 + late.month - early.month
    if (late.day, late.time()) < (early.day, early.time()):
        months -= 1
    whole = months // _MONTHS[unit]
    return whole if start <= end else -whole


def _days_between(first: Any, second: Any) -> int | None:
    end, start = moment_of(first), moment_of(second)
    return None if start is None or end is None else (end.date() - start.date()).days


_PARTS: Final[dict[str, Callable[[dt.datetime], int]]] = {
    "year": lambda moment: moment.year,
    "quarter": lambda moment: (moment.month + 2) // 3,
    "month": lambda moment: moment.month,
    # as MySQL's mode 0: weeks begin on Sunday, and the first of a year has a Sunday
    "week": lambda moment: (moment.timetuple().tm_yday + 6 - moment.isoweekday() % 7) // 7,
    "day": lambda moment: moment.day,
    "dayofyear": lambda moment: moment.timetuple().tm_yday,
    "dayofweek": lambda moment: moment.isoweekday() % 7 + 1,
    "weekday": lambda moment: moment.weekday(),
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
}
PARTS: Final = frozenset(_PARTS)
"""Parts of a moment that a query can ask for."""


def _part(name: str, value: Any) -> int | None:
    moment = moment_of(f"2000-01-01 {value}") if re.match(r"\d\d:", str(value)) else moment_of(value)
    return None if moment is None else _PARTS[name](moment)


def _last_day(value: Any) -> str | None:
    moment = moment_of(value)
    if moment is None:
        return None
    return moment.date().replace(day=calendar.monthrange(moment.year, moment.month)[1]).isoformat()


_FORMATS: Final[dict[str, Callable[[dt.datetime], str]]] = {
    "%Y": lambda moment: f"{moment.year:04}",
    "%y": lambda moment: f"{moment.year % 100:02}",
    "%m": lambda moment: f"{moment.month:02}",
    "%-m": lambda moment: f"{moment.month}",
    "%B": lambda moment: calendar.month_name[moment.month],
    "%b": lambda moment: calendar.month_abbr[moment.month],
    "%d": lambda moment: f"{moment.day:02}",
    "%-d": lambda moment: f"{moment.day}",
    "%D": lambda moment: f"{moment.day}{_ordinal(moment.day)}",
    "%j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "%A": lambda moment: calendar.day_name[moment.weekday()],
    "%a": lambda moment: calendar.day_abbr[moment.weekday()],
    "%w": lambda moment: f"{moment.isoweekday() % 7}",
    "%H": lambda moment: f"{moment.hour:02}",
    "%-H": lambda moment: f"{moment.hour}",
    "%I": lambda moment: f"{moment.hour % 12 or 12:02}",
    "%h": lambda moment: f"{moment.hour % 12 or 12:02}",
    "%-I": lambda moment: f"{moment.hour % 12 or 12}",
    "%M": lambda moment: f"{moment.minute:02}",
    "%S": lambda moment: f"{moment.second:02}",
    "%p": lambda moment: ("AM", "PM")[moment.hour // 12],
    "%r": lambda moment: f"{moment.hour % 12 or 12:02}:{moment:%M:%S} {('AM', 'PM')[moment.hour // 12]}",
    "%T": lambda moment: moment.time().isoformat("seconds"),
    "%f": lambda _: "000000",
    "%%": lambda _: "%",
}
_TOKEN: Final = re.compile(r"%-?.")


def is_format(pattern: str) -> bool:
    """Return whether every token of a format is known."""
    return all(token in _FORMATS for token in _TOKEN.findall(pattern))


def _date_format(value: Any, pattern: str) -> str | None:
    moment = moment_of(value)
    if moment is None:
        return None
    return _TOKEN.sub(lambda token: _FORMATS[token.group()](moment), pattern)


def _ordinal(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _str_to_date(text: Any, pattern: str) -> str | None:
    try:
        moment = dt.datetime.strptime(str(text), pattern.replace("%-", "%"))
    except ValueError:
        return None
    has_time = re.search(r"%-?[HIMSTpr]", pattern)
    return moment.isoformat(" ", "seconds") if has_time else moment.date().isoformat()


def _pad(value: Any, length: Any, fill: Any, left: int) -> str | None:
    if None in (value, length, fill):
        return None
    text, wanted = str(value), min(int(length), MAX_TEXT)
    if len(text) >= wanted:
        return text[: max(wanted, 0)]
    missing = wanted - len(text)
    padding = (str(fill) * missing)[:missing]
    return padding + text if left else text + padding


def _substring_index(value: Any, delimiter: Any, count: Any) -> str | None:
    if None in (value, delimiter, count):
        return None
    parts = str(value).split(str(delimiter)) if delimiter else []
    return str(delimiter).join(parts[:count] if count >= 0 else parts[count:])


def _concat_ws(separator: Any, *values: Any) -> str | None:
    return (
        None if separator is None else str(separator).join(str(each) for each in values if each is not None)
    )


def _field(value: Any, *values: Any) -> int:
    return next((at for at, each in enumerate(values, 1) if str(each).lower() == str(value).lower()), 0)


def _find_in_set(value: Any, texts: Any) -> int | None:
    return None if None in (value, texts) else _field(value, *str(texts).split(","))


def _truncate(value: Any, decimals: Any) -> float | None:
    return None if None in (value, decimals) else math.trunc(value * 10**decimals) / 10**decimals


class _GroupConcat:
    """GROUP_CONCAT with DISTINCT, ORDER BY and SEPARATOR."""

    def __init__(self) -> None:
        self._found: list[tuple[tuple[Any, ...], str]] = []
        self._length = 0
        self._separator, self._directions, self._distinct = ",", "", False

    def step(self, value: Any, separator: str, distinct: int, directions: str, *keys: Any) -> None:
        """Take one row: its value, the options, and the values to sort by, each with a or d (descending)."""
        self._separator, self._directions, self._distinct = separator, directions, bool(distinct)
        if value is None:
            return
        self._length += len(str(value))
        if self._length > MAX_TEXT * 100:
            raise OverflowError
        self._found.append((keys, str(value)))

    def finalize(self) -> str | None:
        """Return the text."""
        for at, direction in reversed([*enumerate(self._directions)]):
            self._found.sort(key=lambda each: _sort_key(each[0][at]), reverse=direction == "d")
        values = [value for _, value in self._found]
        if self._distinct:
            values = [*{value.lower(): value for value in reversed(values)}.values()][::-1]
        return self._separator.join(values) if values else None


def _sort_key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (2, value.lower()) if isinstance(value, str) else (1, value)


def _unary(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(value: Any) -> Any:
        return None if value is None else function(value)

    return call


def _binary(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def call(first: Any, second: Any) -> Any:
        return None if None in (first, second) else function(first, second)

    return call


_FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Any]]]] = {
    "date": (1, _date),
    "moment": (1, full),
    "time": (1, _time),
    "add": (3, _add),
    "difference": (3, _difference),
    "datediff": (2, _days_between),
    "part": (2, _part),
    "last_day": (1, _last_day),
    "date_format": (2, _date_format),
    "str_to_date": (2, _str_to_date),
    "left": (2, _binary(lambda value, length: str(value)[: max(length, 0)])),
    "right": (2, _binary(lambda value, length: str(value)[-length:] if length > 0 else "")),
    "pad": (4, _pad),
    "repeat": (2, _binary(lambda value, times: (str(value) * max(0, min(times, MAX_TEXT)))[:MAX_TEXT])),
    "reverse": (1, _unary(lambda value: str(value)[::-1])),
    "bytes": (1, _unary(lambda value: len(str(value).encode()))),
    "substring_index": (3, _substring_index),
    "position": (3, texts.position),
    "concat_ws": (-1, _concat_ws),
    "field": (-1, _field),
    "find_in_set": (2, _find_in_set),
    "format": (2, _binary(lambda value, decimals: f"{value:,.{max(0, min(decimals, 30))}f}")),
    "floor": (1, _unary(math.floor)),
    "ceil": (1, _unary(math.ceil)),
    "sqrt": (1, _unary(lambda value: math.sqrt(value) if value >= 0 else None)),
    "power": (2, _binary(lambda base, exponent: float(base) ** exponent)),
    "sign": (1, _unary(lambda value: (value > 0) - (value < 0))),
    "truncate": (2, _truncate),
}
PREFIX: Final = "mysql_"
"""Begins the names of these functions in SQLite."""

_OF_SQLITE: Final = frozenset(
    {
        "abs", "avg", "char", "coalesce", "count", "dense_rank", "first_value", "ifnull", "iif", "instr",
        "lag", "last_value", "lead", "length", "like", "lower", "ltrim", "max", "min", "ntile", "nullif",
        "rank", "replace", "round", "row_number", "rtrim", "substr", "substring", "sum", "trim", "upper",
    }
)  # fmt: skip
ALLOWED: Final = frozenset({*_OF_SQLITE, *(PREFIX + name for name in _FUNCTIONS), f"{PREFIX}group_concat"})
"""Every function that a query may call in SQLite."""


def register(connection: sqlite3.Connection, work: Work) -> None:
    """Add the functions to a connection, and count their calls."""
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(PREFIX + name, count, _counted(function, work), deterministic=True)
    group_concat = cast("Callable[[], Any]", _GroupConcat)  # SQLite calls `step` with any number of values
    connection.create_aggregate(f"{PREFIX}group_concat", -1, group_concat)


def _counted(function: Callable[..., Any], work: Work) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        work.calls += 1
        return function(*values)

    return call

"""The meaning of values on the wire, decoded by the catalogue's types and without the SDK.

It knows the regular forms and the irregular ones that are recorded in `reference/quirks.json`, and no others:
any other form fails here, before the SDK is checked with it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from tests.conformance.catalogue import Field

Row = Mapping[str, Any]

_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_DATETIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?")
_US: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d\d):(\d\d) ([AP]M))?")
_CLOCK: Final = re.compile(r"(\d\d):(\d\d):(\d\d)")
_SPAN: Final = re.compile(r"(-?)(\d+):(\d\d):(\d\d)")
_NO_YEAR: Final = 1


def parsed(body: bytes) -> Any:
    """Decode JSON; amounts stay exact."""
    return json.loads(body, parse_float=Decimal)


def rows_of(body: bytes) -> list[Row]:
    """Return the rows of a documented response, which is a list or a single object."""
    found: list[Row] | Row = parsed(body)
    return found if isinstance(found, list) else [found]


def meaning(kind: str, sent: Any) -> object:
    """Return the Python value of a value on the wire."""
    return _READERS[kind](sent)


def sent_for(field: Field, row: Row) -> Any:
    """Return the value of a field in a row, under its name or a misspelled one; None if there is none."""
    return next((row[name] for name in (field.name, *field.aliases) if name in row), None)


def _whole(sent: Any) -> int:
    if sent in {None, ""}:
        return 0
    assert isinstance(sent, int | str), sent
    return int(sent)


def _amount(sent: Any) -> Decimal:
    return Decimal(0) if sent in {None, ""} else Decimal(sent)


def _unless_minus_one(read: Callable[[Any], object], sent: Any) -> object:
    if sent in {None, ""}:
        return None
    value = read(sent)
    return None if value == -1 else value


def _text(sent: Any) -> str:
    return "" if sent is None else str(sent)


def _truth(sent: Any) -> bool:
    return {"": False, "none": False, "true": True, "false": False}[str(sent).lower()]


def _moment(sent: Any) -> datetime | None:
    if sent in {None, ""}:
        return None
    found = _US.fullmatch(sent)
    if found:
        month, day, year, hour, minute, second, half = found.groups()
        clock = (int(hour) % 12 + 12 * (half == "PM"), int(minute), int(second)) if hour else (0, 0, 0)
        moment = datetime(int(year), int(month), int(day), *clock)
    else:
        assert _ISO_DATETIME.fullmatch(sent), sent
        moment = datetime.fromisoformat(sent)
    return None if moment.year == _NO_YEAR else moment


def _day(sent: Any) -> date | None:
    moment = _moment(sent)
    return moment and moment.date()


def _clock(sent: Any) -> time | None:
    if sent in {None, ""}:
        return None
    found = _CLOCK.fullmatch(sent)
    assert found, sent
    hour, minute, second = map(int, found.groups())
    return time(hour, minute, second)


def _span(sent: Any) -> timedelta | None:
    if sent in {None, ""}:
        return None
    found = _SPAN.fullmatch(sent)
    assert found, sent
    sign, hours, minutes, seconds = found.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -span if sign else span


def _override(sent: Any) -> timedelta | None:
    return None if sent == "-01:00:00" else _span(sent)


def _keys(sent: Any) -> list[int]:
    parts: list[Any] = sent.split(",") if isinstance(sent, str) else sent
    return [_whole(each) for each in parts if each != ""]


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "int": _whole,
    "float": _amount,
    "int or -1": lambda sent: _unless_minus_one(_whole, sent),
    "float or -1": lambda sent: _unless_minus_one(_amount, sent),
    "str": _text,
    "bool": _truth,
    "date": _day,
    "datetime": _moment,
    "time": _clock,
    "span": _span,
    "span or -01:00:00": _override,
    "list[int]": _keys,
}

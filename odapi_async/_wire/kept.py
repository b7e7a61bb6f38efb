"""Compares what was sent with what was read afterwards: whether the office kept it.

`is_same` is strict: values are the same if the API writes them alike, but for line breaks, which it replaces
by spaces. `is_kept` also accepts what offices do with a value that they keep: they trim texts, cut times to
seconds, round money to cents, and write numbers, dates and flags in other forms. Neither quotes a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from odapi_async._wire.parameters import encode_untyped
from odapi_async._wire.values import NO_DATE

Same = Callable[[Any, Any], bool]
"""Takes the wire form of what was sent and the value of the row; returns whether the office kept it."""

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_NOTHING: Final = frozenset({None, "", NO_DATE, f"{NO_DATE} 00:00:00", -1})
"""Wire forms of a value that a row shows as None."""
_HALF_A_CENT: Final = Decimal("0.005")
_NINE_HOURS: Final = 9 * 12
_PUNCTUATION: Final = re.compile(r"[\W_]")
_FLAGS: Final = {"1": "true", "0": "false"}
_RANGE: Final = re.compile(r"(\w+)-(\w+)")
_PART: Final = re.compile(r"(\d+)\s*([ymwd])", re.IGNORECASE)


def is_same(wire: object, read: object) -> bool:
    """Return whether the API writes two values alike. A line break equals the spaces that it is read as.

    Args:
        wire: the wire form of the one.
        read: the other, as a row has it; not None.

    Raises:
        InvalidRequest: the API has no form for the value that was read.
    """
    old = encode_untyped({"": read})[""]
    if isinstance(wire, str) and isinstance(old, str):
        return not _without_breaks(wire).isdisjoint(_without_breaks(old))
    return wire == old


def is_kept(sent: Any, read: Any) -> bool:
    """Return whether a row has a value that was sent, in whatever form the office writes it.

    Args:
        sent: the wire form of the value that was sent, as JSON has it.
        read: the value of the row.
    """
    if read is None:
        return isinstance(sent, str | int | Decimal | None) and sent in _NOTHING
    if sent is None:
        return not read
    for kind, same in _BY_KIND:
        if isinstance(read, kind):
            with suppress(ValueError, TypeError, InvalidOperation, AttributeError):
                return same(sent, read)
            return False
    return bool(sent == read)


def any_case(sent: Any, read: Any) -> bool:
    """Accept a text in other upper and lower case, and a number in the place of the name of a value."""
    if is_kept(sent, read) or not isinstance(sent, str) or not isinstance(read, str):
        return is_kept(sent, read)
    text, name = read.casefold().strip(), sent.casefold().strip()
    return text == name or (text.isdecimal() and not name.isdecimal())


def same_digits(sent: Any, read: Any) -> bool:
    """Accept a phone number that is written in another way: 503-456-8910 as (503)456-8910."""
    numbers = [_PUNCTUATION.sub("", str(each)).casefold() for each in (sent, read)]
    return is_kept(sent, read) or (bool(numbers[0]) and numbers[0] == numbers[1])


def same_items(sent: Any, read: Any) -> bool:
    """Accept a list whose ranges are expanded: 1-5,8 as 1,2,3,4,5,8."""
    return is_kept(sent, read) or set(_expanded(str(sent))) == set(_expanded(str(read)))


def same_interval(sent: Any, read: Any) -> bool:
    """Accept an interval without the parts that are 0: 0y6m0w1d as 6m1d."""
    return is_kept(sent, read) or _interval(str(sent)) == _interval(str(read)) != {}


def nine_hours(sent: Any, read: Any) -> bool:
    """Accept the pattern of an appointment that is cut to nine hours, of which each letter is 5 minutes."""
    return is_kept(sent, read) or str(sent)[:_NINE_HOURS] == read


def contains(sent: Any, read: Any) -> bool:
    """Accept a text in which more than the one that was sent is found, before it or behind."""
    return any(one in other for one in _forms(str(sent)) for other in _forms(str(read)))


def not_before(sent: Any, read: Any) -> bool:
    """Accept a later moment."""
    moment = _moment(str(sent))
    return is_kept(sent, read) or (isinstance(read, datetime) and read.replace(tzinfo=None) >= moment)


def alias(**spellings: str) -> Same:
    """Return a comparison for a text of which the office has another spelling.

    Args:
        spellings: the other spelling by the one that is sent.
    """
    known = {sent.casefold(): read.casefold() for sent, read in spellings.items()}

    def same(sent: Any, read: Any) -> bool:
        return any_case(sent, read) or known.get(str(sent).casefold()) == str(read).casefold().strip()

    return same


def one_of(*values: str) -> Same:
    """Return a comparison that accepts these texts, whatever was sent."""
    return lambda _, read: str(read) in values


def _without_breaks(text: str) -> set[str]:
    """Return the forms in which the API may send a text: it may send CR LF as one space or as two."""
    one_space = _BREAK.sub(" ", text)
    return {one_space, _BREAK.sub(" ", text.replace("\r\n", "  "))}


def _forms(text: str) -> set[str]:
    return {each.strip() for each in _without_breaks(text)}


def _same_text(sent: Any, read: str) -> bool:
    if isinstance(sent, list):
        return same_items(",".join(map(str, sent)), read)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if not isinstance(sent, str):
        return Decimal(sent) == Decimal(read)
    if sent in _FLAGS.values():
        return _FLAGS.get(read, read).casefold() == sent
    return not _forms(sent).isdisjoint(_forms(read))


def _same_flag(sent: Any, read: bool) -> bool:  # noqa: FBT001 - the value of a field, not a switch
    text = str(sent).casefold()
    return _FLAGS.get(text, text) == str(read).casefold()


def _same_amount(sent: Any, read: Decimal | float) -> bool:
    return abs(Decimal(str(sent)) - Decimal(str(read))) <= _HALF_A_CENT


def _same_number(sent: Any, read: int) -> bool:
    return Decimal(str(sent)) == read


def _same_moment(sent: Any, read: datetime) -> bool:
    if re.fullmatch(r"\d\d:\d\d(:\d\d)?", sent):  # a time of day reads back as a date and a time
        return time.fromisoformat(sent) == time(read.hour, read.minute, read.second)
    return _moment(sent) == read.replace(microsecond=0, tzinfo=None)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0, tzinfo=None)


def _same_day(sent: Any, read: date) -> bool:
    return _moment(sent).date() == read


def _same_time(sent: Any, read: time) -> bool:
    return time.fromisoformat(sent).replace(microsecond=0) == read.replace(microsecond=0)


def _same_span(sent: Any, read: timedelta) -> bool:
    found = re.fullmatch(r"(-?)(\d+):(\d\d):(\d\d)", sent)
    if found is None:
        return False
    hours, minutes, seconds = map(int, found.groups()[1:])
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return (-span if found[1] else span) == read


def _same_list(sent: Any, read: list[Any]) -> bool:
    """Compare without order and repetition, which the API ignores."""
    given = ",".join(map(str, sent)) if isinstance(sent, list) else str(sent)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return {each.strip() for each in given.split(",")} - {""} == {str(each).strip() for each in read}


_BY_KIND: Final[tuple[tuple[Any, Same], ...]] = (
    (bool, _same_flag),
    (int, _same_number),
    ((Decimal, float), _same_amount),
    (str, _same_text),
    (datetime, _same_moment),
    (date, _same_day),
    (time, _same_time),
    (timedelta, _same_span),
    (list, _same_list),
)


def _expanded(text: str) -> Iterable[str]:
    for item in filter(None, (each.strip().upper() for each in text.split(","))):
        found = _RANGE.fullmatch(item)
        if found is None:
            yield item
        elif found[1].isdecimal() and found[2].isdecimal():
            yield from map(str, range(int(found[1]), min(int(found[2]), int(found[1]) + 99) + 1))
        elif len(found[1]) == len(found[2]) == 1:
            yield from map(chr, range(ord(found[1]), ord(found[2]) + 1))
        else:
            yield item


def _interval(text: str) -> dict[str, int]:
    parts = {unit.lower(): int(number) for number, unit in _PART.findall(text)}
    return {unit: number for unit, number in parts.items() if number}

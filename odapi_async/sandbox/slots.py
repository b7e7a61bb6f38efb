"""Open times: the schedules of providers minus appointments and minus blockouts that forbid them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, condition

_OCCUPYING: Final = frozenset({"Scheduled", "Complete", "ASAP"})
_TWO_WEEKS: Final = dt.timedelta(days=13)
_STEP: Final = dt.timedelta(minutes=5)  # of a character of a pattern
_WEB_SCHED_LENGTH: Final = dt.timedelta(minutes=30)
_NEW_PATIENT: Final = 42
_EXISTING_PATIENT: Final = 51

Span = tuple[dt.datetime, dt.datetime]
"""A start and an end."""


@dataclass(frozen=True, slots=True)
class _Busy:
    """A time that is taken, of a provider, of an operatory, or of both; 0 is none."""

    span: Span
    providers: frozenset[int]
    operatories: frozenset[int] | None  # None are all


def slots(tables: OfficeTables, given: Mapping[str, Any]) -> list[Row]:
    """Return the open blocks of one provider, as GET Slots does.

    Raises:
        Refusal: a date is over, a range ends before it starts, or there is no such provider or operatory.
    """
    days = _days(tables, given)
    provider = given.get("ProvNum") or _default_provider(tables)
    operatory = given.get("OpNum")
    if provider and provider not in tables.named("providers"):
        raise Refusal(400, "ProvNum is invalid.")
    if operatory and operatory not in tables.named("operatories"):
        raise Refusal(400, "OpNum is invalid.")
    shortest = max(_STEP, dt.timedelta(minutes=given.get("lengthMinutes", 0)))
    return [
        _slot(span, provider, chair)
        for chair, span in _open(tables, days, provider)
        if operatory in {None, 0, chair} and span[1] - span[0] >= shortest
    ]


def web_sched_slots(tables: OfficeTables, given: Mapping[str, Any]) -> list[Row]:
    """Return the half hours that patients can book themselves, as GET SlotsWebSched does.

    Raises:
        Refusal: a date is over, or a range ends before it starts.
    """
    days = _days(tables, given)
    if not _fits_type(tables, given):
        return []
    operatories = tables.named("operatories")
    clinic = given.get("ClinicNum")
    bookable = {
        chair
        for chair in operatories.row_ids
        if operatories.value(chair, "IsWebSched") == "true"
        and operatories.value(chair, "IsHidden") == "false"
        and clinic in {None, operatories.value(chair, "ClinicNum")}
    }
    found: list[Row] = []
    for provider in tables.named("providers").row_ids:
        for chair, span in _open(tables, days, provider):
            if chair in bookable:
                found += [_slot(piece, provider, chair) for piece in _pieces(span)]
    return sorted(found, key=lambda slot: (slot["DateTimeStart"], slot["OpNum"]))


def _days(tables: OfficeTables, given: Mapping[str, Any]) -> tuple[str, str]:
    today = tables.now[:10]
    if "date" in given:
        first = last = given["date"]
    else:
        first = given.get("dateStart", today)
        last = given.get("dateEnd") or f"{dt.date.fromisoformat(max(first, today)) + _TWO_WEEKS}"
    if last < first:
        raise Refusal(400, "dateEnd must not be before dateStart.")
    if last < today:
        raise Refusal(400, "The date must be today or later.")
    return max(first, today), last


def _default_provider(tables: OfficeTables) -> int:
    preferences = tables.named("preferences")
    found = preferences.find_text("PrefName", "PracticeDefaultProv")
    return int(preferences.value(found, "ValueString") or 0) if found else 0


def _fits_type(tables: OfficeTables, given: Mapping[str, Any]) -> bool:
    """Return whether the type of appointment is one for new patients, or for others, as was asked."""
    number = given.get("defNumApptType")
    if not number:
        return True
    definitions = tables.named("definitions")
    wanted = _NEW_PATIENT if given.get("isNewPatient") == "true" else _EXISTING_PATIENT
    return number in definitions and definitions.value(number, "Category") == wanted


def _open(tables: OfficeTables, days: tuple[str, str], provider: int) -> Iterator[tuple[int, Span]]:
    """Yield the open blocks of a provider with their operatories, by time."""
    shifts = _rows_of(tables, "schedules", "SchedDate", days)
    busy = [*_blocked(tables, shifts), *_taken(tables, days)]
    now = dt.datetime.fromisoformat(tables.now)
    found: list[tuple[int, Span]] = []
    for shift in shifts:
        if shift["SchedType"] != "Provider" or shift["ProvNum"] != provider:
            continue
        chairs = set(shift["operatories"]) or _own_chairs(tables, provider)
        taken = [each.span for each in busy if _concerns(each, provider, chairs)]
        start, stop = _hours(shift)
        free = list(_free((max(start, now), stop), taken))
        found += [(chair, span) for chair in chairs for span in free]
    yield from sorted(found, key=lambda each: (each[1], each[0]))


def _concerns(busy: _Busy, provider: int, chairs: set[int]) -> bool:
    """Return whether a time is taken for a provider: in any operatory, or in one of the provider's."""
    if busy.operatories is None:
        return True
    return provider in busy.providers or not chairs.isdisjoint(busy.operatories)


def _own_chairs(tables: OfficeTables, provider: int) -> set[int]:
    """Return the operatories to which a schedule without operatories applies."""
    operatories = tables.named("operatories")
    own: set[int] = set()
    for chair in operatories.row_ids:
        hygiene = operatories.value(chair, "IsHygiene") == "true"
        if operatories.value(chair, "ProvHygienist" if hygiene else "ProvDentist") == provider:
            own.add(chair)
    return own


def _blocked(tables: OfficeTables, shifts: Iterable[Row]) -> Iterator[_Busy]:
    definitions = tables.named("definitions")
    for shift in shifts:
        kind = shift["BlockoutType"]
        if shift["SchedType"] != "Blockout" or kind not in definitions:
            continue
        if "NS" in definitions.value(kind, "ItemValue").split(","):
            yield _Busy(_hours(shift), frozenset(), frozenset(shift["operatories"]) or None)


def _taken(tables: OfficeTables, days: tuple[str, str]) -> Iterator[_Busy]:
    for row in _rows_of(tables, "appointments", "AptDateTime", days):
        if row["AptStatus"] in _OCCUPYING:
            start = dt.datetime.fromisoformat(row["AptDateTime"])
            hygienist = row["ProvHyg"] if row["IsHygiene"] == "true" else 0
            yield _Busy(
                (start, start + len(row["Pattern"]) * _STEP),
                frozenset({hygienist or row["ProvNum"]}),
                frozenset({row["Op"]}),
            )


def _rows_of(tables: OfficeTables, resource: str, column: str, days: tuple[str, str]) -> list[Row]:
    table = tables.named(resource)
    first, last = days
    between = condition(column, f"{first}..{last}", lambda found: first <= found[:10] <= last)
    return [table.row(row_id) for row_id in table.select([between])]


def _hours(shift: Row) -> Span:
    day = shift["SchedDate"]
    start, stop = (dt.datetime.fromisoformat(f"{day} {shift[name]}") for name in ("StartTime", "StopTime"))
    return start, stop


def _free(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of a span; each part starts at a multiple of five minutes and ends later."""
    start, stop = _rounded(span[0]), span[1]
    for begins, ends in sorted(taken):
        if begins >= stop:
            break
        if begins > start:
            yield start, begins
        start = max(start, _rounded(ends))
    if start < stop:
        yield start, stop


def _rounded(moment: dt.datetime) -> dt.datetime:
    return moment + (dt.datetime.min - moment) % _STEP


def _pieces(span: Span) -> Iterator[Span]:
    start, stop = span
    while start + _WEB_SCHED_LENGTH <= stop:
        yield start, start + _WEB_SCHED_LENGTH
        start += _WEB_SCHED_LENGTH


def _slot(span: Span, provider: int, chair: int) -> Row:
    return {"DateTimeStart": f"{span[0]}", "DateTimeEnd": f"{span[1]}", "ProvNum": provider, "OpNum": chair}

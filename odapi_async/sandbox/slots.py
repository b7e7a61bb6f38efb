"""Open times: the schedules of providers minus appointments and minus blockouts that forbid them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, condition

_OCCUPYING: Final = frozenset({"Scheduled", "Complete", "ASAP"})
_TWO_WEEKS: Final = dt.timedelta(days=13)
_STEP: Final = dt.timedelta(minutes=5)  # of a character of a pattern
_PROVIDER_TIME: Final = re.compile(r"X+")
_WEB_SCHED_LENGTH: Final = dt.timedelta(minutes=30)
_NEW_PATIENT: Final = 42
_EXISTING_PATIENT: Final = 51

Span = tuple[dt.datetime, dt.datetime]
"""A start and an end."""


@dataclass(frozen=True, slots=True)
class _Busy:
    """A time that is taken: of one provider, or of operatories.

    Attributes:
        span: the time.
        provider: the provider; 0 is none.
        operatories: the operatories; None are all.
    """

    span: Span
    provider: int = 0
    operatories: frozenset[int] | None = frozenset()


def slots(tables: OfficeTables, given: Mapping[str, Any]) -> list[Row]:
    """Return the open blocks of one provider, as GET Slots does.

    Raises:
        Refusal: a date is over, a range ends before it starts, or there is no such provider or operatory.
    """
    days = _days(tables, given)
    provider = given.get("ProvNum") or _preferred(tables, "PracticeDefaultProv")
    wanted = given.get("OpNum")
    if provider and provider not in tables.named("providers"):
        raise Refusal(400, "ProvNum is invalid.")
    if wanted and wanted not in tables.named("operatories"):
        raise Refusal(400, "OpNum is invalid.")
    shortest = max(_STEP, dt.timedelta(minutes=given.get("lengthMinutes", 0)))
    return [
        _slot(span, provider, operatory)
        for operatory, span in _open(tables, days, provider)
        if wanted in {None, 0, operatory} and span[1] - span[0] >= shortest
    ]


def web_sched_slots(tables: OfficeTables, given: Mapping[str, Any]) -> list[Row]:
    """Return the half hours that patients can book themselves, as GET SlotsWebSched does.

    Raises:
        Refusal: a date is over, or a range ends before it starts.
    """
    days = _days(tables, given)
    if not _fits_type(tables, given):
        return []
    rows = tables.named("operatories")
    clinic = given.get("ClinicNum")
    bookable = {
        operatory
        for operatory in _visible(tables)
        if rows.value(operatory, "IsWebSched") == "true"
        and clinic in {None, rows.value(operatory, "ClinicNum")}
    }
    found: list[Row] = []
    for provider in tables.named("providers").row_ids:
        for operatory, span in _open(tables, days, provider):
            if operatory in bookable:
                found += [_slot(piece, provider, operatory) for piece in _pieces(span)]
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


def _preferred(tables: OfficeTables, preference: str) -> int:
    """Return the provider that a preference names; 0 is none."""
    preferences = tables.named("preferences")
    found = preferences.find_text("PrefName", preference)
    value = str(preferences.value(found, "ValueString")) if found else ""
    return int(value) if value.isdecimal() else 0


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
    visible = _visible(tables)
    found: list[tuple[int, Span]] = []
    for shift in shifts:
        if shift["SchedType"] != "Provider" or shift["ProvNum"] != provider:
            continue
        named = shift["operatories"]
        operatories = (
            {operatory for operatory in visible if operatory in named}
            if named
            else _own_operatories(tables, provider)
        )
        taken = [each.span for each in busy if _concerns(each, provider, operatories)]
        start, stop = _hours(shift)
        free = list(_free((max(start, now), stop), taken))
        found += [(operatory, span) for operatory in operatories for span in free]
    yield from sorted(found, key=lambda each: (each[1], each[0]))


def _concerns(busy: _Busy, provider: int, operatories: set[int]) -> bool:
    """Return whether a time is taken for a provider: in any operatory, or in one of the provider's."""
    if busy.operatories is None:
        return True
    return provider == busy.provider or not operatories.isdisjoint(busy.operatories)


def _visible(tables: OfficeTables) -> list[int]:
    """Return the operatories that are not hidden."""
    rows = tables.named("operatories")
    return [operatory for operatory in rows.row_ids if rows.value(operatory, "IsHidden") == "false"]


def _own_operatories(tables: OfficeTables, provider: int) -> set[int]:
    """Return the visible operatories to which a provider's schedule without operatories applies.

    Those without a provider belong to the one whom the preference ScheduleProvUnassigned names.
    """
    rows = tables.named("operatories")
    unassigned = _preferred(tables, "ScheduleProvUnassigned")
    own: set[int] = set()
    for operatory in _visible(tables):
        hygiene = rows.value(operatory, "IsHygiene") == "true"
        assigned = rows.value(operatory, "ProvHygienist" if hygiene else "ProvDentist")
        if (assigned or unassigned) == provider:
            own.add(operatory)
    return own


def _blocked(tables: OfficeTables, shifts: Iterable[Row]) -> Iterator[_Busy]:
    definitions = tables.named("definitions")
    for shift in shifts:
        kind = shift["BlockoutType"]
        if shift["SchedType"] != "Blockout" or kind not in definitions:
            continue
        if "NS" in definitions.value(kind, "ItemValue").split(","):
            yield _Busy(_hours(shift), operatories=frozenset(shift["operatories"]) or None)


def _taken(tables: OfficeTables, days: tuple[str, str]) -> Iterator[_Busy]:
    for row in _rows_of(tables, "appointments", "AptDateTime", days):
        if row["AptStatus"] in _OCCUPYING:
            start = dt.datetime.fromisoformat(row["AptDateTime"])
            pattern, secondary = row["Pattern"], row["PatternSecondary"]
            first, other = row["ProvNum"], row["ProvHyg"]
            if row["IsHygiene"] == "true" and other:
                first, other = other, first
            yield _Busy((start, start + len(pattern) * _STEP), operatories=frozenset({row["Op"]}))
            yield from _worked(start, pattern, first)
            yield from _worked(start, secondary, other)


def _worked(start: dt.datetime, pattern: str, provider: int) -> Iterator[_Busy]:
    """Yield the times that a pattern takes of a provider: X is the provider's, / is the assistant's."""
    if provider:
        for run in _PROVIDER_TIME.finditer(pattern):
            yield _Busy((start + run.start() * _STEP, start + run.end() * _STEP), provider)


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


def _slot(span: Span, provider: int, operatory: int) -> Row:
    return {
        "DateTimeStart": f"{span[0]}",
        "DateTimeEnd": f"{span[1]}",
        "ProvNum": provider,
        "OpNum": operatory,
    }

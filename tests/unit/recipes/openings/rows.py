"""Rows of a small office for the tests of openings: two chairs, two dentists and a hygienist."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

from odapi_async.recipes.openings.free import free
from odapi_async.recipes.openings.hours import Hours
from odapi_async.recipes.openings.opening import Opening, Search, pattern_of, step_of
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.definitions import Definition
from odapi_async.resources.operatories import Operatory
from odapi_async.resources.schedules import Schedule

DAY: Final = date(2026, 11, 30)
DENTIST, SECOND, HYGIENIST = 1, 2, 3
CHAIR, HYGIENE_CHAIR, SPARE_CHAIR = 5, 6, 7
CLOSED, EMERGENCY = 248, 249

CHAIRS: Final = (
    Operatory(OperatoryNum=CHAIR, ProvDentist=DENTIST, ProvHygienist=HYGIENIST, ClinicNum=4),
    Operatory(OperatoryNum=HYGIENE_CHAIR, ProvDentist=DENTIST, ProvHygienist=HYGIENIST, IsHygiene=True),
    Operatory(OperatoryNum=SPARE_CHAIR),
)
DEFINITIONS: Final = (
    Definition(DefNum=CLOSED, Category=25, ItemValue="NS,DC"),
    Definition(DefNum=EMERGENCY, Category=25, ItemValue="DC"),
)


def at(clock: str, day: date = DAY) -> datetime:
    """Return a moment of the day, from a text such as 08:30."""
    return datetime.combine(day, time.fromisoformat(clock))


def shift(hours: str, *operatories: int, ProvNum: int = DENTIST, **fields: Any) -> Schedule:
    """Return hours of a provider, such as 08:00-12:00, in operatories."""
    start, stop = map(time.fromisoformat, hours.split("-"))
    block: dict[str, Any] = {"SchedDate": DAY, "SchedType": "Provider", "ProvNum": ProvNum, **fields}
    return Schedule(StartTime=start, StopTime=stop, operatories=[*operatories], **block)


def blockout(hours: str, kind: int, *operatories: int) -> Schedule:
    """Return a blockout of a type."""
    return shift(hours, *operatories, ProvNum=0, SchedType="Blockout", BlockoutType=kind)


def visit(clock: str, pattern: str, **fields: Any) -> Appointment:
    """Return a scheduled appointment of the dentist in the first chair."""
    place: dict[str, Any] = {
        "AptNum": 100,
        "AptStatus": "Scheduled",
        "Op": CHAIR,
        "ProvNum": DENTIST,
        **fields,
    }
    return Appointment(AptDateTime=at(clock), Pattern=pattern, **place)


def found(
    hours: Hours,
    *appointments: Appointment,
    pattern: str = "",
    every: int = 30,
    minutes: int = 30,
    **only: Any,
) -> list[Opening]:
    """Return the openings of the day."""
    window = at("00:00"), at("23:55")
    search = Search(window, pattern_of(minutes, pattern), step_of(every))
    return free(hours, appointments, narrowed(search, only))


def narrowed(search: Search, only: dict[str, Any]) -> Search:
    """Return a search with other fields."""
    return Search(**{name: only.get(name, getattr(search, name)) for name in Search.__slots__})


def starts(openings: list[Opening], *, chair: int = CHAIR, provider: int = DENTIST) -> list[str]:
    """Return when the openings of a chair and a provider begin, such as 08:30."""
    return [f"{each.start:%H:%M}" for each in openings if (each.Op, each.ProvNum) == (chair, provider)]

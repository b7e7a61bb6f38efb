"""The openings: schedules minus blockouts minus appointments. Pure: no request, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from odapi_async.recipes.openings.hours import Hours, blocked, visible, working
from odapi_async.recipes.openings.occupied import busy, worked
from odapi_async.recipes.openings.opening import Opening, Search
from odapi_async.recipes.openings.spans import STEP, Span, merged, next_start, overlap, touching, without
from odapi_async.resources.appointments import Appointment


def free(hours: Hours, appointments: Iterable[Appointment], search: Search) -> list[Opening]:
    """Return all openings by time, operatory and provider."""
    chairs = visible(hours.operatories)
    clinics = {number: row.ClinicNum for number, row in chairs.items()}
    chair_taken, provider_taken = _taken(hours, appointments, clinics)
    found: list[Opening] = []
    for (chair, provider), spans in working(hours).items():
        if not _is_wanted(search, chair, provider, clinics[chair]):
            continue
        open_spans = _inside(without(spans, chair_taken[chair]), search.window)
        for start in _starts(open_spans, provider_taken[provider], search):
            minutes = len(search.pattern) * STEP // timedelta(minutes=1)
            found.append(Opening(start, chair, provider, minutes, clinics[chair], search.pattern))
    return sorted(found)


def _taken(
    hours: Hours, appointments: Iterable[Appointment], chairs: Iterable[int]
) -> tuple[dict[int, list[Span]], dict[int, list[Span]]]:
    """Return the times that are taken by operatory, and by provider."""
    operatories: dict[int, list[Span]] = defaultdict(list)
    providers: dict[int, list[Span]] = defaultdict(list)
    for each in busy(appointments):
        (operatories if each.kind == "Op" else providers)[each.number].append(each.span)
    for chair, span in blocked(hours):
        for number in chairs if chair is None else [chair]:
            operatories[number].append(span)
    return operatories, providers


def _is_wanted(search: Search, chair: int, provider: int, clinic: int) -> bool:
    return (
        (search.operatories is None or chair in search.operatories)
        and (search.providers is None or provider in search.providers)
        and search.clinic in {None, clinic}
    )


def _inside(spans: Iterable[Span], window: Span) -> Iterator[Span]:
    for start, end in spans:
        yield max(start, window[0]), min(end, window[1])


def _starts(spans: Iterable[Span], taken: Iterable[Span], search: Search) -> Iterator[datetime]:
    """Yield when an appointment can begin in spans of a chair, if these times of the provider are taken."""
    length, busy_spans = len(search.pattern) * STEP, merged(taken)
    for begins, ends in spans:
        near = touching(busy_spans, (begins, ends))
        start = next_start(begins, search.every)
        while start < ends and length <= ends - start:
            mine = worked(start, search.pattern)
            if not any(overlap(one, other) for one in mine for other in near):
                yield start
            start = next_start(start + STEP, search.every)

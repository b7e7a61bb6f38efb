"""Finds openings at an office, and takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Unpack

from odapi_async._core.options import check_positive
from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest, OutcomeUnknown
from odapi_async.recipes.openings.booking import Booking, BookingFields, Draft, of_day
from odapi_async.recipes.openings.errors import Taken, Unsettled
from odapi_async.recipes.openings.facts import OfficeFacts
from odapi_async.recipes.openings.free import free
from odapi_async.recipes.openings.hours import Hours, visible
from odapi_async.recipes.openings.occupied import conflicts, gives_way, same_booking
from odapi_async.recipes.openings.opening import (
    Opening,
    Search,
    pattern_of,
    step_of,
    window_of,
)
from odapi_async.recipes.openings.shielded import run_to_the_end
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.base import empty

_MOMENT = timedelta.resolution


class Openings:
    """The openings of one practice. Make one for each practice and keep it, because it keeps what it reads.

    A search costs one request for the appointments, and one each for schedules and operatories if they are
    not kept. It costs one more for each further page, one for the types of blockouts if there are blockouts,
    one for a preference if a chair has no provider, and one for the providers if there are no appointments
    that tell the office's time, or if a provider that you name has no schedule.

    Args:
        practice: the practice. Its options (priority, max_wait and so on) apply to the requests, except for
            its `max_age`.
        max_age: seconds for which schedules, operatories and types of blockouts are kept. Appointments are
            read at each search.
        settle: seconds to wait before `take` looks for an appointment whose response was lost, because the
            office may still be working on it.

    Raises:
        ConfigurationError: a number of seconds is not possible.
    """

    __slots__ = ("_facts", "_practice", "_settle")

    def __init__(self, practice: Practice, *, max_age: float = 300.0, settle: float = 5.0) -> None:
        # what may be kept is kept here; the appointments of a day have to be those of now
        self._practice = practice = practice.with_options(max_age=None)
        self._facts = OfficeFacts(practice, check_positive("max_age", max_age, "seconds", zero=True))
        self._settle = check_positive("settle", settle, "seconds", zero=True)

    @property
    def asked_at(self) -> datetime | None:
        """When the oldest of what is kept was read, in office time; None if nothing is kept."""
        return self._facts.asked_at

    def forget(self) -> None:
        """Read schedules, operatories and types of blockouts again at the next search."""
        self._facts.forget()

    async def find(
        self,
        start: datetime,
        end: datetime,
        *,
        minutes: int,
        pattern: str = "",
        every: int = 5,
        providers: Iterable[int] | None = None,
        operatories: Iterable[int] | None = None,
        clinic: int | None = None,
    ) -> list[Opening]:
        """Return the openings between two moments by time, operatory and provider.

        Args:
            start: the first moment, in office time. What is over by the office's clock is left out.
            end: until when an appointment has to be over, in office time; at most 366 days after start.
            minutes: how long the appointment is, a multiple of 5, 540 at most.
            pattern: when the provider (X) and when the assistant (/) works in it; by default the provider all
                the time. Where / stands, the provider may be busy elsewhere.
            every: minutes between two starts, counted from midnight, a multiple of 5.
            providers: which providers may be booked (ProvNum); None for all.
            operatories: which operatories may be booked (OperatoryNum); None for all that are not hidden.
            clinic: only operatories of this clinic; 0 for those without a clinic; None for all.

        Raises:
            InvalidRequest: an argument is not possible, or there is no such provider, operatory or clinic.
            OpenDentalError: see `odapi_async.errors`.
        """
        window = window_of(start, end)
        search = Search(
            window,
            pattern_of(minutes, pattern),
            step_of(every),
            None if providers is None else frozenset(providers),
            None if operatories is None else frozenset(operatories),
            clinic,
        )
        rows = await self._practice.appointments.list(dateStart=start.date(), dateEnd=(end - _MOMENT).date())
        now = await self._facts.office_time(rows)
        if now is None or now >= end:
            return []
        first = max(start, now)
        hours = await self._facts.hours(first.date(), (end - _MOMENT).date(), now)
        await self._check(search, hours, now)
        return free(hours, rows, _between(search, first, end))

    async def take(
        self,
        opening: Opening,
        *,
        PatNum: int,
        **fields: Unpack[BookingFields],
    ) -> Appointment:
        """Book an opening for a patient, unless somebody was faster.

        It reads the day again, creates the appointment, and reads the day once more. If another appointment
        overlaps that was there before, ours is broken. If the patient has this very appointment already, it
        is returned, so a call may be repeated. This costs three requests if nobody interferes, or four if the
        last one comes in the second in which the appointment was entered: then it waits for the next one.

        If the caller is cancelled after the day was read, the booking is finished before the cancellation
        goes on. So look whether the patient has the appointment, as after `OutcomeUnknown`.

        Args:
            opening: the opening, from `find` or of your own.
            PatNum: the patient.
            fields: other fields of the appointment.

        Raises:
            Taken: it is not open any more; nothing of ours is booked.
            Unsettled: an appointment was created, now or by an earlier call, and a person has to look at it.
            InvalidRequest: the opening is over, its operatory is hidden, or a field is not possible.
            OutcomeUnknown: the response was lost, and the appointment is not there yet. Call it again later.
            NotKept: it is booked, but the office did not keep all of it. Only with `verify=Verify.RAISE`.
            NotVerified: it is booked, and nobody knows whether the office kept all of it. Likewise.
            OpenDentalError: see `odapi_async.errors`.
        """
        try:
            draft = Draft(opening, PatNum, fields)
        except InvalidRequest as error:
            error.practice = self._practice.name
            raise
        finally:
            empty(fields)  # error reporters send local variables
        try:
            return await self._take(opening, draft)
        except (Taken, Unsettled) as error:
            error.practice = self._practice.name
            raise
        except OutcomeUnknown as error:
            error.add_note(
                "call take again in a minute: it returns the appointment if it was created after all"
            )
            raise

    async def _take(self, opening: Opening, draft: Draft) -> Appointment:
        rows = await of_day(self._practice, opening.start.date())
        now = await self._facts.office_time(rows)
        if now is None:
            raise InvalidRequest(
                "opening", "has a provider, and this office has none; look for other openings"
            )
        if opening.start < now:
            raise InvalidRequest(
                "opening", "has begun already, by the office's clock; look for other openings"
            )
        for row in rows:
            if same_booking(row, draft.row):
                return _uncontested(row, rows)
        if by := conflicts(draft.row, rows):
            raise Taken(row.AptNum for row in by)
        await self._check_hours(opening, now)
        booking = Booking(self._practice, draft, [row.AptNum for row in rows], self._settle)
        return await run_to_the_end(booking.run())

    async def _check_hours(self, opening: Opening, now: datetime) -> None:
        """Refuse an opening in which the provider does not work there, or which a blockout forbids."""
        day = opening.start.date()
        hours = await self._facts.hours(day, (opening.end - _MOMENT).date(), now)
        search = Search(
            (opening.start, opening.end),
            opening.Pattern,
            providers=frozenset({opening.ProvNum}),
            operatories=frozenset({opening.Op}),
        )
        _check_operatories("Op", search, hours)
        if not free(hours, [], search):
            raise Taken

    async def _check(self, search: Search, hours: Hours, now: datetime) -> None:
        """Refuse what the office does not have: a list without openings would look like a full schedule."""
        _check_operatories("operatories", search, hours)
        shown = visible(hours.operatories).values()
        if search.clinic is not None and all(row.ClinicNum != search.clinic for row in shown):
            raise InvalidRequest("clinic", "has no operatory that is not hidden")
        scheduled = {row.ProvNum for row in hours.schedules}
        if search.providers is not None and not search.providers <= scheduled:
            known = {row.ProvNum for row in await self._facts.providers(now) if not row.IsHidden}
            unknown = search.providers - scheduled - known
            if unknown:
                raise InvalidRequest("providers", f"hidden, or not at this office: {_listed(unknown)}")


def _uncontested(mine: Appointment, rows: Iterable[Appointment]) -> Appointment:
    """Return an appointment that is there already, such as one whose outcome was unknown.

    It is not broken if it came too late: perhaps a person has put it there.
    """
    if earlier := [row for row in conflicts(mine, rows) if gives_way(mine, row)]:
        raise Unsettled(mine.AptNum, (row.AptNum for row in earlier))
    return mine


def _check_operatories(name: str, search: Search, hours: Hours) -> None:
    unknown = (search.operatories or frozenset()) - visible(hours.operatories).keys()
    if unknown:
        raise InvalidRequest(name, f"hidden, or not at this office: {_listed(unknown)}")


def _between(search: Search, start: datetime, end: datetime) -> Search:
    return Search(
        (start, end), search.pattern, search.every, search.providers, search.operatories, search.clinic
    )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))

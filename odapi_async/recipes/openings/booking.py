"""Books one opening so that no double booking is left.

The office has no lock. So the day is read before the appointment is created and after it, and of two that
overlap the later one gives way. The appointment carries no mark: ours is the one with our patient, chair,
provider, time and pattern that was not there before. Another client that books the same visit of the same
patient at the same moment may mean the same row, which does no harm: one of the two stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypedDict, cast

import msgspec

from odapi_async._core.options import Verify
from odapi_async._core.requests import prepare
from odapi_async._core.secret import without_trace
from odapi_async.client import Practice
from odapi_async.enums.appointments import AptStatus, Priority
from odapi_async.errors import (
    InvalidRequest,
    NotFound,
    NotKept,
    NotVerified,
    OpenDentalError,
    OutcomeUnknown,
)
from odapi_async.recipes.openings.errors import Taken, Unsettled
from odapi_async.recipes.openings.occupied import (
    conflicts,
    gives_way,
    is_decided,
    providers_of,
    same_booking,
    takes_time,
)
from odapi_async.recipes.openings.opening import Opening
from odapi_async.resources.appointments import CREATE, Appointment, NewAppointment

_FROM_OPENING: Final = frozenset({"AptDateTime", "AptStatus", "Op", "Pattern"})
_TAKING: Final = frozenset({"IsHygiene", "PatternSecondary", "ProvHyg", "ProvNum"})
"""The other fields that say whose time an appointment takes."""
_MOST_LOOKS: Final = 4
_NEXT_SECOND: Final = 1.0


class BookingFields(TypedDict, total=False):
    """Other fields of a new appointment: the fields of `appointments.create` that no opening has."""

    Confirmed: int
    """A definition of category 2."""
    Note: str
    ProvNum: int
    """Only for a hygiene appointment, whose opening is the hygienist's: the dentist."""
    ProvHyg: int
    """The hygienist (ProvNum)."""
    ClinicNum: int
    IsHygiene: bool
    IsNewPatient: bool
    Priority: Priority | str
    AppointmentTypeNum: int
    colorOverride: str
    PatternSecondary: str
    """The time of the other provider; as long as the pattern of the opening."""
    SecUserNumEntry: int


class Draft:
    """An appointment that is to be booked. Its repr shows none of it.

    Args:
        opening: where and when.
        patient: for whom (PatNum).
        fields: its other fields.

    Attributes:
        row: the appointment, as far as it takes time.
        body: the body that creates it.

    Raises:
        InvalidRequest: a field is not possible, or contradicts the opening.
    """

    __slots__ = ("body", "row")

    def __init__(self, opening: Opening, patient: int, fields: Mapping[str, Any]) -> None:
        for name in sorted(_FROM_OPENING & fields.keys()):
            raise InvalidRequest(name, "is that of the opening; make another Opening instead")
        place: dict[str, Any] = {
            "PatNum": patient,
            "Op": opening.Op,
            "AptDateTime": opening.start,
            "Pattern": opening.Pattern,
            "ProvNum": opening.ProvNum,
        }
        self.body = cast("NewAppointment", {**place, **fields})
        if failure := _refusal(self.body):
            raise failure
        # no variable has what was passed: error reporters send them
        self.row = Appointment(
            AptStatus=AptStatus.SCHEDULED,
            **place | {name: fields[name] for name in _TAKING & fields.keys()},
        )
        _check(self.row, opening)


def _refusal(body: NewAppointment) -> OpenDentalError | None:
    """Return what is wrong with a body, before a request is spent on it."""
    try:
        prepare(CREATE, (), {}, cast("Mapping[str, object]", body), check=True, version=None)
    except OpenDentalError as error:
        return without_trace(error)
    return None


def _check(row: Appointment, opening: Opening) -> None:
    if row.PatternSecondary and len(row.PatternSecondary) != len(opening.Pattern):
        raise InvalidRequest("PatternSecondary", "must be as long as the pattern of the opening")
    if providers_of(row)[0] != opening.ProvNum:
        name = "ProvHyg" if row.IsHygiene and row.ProvHyg else "ProvNum"
        raise InvalidRequest(
            name, "must be the provider of the opening, because the pattern is that one's time"
        )


async def of_day(practice: Practice, day: date) -> list[Appointment]:
    """Return all appointments of a day."""
    return await practice.appointments.list(date=day)


class Booking:
    """One booking of a time that was free a moment ago.

    Args:
        practice: where to book it.
        draft: the appointment.
        before: the appointments of the day (AptNum) that were there already.
        settle: seconds to wait before looking for a write whose outcome is unknown.
    """

    def __init__(self, practice: Practice, draft: Draft, before: Iterable[int], settle: float) -> None:
        self._practice = practice
        self._draft = draft
        self._wanted = draft.row
        self._before = frozenset(before)
        self._settle = settle

    async def run(self) -> Appointment:
        """Create the appointment, and return it when nobody can contest it any more.

        Raises:
            Taken: somebody was faster.
            Unsettled: a person has to look at it.
            OutcomeUnknown: nobody knows whether it was created.
            NotKept: it stands, but the office did not keep all of it.
            NotVerified: it stands, but nobody knows whether the office kept all of it.
        """
        try:
            mine, failure = await self._create(), None
        except (NotKept, NotVerified) as error:  # it was created, so it may overlap all the same
            mine, failure = await self._created_with(error), error
        mine = await self._contest(mine)
        if failure is not None:
            raise failure
        return mine

    async def _contest(self, mine: Appointment) -> Appointment:
        """Return our appointment when nobody can contest it any more, or what is in its place."""
        is_seen = False
        for _ in range(_MOST_LOOKS):
            rows = await self._look(mine)
            seen = next((row for row in rows if row.AptNum == mine.AptNum), None)
            is_seen = seen is not None
            mine = seen or mine
            if not takes_time(mine):
                # another client took it for its own, and broke it as the later one
                return self._instead(mine, conflicts(self._wanted, rows))
            earlier = [row for row in conflicts(mine, rows) if gives_way(mine, row)]
            if earlier:
                await self._break(mine.AptNum, earlier)
                return self._instead(mine, earlier)
            await self._break_twins(mine, rows)
            if is_seen and is_decided(mine):
                break
            await asyncio.sleep(_NEXT_SECOND)
        if not is_seen:  # perhaps somebody has moved it, and nobody has seen what it overlaps with
            raise Unsettled(mine.AptNum)
        return mine

    async def _create(self) -> Appointment:
        try:
            created = await self._practice.appointments.create(**self._draft.body)
        except OutcomeUnknown as unknown:
            return await self._find(unknown)
        # an office that says nothing about it, or names another row: that one must never be broken
        is_ours = created.AptNum not in self._before | {0} and created.PatNum in {0, self._wanted.PatNum}
        return created if is_ours else await self._find(OutcomeUnknown("POST", "/appointments"))

    async def _created_with(self, error: NotKept | NotVerified) -> Appointment:
        if error.row_id:
            return msgspec.structs.replace(self._wanted, AptNum=error.row_id)
        return await self._find(OutcomeUnknown(error.method, error.path))

    async def _find(self, unknown: OutcomeUnknown) -> Appointment:
        """Return our appointment if it was created after all."""
        await asyncio.sleep(self._settle)
        try:
            rows = await self._day()
        except OpenDentalError:
            raise unknown from unknown.__cause__  # it says what matters
        ours = [row for row in rows if self._is_ours(row)]
        if not ours:
            raise unknown
        return next(row for row in ours if not any(gives_way(row, other) for other in ours))

    async def _look(self, mine: Appointment) -> list[Appointment]:
        try:
            return await self._day()
        except OpenDentalError as error:
            raise Unsettled(mine.AptNum) from error

    def _instead(self, mine: Appointment, rivals: Sequence[Appointment]) -> Appointment:
        """Return the same visit of the same patient, if that took the place of ours.

        Raises:
            Taken: it is another one.
        """
        for row in rivals:
            if same_booking(row, self._wanted):
                return row
        raise Taken((row.AptNum for row in rivals), broken=mine.AptNum)

    async def _break_twins(self, mine: Appointment, rows: list[Appointment]) -> None:
        """Break later copies of our visit: after a lost response nobody knows which one is ours."""
        for row in rows:
            if self._is_ours(row) and row.AptNum != mine.AptNum:
                await self._break(row.AptNum, [mine])

    async def _break(self, apt_num: int, others: list[Appointment]) -> None:
        """Take an appointment from the schedule: with PUT Break, or if that fails by its status."""
        appointments = self._practice.with_options(verify=Verify.RAISE).appointments
        try:
            await appointments.break_(apt_num, sendToUnscheduledList=True)
        except OpenDentalError:
            if await self._is_off(apt_num):
                return
            try:
                await appointments.update(apt_num, AptStatus=AptStatus.BROKEN)
            except OpenDentalError as error:
                raise Unsettled(apt_num, (row.AptNum for row in others)) from error

    async def _is_off(self, apt_num: int) -> bool:
        """Return whether an appointment is known to take no time any more."""
        try:
            return not takes_time(await self._practice.appointments.get(apt_num))
        except NotFound:
            return True
        except OpenDentalError:
            return False

    async def _day(self) -> list[Appointment]:
        return await of_day(self._practice, cast("datetime", self._wanted.AptDateTime).date())

    def _is_ours(self, row: Appointment) -> bool:
        return row.AptNum not in self._before and same_booking(row, self._wanted)

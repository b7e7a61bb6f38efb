"""Reads what changes seldom at an office, and keeps it for a while. The office's own clock tells the age."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar, cast

from odapi_async.client import Practice
from odapi_async.errors import DecodeError
from odapi_async.recipes.openings.hours import (
    BLOCKOUT_TYPES,
    Hours,
    has_blockouts,
    hints_of,
    needs_unassigned,
)
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.operatories import Operatory
from odapi_async.resources.providers import Provider
from odapi_async.resources.schedules import Schedule

T = TypeVar("T")

_UNASSIGNED: Final = "ScheduleProvUnassigned"
_ID: Final = re.compile(r"\d{1,19}", re.ASCII)
_A_DAY: Final = timedelta(days=1)
_AT_THE_SAME_TIME: Final = timedelta(minutes=1)


class OfficeFacts:
    """Schedules, operatories, types of blockouts and providers of an office.

    Args:
        practice: the practice.
        max_age: seconds after which something is read again.
    """

    def __init__(self, practice: Practice, max_age: float) -> None:
        self._practice = practice
        self._max_age = timedelta(seconds=max_age)
        self._kept: dict[str | date, tuple[datetime, Any]] = {}

    @property
    def asked_at(self) -> datetime | None:
        """When the oldest thing that is kept was read, in office time; None if nothing is kept."""
        return min((asked_at for asked_at, _ in self._kept.values()), default=None)

    def forget(self) -> None:
        """Read everything again when it is needed."""
        self._kept = {}  # a read that is under way keeps its rows in the dict that it began with

    async def office_time(self, appointments: list[Appointment]) -> datetime | None:
        """Return the office's time: from appointments that were just read, else with a request of its own.

        Returns:
            None if the office has no providers.

        Raises:
            DecodeError: the office does not tell its time.
        """
        times = [row.serverDateTime for row in appointments if row.serverDateTime is not None]
        if times:
            return sorted(times)[len(times) // 2]  # one row with an absurd time decides nothing
        kept = self._kept
        providers = [row async for row in self._practice.providers.list()]
        if not providers:
            return None
        told = [row.serverDateTime for row in providers if row.serverDateTime is not None]
        if not told:
            raise DecodeError("provider with the server's time", b"", field="serverDateTime")
        kept["providers"] = max(told), providers
        return max(told)

    async def hours(self, first: date, last: date, now: datetime) -> Hours:
        """Return what says when the office can be booked on some days.

        Args:
            first: the first day.
            last: the last day, which is included.
            now: the office's time.
        """
        self._drop_old(now)
        schedules = await self._schedules(first, last, now)
        operatories = await self.operatories(now)
        hints: frozenset[int] = frozenset()
        if has_blockouts(schedules):
            hints = await self._get("hints", now, self._read_hints)
        unassigned = 0
        if needs_unassigned(schedules, operatories):
            unassigned = await self._get("unassigned", now, self._read_unassigned)
        return Hours(schedules, operatories, hints, unassigned)

    async def operatories(self, now: datetime) -> list[Operatory]:
        """Return all operatories."""

        async def read() -> list[Operatory]:
            return await self._practice.operatories.list()

        return await self._get("operatories", now, read)

    async def providers(self, now: datetime) -> list[Provider]:
        """Return all providers."""

        async def read() -> list[Provider]:
            return await self._practice.providers.list()

        return await self._get("providers", now, read)

    async def _schedules(self, first: date, last: date, now: datetime) -> list[Schedule]:
        """Return the blocks of time of some days; those from the first missing day to the last are read."""
        kept = self._kept
        days = [first + number * _A_DAY for number in range((last - first).days + 1)]
        known: dict[date, list[Schedule]] = {day: kept[day][1] for day in days if day in kept}
        if len(known) < len(days):
            missing = [day for day in days if day not in known]
            read: dict[date, list[Schedule]] = {day: [] for day in days if missing[0] <= day <= missing[-1]}
            for row in await self._practice.schedules.list(dateStart=missing[0], dateEnd=missing[-1]):
                if row.SchedDate is not None and row.SchedDate in read:
                    read[row.SchedDate].append(row)
            kept |= {day: (now, blocks) for day, blocks in read.items()}
            known |= read
        return [row for day in days for row in known[day]]

    async def _read_hints(self) -> frozenset[int]:
        definitions = self._practice.definitions.list(Category=BLOCKOUT_TYPES, includeHidden=True)
        return hints_of(await definitions)

    async def _read_unassigned(self) -> int:
        row = await self._practice.preferences.list(PrefName=_UNASSIGNED).first()
        found = _ID.fullmatch(row.ValueString) if row else None
        return int(found[0]) if found else 0

    async def _get(self, name: str, now: datetime, read: Callable[[], Awaitable[T]]) -> T:
        self._drop_old(now)
        kept = self._kept
        if name not in kept:
            kept[name] = now, await read()
        return cast("T", kept[name][1])

    def _drop_old(self, now: datetime) -> None:
        """Forget what is older than max_age, or of the future: then the office's clock was set back.

        Of two searches at the same time, one may have read a little later.
        """
        for name, (asked_at, _) in [*self._kept.items()]:
            age = now - asked_at
            if age < -_AT_THE_SAME_TIME or max(age, timedelta()) >= self._max_age:
                del self._kept[name]

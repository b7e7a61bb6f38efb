"""The practices of this process: one client for all of them, and what is known about each."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from odapi_async import Event, EventName, OpenDental, Practice
from practice_api.problems import Busy
from practice_api.settings import Settings


@dataclass(frozen=True)
class Office:
    """One practice.

    Attributes:
        practice: its API.
        time_zone: the zone of its times; None for that of this machine.
    """

    practice: Practice
    time_zone: ZoneInfo | None
    _creating: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @asynccontextmanager
    async def creating(self, max_wait: float) -> AsyncGenerator[None]:
        """Let one caller at a time create a patient, so that a double click creates one patient.

        Args:
            max_wait: seconds to wait for the others.

        Raises:
            Busy: the others take longer.
        """
        try:
            async with asyncio.timeout(max_wait):
                await self._creating.acquire()
        except TimeoutError:
            raise Busy(max_wait) from None
        try:
            yield
        finally:
            self._creating.release()

    def today(self) -> dt.date:
        """Return the day that it is at the office."""
        return dt.datetime.now(self.time_zone).date()


class OfflinePractices:
    """The practices whose circuit breaker is open, kept by the events of the client."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Record an event. It runs in the event loop, so it must be quick."""
        if event.name is EventName.OPENED:
            self.names.add(event.label)
        elif event.name is EventName.CLOSED:
            self.names.discard(event.label)


@dataclass(frozen=True)
class Offices:
    """What the routes use.

    Attributes:
        client: the one client of this process: it can keep the pace only if all requests go through it.
        settings: the settings.
        offices: the practices by name.
        offline: the practices that cannot be reached at the moment.
    """

    client: OpenDental
    settings: Settings
    offices: Mapping[str, Office]
    offline: OfflinePractices


def open_offices(client: OpenDental, settings: Settings, offline: OfflinePractices) -> Offices:
    """Make the practices of the settings. Nothing is sent yet.

    Raises:
        ConfigurationError: a key or a URL is malformed.
    """
    offices = {
        name: Office(
            client.practice(
                each.customer_key.get_secret_value(),
                tier=each.tier,
                mode=each.mode,
                base_url=each.base_url,
                name=name,
            ),
            each.time_zone,
        )
        for name, each in settings.practices.items()
    }
    return Offices(client, settings, offices, offline)

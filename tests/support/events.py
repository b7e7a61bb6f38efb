"""A sandbox and a client whose events are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from odapi_async import Event, EventName, OpenDental, RetryPolicy
from odapi_async.sandbox import Office, Sandbox
from odapi_async.telemetry import Hook
from tests.support.bench import QUICK, Bench, local

DEVELOPER: Final = "Dvl0perK3y"


class Diary:
    """A hook that keeps what it is told, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[EventName]:
        return [event.name for event in self.events]

    @property
    def counts(self) -> Counter[EventName]:
        return Counter(self.names)

    def of(self, name: EventName) -> list[Event]:
        return [event for event in self.events if event.name is name]

    def only(self, name: EventName) -> Event:
        (event,) = self.of(name)
        return event


@asynccontextmanager
async def telling(
    hook: Hook, *offices: Office, retries: RetryPolicy = QUICK, **options: Any
) -> AsyncGenerator[Bench]:
    """A bench whose client tells a hook; the options are the client's."""
    async with (
        Sandbox(offices or (local(),), developer_key=DEVELOPER) as box,
        OpenDental(DEVELOPER, retries=retries, on_event=hook, **options) as client,
    ):
        yield Bench(box, client)

"""A tier that is not given: how its look-ups stand in the queue, and which pace the lane keeps meanwhile."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import pytest

from odapi_async import AUTO, OpenDental, Practice, Priority, Request, Response, Tier
from tests.support.clock import virtual_time
from tests.support.lanes import settle

STEP: Final = 1.005  # one interval of Tier.STANDARD, and the margin
LOOK_UP: Final = "/securityperms"


class Office:
    """An office that notes what it was asked, and when.

    Attributes:
        permissions: what the developer may do.
        throttled: numbers of the requests that are answered 429.
        asked: the path and the second of each request.
    """

    def __init__(self, *permissions: str, throttled: int | None = None) -> None:
        self.permissions = permissions
        self.throttled = throttled
        self.asked: list[tuple[str, float]] = []

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        on_sent()
        self.asked.append((request.path, asyncio.get_running_loop().time()))
        number = len(self.asked)
        await asyncio.sleep(0.1)
        if number == self.throttled:
            return Response(429, {}, b'"Too many requests."')
        rows: list[dict[str, Any]] = []
        if request.path == LOOK_UP:
            rows = [{"Permission": f"Api{each}", "HasPermission": "true"} for each in self.permissions]
        if request.path == "/preferences":
            rows = [{"PrefName": "ProgramVersion", "ValueString": "25.4.48.0"}]
        return Response(200, {}, msgspec.json.encode(rows))

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    @property
    def gaps(self) -> list[float]:
        return [later - sooner for (_, sooner), (_, later) in itertools.pairwise(self.asked)]


@asynccontextmanager
async def opened(office: Office, **options: Any) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", transport=office) as client:
        yield client.practice("customer", **options)


def ask(practice: Practice, path: str) -> Coroutine[Any, Any, Any]:
    return practice.request("GET", path)


def queue(practice: Practice, count: int) -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(ask(practice, f"/{number}")) for number in range(count)]


@virtual_time
async def test_after_a_429_the_look_up_and_then_the_same_call_are_the_next_and_the_pace_is_kept() -> None:
    office = Office("ReadAll", "Comm", throttled=60)
    async with opened(office) as practice:
        await asyncio.gather(*queue(practice, 300))
    throttled = office.paths[59]
    assert office.paths[59:62] == [throttled, LOOK_UP, throttled]
    assert office.paths.count(LOOK_UP) == 2
    assert office.gaps == pytest.approx([STEP] * 302, abs=0.2)


@virtual_time
async def test_a_refresh_of_the_facts_does_not_slow_a_busy_lane_down() -> None:
    office = Office("ReadAll", "Comm")
    async with opened(office) as practice:
        calls = queue(practice, 100)
        await asyncio.sleep(20.0)
        assert (await practice.facts(refresh=True)).tier is Tier.STANDARD
        await asyncio.gather(*calls)
    assert office.gaps == pytest.approx([STEP] * 102)


@virtual_time
async def test_a_look_up_after_a_429_that_finds_a_slower_tier_slows_the_lane_down() -> None:
    office = Office("ReadAll", "Comm", throttled=30)
    async with opened(office) as practice:
        calls = queue(practice, 50)
        await asyncio.sleep(20.0)
        office.permissions = ("ReadAll",)
        await asyncio.gather(*calls)
    assert office.paths[30] == LOOK_UP
    assert office.gaps[:29] == pytest.approx([STEP] * 29), "the 429 ends it"
    assert min(office.gaps[30:]) > 5.0


@virtual_time
async def test_a_refresh_that_finds_a_slower_tier_slows_the_lane_down() -> None:
    office = Office("ReadAll", "Comm")
    async with opened(office) as practice:
        calls = queue(practice, 50)
        await asyncio.sleep(20.0)
        office.permissions = ("ReadAll",)
        assert (await practice.facts(refresh=True)).tier is Tier.READ_ALL
        await asyncio.gather(*calls)
    found = office.paths.index(LOOK_UP, 1)
    assert office.gaps[:found] == pytest.approx([STEP] * found)
    assert min(office.gaps[found:]) > 5.0


@virtual_time
async def test_a_look_up_whose_last_answer_was_the_slowest_tier_keeps_that_pace() -> None:
    office = Office("ReadAll")
    async with opened(office) as practice:
        await practice.facts()
        await practice.facts(refresh=True)
    assert min(office.gaps) > 5.0


@virtual_time
@pytest.mark.parametrize("options", [{}, {"tier": Tier.STANDARD, "version": AUTO}], ids=["tier", "version"])
async def test_an_urgent_call_does_not_wait_behind_the_look_up_of_one_that_is_not(
    options: dict[str, Any],
) -> None:
    office = Office("ReadAll", "Comm")
    async with OpenDental("developer", transport=office) as client:
        given = client.practice("customer", tier=Tier.STANDARD)
        busy = queue(given, 50)
        await settle()
        practice = client.practice("customer", **options)
        bulk = asyncio.create_task(practice.with_options(priority=Priority.BULK).patients.get(1))
        await settle()
        urgent = asyncio.create_task(practice.with_options(priority=Priority.INTERACTIVE).patients.get(2))
        await asyncio.wait([urgent])
        assert len(office.asked) == 3, "what was in flight, the look-up, and the urgent call"
        assert office.paths[2] == "/patients/2"
        assert client.scheduler.snapshot().counts.retried == 0
        for call in (*busy, bulk):
            call.cancel()
        await asyncio.gather(*busy, bulk, urgent, return_exceptions=True)

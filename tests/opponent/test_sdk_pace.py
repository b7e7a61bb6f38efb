"""The pace of the SDK, measured where its requests arrive."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from odapi_async import Mode, OpenDental, Practice, Priority, Tier
from tests.opponent.rows import FEW, Office
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, EVERYTHING, Opponent

MARGIN = 0.05
"""Seconds that the machine may stall between sending and measuring: client and server share one process."""

OTHER_KEY = "anotherCustomer"
KEYS = {CUSTOMER_KEY: EVERYTHING, OTHER_KEY: EVERYTHING}


async def read(pages: AsyncIterator[list[Any]]) -> int:
    return sum([len(page) async for page in pages])


async def demo_calls(practice: Practice) -> int:
    """Do what `odapi demo` does: two streams in bulk, and interactive calls in between."""
    bulk = practice.with_options(priority=Priority.BULK)
    first = practice.with_options(priority=Priority.INTERACTIVE)

    async def calls() -> None:
        await first.patients.get(1)
        await first.patients.get(2)

    async with asyncio.TaskGroup() as tasks:
        patients = tasks.create_task(read(bulk.patients.simple().pages()))
        appointments = tasks.create_task(read(bulk.appointments.list().pages()))
        tasks.create_task(calls())
    return patients.result() + appointments.result()


async def warm_up(od: OpenDental) -> None:
    """Build decoders before the pace is measured: server and client share a loop, and a stall is measured."""
    async with Opponent() as server:
        practice = od.practice(CUSTOMER_KEY, mode=Mode.LOCAL, base_url=server.base_url)
        await practice.patients.get(1)
        await practice.security_perms.list()


async def test_the_calls_of_the_demo_are_never_too_early() -> None:
    office = Office(Patients=1001)
    async with (
        Opponent(mode="remote", office=office) as server,
        OpenDental(DEVELOPER_KEY, margin=MARGIN) as od,
    ):
        rows = await demo_calls(od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url))
    assert rows == 1001 + FEW
    assert server.succeeded == {
        "Patients GET Simple": 2,
        "Appointments GET (multiple)": 1,
        "Patients GET (single)": 2,
    }
    assert (server.too_early, server.refused) == (0, [])


async def test_concurrent_callers_are_never_too_early() -> None:
    quick, slow = Opponent(mode="remote", keys=KEYS), Opponent(mode="remote", execution=0.6)
    async with quick, slow, OpenDental(DEVELOPER_KEY, margin=MARGIN) as od:
        await warm_up(od)
        known = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=quick.base_url)
        looked_up = od.practice(OTHER_KEY, base_url=quick.base_url)
        waited_for = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=slow.base_url)
        await asyncio.gather(
            *[practice.patients.get(number) for number in range(1, 4) for practice in (known, looked_up)],
            *[waited_for.patients.get(number) for number in range(1, 4)],
        )
    assert quick.succeeded == {"SecurityPerms GET": 1, "Patients GET (single)": 6}
    assert slow.succeeded == {"Patients GET (single)": 3}
    assert (quick.too_early, quick.refused, slow.too_early, slow.refused) == (0, [], 0, [])

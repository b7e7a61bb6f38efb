"""The pace of the SDK, measured where its requests arrive."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from odapi_async import OpenDental, Practice, Priority, Tier
from tests.opponent.answers import PATIENTS
from tests.opponent.rows import FEW, Office
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, EVERYTHING, Opponent

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


async def test_the_calls_of_the_demo_are_never_too_early() -> None:
    office = Office({"Patients": 1001})
    async with Opponent(mode="remote", office=office) as server, OpenDental(DEVELOPER_KEY) as od:
        rows = await demo_calls(od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url))
    assert rows == 1001 + FEW
    assert server.answered == {
        "Patients GET Simple": 2,
        "Appointments GET (multiple)": 1,
        "Patients GET (single)": 2,
    }
    assert (server.too_early, server.refused) == (0, [])


async def test_concurrent_callers_are_never_too_early() -> None:
    async with Opponent(mode="remote", keys=KEYS) as server, OpenDental(DEVELOPER_KEY) as od:
        server.office.table(PATIENTS)
        known = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url)
        looked_up = od.practice(OTHER_KEY, base_url=server.base_url)
        await asyncio.gather(
            *[practice.patients.get(number) for number in range(1, 6) for practice in (known, looked_up)]
        )
    assert server.answered == {"SecurityPerms GET": 1, "Patients GET (single)": 10}
    assert (server.too_early, server.refused) == (0, [])


async def test_a_request_that_takes_long_is_waited_for() -> None:
    async with Opponent(mode="remote", execution=0.6) as server, OpenDental(DEVELOPER_KEY) as od:
        practice = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url)
        await asyncio.gather(*[practice.patients.get(number) for number in range(1, 3)])
    assert (server.too_early, server.refused) == (0, [])

"""Measures what is left if two clients take the same opening at the same moment, many times.

Each race is for another opening. The clients have nothing in common but the office: a sandbox in a second
process, over loopback. In the second part a quarter of the writes lose their response. What is left is
counted in the rows of the office, not in what the clients say.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER
from odapi_async import Mode, OpenDental, Practice
from odapi_async.recipes.openings import Opening, Openings, Taken
from odapi_async.sandbox import PERMISSIONS, Fault, Office, SandboxProcess

SEED: Final = 20_261_129
KEY: Final = "office"
AT_ONCE: Final = 20
LOST: Final = 0.25
_OFFICE: Final = Office(
    customer_key=KEY,
    mode="local",
    permissions=frozenset(PERMISSIONS) - {"Enterprise"},
    rows={"appointments": 0, "schedules": 400, "operatories": 10, "providers": 10, "patients": 50},
)

Take = Callable[[Opening, int], Awaitable[object]]
"""Books an opening for a patient, or raises `Taken`."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is left after races.

    Attributes:
        doubled: openings with more than one appointment.
        unfair: openings that not exactly one client has won, or whose winner has no appointment.
        requests: the requests of all clients for each race.
    """

    doubled: int
    unfair: int
    requests: float


def run(size: Size) -> list[Figure]:
    """Let two clients race for each of many openings."""
    races = size.of(20, 200)
    careful = asyncio.run(_measure(races, _careful))
    lossy = asyncio.run(_measure(races, _careful, lost=LOST))
    hasty = asyncio.run(_measure(races, _hasty))
    return [
        Figure(f"double bookings left after {races} races of two clients", careful.doubled, "", 0),
        Figure("races without exactly one winner", careful.unfair, "", 0),
        Figure(f"double bookings left if {LOST:.0%} of the responses get lost", lossy.doubled, "", 0),
        Figure("races without exactly one winner if responses get lost", lossy.unfair, "", 0),
        Figure("for comparison: double bookings of clients that look only before", hasty.doubled, ""),
        Figure("for comparison: requests of both clients for each race", careful.requests, ""),
    ]


async def _measure(races: int, client: Callable[[Practice], Take], lost: float = 0.0) -> _Outcome:
    async with (
        SandboxProcess([_OFFICE], developer_key=DEVELOPER) as server,
        OpenDental(DEVELOPER) as one,
        OpenDental(DEVELOPER) as other,
    ):
        practices = [
            each.practice(KEY, mode=Mode.LOCAL, base_url=server.url, concurrency=8) for each in (one, other)
        ]
        openings = await _openings(practices[0], races)
        await server.reset_stats()
        if lost:
            await server.add_fault(Fault("drop_after", method="POST", rate=lost, times=None))
        winners = await _race(openings, [client(practice) for practice in practices])
        requests = (await server.stats())[KEY].requests / races
        rows = await server.rows(KEY, "appointments")
    return _counted(openings, winners, rows, requests)


async def _openings(practice: Practice, count: int) -> list[Opening]:
    """Return openings that do not overlap: each provider of the sandbox works in one operatory."""
    clock = await practice.providers.list()
    now = clock[0].serverDateTime or datetime.min
    start = now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    found = await Openings(practice).find(start, start + timedelta(days=30), minutes=30, every=30)
    return random.Random(SEED).sample(found, count)


async def _race(openings: Sequence[Opening], clients: Sequence[Take]) -> list[list[int]]:
    """Return the patients for whom each opening was booked, as the clients say."""
    places = asyncio.Semaphore(AT_ONCE)

    async def race(opening: Opening) -> list[int]:
        async with places:
            return [
                patient
                for patient, is_booked in enumerate(
                    await asyncio.gather(
                        *(_wins(take, opening, patient) for patient, take in enumerate(clients, 1))
                    ),
                    1,
                )
                if is_booked
            ]

    return list(await asyncio.gather(*map(race, openings)))


async def _wins(take: Take, opening: Opening, patient: int) -> bool:
    try:
        await take(opening, patient)
    except Taken:
        return False
    return True


def _careful(practice: Practice) -> Take:
    openings = Openings(practice, settle=0.5)
    return lambda opening, patient: openings.take(opening, PatNum=patient)


def _hasty(practice: Practice) -> Take:
    """Return a client that looks whether the time is open, and then writes."""
    openings = Openings(practice)

    async def take(opening: Opening, patient: int) -> None:
        found = await openings.find(opening.start, opening.end, minutes=opening.minutes)
        if opening not in found:
            raise Taken
        await practice.appointments.create(
            PatNum=patient,
            Op=opening.Op,
            ProvNum=opening.ProvNum,
            AptDateTime=opening.start,
            Pattern=opening.Pattern,
        )

    return take


def _counted(
    openings: Sequence[Opening],
    winners: Sequence[Sequence[int]],
    rows: Sequence[dict[str, Any]],
    requests: float,
) -> _Outcome:
    standing = [row for row in rows if row["AptStatus"] == "Scheduled"]
    found = Counter((row["AptDateTime"], row["Op"]) for row in standing)
    patients = {(row["AptDateTime"], row["Op"]): row["PatNum"] for row in standing}
    places = [(f"{each.start}", each.Op) for each in openings]
    won = zip(places, winners, strict=True)
    return _Outcome(
        doubled=sum(found[place] > 1 for place in places),
        unfair=sum(who != [patients.get(place)] for place, who in won),
        requests=requests,
    )


if __name__ == "__main__":
    alone("booking", run)

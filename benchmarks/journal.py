"""The journal: what kills at random moments leave behind, and what a step costs.

A program replaces the insurance of a patient and posts a payment, in ten steps that depend on each other. It
is killed with SIGKILL at a random moment and started again until it comes to its end, patient by patient. The
office is written from the documentation: it executes what has arrived although its sender is dead, takes its
time for it, and loses responses, also of writes that it executes later. At the end its rows are counted.
"""

from __future__ import annotations

import asyncio
import time
from tempfile import TemporaryDirectory
from uuid import uuid4

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from tests.support.insurance_office import InsuranceOffice
from tests.support.journal_kills import kill, prepare
from tests.support.journal_victim import STEPS, work


def run(size: Size) -> list[Figure]:
    """Measure with SQLite and, where a wheel brings a server, with PostgreSQL."""
    return asyncio.run(_run(size))


async def _run(size: Size) -> list[Figure]:
    figures: list[Figure] = []
    async with postgres() as server:
        for name in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            with TemporaryDirectory() as folder:
                figures += await _kill(name, await _url(folder, server, name), size.of(5, 50))
                figures += await _cost(name, await _url(folder, server, name), size.of(5, 20))
    return figures


async def _url(folder: str, server: str, name: str) -> str:
    """Return the URL of a new database."""
    return await new_database(server) if name == "PostgreSQL" else f"sqlite:///{folder}/{uuid4()}.db"


async def _kill(name: str, url: str, kills: int) -> list[Figure]:
    twice, halves = await kill(url, kills)
    what = f"{name}: {kills} kills and more, runs of {STEPS} steps,"
    return [
        Figure(f"{what} rows that were written twice", twice, "", 0.0),
        Figure(f"{what} that are incomplete", halves, "", 0.0),
    ]


async def _cost(name: str, url: str, runs: int) -> list[Figure]:
    async with InsuranceOffice() as office:
        for patient in range(1, runs + 1):
            prepare(office, patient)
        began = time.perf_counter()
        for patient in range(1, runs + 1):
            await work(url, office.url, f"patient {patient}", patient)
        seconds = time.perf_counter() - began
        asked = len(office.heard)
        office.heard.clear()
        for patient in range(1, runs + 1):
            await work(url, office.url, f"patient {patient}", patient)
        again = len(office.heard)
    steps = runs * STEPS
    return [
        Figure(f"{name}: requests of a step", asked / steps, "", 2.5),
        Figure(f"{name}: requests of a step that is done already", again / steps, "", 1.0),
        Figure(
            f"for comparison: {name}: time of a step, its requests included", seconds / steps * 1000, "ms"
        ),
    ]


if __name__ == "__main__":
    alone("journal", run)

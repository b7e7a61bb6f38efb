"""The journal: what kills at random moments leave behind, and what a step costs.

A program replaces the insurance of a patient and posts a payment, in ten steps that depend on each other. It
is killed with SIGKILL at a random moment and started again until it comes to its end, patient by patient. The
office is written from the documentation: it executes what has arrived although its sender is dead, takes its
time for it, and loses responses, also of writes that it executes later. At the end its rows are counted.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from asyncio.subprocess import PIPE
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from benchmarks.figures import Figure, Size, alone
from benchmarks.journal_office import InsuranceOffice
from benchmarks.journal_program import OLD_PLAN, PAID, PERCENT, STEPS, work
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.processes import ROOT, environment

_UP_TO: Final = 1.0  # seconds that a program lives before it is killed
_LOST: Final = 0.05
_SLOW: Final = 0.02  # seconds, at most
_LATE: Final = 0.05
_PATIENCE: Final = 60.0
_MOST_KILLS: Final = 40  # of one run
_ROWS: Final = {
    "insplans": 1,
    "benefits": len(PERCENT),
    "inssubs": 1,
    "patplans": 1,
    "claimpayments": 1,
    "commlogs": 1,
}
"""The rows that one run adds or leaves, by resource."""


def run(size: Size) -> list[Figure]:
    """Measure with SQLite and, where a wheel brings a server, with PostgreSQL."""
    return asyncio.run(_run(size))


async def _run(size: Size) -> list[Figure]:
    figures: list[Figure] = []
    async with postgres() as server:
        for name in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            with TemporaryDirectory() as folder:
                figures += await kill(name, await _url(folder, server, name), size.of(5, 50))
                figures += await _cost(name, await _url(folder, server, name), size.of(5, 20))
    return figures


async def _url(folder: str, server: str, name: str) -> str:
    """Return the URL of a new database."""
    return await new_database(server) if name == "PostgreSQL" else f"sqlite:///{folder}/{uuid4()}.db"


async def kill(name: str, url: str, kills: int) -> list[Figure]:
    """Kill the program at least so often, and count what it leaves behind.

    Args:
        name: the kind of the database.
        url: the database.
        kills: how often.
    """
    chance = random.Random(kills)
    async with InsuranceOffice(lost=_LOST, slow=_SLOW, late=_LATE, seed=kills) as office:
        killed = patients = 0
        while killed < kills:
            patients += 1
            _prepare(office, patients)
            for at in range(_MOST_KILLS):
                # longer and longer, or a slow machine would never come to an end
                seconds = chance.uniform(0, _UP_TO * (1 + at / 5))
                if not await _is_killed(url, office.url, patients, seconds):
                    break
                killed += 1
            else:
                raise AssertionError(f"no end after {_MOST_KILLS} kills")
        twice, halves = _counted(office, patients)
    what = f"{name}: {kills} kills and more, runs of {STEPS} steps,"
    return [
        Figure(f"{what} rows that were written twice", twice, "", 0.0),
        Figure(f"{what} that are incomplete", halves, "", 0.0),
    ]


def _prepare(office: InsuranceOffice, patient: int) -> None:
    """Give a patient a plan, and a claim with a procedure; all of them have the number of the patient."""
    plan = office.add("insplans", CarrierNum=1, GroupName="old")
    sub = office.add("inssubs", PlanNum=plan, Subscriber=patient, SubscriberID="old")
    office.add("patplans", OLD_PLAN + patient, PatNum=patient, InsSubNum=sub, Ordinal=1, Relationship="Self")
    claim = office.add("claims", PatNum=patient, ClaimStatus="S")
    office.add(
        "claimprocs", PatNum=patient, ClaimNum=claim, ClaimPaymentNum=0, Status="NotReceived", InsPayAmt=0
    )


async def _is_killed(database: str, url: str, patient: int, seconds: float) -> bool:
    """Run the program for some seconds after its begin; return whether it had to be killed."""
    arguments = (database, url, f"patient {patient}", str(patient))
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.journal_program", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT, env=environment())
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), _PATIENCE), "the program does not begin"
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        return True
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, "the program failed"
    return False


def _counted(office: InsuranceOffice, patients: int) -> tuple[int, int]:
    """Return how many rows are there too often, and how many patients lack some or have them otherwise."""
    twice = sum(max(0, len(office.rows(name)) - _expected(name, patients)) for name in _ROWS)
    return twice, sum(not _is_whole(office, patient) for patient in range(1, patients + 1))


def _expected(resource: str, patients: int) -> int:
    return patients * (_ROWS[resource] + (resource in {"insplans", "inssubs"}))  # the old ones stay


def _is_whole(office: InsuranceOffice, patient: int) -> bool:
    plans = office.rows("insplans", GroupName=f"Group {patient}")
    subs = office.rows("inssubs", Subscriber=patient, SubscriberID=f"S{patient}")
    covered = office.rows("patplans", PatNum=patient)
    (procedure,) = office.rows("claimprocs", PatNum=patient)
    payment = office.tables["claimpayments"].get(procedure["ClaimPaymentNum"])
    return (
        [each["PlanNum"] for each in plans] == [each["PlanNum"] for each in subs]
        and [(each["InsSubNum"], each["Ordinal"]) for each in covered] == [(subs[0]["InsSubNum"], 1)]
        and len(office.rows("benefits", PlanNum=plans[0]["PlanNum"])) == len(PERCENT)
        and procedure["Status"] == "Received"
        and office.tables["claims"][patient]["ClaimStatus"] == "R"
        and payment is not None
        and float(payment["CheckAmt"]) == PAID
        and len(office.rows("commlogs", PatNum=patient)) == 1
    )


async def _cost(name: str, url: str, runs: int) -> list[Figure]:
    async with InsuranceOffice() as office:
        for patient in range(1, runs + 1):
            _prepare(office, patient)
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

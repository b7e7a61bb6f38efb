"""Kills the program of a journal at random moments, and counts what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final

from tests.support.insurance_office import InsuranceOffice
from tests.support.journal_victim import OLD_PLAN, PAID, PERCENT

_ROOT: Final = Path(__file__).parents[2]
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


async def kill(url: str, kills: int) -> tuple[int, int]:
    """Kill the program at least so often; return the rows that are there twice, and the incomplete patients.

    Args:
        url: the URL of the journal's database.
        kills: how often.
    """
    chance = random.Random(kills)
    async with InsuranceOffice(lost=_LOST, slow=_SLOW, late=_LATE, seed=kills) as office:
        killed = patients = 0
        while killed < kills:
            patients += 1
            prepare(office, patients)
            for at in range(_MOST_KILLS):
                # longer and longer, or a slow machine would never come to an end
                seconds = chance.uniform(0, _UP_TO * (1 + at / 5))
                if not await _is_killed(url, office.url, patients, seconds):
                    break
                killed += 1
            else:
                raise AssertionError(f"no end after {_MOST_KILLS} kills")
        return _counted(office, patients)


def prepare(office: InsuranceOffice, patient: int) -> None:
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
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.journal_victim", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=_ROOT, env=_environment())
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


def _environment() -> dict[str, str]:
    """Return an environment in which compiled modules are kept, or each start would take seconds."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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

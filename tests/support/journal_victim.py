"""The program that is killed: `python -m tests.support.journal_victim DATABASE URL NAME PATIENT`.

It replaces the insurance of a patient, and posts a payment of the new one. One line tells that it begins.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from odapi_async import Mode, OpenDental
from odapi_async.recipes.journal import Journal, Run, RunBusy, RunLost
from odapi_async.resources import (
    benefits,
    claim_payments,
    claim_procs,
    claims,
    commlogs,
    ins_plans,
    ins_subs,
    pat_plans,
)

LEASE: Final = 0.25  # seconds: a run shall be free soon after a kill
SETTLE: Final = 0.1  # longer than the office takes for a write
CARRIER: Final = 3
PERCENT: Final = {5: 100, 6: 80}
PAID: Final = 80.5
OLD_PLAN: Final = 1_000_000
"""What the number of a patient is added to for the PatPlanNum of the plan that is replaced."""
STEPS: Final = 10
"""The steps of one run."""


async def work(database: str, url: str, name: str, patient: int) -> None:
    """Do the run, as soon as no other process is in it.

    Args:
        database: the URL of the journal's database.
        url: the base URL of the office.
        name: the name of the run.
        patient: the patient, who has one plan, and one claim with one procedure.
    """
    async with OpenDental("developer") as od, Journal(database, lease=LEASE, settle=SETTLE) as journal:
        practice = od.practice("customer-key", mode=Mode.LOCAL, base_url=url)
        while True:
            try:
                async with journal.run(name, practice) as run:
                    await replace_insurance(run, patient)
                    await post_payment(run, patient)
                    return
            except RunBusy as busy:
                await asyncio.sleep(busy.seconds)
            except RunLost:  # this machine was busy for longer than the lease
                continue


async def replace_insurance(run: Run, patient: int) -> None:
    """Give a patient another plan in the place of the one that the patient has."""
    plan = await run.ensure(ins_plans.CREATE, CarrierNum=CARRIER, GroupName=f"Group {patient}")
    for category, percent in PERCENT.items():
        await run.ensure(
            benefits.CREATE,
            PlanNum=plan.PlanNum,
            BenefitType="CoInsurance",
            CoverageLevel="None",
            CovCatNum=category,
            Percent=percent,
        )
    sub = await run.ensure(
        ins_subs.CREATE, PlanNum=plan.PlanNum, Subscriber=patient, SubscriberID=f"S{patient}"
    )
    await run.ensure(pat_plans.DELETE, OLD_PLAN + patient, scope={"PatNum": patient})
    await run.ensure(pat_plans.CREATE, PatNum=patient, InsSubNum=sub.InsSubNum, Ordinal=1)


async def post_payment(run: Run, patient: int) -> None:
    """Post the check that pays the claim of a patient, and write that down."""
    await run.ensure(claim_procs.UPDATE, patient, Status="Received", InsPayAmt=PAID)
    await run.ensure(claims.UPDATE, patient, ClaimStatus="R", DateReceived="2026-11-30")
    await run.ensure(claim_payments.CREATE, claimNum=patient, CheckAmt=PAID, CheckNum=f"C{patient}")
    await run.ensure(commlogs.CREATE, PatNum=patient, Note=f"Payment of claim {patient} is posted.")


async def main(database: str, url: str, name: str, patient: str) -> None:
    """Do the run of the command line."""
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    await work(database, url, name, int(patient))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

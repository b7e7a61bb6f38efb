"""What an office checks and changes by itself if plans and payments of insurance are written."""

from __future__ import annotations

from typing import Any, Final

import pytest

from odapi_async import BadRequest, Mode, OpenDental, Practice
from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.office import PERMISSIONS
from odapi_async.testing import SandboxTransport

OFFICE: Final = Office(
    customer_key="customer-key",
    permissions=frozenset(PERMISSIONS),
    mode="local",
    rows={"patients": 30, "inssubs": 10, "patplans": 10, "claims": 10, "claimprocs": 20, "insplans": 5},
)


@pytest.fixture
def practice() -> Practice:
    """A practice of a sandbox in this process."""
    sandbox = Sandbox([OFFICE])
    od = OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox))
    return od.practice("customer-key", mode=Mode.LOCAL)


async def test_a_patient_has_a_plan_once_and_one_primary_plan(practice: Practice) -> None:
    subs = [
        await practice.ins_subs.create(PlanNum=1, Subscriber=5, SubscriberID=f"{each}") for each in range(3)
    ]
    plans = [await practice.pat_plans.create(PatNum=29, InsSubNum=each.InsSubNum) for each in subs[:2]]
    found = await practice.pat_plans.list(PatNum=29)
    ordinals = {each.PatPlanNum: each.Ordinal for each in found}
    assert [ordinals[each.PatPlanNum] for each in plans] == [2, 1]
    with pytest.raises(BadRequest, match="already linked"):
        await practice.pat_plans.create(PatNum=29, InsSubNum=subs[0].InsSubNum)
    with pytest.raises(BadRequest, match="has patient plans"):
        await practice.ins_subs.delete(subs[0].InsSubNum)
    await practice.pat_plans.delete(plans[0].PatPlanNum)
    await practice.ins_subs.delete(subs[0].InsSubNum)


async def test_a_check_has_the_sum_of_what_was_received(practice: Practice) -> None:
    procedures: list[Any] = await practice.claim_procs.list(ClaimNum=3)
    assert len(procedures) == 2
    for number, each in enumerate(procedures):
        await practice.claim_procs.update(
            each.ClaimProcNum, Status="Received", InsPayAmt=10.1 + number, ClaimPaymentNum=0
        )
    claim = await practice.claims.get(3)
    assert float(claim.InsPayAmt) == 21.2
    with pytest.raises(BadRequest, match="CheckAmt does not match the total of eligible ClaimProcs"):
        await practice.claim_payments.create(claimNum=3, CheckAmt=21)
    check = await practice.claim_payments.create(claimNum=3, CheckAmt=21.2)
    found = await practice.claim_procs.list(ClaimNum=3)
    assert {each.ClaimPaymentNum for each in found} == {check.ClaimPaymentNum}
    with pytest.raises(BadRequest, match="Cannot change InsPayAmt"):
        await practice.claim_procs.update(procedures[0].ClaimProcNum, InsPayAmt=5)
    with pytest.raises(BadRequest, match="CheckAmt does not match"):
        await practice.claim_payments.create(claimNum=3, CheckAmt=21.2)
    await practice.claims.update(3, ClaimStatus="R")
    with pytest.raises(BadRequest, match="received"):
        await practice.claims.delete(3)

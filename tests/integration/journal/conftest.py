"""An office, a practice and a database for journals, the database once of each kind."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from odapi_async import Mode, OpenDental, Practice, RetryPolicy
from tests.integration.mirror.conftest import lite, postgres, url
from tests.support.insurance_office import InsuranceOffice

__all__ = ["lite", "postgres", "url"]


@pytest.fixture
async def office() -> AsyncGenerator[InsuranceOffice]:
    """An office that has a claim and an appointment of patient 48."""
    async with InsuranceOffice() as office:
        office.add("claims", PatNum=48, ClaimStatus="S")
        office.add(
            "claimprocs",
            ClaimNum=1,
            PatNum=48,
            ClaimPaymentNum=0,
            Status="NotReceived",
            InsPayAmt=0,
            WriteOff=0,
        )
        office.add("appointments", PatNum=48, Note="first", AptStatus="Scheduled", Op=1)
        yield office


@pytest.fixture
async def practice(office: InsuranceOffice) -> AsyncGenerator[Practice]:
    """That office."""
    async with OpenDental("developer", retries=RetryPolicy(base_delay=0.001)) as od:
        yield od.practice("customer-key", mode=Mode.LOCAL, base_url=office.url, name="harbour")

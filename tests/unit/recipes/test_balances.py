"""Balances of a family: which requests they cost, how old they are, and what changes them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest

from odapi_async import ConfigurationError, DecodeError, Mode, NotFound, OpenDental, Practice
from odapi_async.recipes.balances import Balances
from odapi_async.sandbox import PERMISSIONS, Office, Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.wire import Heard, RawServer, ok

ROWS: Final = {"patients": 60, "procedurelogs": 200, "paysplits": 50, "adjustments": 50, "claimprocs": 60}


@asynccontextmanager
async def at_an_office() -> AsyncGenerator[tuple[Sandbox, Practice]]:
    box = Sandbox([Office(customer_key="one", rows=ROWS, mode="local", permissions=frozenset(PERMISSIONS))])
    async with OpenDental(box.developer_key, transport=SandboxTransport(box)) as client:
        yield box, client.practice("one", mode=Mode.LOCAL)


def requests(box: Sandbox) -> list[str]:
    found = [each.path for each in box.arrivals if each.method == "GET"]
    box.reset_stats()
    return found


async def test_the_members_of_a_family_share_two_requests() -> None:
    async with at_an_office() as (box, practice):
        balances = Balances(practice)
        first = await balances.of(48)
        assert requests(box) == ["/accountmodules/48/PatientBalances", "/accountmodules/48/Aging"]
        second, third = await balances.of(46), await balances.of(47)
        assert requests(box) == []
        assert first.guarantor == second.guarantor == third.guarantor == 46
        assert first.patients == second.patients
        assert set(first.patients) == {46, 47, 48}
        assert sum(first.patients.values()) == first.total


async def test_max_age_of_zero_asks_each_time() -> None:
    async with at_an_office() as (box, practice):
        balances = Balances(practice, max_age=0)
        await balances.of(48)
        await balances.of(48)
        assert len(requests(box)) == 4


async def test_a_charge_of_this_client_is_in_the_next_balance() -> None:
    async with at_an_office() as (_, practice):
        balances = Balances(practice)
        before = await balances.of(48)
        surcharges = [
            each.DefNum for each in await practice.definitions.list(Category=1) if each.ItemValue == "+"
        ]
        await practice.adjustments.create(
            PatNum=47,
            AdjType=surcharges[0],
            AdjAmt=Decimal("12.50"),
            AdjDate=date.fromisoformat("2026-01-02"),
        )
        after = await balances.of(48)
        assert after.total - before.total == Decimal("12.50")
        assert after.patients[47] - before.patients[47] == Decimal("12.50")
        assert after.patients[48] == before.patients[48]


async def test_a_patient_who_came_into_another_family_is_asked_for_there() -> None:
    async with at_an_office() as (box, practice):
        balances = Balances(practice, max_age=0)
        assert (await balances.of(48)).guarantor == 46
        await practice.patients.update(47, Guarantor=1)
        box.reset_stats()
        moved = await balances.of(47)
        assert moved.guarantor == 1
        assert set(moved.patients) == {1, 2, 3, 47}
        assert requests(box) == [
            "/accountmodules/48/PatientBalances",
            "/accountmodules/47/PatientBalances",
            "/accountmodules/47/Aging",
        ]


async def test_a_balance_says_when_the_office_was_asked() -> None:
    async with at_an_office() as (_, practice):
        balances = Balances(practice)
        start = datetime.now(UTC)
        first = await balances.of(48)
        end = datetime.now(UTC)
        assert start <= first.asked_at <= end
        again = await balances.of(46)
        assert abs((again.asked_at - first.asked_at).total_seconds()) < 0.5
        assert again.asked_at <= end


async def test_no_amount_is_in_the_repr() -> None:
    async with at_an_office() as (_, practice):
        found = await Balances(practice).of(48)
        assert repr(found) == f"FamilyBalance(guarantor=46, asked_at={found.asked_at!r})"


async def test_there_is_no_such_patient() -> None:
    async with at_an_office() as (_, practice):
        with pytest.raises(NotFound):
            await Balances(practice).of(999)


@pytest.mark.parametrize("max_age", [-1.0, float("nan"), "60"])
async def test_a_max_age_that_is_no_time_is_refused(max_age: Any) -> None:
    async with at_an_office() as (_, practice):
        with pytest.raises(ConfigurationError, match="max_age"):
            Balances(practice, max_age=max_age)


MEMBER: Final = {"PatNum": 48, "Name": "Doe, Jane", "Balance": 68.5}
TOTAL: Final = {"PatNum": 48, "Name": "Entire Family", "Balance": 68.5}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [TOTAL],
        [MEMBER],
        [MEMBER, MEMBER],
        [{**MEMBER, "PatNum": 9}, TOTAL],
        [MEMBER, {**MEMBER, "Balance": 1.0}, TOTAL],
    ],
)
async def test_a_list_that_is_not_of_the_family_is_refused(rows: list[dict[str, Any]]) -> None:
    def respond(_: Heard) -> bytes:
        return ok(msgspec.json.encode(rows))

    async with RawServer(respond) as server, OpenDental("developer") as client:
        practice = client.practice("one", mode=Mode.LOCAL, base_url=server.url)
        with pytest.raises(DecodeError) as caught:
            await Balances(practice).of(48)
        assert "Doe" not in str(caught.value)
        assert len(server.heard) == 1


async def test_a_member_is_asked_for_alone_if_the_one_before_is_gone() -> None:
    async with at_an_office() as (box, practice):
        balances = Balances(practice, max_age=0)
        await balances.of(48)
        box.remove_row("one", "patients", 48)
        left = await balances.of(47)
        assert set(left.patients) == {46, 47}
        requests(box)
        await balances.of(47)
        assert requests(box) == ["/accountmodules/47/PatientBalances", "/accountmodules/47/Aging"]

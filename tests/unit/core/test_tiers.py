"""Tiers, derived from permissions and cached."""

import asyncio

import msgspec
import pytest

from odapi_async._core.tiers import TierCache, tier_from_body
from odapi_async.errors import BadRequest, NotFound, OfficeOffline, Unauthorized
from odapi_async.limits import Tier


def body(*held: str) -> bytes:
    names = ("ReadAll", "AllOthers", "Comm", "Enterprise")
    rows = [{"Permission": f"Api{name}", "HasPermission": str(name in held).lower()} for name in names]
    return msgspec.json.encode(rows)


@pytest.mark.parametrize(
    ("held", "tier"),
    [
        (("ReadAll",), Tier.READ_ALL),
        ((), Tier.READ_ALL),
        (("ReadAll", "Comm"), Tier.STANDARD),
        (("ReadAll", "Enterprise"), Tier.ENTERPRISE),
        (("ReadAll", "Comm", "Enterprise"), Tier.ENTERPRISE),
    ],
)
def test_the_tier_follows_from_the_permissions(held: tuple[str, ...], tier: Tier) -> None:
    assert tier_from_body(body(*held)) is tier


class Lookups:
    def __init__(self, *outcomes: bytes | Exception) -> None:
        self.outcomes = list(outcomes)
        self.count = 0

    async def __call__(self) -> bytes:
        self.count += 1
        await asyncio.sleep(0)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_concurrent_callers_share_one_lookup() -> None:
    tiers, lookup = TierCache(), Lookups(body("ReadAll", "Comm"))
    results = await asyncio.gather(*(tiers.get("lane", lookup) for _ in range(10)))
    assert (set(results), lookup.count) == ({Tier.STANDARD}, 1)


async def test_practices_are_looked_up_separately() -> None:
    tiers, lookup = TierCache(), Lookups(body("ReadAll"), body("ReadAll", "Comm"))
    assert [await tiers.get("a", lookup), await tiers.get("b", lookup)] == [Tier.READ_ALL, Tier.STANDARD]


@pytest.mark.parametrize("error", [NotFound(404, "GET", "/x", ""), BadRequest(400, "GET", "/x", "")])
async def test_an_office_without_the_operation_has_the_slowest_tier(error: Exception) -> None:
    assert await TierCache().get("lane", Lookups(error)) is Tier.READ_ALL


@pytest.mark.parametrize("error", [OfficeOffline(400, "GET", "/x", ""), Unauthorized(401, "GET", "/x", "")])
async def test_a_failed_lookup_raises_and_the_next_caller_tries_again(error: Exception) -> None:
    tiers, lookup = TierCache(), Lookups(error, body("ReadAll", "Comm"))
    with pytest.raises(type(error)):
        await tiers.get("lane", lookup)
    assert await tiers.get("lane", lookup) is Tier.STANDARD


async def test_a_cancelled_lookup_is_done_by_the_next_caller() -> None:
    tiers, lookup = TierCache(), Lookups(body("ReadAll", "Comm"))
    first, second = (asyncio.create_task(tiers.get("lane", lookup)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second is Tier.STANDARD
    assert first.cancelled()
    assert lookup.count == 2


async def test_an_invalidated_tier_is_looked_up_again_but_not_every_time() -> None:
    tiers, lookup = TierCache(), Lookups(body("ReadAll"), body("ReadAll", "Comm"))
    for _ in range(19):
        await tiers.get("lane", lookup)
    tiers.invalidate("lane")
    assert await tiers.get("lane", lookup) is Tier.READ_ALL
    tiers.invalidate("lane")
    assert await tiers.get("lane", lookup) is Tier.STANDARD
    tiers.invalidate("never used")

"""Facts of practices, derived from responses, looked up once and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from odapi_async._core.lookup import KnownFacts, LookupTable, permissions_from_body, version_from_body
from odapi_async.errors import BadRequest, Gone, NotFound, OfficeOffline, ServerError, Unauthorized
from odapi_async.limits import Tier

ALL = ("ReadAll", "AllOthers", "Comm", "Enterprise")
OFFLINE = OfficeOffline(400, "GET", "/x", "")


def test_permissions_are_those_that_are_held() -> None:
    rows = [{"Permission": f"Api{name}", "HasPermission": str(name != "Comm").lower()} for name in ALL]
    assert permissions_from_body(msgspec.json.encode(rows)) == {"ReadAll", "AllOthers", "Enterprise"}


@pytest.mark.parametrize(
    ("rows", "version"),
    [
        ([("ProgramVersion", "25.4.48.0")], "25.4.48.0"),
        ([("Other", "1.2.3.4"), ("ProgramVersion", "24.4")], "24.4"),  # an old office may ignore the filter
        ([("ProgramVersion", "soon")], ""),
        ([("ProgramVersion", "25.4.48.0.1")], ""),
        ([("ProgramVersion", "٢٥.4")], ""),
        ([("Other", "25.4.48.0")], ""),
        ([], ""),
    ],
)
def test_the_version_is_that_of_the_program(rows: list[tuple[str, str]], version: str) -> None:
    body = msgspec.json.encode([{"PrefName": name, "ValueString": value} for name, value in rows])
    assert version_from_body(body) == version


class Lookups:
    """Answers with some outcomes, one after the other, and counts them."""

    def __init__(self, *outcomes: frozenset[str] | Exception) -> None:
        self.outcomes = list(outcomes)
        self.count = 0

    async def __call__(self) -> frozenset[str]:
        self.count += 1
        await asyncio.sleep(0)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


READ_ALL = frozenset({"ReadAll"})
STANDARD = frozenset({"ReadAll", "Comm"})
Get = Callable[[str, Callable[[], Awaitable[frozenset[str]]]], Awaitable[frozenset[str]]]


async def test_concurrent_callers_share_one_lookup() -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(STANDARD)
    results = await asyncio.gather(*(table.get("lane", lookup) for _ in range(10)))
    assert (set(results), lookup.count) == ({STANDARD}, 1)
    assert table.known("lane") == STANDARD
    assert table.known("other") is None


async def test_practices_are_looked_up_separately() -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(READ_ALL, STANDARD)
    assert [await table.get("a", lookup), await table.get("b", lookup)] == [READ_ALL, STANDARD]


@pytest.mark.parametrize("kind", [NotFound, BadRequest, Gone])
async def test_an_answer_that_stays_the_same_is_kept_and_each_caller_gets_his_own_error(
    kind: type[NotFound | BadRequest | Gone],
) -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(kind(404, "GET", "/x", "no"))
    seen: list[Exception] = []
    for _ in range(3):
        with pytest.raises(kind) as caught:
            await table.get("lane", lookup)
        caught.value.add_note("of one caller")
        seen.append(caught.value)
    assert lookup.count == 1
    assert table.known("lane") is None
    assert len({id(error) for error in seen}) == 3
    assert all(len(error.__notes__) == 1 for error in seen)


@pytest.mark.parametrize(
    "error", [OFFLINE, Unauthorized(401, "GET", "/x", ""), ServerError(500, "GET", "/x", ""), OSError()]
)
async def test_a_failure_that_may_end_is_not_kept(error: Exception) -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(error, STANDARD)
    with pytest.raises(type(error)):
        await table.get("lane", lookup)
    assert await table.get("lane", lookup) is STANDARD


async def test_a_cancelled_lookup_is_done_by_the_next_caller() -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(STANDARD)
    first, second = (asyncio.create_task(table.get("lane", lookup)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == STANDARD
    assert first.cancelled()
    assert lookup.count == 2


async def test_a_forgotten_fact_is_looked_up_again() -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(READ_ALL, STANDARD)
    await table.get("lane", lookup)
    table.forget("lane")
    table.forget("never used")
    assert await table.get("lane", lookup) == STANDARD


async def test_a_forgotten_fact_is_the_last_known_one_until_the_office_says_something_else() -> None:
    table, lookup = LookupTable[frozenset[str]](), Lookups(STANDARD, OFFLINE, NotFound(404, "GET", "/x", ""))
    assert table.last("lane") is None
    await table.get("lane", lookup)
    for kind in (OfficeOffline, NotFound):
        table.forget("lane")
        assert (table.known("lane"), table.last("lane")) == (None, STANDARD)
        with pytest.raises(kind):
            await table.get("lane", lookup)
    assert table.last("lane") is None


@pytest.mark.parametrize(
    ("held", "tier"),
    [
        (READ_ALL, Tier.READ_ALL),
        (frozenset[str](), Tier.READ_ALL),
        (STANDARD, Tier.STANDARD),
        (READ_ALL | {"Enterprise"}, Tier.ENTERPRISE),
    ],
)
async def test_the_tier_follows_from_the_permissions(held: frozenset[str], tier: Tier) -> None:
    assert await KnownFacts().tier("lane", Lookups(held)) is tier


@pytest.mark.parametrize("error", [NotFound(404, "GET", "/x", ""), BadRequest(400, "GET", "/x", "")])
async def test_an_office_without_the_operation_has_the_slowest_tier(error: Exception) -> None:
    facts, lookup = KnownFacts(), Lookups(error)
    assert [await facts.tier("lane", lookup) for _ in range(3)] == [Tier.READ_ALL] * 3


async def test_an_office_that_is_offline_has_no_tier_yet() -> None:
    facts, lookup = KnownFacts(), Lookups(OFFLINE, STANDARD)
    with pytest.raises(OfficeOffline):
        await facts.tier("lane", lookup)
    assert await facts.tier("lane", lookup) is Tier.STANDARD


async def test_an_invalidated_tier_is_looked_up_again_but_not_every_time() -> None:
    facts, lookup = KnownFacts(), Lookups(READ_ALL, STANDARD)
    for _ in range(19):
        await facts.tier("lane", lookup)
    facts.invalidate("lane")
    assert await facts.tier("lane", lookup) is Tier.READ_ALL
    facts.invalidate("lane")
    assert await facts.tier("lane", lookup) is Tier.STANDARD
    facts.invalidate("never used")

"""The throttle of the opponent: start to start, execution included, by customer key."""

import asyncio
import json

import pytest

from tests.opponent.raw import send
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, Opponent
from tests.opponent.throttle import Throttle, interval_of


@pytest.mark.parametrize(
    ("held", "interval"),
    [({"ReadAll"}, 5.0), ({"ReadAll", "Comm"}, 1.0), ({"Queries"}, 1.0), ({"ReadAll", "Enterprise"}, 0.5)],
)
def test_permissions_set_the_interval(held: set[str], interval: float) -> None:
    assert interval_of(held) == interval


def test_the_interval_is_from_start_to_start() -> None:
    throttle = Throttle()
    assert throttle.arrive("a", 10.0, 1.0) is None
    throttle.finish("a")
    assert throttle.arrive("b", 10.0, 1.0) is None
    assert throttle.arrive("a", 10.999, 1.0) == 1
    assert throttle.arrive("a", 11.0, 1.0) is None


def test_a_request_waits_for_the_one_before() -> None:
    throttle = Throttle()
    assert throttle.arrive("a", 10.0, 1.0) is None
    assert throttle.arrive("a", 13.0, 1.0) == 1
    throttle.finish("a")
    assert throttle.arrive("a", 13.001, 1.0) is None


async def test_a_request_that_is_too_early_is_refused_and_counted() -> None:
    async with Opponent(mode="remote", keys={CUSTOMER_KEY: {"ReadAll"}, "other": {"ReadAll"}}) as server:
        assert (await send(server, "GET", "/patients/1")).status == 200
        early = await send(server, "GET", "/patients/1")
        assert (early.status, early.headers["Retry-After"], early.body) == (429, "5", "Too many requests")
        other = f"ODFHIR {DEVELOPER_KEY}/other"
        assert (await send(server, "GET", "/patients/1", authorization=other)).status == 200
    assert (server.too_early, [one.status for one in server.refused]) == (1, [429])


async def test_two_requests_of_a_key_at_once_are_one_too_many() -> None:
    async with Opponent(mode="remote", execution=0.1) as server:
        responses = await asyncio.gather(*[send(server, "GET", "/patients/1") for _ in range(3)])
    assert sorted(response.status for response in responses) == [200, 429, 429]
    assert server.too_early == 2


async def test_a_refused_request_counts_as_a_request() -> None:
    async with Opponent(mode="remote") as server:
        assert (await send(server, "GET", "/nothing")).status == 404
        assert (await send(server, "POST", "/patients", json.dumps({}))).status == 429


async def test_local_mode_has_no_throttle(opponent: Opponent) -> None:
    responses = await asyncio.gather(*[send(opponent, "GET", "/patients/1") for _ in range(5)])
    assert {response.status for response in responses} == {200}
    assert opponent.too_early == 0

"""The HTTP client's own second sending, past any throttle, is stopped: requests counted on the wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import pytest

from odapi_async import (
    ConnectionLost,
    Mode,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    RetryPolicy,
)
from tests.support.kinds import KINDS, Kind
from tests.support.wire import Heard, RawServer, ok

ONCE: Final = RetryPolicy(max_attempts=1)


class Dropping:
    """Answers the first request on a connection that stays open, and drops each later one unanswered."""

    def __init__(self) -> None:
        self._left = 1

    def __call__(self, _: Heard) -> bytes | None:
        self._left -= 1
        return ok(b'{"PatNum": 1}') if self._left >= 0 else None


@asynccontextmanager
async def practice_at(server: RawServer, retries: RetryPolicy) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", retries=retries) as client:
        yield client.practice("office", mode=Mode.LOCAL, base_url=server.url)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_request_on_a_dropped_kept_connection_is_on_the_wire_once(kind: Kind) -> None:
    async with RawServer(Dropping()) as server, practice_at(server, ONCE) as practice:
        await practice.patients.get(1)
        with pytest.raises(OpenDentalError) as caught:
            await kind.call(practice)
        assert [each.method for each in server.heard] == ["GET", kind.method]
        assert server.opened == 1, "the request went out on the kept connection"
        lost = caught.value.__cause__ if kind.writes else caught.value
        assert type(lost) is ConnectionLost
        assert isinstance(caught.value, OutcomeUnknown) == kind.writes


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_each_try_of_the_policy_is_on_the_wire_once(kind: Kind) -> None:
    policy = RetryPolicy(max_attempts=3, base_delay=0.01, max_delay=0.02)
    async with RawServer(Dropping()) as server, practice_at(server, policy) as practice:
        await practice.patients.get(1)
        with pytest.raises(OpenDentalError):
            await kind.call(practice)
        tries = 3 if kind.repeatable else 1
        assert [each.method for each in server.heard] == ["GET", *[kind.method] * tries]


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("PUT", 2), ("DELETE", 2), ("POST", 1)])
async def test_the_bare_http_client_does_send_again(method: str, times: int) -> None:
    """Otherwise the tests above could not fail."""
    body: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"json": {"LName": "Smith"}}
    async with RawServer(Dropping()) as server, aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/patients/1") as reply:
            await reply.read()
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.request(method, f"{server.url}/patients/1", **body)
        assert [each.method for each in server.heard] == ["GET", *[method] * times]

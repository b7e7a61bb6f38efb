"""An open page gets each change, and its end, also if it is busy at that moment."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from odapi_async.errors import OpenDentalError
from odapi_async.watch import fleet_view
from odapi_async.watch.data import Details, View
from odapi_async.watch.feed import Feed
from tests.unit.watch.views import fleet, practice


class Changing:
    """A database that is different at each look."""

    def __init__(self) -> None:
        self._looks = itertools.count()

    async def read(self) -> View:
        return fleet_view.view(fleet(practice("hill", lag=700.0 * next(self._looks))))

    async def details(self, practice: str) -> Details | None:
        raise NotImplementedError


def unexpected(error: OpenDentalError) -> None:
    raise error


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setattr("odapi_async.watch.feed._SHARE", 0.0)
    return Feed(Changing(), unexpected, pause=0.0)


async def test_a_change_while_an_event_is_written_is_the_next_event(feed: Feed) -> None:
    await feed.look()
    events = feed.events("")
    assert await anext(events) == b"retry: 1000\n\n"
    first = await anext(events)
    await feed.look()
    async with asyncio.timeout(5):
        second = await anext(events)
    assert (first.split(b"\n")[0][-2:], second.split(b"\n")[0][-2:]) == (b"-1", b"-2")
    await events.aclose()


async def test_a_feed_that_is_closed_while_an_event_is_written_ends(feed: Feed) -> None:
    await feed.look()
    events = feed.events("")
    assert await anext(events) == b"retry: 1000\n\n"
    await anext(events)
    feed.close()
    async with asyncio.timeout(5):
        assert await anext(events, None) is None

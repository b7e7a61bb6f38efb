"""Several ways to one office together with `verify` and `max_age`."""

from __future__ import annotations

from odapi_async import EventName, Response, Verify
from odapi_async.recipes.balances import Balances
from tests.support.bench import KEY
from tests.support.clock import virtual_time
from tests.support.ways import LOCAL, Net, travel

_TOLD = {EventName.NOT_KEPT, EventName.NOT_VERIFIED, EventName.UNVERIFIABLE, EventName.REUSED}


@virtual_time
async def test_a_write_is_verified_by_the_way_on_which_it_was_sent() -> None:
    async with travel() as trip:
        practice = trip.practice.with_options(verify=Verify.WARN)
        trip.town.service.net = trip.town.local.net = Net.REFUSES
        await practice.patients.get(1)
        trip.town.service.net = trip.town.local.net = Net.OPENS  # which is found out meanwhile
        trip.town.remote.heard.clear()
        trip.town.remote.seconds = 90.0
        trip.town.remote.instead = lambda request: Response(200, {}, b"") if request.method == "PUT" else None
        await practice.patients.update(1, LName="Reed")
        assert [each.split()[0] for each in trip.town.remote.heard] == ["PUT", "GET"]


@virtual_time
async def test_what_is_told_of_a_write_names_its_way() -> None:
    async with travel() as trip:
        practice = trip.practice.with_options(verify=Verify.WARN)
        trip.town.service.instead = lambda request: (
            Response(200, {}, b'{"PatNum":1,"LName":"Other"}') if request.method == "PUT" else None
        )
        await practice.patients.update(1, LName="Reed")
        assert [(each.name, each.way) for each in trip.events if each.name in _TOLD] == [
            (EventName.NOT_KEPT, "service")
        ]


@virtual_time
async def test_what_is_told_of_a_read_that_is_used_again_names_its_way() -> None:
    async with travel() as trip:
        practice = trip.practice.with_options(max_age=60.0)
        for _ in range(2):
            await practice.patients.get(1)
        assert [(each.name, each.way) for each in trip.events if each.name in _TOLD] == [
            (EventName.REUSED, "service")
        ]


@virtual_time
async def test_a_write_by_another_way_ends_what_is_kept_of_this_one() -> None:
    async with travel() as trip:
        practice = trip.practice.with_options(max_age=600.0)
        await practice.patients.get(1)
        trip.town.service.net = Net.REFUSES
        trip.town.local.heard.clear()
        by_local = trip.od.practice(KEY, mode=LOCAL.mode)
        await by_local.patients.update(1, LName="Reed")
        trip.town.service.net = Net.OPENS
        trip.town.service.heard.clear()
        await practice.patients.get(1)
        assert trip.town.service.heard == ["GET /patients/1"]
        await practice.patients.get(1)
        assert trip.town.service.heard == ["GET /patients/1"]


@virtual_time
async def test_a_walk_with_max_age_stays_on_its_way_and_is_never_kept() -> None:
    async with travel(rows=250) as trip:
        practice = trip.practice.with_options(max_age=600.0)
        await practice.patients.list()
        trip.town.service.heard.clear()
        found = [row.PatNum async for page in practice.patients.list().walk("PatNum") for row in page.rows]
        assert len(found) == 250
        assert trip.town.service.heard
        assert trip.town.heard.keys() == {"service"}


@virtual_time
async def test_balances_are_kept_by_way() -> None:
    async with travel() as trip:
        balances = Balances(trip.practice)
        first = await balances.of(1)
        trip.town.service.heard.clear()
        assert (await balances.of(1)).total == first.total
        assert trip.town.service.heard == []

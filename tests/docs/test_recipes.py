"""The recipes of the pages keep their promises when something fails."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from odapi_async import OpenDental, OutcomeUnknown, Practice, Remote, Service, Tier
from odapi_async.sandbox import Fault, Sandbox
from tests.docs.running import in_practice, recipe

KEY = "customer-key"
BOOKING = {"PatNum": 48, "Op": 1, "AptDateTime": datetime(2026, 11, 30, 9), "Note": "Cleaning"}


@pytest.fixture
def book(office_server: Sandbox) -> Any:
    found = recipe("docs/writes.md", "book")
    office_server.reset_stats()
    return found


@pytest.mark.parametrize("kind", ["drop_after", "drop", "status_after"])
def test_an_appointment_is_booked_once(kind: Any, office_server: Sandbox, book: Any) -> None:
    before = len(office_server.rows(KEY, "appointments"))
    office_server.add_fault(Fault(kind, method="POST"))

    async def run(_: OpenDental, practice: Practice) -> Any:
        return await book(practice, settle=0.0, **BOOKING)

    booked = in_practice(run)
    assert booked.Note.startswith("Cleaning [")
    rows = office_server.rows(KEY, "appointments")
    assert len(rows) == before + 1
    assert rows[-1]["AptNum"] == booked.AptNum
    posts = sum(arrival.method == "POST" for arrival in office_server.arrivals)
    assert posts == (2 if kind == "drop" else 1)


def test_a_booking_that_fails_twice_is_unknown(office_server: Sandbox, book: Any) -> None:
    office_server.add_fault(Fault("drop", method="POST", times=2))

    async def run(_: OpenDental, practice: Practice) -> None:
        with pytest.raises(OutcomeUnknown):
            await book(practice, settle=0.0, **BOOKING)

    in_practice(run)


def test_the_bookmark_returns_the_changes(office_server: Sandbox) -> None:
    changed_patients = recipe("docs/paging.md", "changed_patients")

    async def run(_: OpenDental, practice: Practice) -> None:
        never = datetime(2024, 1, 1)  # after the untouched rows, before any run of this test
        rows, bookmark = await changed_patients(practice, never)
        assert (rows, bookmark) == ([], never)
        await practice.patients.update(7, Preferred="Bee")
        rows, bookmark = await changed_patients(practice, never)
        assert [row.PatNum for row in rows] == [7]
        assert bookmark == rows[0].serverDateTime
        await practice.patients.update(9, Preferred="Cee")
        rows, _ = await changed_patients(practice, bookmark)
        assert {row.PatNum for row in rows} >= {9}

    in_practice(run)


def test_a_read_goes_by_another_way_if_the_first_one_is_lost(office_server: Sandbox) -> None:
    find = recipe("docs/ways.md", "find")

    async def run(od: OpenDental, _: Practice) -> None:
        ways = [Service("http://office-server:30223/api/v1"), Remote()]
        practice = od.practice(KEY, via=ways, tier=Tier.STANDARD)
        assert (await find(practice, 48)).PatNum == 48
        assert practice.way is not None
        assert practice.way.way == ways[0]
        office_server.add_fault(Fault("offline", times=2))  # the call and the probe
        assert (await find(practice, 48)).PatNum == 48
        assert practice.way.way == ways[1]

    in_practice(run)

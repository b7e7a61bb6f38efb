"""The app against an office of the sandbox; two processes that race for one chair."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from booking_api.app import create_app
from booking_api.demo import CALLER, KEY, OFFICE, TOKEN, server
from booking_api.links import link_of, read_link
from booking_api.problems import handle_errors
from booking_api.settings import Settings, from_environment
from odapi_async import Mode, NeedsPermission, NeedsVersion, OpenDentalError
from odapi_async.sandbox import Fault, Sandbox
from odapi_async.testing import SandboxTransport, virtual_time

NOW = dt.datetime(2026, 3, 4, 7)
DAY = "2026-03-05"


@asynccontextmanager
async def website(**options: Any) -> AsyncGenerator[tuple[httpx.AsyncClient, Sandbox]]:
    """Run the app as a server does, and yield a client of it and the office."""
    sandbox = Sandbox([OFFICE], now=NOW)
    places = frozenset({1, 2})
    settings = Settings(KEY, TOKEN, places, places, sandbox.developer_key, Mode.LOCAL, settle=0.1, **options)
    app = create_app(settings, SandboxTransport(sandbox))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=CALLER, timeout=None
        ) as browser:
            yield browser, sandbox


async def openings(browser: httpx.AsyncClient, address: str = "") -> list[dict[str, Any]]:
    found = await browser.get(f"{address}/openings", params={"first": DAY})
    places: list[dict[str, Any]] = found.raise_for_status().json()
    return places


def wanted(place: dict[str, Any], patient: int = 1) -> dict[str, Any]:
    return {"pat_num": patient, **{name: place[name] for name in ("start", "op", "provider")}}


def standing(sandbox: Sandbox, place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the appointments that begin at a time in a chair and are not broken."""
    start = place["start"].replace("T", " ")
    rows = sandbox.rows(KEY, "appointments")
    return [
        row for row in rows
        if (row["AptDateTime"], row["Op"], row["AptStatus"]) == (start, place["op"], "Scheduled")
    ]  # fmt: skip


@virtual_time
async def test_an_opening_is_shown_booked_and_gone() -> None:
    async with website() as (browser, sandbox):
        place = (await openings(browser))[0]
        booked = await browser.post("/bookings", json=wanted(place))
        assert (booked.status_code, booked.json()["start"]) == (201, place["start"])
        assert place not in await openings(browser)
        (row,) = standing(sandbox, place)
        assert (row["PatNum"], row["Note"]) == (1, "Booked on the website")
        again = await browser.post("/bookings", json=wanted(place))
        assert again.json() == booked.json()
        assert len(standing(sandbox, place)) == 1


@virtual_time
async def test_the_patient_confirms_on_a_page() -> None:
    async with website() as (browser, sandbox):
        place = (await openings(browser))[0]
        path = (await browser.post("/bookings", json=wanted(place))).json()["confirm"]
        del browser.headers["Authorization"]
        shown = await browser.get(path)
        assert shown.headers["Cache-Control"] == "no-store"
        assert "Thursday, March 05" in shown.text
        assert "button" in shown.text
        assert "Thank you" in (await browser.post(path)).text
        (row,) = standing(sandbox, place)
        assert row["confirmed"] == "Confirmed"
        for status, told in (("ASAP", "button"), ("Complete", "Your appointment"), ("Broken", "canceled")):
            sandbox.change_row(KEY, "appointments", row["AptNum"], {"AptStatus": status})
            assert told in (await browser.get(path)).text
        sandbox.change_row(KEY, "appointments", row["AptNum"], {"confirmed": "Unconfirmed"})
        assert "canceled" in (await browser.post(path)).text
        assert standing(sandbox, place) == []
        (row,) = (each for each in sandbox.rows(KEY, "appointments") if each["AptNum"] == row["AptNum"])
        assert row["confirmed"] == "Unconfirmed", "what is broken is not confirmed"
        assert (await browser.get(f"{path[:-1]}x")).status_code == 404


@virtual_time
async def test_somebody_who_was_slower_gets_the_next_openings() -> None:
    async with website() as (browser, _):
        first, *_ = await openings(browser)
        assert (await browser.post("/bookings", json=wanted(first))).status_code == 201
        late = await browser.post("/bookings", json=wanted(first, patient=2))
        assert late.status_code == 409
        found = await openings(browser)
        assert late.json()["openings"] == [each for each in found if each["start"] >= first["start"]][:5]


@virtual_time
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"op": 3}, 422),
        ({"provider": 3}, 422),
        ({"start": f"{DAY}T09:01:00"}, 422),
        ({"start": f"{DAY}T09:00:00Z"}, 422),
        ({"start": "2026-03-04T06:00:00"}, 422),
        ({"start": "soon"}, 422),
        ({"start": "9999-12-31T23:45:00"}, 422),
        ({"minutes": 500}, 422),
        ({"pat_num": 99_999}, 404),
    ],
)
async def test_what_cannot_be_booked_is_refused(change: dict[str, Any], status: int) -> None:
    async with website() as (browser, sandbox):
        before = len(sandbox.rows(KEY, "appointments"))
        refused = await browser.post("/bookings", json=wanted((await openings(browser))[0]) | change)
        assert refused.status_code == status
        assert "soon" not in refused.text
        assert len(sandbox.rows(KEY, "appointments")) == before


@virtual_time
async def test_a_search_ends_while_there_are_dates() -> None:
    async with website() as (browser, sandbox):
        assert (await browser.get("/openings", params={"first": "9999-12-31"})).status_code == 422
        assert not sandbox.arrivals


@virtual_time
async def test_a_lost_response_is_found_and_a_lost_request_may_be_repeated() -> None:
    async with website() as (browser, sandbox):
        first, *_, last = await openings(browser)
        sandbox.add_fault(Fault("drop_after", method="POST"))
        assert (await browser.post("/bookings", json=wanted(first))).status_code == 201
        sandbox.add_fault(Fault("drop", method="POST"))
        assert (await browser.post("/bookings", json=wanted(last))).status_code == 504
        assert (await browser.post("/bookings", json=wanted(last))).status_code == 201
        assert [len(standing(sandbox, each)) for each in (first, last)] == [1, 1]


@virtual_time
async def test_a_person_has_to_look_at_an_overlap_and_the_log_says_at_which(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with website() as (browser, sandbox):
        first, *_ = await openings(browser)
        sandbox.add_fault(Fault("status", status=400, method="PUT", times=None))
        both = await asyncio.gather(
            *(browser.post("/bookings", json=wanted(first, patient)) for patient in (1, 2))
        )
        assert sorted(each.status_code for each in both) == [201, 500]
        assert any("overlaps with" in message for message in caplog.messages)


@pytest.mark.parametrize(
    "error", [NeedsPermission("patients", "Patients"), NeedsVersion("appointments", "25.1", "24.4")]
)
async def test_a_visitor_hears_nothing_of_what_the_office_lacks_and_the_log_does(
    error: OpenDentalError, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()
    handle_errors(app)

    @app.get("/")
    async def _() -> None:
        raise error

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser:
        response = await browser.get("/")
    assert (response.status_code, response.json()) == (502, {"message": "the office failed"})
    assert str(error) in caplog.messages


@virtual_time
async def test_only_the_website_comes_in() -> None:
    async with website() as (browser, sandbox):
        for wrong in ("", "Bearer", f"Bearer {TOKEN}x", "Bearer é"):
            headers = [(b"Authorization", wrong.encode())]
            found = await browser.get("/openings", params={"first": DAY}, headers=headers)
            assert found.status_code == 401
            assert (await browser.post("/bookings", json={}, headers=headers)).status_code == 401
        assert not sandbox.arrivals


def test_links_of_others_are_not_read() -> None:
    link = link_of(12, TOKEN)
    assert read_link(link, TOKEN) == 12
    for wrong in (link_of(12, "other"), f"13-{link[3:]}", "12-", "", "-", "²-x", "9" * 30, f"{link}é"):
        assert read_link(wrong, TOKEN) is None


def test_the_settings_come_from_the_environment_and_show_no_key() -> None:
    values = {"BOOKING_CUSTOMER_KEY": KEY, "BOOKING_TOKEN": TOKEN}
    values |= {"BOOKING_OPERATORIES": "1,2", "BOOKING_PROVIDERS": "3"}
    settings = from_environment(values)
    assert settings.operatories == frozenset({1, 2})
    assert settings.providers == frozenset({3})
    assert settings.mode is Mode.REMOTE
    assert KEY not in repr(settings)
    assert TOKEN not in repr(settings)
    with pytest.raises(ValueError, match="BOOKING_TOKEN"):
        from_environment(values | {"BOOKING_TOKEN": ""})


async def test_two_processes_race_for_one_chair_and_one_wins() -> None:
    async with (
        Sandbox([OFFICE], now=NOW) as sandbox,
        server(sandbox) as one,
        server(sandbox) as other,
        httpx.AsyncClient(headers=CALLER, timeout=30) as caller,
    ):
        places = await openings(caller, one)
        await openings(caller, other)
        for place in places[:8:4]:  # they do not overlap
            both = await asyncio.gather(
                caller.post(f"{one}/bookings", json=wanted(place, patient=1)),
                caller.post(f"{other}/bookings", json=wanted(place, patient=2)),
            )
            winner, loser = sorted(both, key=lambda each: each.status_code)
            assert (winner.status_code, loser.status_code) == (201, 409)
            assert len(standing(sandbox, place)) == 1
            assert loser.json()["openings"]
            assert place not in loser.json()["openings"]

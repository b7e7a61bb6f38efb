"""The backend against a sandbox, which behaves as offices do. Hours pass in virtual time."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError

from odapi_async import NeedsPermission, NeedsVersion, OpenDentalError, Priority
from odapi_async.sandbox import PERMISSIONS, Fault, Office, Sandbox, Throttle
from odapi_async.testing import SandboxTransport, virtual_time
from practice_api.app import create_app, make_app
from practice_api.problems import problem_of
from practice_api.sandbox import TOKEN, settings_for
from practice_api.settings import Settings, User

ALL = frozenset(PERMISSIONS) - {"Enterprise"}
JANE = {"last_name": "Featherstonehaugh", "first_name": "Jane", "birthdate": "1976-05-24"}
TODAY = "/practices/harbour/schedule"
SEARCH = "/practices/harbour/patients/search"
CREATE = "/practices/harbour/patients"


def offices(permissions: frozenset[str] = ALL) -> Sandbox:
    """Return a sandbox that is as slow as the real API, and refuses what comes too early."""
    rows = {"patients": 250, "appointments": 120}
    harbour = Office(customer_key="key-of-harbour", permissions=permissions, rows=rows)
    hill = Office(customer_key="key-of-hill", permissions=ALL, rows={"patients": 3})
    return Sandbox([harbour, hill], throttle=Throttle.REFUSE)


@asynccontextmanager
async def serving(
    sandbox: Sandbox, settings: Settings | None = None
) -> AsyncGenerator[tuple[httpx.AsyncClient, FastAPI]]:
    """Run the app as a server does, and yield a client of it."""
    app = create_app(settings or settings_for(sandbox), SandboxTransport(sandbox))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers, timeout=None
        ) as browser:
            yield browser, app


def named_jane(sandbox: Sandbox) -> int:
    """Return how many patients of that name the office has."""
    return sum(each["LName"] == JANE["last_name"] for each in sandbox.rows("key-of-harbour", "patients"))


@virtual_time
async def test_a_search_returns_small_lines_and_no_more_than_25() -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        found = await browser.post(SEARCH, json={"last_name": "e"})
        assert found.status_code == 200
        assert found.headers["Cache-Control"] == "no-store"
        assert len(found.json()) == 25
        assert {*found.json()[0]} == {"pat_num", "last_name", "first_name", "birthdate", "phone"}
        assert all("e" in each["last_name"].lower() for each in found.json())
        assert len(sandbox.arrivals) == 1


@virtual_time
async def test_a_search_for_everybody_is_refused_without_a_request() -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        assert (await browser.post(SEARCH, json={})).status_code == 422
        assert not sandbox.arrivals


@virtual_time
async def test_the_schedule_of_today_is_in_the_order_of_its_times() -> None:
    sandbox = offices()
    today = dt.datetime.now(ZoneInfo("Etc/GMT+8")).date().isoformat()  # the zone of the sandbox
    stored = [
        each["AptNum"]
        for each in sandbox.rows("key-of-harbour", "appointments")
        if str(each["AptDateTime"]).startswith(today)
    ]
    assert len(stored) > 1
    async with serving(sandbox) as (browser, _):
        found = (await browser.get(TODAY)).json()
        assert found["day"] == today
        assert sorted(each["apt_num"] for each in found["visits"]) == sorted(stored)
        starts = [each["starts"] for each in found["visits"]]
        assert starts == sorted(starts)
        another = (await browser.get(TODAY, params={"day": "2001-02-03"})).json()
        assert another == {"day": "2001-02-03", "visits": []}


@virtual_time
async def test_only_callers_with_a_token_come_in_and_only_to_their_practices() -> None:
    sandbox = offices()
    known = settings_for(sandbox)
    user = known.users["demo"].model_copy(update={"practices": frozenset({"hill"})})
    settings = known.model_copy(update={"users": {"hill desk": user}})
    async with serving(sandbox, settings) as (browser, _):
        assert (await browser.get("/practices/hill/schedule")).status_code == 200
        assert (await browser.get(TODAY)).status_code == 404, "a practice of other callers"
        assert (await browser.get("/practices/moon/schedule")).status_code == 404
        for wrong in ("", "wrong", TOKEN[:-1], f"{TOKEN}é"):
            headers = [(b"Authorization", f"Bearer {wrong}".encode())]
            refused = await browser.get("/practices/hill/schedule", headers=headers)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert len(sandbox.arrivals) == 1


def test_an_empty_token_is_refused_or_everybody_without_one_would_come_in() -> None:
    with pytest.raises(ValidationError):
        User(token=SecretStr(""), practices=frozenset({"harbour"}))


@virtual_time
async def test_nobody_comes_in_without_a_token_even_if_one_in_the_settings_is_empty() -> None:
    sandbox = offices()
    known = settings_for(sandbox)
    user = known.users["demo"].model_copy(update={"token": SecretStr("")})
    async with serving(sandbox, known.model_copy(update={"users": {"desk": user}})) as (browser, _):
        del browser.headers["Authorization"]
        assert (await browser.get(TODAY)).status_code == 401
    assert not sandbox.arrivals


@virtual_time
@pytest.mark.parametrize("value", [r"\ud800", "Jane"])
async def test_a_wrong_body_is_refused_and_not_quoted(value: str) -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        content = f'{{"last_name": "{value}", "{value}": "{value}", "birthdate": "{value}"}}'
        refused = await browser.post(SEARCH, content=content, headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert refused.json()["message"].startswith("body")
        assert "Jane" not in refused.text
    assert not sandbox.arrivals


@virtual_time
@pytest.mark.parametrize(
    "value", ["0", "19760524", "24.05.1976", "1976-05-24T00:00:00", 0, 1e9, True, [], ""]
)
async def test_only_a_date_is_a_date(value: object) -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        created = await browser.post(CREATE, json={**JANE, "birthdate": value})
        assert created.status_code == 422
        assert created.json()["message"] == "body.birthdate: Value error, must be a date, such as 1976-05-24"
        assert (await browser.get(TODAY, params={"day": str(value)})).status_code == 422
    assert not sandbox.arrivals


@virtual_time
async def test_a_birthdate_that_the_office_takes_for_none_is_refused() -> None:
    sandbox = offices()  # such a patient would not be found again, and a repeated request would create two
    async with serving(sandbox) as (browser, _):
        assert (await browser.post(CREATE, json={**JANE, "birthdate": "0001-01-01"})).status_code == 422
        assert named_jane(sandbox) == 0


@virtual_time
async def test_a_patient_is_created_once() -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        double_click = await asyncio.gather(browser.post(CREATE, json=JANE), browser.post(CREATE, json=JANE))
        first, second = sorted(double_click, key=lambda each: each.status_code)
        assert first.status_code == 201
        assert second.status_code == 409
        assert second.json()["code"] == "exists"
        assert second.json()["pat_num"] == first.json()["pat_num"]
        assert named_jane(sandbox) == 1


@virtual_time
async def test_a_write_whose_response_is_lost_is_found_again() -> None:
    sandbox = offices()
    sandbox.add_fault(Fault("drop_after", method="POST"))
    async with serving(sandbox) as (browser, _):
        created = await browser.post(CREATE, json=JANE)
        assert created.status_code == 201
        assert named_jane(sandbox) == 1
        assert created.json()["last_name"] == JANE["last_name"]


@virtual_time
async def test_a_write_that_got_lost_may_be_repeated() -> None:
    sandbox = offices()
    sandbox.add_fault(Fault("drop", method="POST"))
    async with serving(sandbox) as (browser, _):
        lost = await browser.post(CREATE, json=JANE)
        assert lost.status_code == 504
        assert lost.json()["code"] == "outcome_unknown"
        assert lost.headers["Retry-After"] == "60"
        assert named_jane(sandbox) == 0
        assert (await browser.post(CREATE, json=JANE)).status_code == 201
        assert named_jane(sandbox) == 1


@virtual_time
async def test_an_office_that_is_offline_is_no_fault_of_the_others() -> None:
    sandbox = offices()
    sandbox.add_fault(Fault("offline", customer_key="key-of-harbour", times=None))
    async with serving(sandbox) as (browser, _):
        for _ in range(2):
            offline = await browser.get(TODAY)
            assert offline.status_code == 503
            assert offline.json()["code"] == "office_offline"
            assert int(offline.headers["Retry-After"]) > 0
        assert (await browser.get("/practices/hill/schedule")).status_code == 200
        health = await browser.get("/health", headers={"Authorization": ""})
        assert {each["name"]: each["online"] for each in health.json()["practices"]} == {
            "harbour": False,
            "hill": True,
        }
        sandbox.clear_faults()
        await asyncio.sleep(60)
        assert (await browser.get(TODAY)).status_code == 200
        health = await browser.get("/health")
        assert all(each["online"] for each in health.json()["practices"])


@virtual_time
async def test_a_429_says_when_to_come_again() -> None:
    sandbox = offices()
    sandbox.add_fault(Fault("throttle", retry_after=40))
    async with serving(sandbox) as (browser, _):
        start = asyncio.get_running_loop().time()
        busy = await browser.get(TODAY)
        assert busy.status_code == 503
        assert busy.json()["code"] == "busy"
        wait = int(busy.headers["Retry-After"])
        assert 38 <= wait <= 41
        assert asyncio.get_running_loop().time() - start < 1, "it fails at once and does not wait"
        await asyncio.sleep(wait)
        assert (await browser.get(TODAY)).status_code == 200


@virtual_time
async def test_a_person_goes_before_a_sync_and_nobody_waits_too_long() -> None:
    sandbox = offices()
    async with serving(sandbox) as (browser, app):
        harbour = app.state.offices.offices["harbour"].practice
        sync = harbour.with_options(priority=Priority.BULK)
        pages = [asyncio.create_task(sync.patients.get(number)) for number in range(1, 41)]
        await asyncio.sleep(0.5)
        start = asyncio.get_running_loop().time()
        assert (await browser.get(TODAY)).status_code == 200
        assert asyncio.get_running_loop().time() - start < 1, "one slot, and not forty"
        days = [browser.get(TODAY, params={"day": f"2026-01-{day:02}"}) for day in range(1, 31)]
        statuses = [each.status_code for each in await asyncio.gather(*days)]
        assert statuses.count(200) >= 6
        assert statuses.count(503) >= 15
        assert sandbox.stats("key-of-harbour").refused == 0
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)


@virtual_time
async def test_nobody_waits_for_ever_until_others_have_created_a_patient() -> None:
    sandbox = offices()
    sandbox.add_fault(Fault("latency", seconds=20))
    async with serving(sandbox) as (browser, _):
        start = asyncio.get_running_loop().time()
        slow = asyncio.create_task(browser.post(CREATE, json=JANE))
        await asyncio.sleep(0.1)
        busy = await browser.post(CREATE, json={**JANE, "first_name": "Joan"})
        assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (503, "busy", "8")
        assert asyncio.get_running_loop().time() - start < 9
        assert (await slow).status_code == 201
        assert (await browser.post(CREATE, json={**JANE, "first_name": "Joan"})).status_code == 201


@pytest.mark.parametrize(
    "error", [NeedsPermission("patients", "Patients"), NeedsVersion("patients", "25.1", "24.4")]
)
def test_what_the_office_lacks_is_no_mistake_of_the_caller(error: OpenDentalError) -> None:
    status, problem = problem_of(error)
    assert status in {501, 502}
    assert str(error) not in problem.message
    assert "patients" not in problem.message


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("status", status=500, times=None), 502, "office_failed"),
        (Fault("drop", times=None), 502, "office_failed"),
        (Fault("garbage", times=None), 502, "office_failed"),
        (Fault("latency", seconds=3600, times=None), 504, "timeout"),
        (Fault("status", status=400), 422, "refused"),
        (Fault("status", status=404), 404, "not_found"),
    ],
    ids=str,
)
def test_each_fault_has_its_status(fault: Fault, status: int, code: str) -> None:
    @virtual_time
    async def run() -> None:
        sandbox = offices()
        sandbox.add_fault(fault)
        async with serving(sandbox) as (browser, _):
            found = await browser.get(TODAY)
            assert (found.status_code, found.json()["code"]) == (status, code)

    run()


@virtual_time
async def test_a_refused_key_is_our_fault_and_not_the_callers(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = offices(frozenset({"ReadAll"}))
    async with serving(sandbox) as (browser, _):
        refused = await browser.post(CREATE, json=JANE)
        assert (refused.status_code, refused.json()["code"]) == (502, "key_refused")
    assert [each.levelname for each in caplog.records if each.name == "practice_api.problems"] == ["ERROR"]


@virtual_time
async def test_no_log_has_a_key_or_a_patient(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the browser, not the backend
    sandbox = offices()
    async with serving(sandbox) as (browser, _):
        found = (await browser.post(SEARCH, json={"last_name": "e"})).json()
        sandbox.add_fault(Fault("drop_after", method="POST"))
        await browser.post(CREATE, json=JANE)
        sandbox.add_fault(Fault("garbage", times=None))
        await browser.post(CREATE, json={**JANE, "first_name": "Joan"})
        await browser.post(CREATE, json={**JANE, "birthdate": "Octember"})
    lines = [each.getMessage() for each in caplog.records if each.name.startswith("practice_api")]
    assert any("POST /practices/{name}/patients/search 200" in each for each in lines)
    told = caplog.text
    names = {each["last_name"] for each in found} | {JANE["last_name"], "Joan", "Octember", "1976-05-24"}
    assert [each for each in (*names, *sandbox.keys, sandbox.developer_key, TOKEN) if each in told] == []


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    practices = {"harbour": {"customer_key": "abc", "tier": "Standard", "time_zone": "America/Los_Angeles"}}
    users = {"desk": {"token": "def", "practices": ["harbour"]}}
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "ghi")
    monkeypatch.setenv("PRACTICE_API_PRACTICES", json.dumps(practices))
    monkeypatch.setenv("PRACTICE_API_USERS", json.dumps(users))
    monkeypatch.setenv("PRACTICE_API_MAX_WAIT", "3")
    found = Settings()
    assert found.developer_key == SecretStr("ghi")
    assert found.practices["harbour"].customer_key == SecretStr("abc")
    assert found.max_wait == 3
    assert not {"abc", "def", "ghi"} & {*repr(found).replace("'", " ").split()}


@pytest.mark.parametrize("wrong", ['{"harbour": "secret-key"}', '{"harbour": {"key": "secret-key"}}'])
def test_an_error_in_the_settings_quotes_no_key(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "ghi")
    monkeypatch.setenv("PRACTICE_API_PRACTICES", wrong)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "practices.harbour" in str(caught.value)
    assert "secret-key" not in str(caught.value)


async def test_the_flag_serves_made_up_practices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_API_SANDBOX", "1")
    app = make_app()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser,
    ):
        found = await browser.get(TODAY, headers={"Authorization": f"Bearer {TOKEN}"})
        assert found.status_code == 200
        assert found.json()["visits"]

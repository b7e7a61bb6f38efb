"""The sandbox without HTTP: plain values in and out, in the event loop's time, and back to the start."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import Any

import msgspec
import pytest

from odapi_async.sandbox import (
    PERMISSIONS,
    Damage,
    Fault,
    Office,
    Sandbox,
    SandboxRequest,
    SandboxResponse,
    Throttle,
)
from odapi_async.sandbox.clock import OfficeClock
from tests.support.clock import run_virtually, virtual_time

KEY = "office-one"


def office(**options: Any) -> Office:
    options.setdefault("mode", "local")
    return Office(customer_key=KEY, permissions=frozenset(PERMISSIONS) - {"Enterprise"}, **options)


def request(method: str, path: str, body: object = None, **headers: str) -> SandboxRequest:
    content = b"" if body is None else msgspec.json.encode(body)
    usual = {
        "authorization": f"ODFHIR sandbox-developer/{KEY}",
        "CONTENT-TYPE": "application/json; charset=utf-8",
        "Content-Length": f"{len(content)}",
    }
    return SandboxRequest(method=method, path=path, headers=usual | headers, body=content)


async def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> SandboxResponse:
    return await sandbox.respond(request(method, path, body))


def decoded(response: SandboxResponse) -> Any:
    return msgspec.json.decode(response.body)


@virtual_time
async def test_a_response_has_status_headers_and_body() -> None:
    sandbox = Sandbox([office()])
    response = await ask(sandbox, "POST", "/patients", {"LName": "Smith", "FName": "Jane"})
    assert (response.status, response.damage) == (201, None)
    assert response.headers == {"Content-Type": "application/json", "Location": "/api/v1/patients/13"}
    assert decoded(response)["LName"] == "Smith"
    assert (await ask(sandbox, "DELETE", "/procedurelogs/5")) == SandboxResponse(200)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"authorization": "ODFHIR other/keys"}, 401),
        ({"authorization": "Basic sandbox-developer/office-one"}, 401),
        ({"CONTENT-TYPE": "text/plain"}, 400),
    ],
)
@virtual_time
async def test_keys_and_content_type_are_checked(headers: dict[str, str], status: int) -> None:
    sandbox = Sandbox([office()])
    assert (await sandbox.respond(request("GET", "/patients/1", **headers))).status == status
    assert len(sandbox.arrivals) == 1


@virtual_time
async def test_a_write_without_a_length_is_refused() -> None:
    whole = request("PUT", "/patients/1", {})
    headers = {name: value for name, value in whole.headers.items() if name != "Content-Length"}
    sandbox = Sandbox([office()])
    refused = SandboxRequest(method="PUT", path="/patients/1", headers=headers)
    assert (await sandbox.respond(refused)).status == 411


@virtual_time
async def test_the_body_can_be_read_after_the_arrival_was_counted() -> None:
    sandbox = Sandbox([office()])

    async def read() -> bytes:
        assert sandbox.stats(KEY).requests == 1
        return b'{"Preferred": "Bee"}'

    assert decoded(await sandbox.respond(request("PUT", "/patients/1"), read))["Preferred"] == "Bee"
    assert sandbox.arrivals[0].body == b'{"Preferred": "Bee"}'


@pytest.mark.parametrize(
    ("fault", "damage", "executed"),
    [
        (Fault("drop"), Damage.DROPPED, 0),
        (Fault("drop_after"), Damage.DROPPED, 1),
        (Fault("torn"), Damage.TORN, 1),
        (Fault("garbage"), None, 1),
    ],
)
@virtual_time
async def test_a_fault_damages_the_response(fault: Fault, damage: Damage | None, executed: int) -> None:
    sandbox = Sandbox([office()])
    sandbox.add_fault(fault)
    assert (await ask(sandbox, "GET", "/patients/1")).damage is damage
    assert sandbox.stats(KEY).executed == executed
    assert (await ask(sandbox, "GET", "/patients/1")).damage is None


@pytest.mark.parametrize("kind", ["status", "offline", "drop", "throttle"])
@virtual_time
async def test_a_request_that_a_fault_keeps_from_being_executed_counts_for_the_pace(kind: Any) -> None:
    sandbox = Sandbox([office(mode="remote", interval=1.0)], throttle=Throttle.REFUSE)
    sandbox.add_fault(Fault("latency", seconds=0.5))
    sandbox.add_fault(Fault(kind))
    first = asyncio.create_task(ask(sandbox, "GET", "/patients/1"))
    await asyncio.sleep(0.25)
    assert (await ask(sandbox, "GET", "/patients/1")).status == 429
    await first
    assert (await ask(sandbox, "GET", "/patients/1")).status == 429
    stats = sandbox.stats(KEY)
    assert (stats.violations, stats.overlaps, stats.executed) == (2, 1, 0)
    await asyncio.sleep(0.5)
    assert (await ask(sandbox, "GET", "/patients/1")).status == 200


@pytest.mark.parametrize(
    ("mode", "latency", "status", "seconds"),
    [
        ("remote", 100.0, 504, 60.0),
        ("remote", 60.0, 201, 60.0),
        ("local", 100.0, 201, 100.0),
        ("service", 100.0, 201, 100.0),
    ],
)
@virtual_time
async def test_a_remote_request_is_given_up_after_sixty_seconds_and_executed_all_the_same(
    mode: str, latency: float, status: int, seconds: float
) -> None:
    sandbox = Sandbox([office(mode=mode)])
    sandbox.add_fault(Fault("latency", seconds=latency))
    start = asyncio.get_running_loop().time()
    assert (await ask(sandbox, "POST", "/patients", {"LName": "A", "FName": "B"})).status == status
    assert asyncio.get_running_loop().time() - start == seconds
    assert len(sandbox.rows(KEY, "patients")) == 13


@virtual_time
async def test_a_malformed_request_counts_for_the_pace() -> None:
    sandbox = Sandbox([office(mode="remote", interval=1.0)], throttle=Throttle.REFUSE)
    malformed = request("GET", "/patients/1", **{"CONTENT-TYPE": "text/plain"})
    assert (await sandbox.respond(malformed)).status == 400
    assert (await sandbox.respond(malformed)).status == 429
    stats = sandbox.stats(KEY)
    assert (stats.requests, stats.violations, stats.executed) == (2, 1, 0)


@virtual_time
async def test_held_requests_start_exactly_at_the_interval() -> None:
    sandbox = Sandbox([office(mode="remote", interval=5.0)])
    await asyncio.gather(*(ask(sandbox, "GET", f"/patients/{number}") for number in range(1, 6)))
    starts = sandbox.stats(KEY).starts
    assert [start - starts[0] for start in starts] == [0.0, 5.0, 10.0, 15.0, 20.0]


@virtual_time
async def test_a_latency_takes_virtual_time_and_ends_when_the_request_is_cancelled() -> None:
    sandbox = Sandbox([office(mode="remote", interval=1.0)], throttle=Throttle.REFUSE)
    sandbox.add_fault(Fault("latency", seconds=3600.0))
    waiting = asyncio.create_task(ask(sandbox, "GET", "/patients/1"))
    await asyncio.sleep(10.0)
    assert (await ask(sandbox, "GET", "/patients/1")).status == 429
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert (await ask(sandbox, "GET", "/patients/1")).status == 200


async def everything(sandbox: Sandbox, pause: float = 0.0) -> list[object]:
    """Return what a client can see of two resources, without the time of day."""
    found: list[object] = []
    for path in ("/patients/Simple", "/procedurelogs", "/procedurelogs/3"):
        response = await ask(sandbox, "GET", path)
        found.append((response.status, re.sub(rb'"serverDateTime":"[^"]*"', b"", response.body)))
        await asyncio.sleep(pause)
    return found


@virtual_time
async def test_a_reset_returns_everything_to_the_start() -> None:
    sandbox, other = (Sandbox([office(interval=1000.0)], throttle=Throttle.REFUSE) for _ in range(2))
    before = await everything(Sandbox([office()]))
    await ask(sandbox, "GET", "/patients/1")
    sandbox.reset()
    assert (await ask(sandbox, "POST", "/patients", {"LName": "A", "FName": "B"})).status == 201
    assert (await ask(sandbox, "GET", "/patients/1")).status == 429
    sandbox.remove_row(KEY, "procedurelogs", 3)
    sandbox.change_row(KEY, "patients", 2, {"LName": "Changed"})
    sandbox.add_fault(Fault("status", times=None))
    sandbox.reset()
    assert sandbox.stats(KEY) == other.stats(KEY)
    assert list(sandbox.arrivals) == []
    assert (await ask(sandbox, "POST", "/patients", {"LName": "A", "FName": "B"})).status == 201
    assert sandbox.rows(KEY, "patients")[-1]["PatNum"] == 13
    sandbox.reset()
    seen = await everything(sandbox, pause=1000.0)
    assert seen == before


@virtual_time
async def test_a_reset_repeats_the_chance_of_faults_with_a_rate() -> None:
    sandbox = Sandbox([office()], seed=7)
    runs: list[list[int]] = []
    for _ in range(2):
        sandbox.add_fault(Fault("status", times=None, rate=0.5))
        runs.append([(await ask(sandbox, "GET", "/patients/1")).status for _ in range(50)])
        sandbox.reset()
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


@virtual_time
async def test_a_request_that_is_in_flight_during_a_reset_counts_no_more() -> None:
    sandbox = Sandbox([office(mode="remote", interval=1.0)])
    sandbox.add_fault(Fault("latency", seconds=10.0))
    first = asyncio.create_task(ask(sandbox, "GET", "/patients/1"))
    second = asyncio.create_task(ask(sandbox, "GET", "/patients/2"))
    await asyncio.sleep(0.5)
    sandbox.reset()
    assert (await ask(sandbox, "GET", "/patients/3")).status == 200
    executed, waiting = await asyncio.gather(first, second)
    assert (executed.status, executed.damage, waiting.damage) == (200, None, Damage.DROPPED)
    stats = sandbox.stats(KEY)
    assert (stats.requests, stats.executed, stats.overlaps, stats.max_overlap) == (1, 1, 0, 1)


@virtual_time
async def test_the_office_clock_follows_virtual_time() -> None:
    sandbox = Sandbox([office()])
    stamps: list[dt.datetime] = []
    for name in ("Bee", "Bea"):
        row = decoded(await ask(sandbox, "PUT", "/patients/1", {"Preferred": name}))
        stamps.append(dt.datetime.fromisoformat(row["DateTStamp"]))
        await asyncio.sleep(86_400.0)
    assert stamps[1] - stamps[0] == dt.timedelta(days=1)


def test_the_office_clock_shows_the_time_eight_hours_behind_utc_and_goes_back_only_at_a_reset() -> None:
    clock = OfficeClock()
    zone = dt.timezone(dt.timedelta(hours=-8))
    real = dt.datetime.now(zone).replace(tzinfo=None, microsecond=0)
    assert abs(dt.datetime.fromisoformat(clock.now()) - real) < dt.timedelta(seconds=30)

    async def tomorrow() -> str:
        clock.now()
        await asyncio.sleep(86_400.0)
        return clock.now()

    later = run_virtually(tomorrow())
    assert dt.datetime.fromisoformat(later) - real >= dt.timedelta(days=1)
    assert clock.now() == later
    assert run_virtually(tomorrow()) > later
    clock.reset()
    assert clock.now() < later


@virtual_time
async def test_a_write_that_waits_during_a_reset_does_not_execute_on_the_new_rows() -> None:
    sandbox = Sandbox([office(mode="remote", interval=5.0)])
    names = ("First", "Second")
    writes = [asyncio.create_task(ask(sandbox, "PUT", "/patients/1", {"Preferred": name})) for name in names]
    await asyncio.sleep(1.0)  # the second one waits for its turn
    sandbox.reset()
    assert [response.damage for response in await asyncio.gather(*writes)] == [None, Damage.DROPPED]
    assert sandbox.rows(KEY, "patients")[0]["Preferred"] not in names


@virtual_time
async def test_the_same_time_at_the_start_gives_the_same_rows_and_moves_on_in_virtual_time() -> None:
    start = dt.datetime(2026, 3, 4, 7, 30)
    one, other = (Sandbox([office()], now=start) for _ in range(2))
    assert one.rows(KEY, "appointments") == other.rows(KEY, "appointments")
    assert any(row["AptDateTime"].startswith("2026-03-04") for row in one.rows(KEY, "appointments"))
    await asyncio.sleep(3600.0)
    changed = decoded(await ask(one, "PUT", "/patients/1", {"Preferred": "Bee"}))
    stamp = dt.datetime.fromisoformat(changed["DateTStamp"])
    assert dt.timedelta(0) <= stamp - start - dt.timedelta(hours=1) < dt.timedelta(minutes=1)


@virtual_time
async def test_days_pass_at_the_office_until_a_reset() -> None:
    sandbox = Sandbox([office()], now=dt.datetime(2026, 3, 4, 7, 30))
    before = decoded(await ask(sandbox, "GET", "/schedules"))
    await asyncio.sleep(86_400.0)
    assert {row["SchedDate"] for row in decoded(await ask(sandbox, "GET", "/schedules"))} == {"2026-03-05"}
    sandbox.reset()
    assert decoded(await ask(sandbox, "GET", "/schedules")) == before


@virtual_time
async def test_the_serializer_writes_line_breaks_as_spaces() -> None:
    sandbox = Sandbox([office()])
    text = "first\r\nsecond\nthird\rfourth\r\n\r\nlast"
    response = await ask(sandbox, "PUT", "/commlogs/3", {"Note": text})
    assert decoded(response)["Note"] == "first second third fourth  last"

"""A call that cannot work fails with the right error before anything is sent to the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from odapi_async import (
    BadRequest,
    ConfigurationError,
    InvalidRequest,
    Mode,
    NeedsVersion,
    OpenDental,
    OpenDentalError,
    Practice,
    QueueFull,
    Rows,
    SchedulerClosed,
    WaitTooLong,
    WrongEventLoop,
)
from odapi_async.limits import MAX_BODY
from odapi_async.sandbox import Fault
from odapi_async.testing import SandboxTransport
from tests.support.bench import KEY, in_process, remote
from tests.support.clock import virtual_time
from tests.support.kinds import KINDS, Kind
from tests.support.watch import passes, pending

Call = Callable[[Practice], Any]

BAD_KEYS: Final = {
    "empty": "",
    "spaces": "  ",
    "line break": "office-one\r\nX-Other: 1",
    "tab": "office\tone",
    "space inside": "office one",
    "both keys in one": "developer/office-one",
    "not ASCII": "büro-eins",
    "zero byte": "office\0one",
}

BAD_URLS: Final = {
    "http to a public name": "http://api.opendental.com/api/v1",
    "http to a public address": "http://8.8.8.8:30222/api/v1",
    "http to a public IPv6 address": "http://[2001:4860:4860::8888]/api/v1",
    "another scheme": "ftp://10.0.0.5/api/v1",
    "no scheme": "api.opendental.com/api/v1",
    "no host": "https:///api/v1",
    "a query": "https://api.opendental.com/api/v1?key=1",
    "a fragment": "https://api.opendental.com/api/v1#1",
    "a user": "https://someone:secret@api.opendental.com/api/v1",
    "not a port number": "https://api.opendental.com:port/api/v1",
}


def given(**values: Any) -> dict[str, Any]:
    """Values whose names or types the type checker would refuse before the SDK could."""
    return values


BAD_CALLS: Final[dict[str, tuple[Call, str]]] = {
    "unknown filter": (lambda at: at.patients.simple(**given(Lname="Smith")), "Lname"),
    "filter of another operation": (lambda at: at.patients.simple(**given(SubscriberId="1")), "SubscriberId"),
    "unknown field": (lambda at: at.patients.update(3, **given(Prefered="Bee")), "Prefered"),
    "missing field": (lambda at: at.patients.create(**given(LName="Smith")), "FName"),
    "two of one": (lambda at: at.patients.update(3, Guarantor=1, SuperFamily=1), "Guarantor / SuperFamily"),
    "number for a date": (lambda at: at.patients.update(3, **given(Birthdate=19760524)), "Birthdate"),
    "moment for a date": (
        lambda at: at.patients.update(3, **given(Birthdate=datetime(1976, 5, 24))),
        "Birthdate",
    ),
    "other text for a date": (lambda at: at.patients.update(3, Birthdate="24.5.1976"), "Birthdate"),
    "day that does not exist": (lambda at: at.patients.update(3, Birthdate="2026-02-30"), "Birthdate"),
    "moment with a zone": (lambda at: at.patients.simple(DateTStamp=datetime.now(UTC)), "DateTStamp"),
    "text for a number": (lambda at: at.patients.simple(**given(ClinicNum="1")), "ClinicNum"),
    "negative key in a filter": (lambda at: at.patients.simple(ClinicNum=-1), "ClinicNum"),
    "number for text": (lambda at: at.patients.simple(**given(LName=5)), "LName"),
    "text for a flag": (lambda at: at.patients.list(**given(guarOnly="true")), "guarOnly"),
    "value that is not offered": (lambda at: at.patients.simple(PatStatus="Friend"), "PatStatus"),
    "negative key": (lambda at: at.patients.get(-3), "PatNum"),
    "zero key": (lambda at: at.patients.get(0), "PatNum"),
    "text for a key": (lambda at: at.patients.get(*given(key="3").values()), "PatNum"),
    "flag for a key": (lambda at: at.patients.get(True), "PatNum"),
    "negative key to delete": (lambda at: at.procedure_logs.delete(-5), "ProcNum"),
    "body that is too long": (lambda at: at.appointments.update_note(1, Note="a" * MAX_BODY), "body"),
    "path without a slash": (lambda at: at.request("GET", "patients"), "path"),
    "path with a query": (lambda at: at.request("GET", "/patients?LName=Smith"), "path"),
    "list's path with a query": (lambda at: at.rows("/patients?LName=Smith"), "path"),
    "value that cannot be sent": (lambda at: at.rows("/patients", query={"LName": object()}), "LName"),
    "body that cannot be sent": (lambda at: at.request("PUT", "/patients/3", body={"LName": {1}}), "LName"),
}


async def finish(called: Rows[Any] | Awaitable[Any]) -> None:
    await called


async def use(practice: Practice, call: Call) -> None:
    await finish(call(practice))


@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS)
async def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^developer_key "):
        OpenDental(key)
    async with OpenDental("developer") as client:
        with pytest.raises(ConfigurationError, match=r"^customer_key "):
            client.practice(key)


@virtual_time
async def test_the_developer_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENDENTAL_DEVELOPER_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="OPENDENTAL_DEVELOPER_KEY"):
        OpenDental()
    async with in_process() as bench:
        monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", bench.box.developer_key)
        async with OpenDental(transport=SandboxTransport(bench.box)) as client:
            practice = client.practice(KEY, mode=Mode.LOCAL)
            assert (await practice.patients.get(3)).PatNum == 3


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS)
async def test_a_url_that_would_expose_the_keys_or_cannot_work_is_refused(url: str) -> None:
    async with OpenDental("developer") as client:
        with pytest.raises(ConfigurationError, match="base_url"):
            client.practice(KEY, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.opendental.com/api/v1/",
        "http://10.0.0.5:30222/api/v1",
        "http://192.168.1.5:30222/api/v1",
        "http://[::1]:30222/api/v1",
        "http://server:30222/api/v1",
        "http://server.local:30222/api/v1",
    ],
)
async def test_plain_http_is_for_private_networks(url: str) -> None:
    async with OpenDental("developer") as client:
        assert url.rstrip("/") in repr(client.practice(KEY, base_url=url))


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"version": "new"}, {"version": "24"}])
async def test_an_option_that_cannot_work_is_refused(options: dict[str, Any]) -> None:
    async with OpenDental("developer") as client:
        with pytest.raises(ConfigurationError, match=next(iter(options))):
            client.practice(KEY, **options)


@pytest.mark.parametrize(("call", "field"), BAD_CALLS.values(), ids=BAD_CALLS)
@virtual_time
async def test_a_bad_parameter_is_named_and_nothing_is_sent(call: Call, field: str) -> None:
    async with in_process() as bench:
        with pytest.raises(InvalidRequest) as caught:
            await use(bench.practice(), call)
        assert caught.value.field == field
        assert isinstance(caught.value, ValueError)
        assert bench.arrivals == []
        assert bench.client.scheduler.snapshot().counts.sent == 0


@virtual_time
async def test_an_unchecked_bad_parameter_is_refused_by_the_server() -> None:
    async with in_process() as bench:
        with pytest.raises(BadRequest, match="Lname"):
            await bench.practice().with_options(check=False).patients.simple(**given(Lname="Smith"))
        assert len(bench.arrivals) == 1


@virtual_time
async def test_a_call_that_the_office_is_too_old_for_is_not_sent() -> None:
    async with in_process() as bench:
        old = bench.practice(version="21.1")
        with pytest.raises(NeedsVersion):
            await old.patients.simple()
        with pytest.raises(NeedsVersion):
            await old.patients.create(LName="Smith", FName="Jane", AdmitDate=date(2026, 5, 24))
        assert bench.arrivals == []
        assert (await old.patients.get(3)).PatNum == 3


async def stream(rows: Rows[Any]) -> None:
    async for _ in rows:
        pass


async def turn(pages: AsyncIterator[Any]) -> None:
    async for _ in pages:
        pass


CLOSED: Final[dict[str, Call]] = {
    **{name: kind.call for name, kind in KINDS.items()},
    "list": lambda at: at.patients.simple(),
    "stream": lambda at: stream(at.patients.simple()),
    "pages": lambda at: turn(at.patients.simple().pages()),
    "first": lambda at: at.patients.simple().first(),
}


@pytest.mark.parametrize("call", CLOSED.values(), ids=CLOSED)
@pytest.mark.parametrize("used", [True, False])
@virtual_time
async def test_a_closed_client_says_so_and_sends_nothing(call: Call, used: bool) -> None:
    async with in_process() as bench:
        practice = bench.practice()
        if used:
            await practice.patients.get(1)
        await bench.client.aclose()
        await bench.client.aclose()
        with pytest.raises(SchedulerClosed):
            await use(practice, call)
        assert len(bench.arrivals) == used
        assert pending() == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@virtual_time
async def test_closing_fails_the_calls_that_wait_for_their_slot(kind: Kind) -> None:
    async with in_process(remote()) as bench:
        practice = bench.practice(mode=Mode.REMOTE)
        await practice.patients.get(1)
        waiting = [asyncio.create_task(use(practice, kind.call)) for _ in range(3)]
        await passes(3)
        await bench.client.aclose()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [SchedulerClosed] * 3
        assert len(bench.arrivals) == 1
        assert pending() == []


@pytest.mark.parametrize("call", CLOSED.values(), ids=CLOSED)
async def test_a_client_of_another_event_loop_says_so_and_sends_nothing(call: Call) -> None:
    async with in_process() as bench:
        practice = bench.practice()
        await practice.patients.get(1)
        with pytest.raises(WrongEventLoop):
            await asyncio.to_thread(asyncio.run, use(practice, call))
        assert len(bench.arrivals) == 1
        assert (await practice.patients.get(2)).PatNum == 2


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@virtual_time
async def test_a_wait_that_is_too_long_is_refused_before_it_begins(kind: Kind) -> None:
    async with in_process(remote()) as bench:
        practice = bench.practice(mode=Mode.REMOTE)
        await practice.patients.get(1)
        with pytest.raises(WaitTooLong) as caught:
            await use(practice.with_options(max_wait=1.0), kind.call)
        assert 1.0 < caught.value.estimated_wait <= 5.005
        assert isinstance(caught.value, TimeoutError)
        assert len(bench.arrivals) == 1


@virtual_time
async def test_a_full_queue_takes_no_more() -> None:
    async with in_process(max_queue=2) as bench:
        practice = bench.practice(concurrency=1)
        bench.box.add_fault(Fault("latency", seconds=0.1))
        calls = [asyncio.create_task(use(practice, KINDS["GET"].call))]
        await passes(3)
        calls += [asyncio.create_task(use(practice, KINDS["POST"].call)) for _ in range(3)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None)] * 3 + [QueueFull]
        assert len(bench.arrivals) == 3


async def test_every_error_is_of_one_family() -> None:
    for error in (
        ConfigurationError,
        InvalidRequest,
        WaitTooLong,
        QueueFull,
        SchedulerClosed,
        WrongEventLoop,
    ):
        assert issubclass(error, OpenDentalError)

"""The transport in this process raises, reports and ends exactly as its protocol says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from odapi_async import OpenDental, Request, Response, Tier, Transport, TransportError
from odapi_async.errors import ConnectFailed, ConnectionLost, RequestTimeout
from odapi_async.sandbox import PERMISSIONS, Fault, Office, Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.clock import virtual_time
from tests.support.watch import passes

KEY = "office-one"
URL = "https://api.opendental.com/api/v1"


class Sent:
    """Records when a request was sent, and what the sandbox had received before."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.times: list[float] = []
        self.arrivals_before: list[int] = []
        self._sandbox = sandbox

    def __call__(self) -> None:
        self.times.append(asyncio.get_running_loop().time())
        self.arrivals_before.append(len(self._sandbox.arrivals))


@pytest.fixture
def sandbox() -> Sandbox:
    office = Office(customer_key=KEY, permissions=frozenset(PERMISSIONS) - {"Enterprise"}, mode="local")
    return Sandbox([office])


def request(
    sandbox: Sandbox, path: str = "/patients/3", method: str = "GET", *, timeout: float = 60.0, **changes: Any
) -> Request:
    sent: dict[str, Any] = {
        "method": method,
        "path": path.partition("?")[0],
        "url": URL + path,
        "authorization": f"ODFHIR {sandbox.developer_key}/{KEY}",
        "body": None,
        "timeout": timeout,
    }
    return Request(**{**sent, **changes})


@virtual_time
async def test_it_returns_the_response_with_headers_of_any_case(sandbox: Sandbox) -> None:
    transport: Transport = SandboxTransport(sandbox)
    response = await transport.send(
        request(sandbox, "/patients", "POST", body=b'{"LName": "A", "FName": "B"}'), lambda: None
    )
    assert response.status == 201
    assert response.headers["location"] == response.headers["Location"] == "/api/v1/patients/13"
    assert response.headers.get("CONTENT-TYPE") == "application/json"
    assert b'"LName":"A"' in response.body


@virtual_time
async def test_it_decodes_path_and_query_as_a_server_does(sandbox: Sandbox) -> None:
    sent = request(sandbox, "/patients/Simple?LName=O%27Brien+%C3%A9&Limit=&Limit=5")
    await SandboxTransport(sandbox).send(sent, lambda: None)
    (arrival,) = sandbox.arrivals
    assert (arrival.path, arrival.query) == ("/patients/Simple", {"LName": "O'Brien é", "Limit": ""})


@virtual_time
async def test_the_sandbox_checks_keys_and_headers(sandbox: Sandbox) -> None:
    transport = SandboxTransport(sandbox)
    statuses = [
        (await transport.send(sent, lambda: None)).status
        for sent in (
            request(sandbox, authorization="ODFHIR other/keys"),
            request(sandbox, authorization=""),
            request(sandbox, method="PUT", body=b"{}"),
            request(sandbox, method="PUT"),
            request(sandbox, url="https://api.opendental.com/elsewhere"),
        )
    ]
    assert statuses == [401, 401, 200, 200, 404]


@virtual_time
async def test_on_sent_is_called_once_at_the_moment_of_the_arrival(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault("latency", seconds=3.0))
    sent = Sent(sandbox)
    await SandboxTransport(sandbox).send(request(sandbox), sent)
    assert sent.arrivals_before == [0]
    assert sent.times == [sandbox.arrivals[0].at]
    assert asyncio.get_running_loop().time() - sent.times[0] == 3.0


FAULTS: list[tuple[Fault, type[TransportError] | int]] = [
    (Fault("drop"), ConnectionLost),
    (Fault("drop_after"), ConnectionLost),
    (Fault("torn"), ConnectionLost),
    (Fault("latency", seconds=61.0), RequestTimeout),
    (Fault("status", status=503), 503),
    (Fault("status_after", status=504), 504),
    (Fault("throttle", retry_after=2.0), 429),
    (Fault("offline"), 400),
    (Fault("garbage"), 200),
]


@pytest.mark.parametrize(("fault", "expected"), FAULTS, ids=lambda each: getattr(each, "kind", ""))
@virtual_time
async def test_faults_raise_as_over_a_network(
    fault: Fault, expected: type[TransportError] | int, sandbox: Sandbox
) -> None:
    sandbox.add_fault(fault)
    sent = Sent(sandbox)
    sending = SandboxTransport(sandbox).send(request(sandbox), sent)
    if isinstance(expected, int):
        assert (await sending).status == expected
    else:
        with pytest.raises(expected) as caught:
            await sending
        assert caught.value.sent
        assert (caught.value.method, caught.value.path) == ("GET", "/patients/3")
    assert len(sent.times) == len(sandbox.arrivals) == 1


@virtual_time
async def test_a_request_times_out_after_its_timeout_and_its_execution_ends(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault("latency", seconds=100.0))
    start = asyncio.get_running_loop().time()
    with pytest.raises(RequestTimeout):
        await SandboxTransport(sandbox).send(request(sandbox, timeout=7.0), lambda: None)
    assert asyncio.get_running_loop().time() - start == 7.0
    assert asyncio.all_tasks() == {asyncio.current_task()}


@virtual_time
async def test_while_connections_are_refused_nothing_is_sent(sandbox: Sandbox) -> None:
    transport, sent = SandboxTransport(sandbox), Sent(sandbox)
    transport.refuse_connections = True
    with pytest.raises(ConnectFailed):
        await transport.send(request(sandbox), sent)
    assert (sent.times, list(sandbox.arrivals)) == ([], [])
    transport.refuse_connections = False
    assert (await transport.send(request(sandbox), sent)).status == 200


@virtual_time
async def test_closing_breaks_what_is_in_flight_and_refuses_what_comes_later(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault("latency", times=None, seconds=30.0))
    transport = SandboxTransport(sandbox)
    calls = [asyncio.create_task(transport.send(request(sandbox), lambda: None)) for _ in range(3)]
    await asyncio.sleep(1.0)
    await transport.close()
    await transport.close()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionLost] * 3
    with pytest.raises(ConnectFailed):
        await transport.send(request(sandbox), lambda: None)


@virtual_time
async def test_cancelled_at_every_pass_it_leaves_nothing_behind(sandbox: Sandbox) -> None:
    transport = SandboxTransport(sandbox)
    outcomes: list[Response | None] = []
    while not outcomes or outcomes[-1] is None:
        sent = Sent(sandbox)
        before = len(sandbox.arrivals)
        call = asyncio.create_task(transport.send(request(sandbox), sent))
        await passes(len(outcomes))
        call.cancel()
        try:
            outcomes.append(await call)
        except asyncio.CancelledError:
            outcomes.append(None)
        assert len(sandbox.arrivals) - before <= len(sent.times) <= 1
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert len(outcomes) > 3
    assert sandbox.stats(KEY).max_overlap == 1


@virtual_time
async def test_a_client_uses_it_for_every_base_url_and_closes_it(sandbox: Sandbox) -> None:
    transport = SandboxTransport(sandbox)
    async with OpenDental(sandbox.developer_key, transport=transport) as client:
        assert (await client.practice(KEY, tier=Tier.STANDARD).patients.get(3)).PatNum == 3
        elsewhere = client.practice(KEY, tier=Tier.STANDARD, base_url="https://example.com/proxy/api/v1")
        assert (await elsewhere.patients.get(4)).PatNum == 4
    with pytest.raises(ConnectFailed):
        await transport.send(request(sandbox), lambda: None)

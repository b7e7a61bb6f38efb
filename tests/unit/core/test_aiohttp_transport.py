"""The aiohttp transport: what it sends, that it sends it once, and how it names each failure."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator

import aiohttp
import pytest

from odapi_async._core.aiohttp_transport import AiohttpTransport, translate
from odapi_async._core.transport import Request, Response
from odapi_async.errors import ConnectFailed, ConnectionLost, RequestTimeout, TransportError
from tests.support.lookup import by_name, delay_lookups
from tests.support.watch import until
from tests.support.wire import RawServer, ok

SECRET = "https://api.opendental.com/api/v1/patients?LName=Smith"


class Departures:
    """Counts how often a request is reported as sent."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
async def transport() -> AsyncGenerator[AiohttpTransport]:
    opened = AiohttpTransport()
    yield opened
    await opened.close()


@pytest.fixture
def departures() -> Departures:
    return Departures()


def request(
    base_url: str,
    path: str = "/patients/1",
    *,
    body: bytes | None = None,
    within: float = 5.0,
    method: str | None = None,
) -> Request:
    return Request(
        method or ("PUT" if body else "GET"),
        path,
        f"{base_url}{path}",
        "ODFHIR developer/office",
        body,
        within,
    )


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_a_request_is_sent_unchanged(transport: AiohttpTransport, departures: Departures) -> None:
    async with RawServer(lambda _: ok(b'{"PatNum": 1}', X_Served_By="one")) as server:
        response = await transport.send(request(server.url, body=b'{"Preferred": "Bee"}'), departures)
        assert (response.status, response.headers["X-Served-By"], response.body) == (
            200,
            "one",
            b'{"PatNum": 1}',
        )
        heard = server.heard[0]
        assert (heard.method, heard.path, heard.body) == ("PUT", "/patients/1", b'{"Preferred": "Bee"}')
        assert heard.headers["authorization"] == "ODFHIR developer/office"
        assert heard.headers["content-type"] == "application/json"
        assert heard.headers["user-agent"].startswith("odapi-async/")
        assert departures.count == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("body", [None, b"{}"])
async def test_every_request_has_the_content_type_of_json_and_every_write_a_length(
    transport: AiohttpTransport, departures: Departures, method: str, body: bytes | None
) -> None:
    async with RawServer(lambda _: ok(b"{}")) as server:
        await transport.send(request(server.url, body=body, method=method), departures)
        headers = server.heard[0].headers
        assert headers["content-type"] == "application/json"
        if method in {"POST", "PUT"}:
            assert headers["content-length"] == str(len(body or b""))


async def test_a_url_is_sent_as_it_was_encoded(transport: AiohttpTransport, departures: Departures) -> None:
    async with RawServer(lambda _: ok(b"[]")) as server:
        await transport.send(
            request(server.url, "/patients?LName=O%27Brien%20%26%20S%C3%B6hne%2B1"), departures
        )
        assert server.heard[0].query == {"LName": "O'Brien & Söhne+1"}


async def test_connections_are_kept_and_cookies_are_not(
    transport: AiohttpTransport, departures: Departures
) -> None:
    async with RawServer(lambda _: ok(b"{}", Set_Cookie="session=1; Path=/")) as server:
        for _ in range(3):  # by name, because cookies of bare addresses are never kept
            await transport.send(request(by_name(server.url)), departures)
        assert server.opened == 1
        assert ["cookie" in heard.headers for heard in server.heard] == [False] * 3
        assert departures.count == 3


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "500 Error", "307 Redirect"])
async def test_every_complete_response_is_returned(
    status: str, transport: AiohttpTransport, departures: Departures
) -> None:
    async with RawServer(lambda _: ok(b'"said"', status=status, Location="/elsewhere")) as server:
        response = await transport.send(request(server.url), departures)
        assert (response.status, response.body) == (int(status[:3]), b'"said"')
        assert len(server.heard) == 1


async def test_sent_is_reported_before_the_response(
    transport: AiohttpTransport, departures: Departures
) -> None:
    seen: list[int] = []

    def respond(_: object) -> bytes:
        seen.append(departures.count)
        return ok(b"{}")

    async with RawServer(respond) as server:
        await transport.send(request(server.url), departures)
    assert seen == [1]


async def test_a_refused_connection_sends_nothing(
    transport: AiohttpTransport, departures: Departures
) -> None:
    with pytest.raises(ConnectFailed) as caught:
        await transport.send(request(closed_port()), departures)
    assert departures.count == 0
    assert (caught.value.method, caught.value.path, caught.value.sent) == ("GET", "/patients/1", False)


async def test_an_unknown_host_sends_nothing(
    transport: AiohttpTransport, departures: Departures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    delay_lookups(monkeypatch, unknown)
    with pytest.raises(ConnectFailed):
        await transport.send(request("http://office.invalid"), departures)
    assert departures.count == 0


@pytest.mark.parametrize(("connect_timeout", "within"), [(0.05, 30.0), (30.0, 0.05)])
async def test_a_connect_timeout_sends_nothing(
    connect_timeout: float, within: float, departures: Departures, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    delay_lookups(monkeypatch, lambda: go_on.wait(30.0))
    transport = AiohttpTransport(connect_timeout=connect_timeout)
    with pytest.raises(ConnectFailed):
        await transport.send(request(by_name(closed_port()), within=within), departures)
    assert departures.count == 0
    go_on.set()
    await transport.close()


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{"])
async def test_an_incomplete_response_is_a_timeout(
    begun: bytes, transport: AiohttpTransport, departures: Departures
) -> None:
    async with RawServer(lambda _: begun) as server:
        with pytest.raises(RequestTimeout):
            await transport.send(request(server.url, within=0.05), departures)
        assert (departures.count, len(server.heard)) == (1, 1)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n",
        b"this is not HTTP\r\n\r\n",
    ],
)
async def test_an_invalid_response_is_a_lost_connection(
    broken: bytes | None, transport: AiohttpTransport, departures: Departures
) -> None:
    async with RawServer(lambda _: broken) as server:
        with pytest.raises(ConnectionLost):
            await transport.send(request(server.url), departures)
        assert (departures.count, len(server.heard)) == (1, 1)


async def test_closing_twice_closes_the_connections_once(departures: Departures) -> None:
    async with RawServer(lambda _: ok(b"{}")) as server:
        transport = AiohttpTransport()
        await transport.send(request(server.url), departures)
        assert server.open == 1
        await transport.close()
        await transport.close()
        await until(lambda: server.open == 0)


@pytest.mark.parametrize("used", [False, True])
async def test_after_closing_nothing_is_sent_and_no_connection_is_opened(
    used: bool, departures: Departures
) -> None:
    async with RawServer(lambda _: ok(b"{}")) as server:
        transport = AiohttpTransport()
        if used:
            await transport.send(request(server.url), departures)
        await transport.close()
        with pytest.raises(ConnectFailed, match="the client is closed"):
            await transport.send(request(server.url, body=b"{}"), departures)
        assert (departures.count, len(server.heard), server.opened) == (used, used, used)


@pytest.mark.parametrize(
    ("error", "sent", "expected"),
    [
        (aiohttp.ServerDisconnectedError(SECRET), True, ConnectionLost),
        (aiohttp.ClientPayloadError(SECRET), True, ConnectionLost),
        (aiohttp.ClientOSError(104, SECRET), True, ConnectionLost),
        (aiohttp.ServerTimeoutError(SECRET), True, RequestTimeout),
        (TimeoutError(SECRET), True, RequestTimeout),
        (TimeoutError(SECRET), False, ConnectFailed),
        (aiohttp.ConnectionTimeoutError(SECRET), False, ConnectFailed),
        (OSError(111, SECRET), False, ConnectFailed),
    ],
)
def test_each_exception_is_translated_without_its_message(
    error: Exception, sent: bool, expected: type[TransportError]
) -> None:
    ours = translate(error, "GET", "/patients", sent=sent)
    assert type(ours) is expected
    assert ours.sent == sent
    assert type(error).__name__ in str(ours)
    assert "Smith" not in f"{ours!r} {ours}"
    assert isinstance(ours, ConnectionError)


def test_requests_and_responses_show_no_key_no_query_and_no_body() -> None:
    sent = Request("PUT", "/patients/1", SECRET, "ODFHIR developer/office", b'{"LName": "Smith"}', 65.0)
    assert f"{sent!r} {sent}" == "Request(PUT /patients/1) Request(PUT /patients/1)"
    received = Response(200, {"Location": SECRET}, b'{"LName": "Smith"}')
    assert f"{received!r} {received}" == "Response(200, 18 bytes) Response(200, 18 bytes)"


async def test_a_cancelled_request_is_not_a_transport_error(
    transport: AiohttpTransport, departures: Departures
) -> None:
    async with RawServer(lambda _: b"") as server:
        sending = asyncio.create_task(transport.send(request(server.url), departures))
        await until(lambda: server.heard)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await until(lambda: server.open == 0)

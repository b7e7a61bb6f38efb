"""The receiver behind real servers: what arrives whole is stored, and what is torn leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any, Final

import pytest
import uvicorn
from aiohttp import web

from odapi_async.events import Delivery, Receiver
from tests.support.posts import BODY, HEADERS, KEY, NAME, TOKEN, MemoryStore, examples, sections
from tests.support.watch import until

Message = MutableMapping[str, Any]

SECRETS: Final = (KEY, TOKEN, NAME)
_MIDDLEWARE: Final = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SETTINGS: Any = import_module("django.conf").settings  # Django has no types
URLS: Any = import_module("django.urls")
if not SETTINGS.configured:
    SETTINGS.configure(
        ALLOWED_HOSTS=["*"], SECRET_KEY="made-up", MIDDLEWARE=_MIDDLEWARE, LOGGING_CONFIG=None, USE_TZ=True
    )
    import_module("django").setup()


class Gate(MemoryStore):
    """A store that waits once it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = 0

    async def store(self, delivery: Delivery) -> int:
        self.waiting += 1
        try:
            await self.open.wait()
        finally:
            self.waiting -= 1
        return await super().store(delivery)


class Site:
    """A server on the loopback interface."""

    def __init__(self, port: int, store: Gate) -> None:
        self.port = port
        self.store = store

    async def begin(self, head: str, *parts: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send a request, or a part of it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n")
        for part in parts:
            writer.write(part)
        with suppress(ConnectionError):  # it may have been refused already
            await writer.drain()
        return reader, writer

    async def send(self, head: str, *parts: bytes) -> tuple[int, str]:
        """Send a request, and return the status and the rest of the response."""
        reader, writer = await self.begin(head, *parts)
        try:
            answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        line, _, rest = answer.partition("\r\n")
        return int(line.split()[1]), rest


def head(*lines: str, method: str = "POST", query: str = "", **headers: str) -> str:
    named = [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\n".join([f"{method} /od{query} HTTP/1.1", "Host: localhost", *named, *lines, ""])


def whole(body: bytes = BODY, **changes: str) -> str:
    headers = {name.replace("-", "_"): value for name, value in HEADERS.items()}
    return head(**{**headers, "content_length": str(len(body)), **changes})


def chunked(body: bytes, size: int) -> list[bytes]:
    return [b"%x\r\n%b\r\n" % (len(part), part) for part in sections(body, size)] + [b"0\r\n\r\n"]


@asynccontextmanager
async def listening(app: Any) -> AsyncGenerator[int]:
    """Serve an ASGI app with uvicorn."""
    config = uvicorn.Config(app, log_config=None, ws="none", http="h11", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await server.startup([listener])
        try:
            yield listener.getsockname()[1]
        finally:
            await server.shutdown([listener])


@asynccontextmanager
async def asgi(receiver: Receiver) -> AsyncGenerator[int]:
    async with listening(receiver.asgi) as port:
        yield port


@asynccontextmanager
async def aiohttp(receiver: Receiver) -> AsyncGenerator[int]:
    app = web.Application()  # its client_max_size is 1 MiB
    app.router.add_route("*", "/od", receiver.aiohttp)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def in_django(receiver: Receiver) -> AsyncGenerator[int]:
    def of_a_browser(_: Any) -> Any:
        return import_module("django.http").HttpResponse()

    class Urls:
        urlpatterns = (URLS.path("od", receiver.django), URLS.path("form", of_a_browser))

    with import_module("django.test").override_settings(ROOT_URLCONF=Urls):
        async with listening(import_module("django.core.handlers.asgi").ASGIHandler()) as port:
            yield port


SERVERS: Final = {"asgi": asgi, "aiohttp": aiohttp, "django": in_django}


@pytest.fixture(params=SERVERS)
async def site(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> AsyncGenerator[Site]:
    caplog.set_level(logging.DEBUG)
    store = Gate()
    receiver = Receiver(store, keys={"harbour": KEY}, token=TOKEN, max_body=4 << 20)
    async with SERVERS[request.param](receiver) as port:
        yield Site(port, store)
        store.open.set()
    said = [f"{each.getMessage()} {each.exc_text}" for each in caplog.records if each.name != "asyncio"]
    # a server's own access log has the path, and so the token
    said = [each for each in said if TOKEN not in each or "POST" not in each]
    assert not [each for each in said if any(secret in each for secret in SECRETS)]


TOKENED: Final = f"?table=Appointment&token={TOKEN}"


def post(body: bytes = BODY, **changes: str) -> str:
    return whole(body, query=TOKENED, **changes)


async def test_the_examples_of_the_reference(site: Site) -> None:
    for example in examples():
        body = json.dumps(example["body"], ensure_ascii=False).encode()
        lines = [f"{name}: {value}" for name, value in example["headers"].items()]
        lines = [line.replace("CUSTOMER_KEY_PLACEHOLDER", KEY) for line in lines]
        request = head(*lines, query=TOKENED, content_length=str(len(body)))
        assert (await site.send(request, body))[0] == 200
    stored = [(each.practice, each.kind, each.workstation) for each in site.store.deliveries]
    assert stored == [("harbour", kind, "MOLLYR") for kind in ("Appointment", "PatientSelected")]


async def test_an_old_office_sends_no_header_but_its_key(site: Site) -> None:
    request = head(query=TOKENED, authorization=KEY, content_length=str(len(BODY)))
    assert (await site.send(request, BODY))[0] == 200
    assert [(each.kind, each.workstation) for each in site.store.deliveries] == [("Appointment", "")]


async def test_bodies_in_chunks(site: Site) -> None:
    for size in (1, 7, 1000):
        request = post().replace(f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked")
        assert (await site.send(request, *chunked(BODY, size)))[0] == 200
    assert site.store.bodies == [[BODY[1:-1]]] * 3


async def test_a_body_above_the_frameworks_own_limit(site: Site) -> None:
    rows = [{"AptNum": number, "Note": NAME * 30} for number in range(1, 10_001)]
    body = json.dumps(rows).encode()
    assert 3 << 20 < len(body) < 4 << 20
    assert (await site.send(post(body), body))[0] == 200
    assert len(site.store.deliveries[0].items) == 10_000


async def test_a_body_above_our_limit(site: Site) -> None:
    body = b"[%b]" % (b" " * (4 << 20))
    assert (await site.send(post(body), body))[0] == 413
    request = post(body).replace(f"Content-Length: {len(body)}", "Transfer-Encoding: chunked")
    assert (await site.send(request, *chunked(body, 1 << 16)))[0] == 413
    assert site.store.deliveries == []


async def test_strangers(site: Site) -> None:
    for key in ("wr0ng", f"Bearer {KEY}", f"ODFHIR d3v/{KEY}", "caf\xe9", f"{KEY}\nAuthorization: {KEY}"):
        status, rest = await site.send(post(authorization=key), BODY)
        assert status in {400, 401}, key  # a server may refuse two headers itself
        assert KEY.lower() not in rest
    assert (await site.send(head(query=TOKENED, content_length="2"), b"[]"))[0] == 401
    for query in ("", "?token=", "?token=x", f"?token={TOKEN}&token={TOKEN}"):
        assert (await site.send(whole(query=query), BODY))[0] == 401
    assert site.store.deliveries == []


async def test_strangers_are_answered_before_their_body_comes(site: Site, request: Any) -> None:
    if "django" in request.node.name:
        pytest.skip("Django receives the whole body before it calls a view")
    assert (await site.send(post(authorization="wr0ng", content_length="100000")))[0] == 401
    assert (await site.send(post(content_length="99999999999")))[0] == 413


async def test_other_methods(site: Site) -> None:
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        status, rest = await site.send(head(method=method, query=TOKENED, authorization=KEY))
        assert status == 405
        assert "\r\nallow: post\r\n" in f"\r\n{rest}"


async def test_a_body_that_is_no_json(site: Site) -> None:
    body = NAME.encode()
    assert (await site.send(post(body), body))[0] == 400


async def test_chunks_that_are_none(site: Site) -> None:
    request = post().replace(f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked")
    for size in (b"zz\r\n", b"-1\r\n"):
        assert (await site.send(request, *chunked(BODY, 1000)[:-1], size))[0] == 400
    assert site.store.deliveries == []


async def test_a_body_that_is_not_compressed_as_it_says(site: Site) -> None:
    body = b"\x1f\x8b" + BODY
    assert (await site.send(post(body, content_encoding="gzip"), body))[0] == 400
    assert site.store.deliveries == []


def tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if not task.done()}


async def test_torn_connections_leave_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    before = tasks()
    pieces = ["", BODY[:1].decode(), BODY[:-1].decode()]
    for gently in (True, False):
        for piece in pieces:
            for _ in range(3):
                _, writer = await site.begin(post(), piece.encode())
                await asyncio.sleep(0.01)
                if gently:
                    writer.close()
                    await writer.wait_closed()
                else:
                    writer.transport.abort()
    await until(lambda: tasks() <= before)
    assert site.store.deliveries == []
    assert (await site.send(post(), BODY))[0] == 200
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_a_client_that_leaves_while_its_event_is_stored(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    before = tasks()
    site.store.open.clear()
    for _ in range(2):
        _, writer = await site.begin(post(), BODY)
        await until(lambda: site.store.waiting)
        writer.transport.abort()
        await asyncio.sleep(0.01)
        site.store.open.set()
        await until(lambda: tasks() <= before)
        site.store.open.clear()
    site.store.open.set()
    assert {(await site.send(post(), BODY))[0] for _ in range(3)} == {200}
    assert len(site.store.deliveries) <= 5
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_a_connection_is_used_again(site: Site) -> None:
    reader, writer = await site.begin(post(), BODY)
    for last in (False, True):
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"content-length: 0\r\n" in answer.lower()
        if not last:
            writer.write(post().replace("\n", "\r\n").encode() + b"\r\n" + BODY)
    writer.close()
    await writer.wait_closed()
    assert len(site.store.deliveries) == 2


async def test_django_still_protects_its_forms() -> None:
    async with in_django(Receiver(MemoryStore(), keys={"harbour": KEY})) as port:
        site = Site(port, Gate())
        request = whole().replace("/od", "/form")
        assert (await site.send(request, BODY))[0] == 403  # as it has no CSRF token
        assert (await site.send(whole(), BODY))[0] == 200


class Connection:
    """A server's side of an ASGI app, by its specification."""

    def __init__(self, *messages: Message) -> None:
        self.sent: list[Message] = []
        self._messages = [*messages]

    async def receive(self) -> Message:
        if not self._messages:
            pytest.fail("the app asks for more than there is")
        return self._messages.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


def scope(**changes: Any) -> dict[str, Any]:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "2",
        "method": "POST",
        "path": "/",
        "headers": headers,
        **changes,
    }


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def respond(*messages: Message, **changes: Any) -> tuple[list[Message], MemoryStore]:
    store = MemoryStore()
    connection = Connection(*messages)
    app = Receiver(store, keys={"harbour": KEY}).asgi
    await app(scope(**changes), connection.receive, connection.send)
    return connection.sent, store


async def test_the_messages_of_asgi() -> None:
    sent, store = await respond(
        part(BODY[:5], more=True), {"type": "http.request", "more_body": True}, part(BODY[5:])
    )
    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]},
        {"type": "http.response.body", "body": b""},
    ]
    assert store.bodies == [[BODY[1:-1]]]
    sent, _ = await respond({"type": "http.request"})
    assert sent[0]["status"] == 400


async def test_asgi_headers() -> None:
    key = (b"authorization", KEY.encode())
    refused: list[Any] = [[key, key], [], [(b"authorization", b"\xff")]]
    for headers in refused:
        sent, _ = await respond(headers=headers)
        assert sent[0]["status"] == 401
    allowed: list[Any] = [(key,), iter([[b"Authorization", b" " + KEY.encode()]])]
    for headers in allowed:
        sent, _ = await respond(part(b"[]"), headers=headers)
        assert sent[0]["status"] == 200


async def test_a_client_of_asgi_that_is_gone() -> None:
    gone = {"type": "http.disconnect"}
    for messages in ([gone], [part(BODY, more=True), gone]):
        sent, store = await respond(*messages)
        assert (sent, store.deliveries) == ([], [])


async def test_a_server_that_cannot_send_any_more() -> None:
    async def send(_: Message) -> None:
        raise ConnectionResetError

    store = MemoryStore()
    await Receiver(store, keys={"harbour": KEY}).asgi(scope(), Connection(part(BODY)).receive, send)
    assert len(store.deliveries) == 1


async def test_lifespan_and_websockets() -> None:
    sent, _ = await respond({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}, type="lifespan")
    assert [each["type"] for each in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    sent, _ = await respond({"type": "websocket.connect"}, type="websocket")
    assert [each["type"] for each in sent] == ["websocket.close"]

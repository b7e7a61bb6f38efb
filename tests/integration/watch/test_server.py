"""The watch page over HTTP: who gets in, what every response carries, and how it ends."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from odapi_async.errors import OpenDentalError
from odapi_async.fleet.errors import NoFleet
from odapi_async.fleet.schema import META
from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.database.schema import STATE
from odapi_async.watch.board import Board
from odapi_async.watch.data import Details, View
from odapi_async.watch.markup import Html
from odapi_async.watch.security import HEADERS
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import FleetSource, MirrorSource, Source, open_source
from tests.integration.watch.conftest import QUICK, TOKEN
from tests.support.made_up_fleet import install_fleet, make_mirror
from tests.support.postgres import PostgresServer, is_there

PATIENT = "Quetzalc0atl"
WITH_POSTGRES = pytest.mark.skipif(not is_there(), reason="there is no PostgreSQL server here")


@pytest.fixture
async def visitor() -> AsyncGenerator[aiohttp.ClientSession]:
    """A client without a cookie; it keeps those that it gets."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
async def guest(visitor: aiohttp.ClientSession, server: WatchServer) -> aiohttp.ClientSession:
    """A client that has shown the token."""
    async with visitor.get(server.url) as response:
        assert response.status == 200
    return visitor


class Events:
    """Reads the server-sent events of a page."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.last = ""

    async def next(self) -> dict[str, str]:
        """Return the parts of the next event."""
        async with asyncio.timeout(10):
            if not self.last:
                assert await self._response.content.readuntil(b"\n\n") == b"retry: 1000\n\n"
            head = (await self._response.content.readline()).decode()
            data = (await self._response.content.readline()).decode()
            assert await self._response.content.readline() == b"\n"
        self.last = head.removeprefix("id: ").strip()
        found: dict[str, str] = json.loads(data.removeprefix("data: "))
        return found

    async def until(self, part: str, text: str) -> dict[str, str]:
        """Return the first event in which a part contains a text."""
        while True:
            found = await self.next()
            if text in found.get(part, ""):
                return found


async def seen(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)


async def test_without_the_cookie_nothing_is_shown(
    visitor: aiohttp.ClientSession, server: WatchServer
) -> None:
    for path in ("", "?practice=harbour", "details?practice=harbour", "events", "nothing"):
        async with visitor.get(server.address + path) as response:
            text = await response.text()
            assert response.status == 401
        assert "token" in text
        assert "harbour" not in text


async def test_the_token_gives_a_cookie_that_no_script_and_no_other_site_can_use(
    visitor: aiohttp.ClientSession, server: WatchServer
) -> None:
    async with visitor.get(server.url) as response:
        text, cookie = await response.text(), response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert TOKEN not in cookie
    # the page goes on to a URL without the token, also without a script
    assert TOKEN not in text
    assert '<meta http-equiv="refresh" content="0;url=./">' in text
    assert "harbour" not in text
    async with visitor.get(server.address) as response:
        assert "harbour" in await response.text()


async def test_a_wrong_token_is_refused_even_with_the_cookie(
    guest: aiohttp.ClientSession, server: WatchServer
) -> None:
    for token in ("", "wrong", f"{TOKEN}x", TOKEN[:-1], "%00", "%ED%A0%80", f"a&token={TOKEN}"):
        async with guest.get(f"{server.address}?token={token}") as response:
            assert response.status == 403
            assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "10.0.0.1"])
async def test_a_foreign_host_is_refused_without_a_detail(
    guest: aiohttp.ClientSession, server: WatchServer, host: str
) -> None:
    for path in ("", f"?token={TOKEN}", "static/watch.js", "events"):
        async with guest.get(server.address + path, headers={"Host": host}) as response:
            assert response.status == 403
            assert await response.text() == "This server has another name."
            assert "Set-Cookie" not in response.headers


async def test_only_get_and_head_are_allowed(guest: aiohttp.ClientSession, server: WatchServer) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        for path in ("", "details", "events", "static/watch.js"):
            async with guest.request(method, server.address + path) as response:
                assert response.status == 405
                assert set(response.headers["Allow"].split(",")) <= {"GET", "HEAD"}


async def test_every_response_has_the_headers(guest: aiohttp.ClientSession, server: WatchServer) -> None:
    paths = ["", "?token=wrong", "details", "events", "static/watch.css", "nothing", "static/..%2fserver.py"]
    found = {}
    for path in paths:
        async with guest.get(server.address + path) as response:
            assert {name: response.headers.get(name) for name in HEADERS} == dict(HEADERS)
            assert "Server" not in response.headers
            found[path] = (response.status, response.content_type)
    assert found == {
        "": (200, "text/html"),
        "?token=wrong": (403, "text/plain"),
        "details": (200, "text/html"),
        "events": (200, "text/event-stream"),
        "static/watch.css": (200, "text/css"),
        "nothing": (404, "text/plain"),
        "static/..%2fserver.py": (404, "text/plain"),
    }


async def test_head_sends_no_body_and_no_events(guest: aiohttp.ClientSession, server: WatchServer) -> None:
    async with guest.head(server.address) as response:
        assert (response.status, await response.read()) == (200, b"")
    async with guest.head(f"{server.address}events") as response:
        assert response.status == 405


async def send_raw(server: WatchServer, request: bytes) -> bytes:
    """Send bytes, and return what comes back until the connection ends."""
    port = int(server.address.rpartition(":")[2].strip("/"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        received = await reader.read()
    writer.close()
    await writer.wait_closed()
    return received


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /?token=%s HTTP/1.0\r\n\r\n",  # no Host header
        b"GET /?token=%s\0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /?token=%s HTTP/9.9x\r\n\r\n",
        b"GET  /?token=%s HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/?token=%s HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /?token=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
)
async def test_no_log_has_the_token_whatever_is_sent(
    server: WatchServer, caplog: pytest.LogCaptureFixture, request_line: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    received = await send_raw(server, request_line % TOKEN.encode())
    status = received.split(b" ", 2)[1] if received else b""
    assert status in {b"200", b"400", b"403"}
    assert (status == b"200") == (
        b"HTTP/1.1\r\nHost: localhost\r\n" in request_line and b"\0" not in request_line
    )
    assert b"harbour" not in received
    assert TOKEN not in caplog.text


async def test_an_unforeseen_mistake_is_logged_without_the_url(
    guest: aiohttp.ClientSession,
    server: WatchServer,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_: object) -> Details | None:
        raise ZeroDivisionError(PATIENT)

    monkeypatch.setattr(MirrorSource, "details", fail)
    async with guest.get(f"{server.address}details?practice=secret-name") as response:
        assert (response.status, await response.text()) == (500, "Internal error")
    assert f"ZeroDivisionError in {__name__}, line {fail.__code__.co_firstlineno + 1}" in caplog.text
    assert "secret-name" not in caplog.text
    assert PATIENT not in caplog.text


async def test_a_mistake_in_an_event_ends_it_and_is_logged_without_a_value(
    guest: aiohttp.ClientSession,
    server: WatchServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> dict[str, Html]:
        raise ZeroDivisionError(PATIENT)

    monkeypatch.setattr(Board, "changes", fail)
    async with guest.get(f"{server.address}events") as response:
        assert await response.read() == b"retry: 1000\n\n"
    assert f"ended: ZeroDivisionError in {__name__}, line" in caplog.text
    assert PATIENT not in caplog.text


async def test_a_change_in_the_database_reaches_an_open_page(
    guest: aiohttp.ClientSession, server: WatchServer, store: Store
) -> None:
    async with guest.get(f"{server.address}events") as response:
        events = Events(response)
        assert "harbour" in (await events.next())["grid"]
        await fail(store, "main-street")
        found = await events.until("problems", "offline")
        assert "main-street" in found["problems"]
        assert "offline" in found["c1"]
        assert "grid" not in found
        assert "c0" not in found
    headers = {"Last-Event-ID": events.last}
    async with guest.get(f"{server.address}events?after=other-1", headers=headers) as response:
        assert "problems" not in await Events(response).next()
    async with guest.get(f"{server.address}events", headers={"Last-Event-ID": "other-9999"}) as response:
        assert "grid" in await Events(response).next()


async def fail(store: Store, practice: str) -> None:
    """Let a practice fail, as a mirror records it."""
    values = {"failing_since": store.clock(), "error": "OfficeOffline: no response"}
    async with store.engine.begin() as connection:
        await connection.execute(sa.update(STATE).where(STATE.c.practice == practice).values(values))


async def test_the_details_of_a_practice_are_a_part_and_in_the_page(
    guest: aiohttp.ClientSession, server: WatchServer, store: Store
) -> None:
    await fail(store, "harbour")
    async with guest.get(f"{server.address}details?practice=harbour") as response:
        part = await response.text()
    assert part.startswith('<section id="details">')
    assert "OfficeOffline: no response" in part
    async with guest.get(f"{server.address}?practice=harbour") as response:
        assert part in await response.text()
    async with guest.get(f"{server.address}?practice=%3Cb%3E") as response:
        text = await response.text()
    assert "There is no such practice" in text
    assert "<b>" not in text.replace("<b></b>", "").partition("There is no such practice")[2][:40]
    async with guest.get(f"{server.address}details") as response:
        assert await response.text() == '<section id="details" hidden></section>'


class Counting:
    """A source that counts the looks at it, and fails on demand."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.looks = 0
        self.broken = False
        self.mistakes = 0

    async def read(self) -> View:
        self.looks += 1
        if self.broken:
            raise StoreError("cannot be reached")
        if self.mistakes:
            self.mistakes -= 1
            raise ZeroDivisionError(PATIENT)
        return await self._source.read()

    async def details(self, practice: str) -> Details | None:
        if self.broken:
            raise StoreError("cannot be reached")
        return await self._source.details(practice)


async def test_no_open_page_no_look_and_many_pages_one_look(
    visitor: aiohttp.ClientSession, store: Store
) -> None:
    source = Counting(await open_source(store))
    async with WatchServer(source, TOKEN, pause=QUICK) as server:
        await asyncio.sleep(3 * QUICK)
        assert source.looks == 1
        await (await visitor.get(server.url)).read()
        opened = [await visitor.get(f"{server.address}events") for _ in range(5)]
        pages = [Events(each) for each in opened]
        for each in pages:
            await each.next()
        before = source.looks
        for _ in range(3):
            for each in pages:
                await each.next()
        assert source.looks - before <= 4
        assert server.pages == 5
        for response in opened:
            response.close()  # the browser goes away without a word
        await seen(lambda: server.pages == 0)
        await asyncio.sleep(2 * QUICK)
        after = source.looks
        await asyncio.sleep(3 * QUICK)
        assert source.looks == after


async def test_a_database_that_goes_away_and_comes_back_is_shown_and_said_once(
    visitor: aiohttp.ClientSession, store: Store
) -> None:
    source, errors = Counting(await open_source(store)), list[OpenDentalError]()
    async with WatchServer(source, TOKEN, pause=QUICK, on_error=errors.append) as server:
        await (await visitor.get(server.url)).read()
        async with visitor.get(f"{server.address}events") as response:
            events = Events(response)
            source.broken = True
            found = await events.until("alarm", "cannot be read")
            assert "cannot be reached" not in found["alarm"]
            looks = source.looks
            await seen(lambda: source.looks > looks + 1)
            async with visitor.get(server.address) as page:
                assert "cannot be read" in await page.text()
            async with visitor.get(f"{server.address}details?practice=harbour") as part:
                assert part.status == 503
            source.broken = False
            await events.until("alarm", "hidden")
    assert len(errors) == 1


async def test_the_server_ends_while_pages_are_open(visitor: aiohttp.ClientSession, store: Store) -> None:
    server = WatchServer(await open_source(store), TOKEN, pause=QUICK)
    await server.start()
    await (await visitor.get(server.url)).read()
    response = await visitor.get(f"{server.address}events")
    await Events(response).next()
    async with asyncio.timeout(5):
        await server.close()
        await server.close()
        while await response.content.readline():
            pass
    with pytest.raises(aiohttp.ClientConnectorError):
        await visitor.get(server.address)


async def test_a_hundred_open_pages_are_enough(
    guest: aiohttp.ClientSession, server: WatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odapi_async.watch.server._MOST_PAGES", 1)
    async with guest.get(f"{server.address}events") as first:
        await Events(first).next()
        async with guest.get(f"{server.address}events") as response:
            assert response.status == 503


async def test_a_file_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    async with Store(f"sqlite:///{file}") as store:
        with pytest.raises(StoreError, match="does not exist"):
            await open_source(store)
    assert not file.exists()


async def test_a_database_without_a_mirror_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch(0o600)
    async with Store(f"sqlite:///{tmp_path / 'empty.db'}") as store:
        server = WatchServer(await open_source(store), TOKEN)
        with pytest.raises(StoreError, match="holds no mirror"):
            await server.start()
        await server.close()


async def test_a_mirror_shows_its_requests_and_no_limit(store: Store) -> None:
    source = await open_source(store, every=60.0)
    found = await source.read()
    assert sum(found.pace.requests) == pytest.approx(12 * 30, abs=61)
    assert found.pace.allowed == ()
    assert found.cells[0].target == "1 min"
    assert (await source.read()).pace is found.pace


@WITH_POSTGRES
@pytest.mark.unmeasured
async def test_a_fleet_is_watched_with_its_workers_and_its_limit(
    postgres: PostgresServer, visitor: aiohttp.ClientSession
) -> None:
    async with Store(postgres.emptied_database()) as store:
        await install_fleet(store, 200)
        source = await open_source(store)
        assert isinstance(source, FleetSource)
        async with WatchServer(source, TOKEN, pause=QUICK) as server:
            await (await visitor.get(server.url)).read()
            async with visitor.get(server.address) as response:
                text = await response.text()
            assert "Fleet: 200 practices" in text
            assert "worker-1, process 100: 4 of 50 practices" in text
            assert 'class="limit"' in text
            assert "env:" not in text  # where a key is
            async with visitor.get(f"{server.address}details?practice=harbour") as response:
                assert "interval" in await response.text()
            async with visitor.get(f"{server.address}details?practice=nobody") as response:
                assert "There is no such practice" in await response.text()
        async with store.engine.begin() as connection:
            await connection.execute(sa.update(META).values(format=0))
        with pytest.raises(NoFleet):
            await open_source(store)


@WITH_POSTGRES
@pytest.mark.unmeasured
async def test_a_single_mirror_in_postgresql_is_watched_as_such(postgres: PostgresServer) -> None:
    async with Store(postgres.emptied_database()) as store:
        await make_mirror(store, 2)
        source: Any = await open_source(store)
        found = await source.read()
    assert (found.title, [each.practice for each in found.cells]) == ("Mirror", ["harbour", "main-street"])
    assert found.workers is None


async def test_one_mistake_ends_neither_the_looks_nor_the_other_pages(
    visitor: aiohttp.ClientSession, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    source = Counting(await open_source(store))
    async with WatchServer(source, TOKEN, pause=QUICK) as server:
        await (await visitor.get(server.url)).read()
        async with visitor.get(f"{server.address}events") as response:
            events = Events(response)
            await events.next()
            source.mistakes = 1
            await seen(lambda: source.mistakes == 0)
            await events.until("as-of", "time")
    assert "could not be updated: ZeroDivisionError in " in caplog.text
    assert PATIENT not in caplog.text

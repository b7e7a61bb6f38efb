"""`odapi watch --web` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest

from odapi_async.cli.errors import CommandFailed, UsageError
from odapi_async.cli.watch.server import Token, WatchOptions, serve
from odapi_async.mirror import Store
from odapi_async.watch.server import WatchServer
from tests.integration.watch.conftest import TOKEN
from tests.support.made_up_fleet import install_fleet
from tests.support.postgres import PostgresServer, is_there


async def test_it_prints_its_address_serves_the_page_and_ends_with_a_signal(
    store: Store, tmp_path: Path
) -> None:
    environment = os.environ | {"ODAPI_STORE": str(tmp_path / "practices.db"), "ODAPI_WATCH_TOKEN": TOKEN}
    command = (sys.executable, "-m", "odapi_async.cli", "watch", "--web")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment)
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    assert line.startswith("Open http://127.0.0.1:")
    assert line.endswith("/?token=TOKEN in a browser, with the token of ODAPI_WATCH_TOKEN.\n")
    url = line.split()[1].replace("TOKEN", TOKEN)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(url) as response:
            assert response.status == 200
        async with session.get(url.partition("?")[0]) as response:
            assert "Mirror: 3 practices, 3 current" in await response.text()
    process.terminate()
    output, errors = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, output, errors) == (0, b"", b"")


async def test_the_second_signal_ends_it_while_it_waits_for_a_database() -> None:
    connected = asyncio.Event()

    async def never_respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never_respond, "127.0.0.1", 0) as silent, asyncio.timeout(20):
        host, port = silent.sockets[0].getsockname()
        options = WatchOptions(store=f"postgresql://me@{host}:{port}/x", token=Token(value=TOKEN))
        serving = asyncio.create_task(serve(options))
        await connected.wait()
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0.05)
        assert not serving.done(), "the first one lets it end in good order"
        signal.raise_signal(signal.SIGINT)
        await serving


async def test_a_port_that_is_taken_is_said(server: WatchServer, tmp_path: Path) -> None:
    port = int(server.address.rpartition(":")[2].strip("/"))
    options = WatchOptions(store=str(tmp_path / "practices.db"), port=port, token=Token(value=TOKEN))
    with pytest.raises(CommandFailed, match="choose another --host or --port"):
        await serve(options)


@pytest.mark.skipif(not is_there(), reason="there is no PostgreSQL server here")
@pytest.mark.unmeasured
async def test_a_fleet_knows_its_intervals_itself(postgres: PostgresServer) -> None:
    url = postgres.emptied_database()
    async with Store(url) as store:
        await install_fleet(store, 1)
    with pytest.raises(UsageError, match="leave out --every"):
        await serve(WatchOptions(store=url, every=60.0, token=Token(value=TOKEN)))

"""The end of a server: no connection is forgotten, whenever it came."""

from __future__ import annotations

import asyncio
import gc
import socket

import pytest
from aiohttp import web

from odapi_async.events.listening import Listener


@pytest.mark.parametrize("turns", range(1, 6))
async def test_a_connection_that_comes_at_the_end_is_closed(turns: int) -> None:
    listener = Listener(web.Application())
    port = await listener.start("127.0.0.1", 0)
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.create_task(listener.close())
    client.close()
    await listener.close()
    gc.collect()  # asyncio warns here of a connection that nobody has closed


async def test_a_port_that_is_taken_leaves_nothing_open() -> None:
    first, second = Listener(web.Application()), Listener(web.Application())
    port = await first.start("127.0.0.1", 0)
    with pytest.raises(OSError, match="in use"):
        await second.start("127.0.0.1", port)
    await first.close()
    assert await second.start("127.0.0.1", port) == port
    await second.close()

"""Listens for an application of aiohttp: without logs, and so that its end forgets no connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from aiohttp import web

_SHUTDOWN: Final = 0.1  # seconds for which a response may still be sent
_ACCEPTING: Final = 3  # turns of the loop from an accepted socket to its connection


class Listener:
    """Listens on one port.

    If asyncio closes a listening socket at the moment after it has accepted a connection, it forgets that
    connection. So this accepts no more first, and closes then.

    Args:
        app: the application.
    """

    def __init__(self, app: web.Application) -> None:
        # aiohttp's own logger would quote malformed requests
        silent = logging.Logger("http", logging.CRITICAL + 1)  # noqa: LOG001 - no other part shall see it
        self._runner = web.AppRunner(
            app, access_log=None, logger=silent, handler_cancellation=True, shutdown_timeout=_SHUTDOWN
        )
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Start to listen, and return the port.

        Args:
            host: the interface.
            port: the port; 0 takes a free one.

        Raises:
            OSError: the port is taken, or this machine does not have that host.
        """
        await self._runner.setup()
        connect = cast("Callable[[], asyncio.Protocol]", self._runner.server)  # it is set up
        try:
            self._server = await asyncio.get_running_loop().create_server(connect, host, port)
        except OSError:
            await self._runner.cleanup()
            raise
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept no further connection; those that there are live on. A second call does no harm."""
        server, self._server = self._server, None
        if server is None:
            return
        loop = asyncio.get_running_loop()
        for each in server.sockets:
            with suppress(NotImplementedError):  # Windows' event loop has no readers
                loop.remove_reader(each.fileno())
        for _ in range(_ACCEPTING):
            await asyncio.sleep(0)
        server.close()

    async def close(self) -> None:
        """Accept no further connection, and end all requests. A second call does no harm."""
        try:
            await self.stop()
        finally:
            await self._runner.cleanup()

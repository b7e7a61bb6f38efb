"""A pooler in transaction mode before a real PostgreSQL: each transaction gets another server connection.

Written from what such poolers say of themselves: a client has a connection of the server only from the first
message of a transaction to the ReadyForQuery that says that none is open, and the process that the handshake
names is none of the server's.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
_READY: Final = b"Z"
_IDLE: Final = b"I"
_KEY: Final = b"K"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Pooler:
    """Gives its connections to clients in turn, for one transaction each.

    Attributes:
        port: its port on loopback.
        transactions: how many there were.
    """

    def __init__(self, socket: Path) -> None:
        self.port = 0
        self.transactions = 0
        self._socket = socket
        self._free: asyncio.Queue[Streams] = asyncio.Queue()
        self._opened: list[asyncio.StreamWriter] = []
        self._greeting = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until it leaves."""
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._greet(reader, writer)
            await self._relay(reader, writer)
        writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        startup = await reader.readexactly(8)
        if startup == _SSL_REQUEST:
            writer.write(b"N")
            startup = await reader.readexactly(8)
        startup += await reader.readexactly(struct.unpack("!i", startup[:4])[0] - 8)
        while len(self._opened) < 3:
            await self._connect(startup)
        writer.write(self._greeting)

    async def _connect(self, startup: bytes) -> None:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        self._opened.append(writer)
        writer.write(startup)
        greeting = message = b""
        while message[:1] != _READY:
            message = await _message(reader)
            if message[:1] == _KEY:
                message = _KEY + struct.pack("!iii", 12, 123_456_789, 1)
            greeting += message
        self._greeting = greeting
        await self._free.put((reader, writer))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over: asyncio.Task[None] | None = None
        server: asyncio.StreamWriter | None = None
        while (message := await _message(reader))[:1] != b"X":
            if server is None or over is None or over.done():
                answers, server = await self._free.get()
                self.transactions += 1
                over = asyncio.create_task(self._answer(answers, server, writer))
            server.write(message)

    async def _answer(
        self, answers: asyncio.StreamReader, server: asyncio.StreamWriter, writer: asyncio.StreamWriter
    ) -> None:
        answer = b""
        while answer[:1] != _READY or answer[5:] != _IDLE:
            answer = await _message(answers)
            if answer[:1] == _READY and answer[5:] == _IDLE:
                await self._free.put((answers, server))
            writer.write(answer)

    def close(self) -> None:
        """Close the connections of the server."""
        for server in self._opened:
            server.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)


@asynccontextmanager
async def pooler(folder: Path) -> AsyncGenerator[Pooler]:
    """Run a pooler on loopback, before the server whose socket is in a folder."""
    found = Pooler(folder / ".s.PGSQL.5432")
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    async with server:
        found.port = server.sockets[0].getsockname()[1]
        yield found
    found.close()

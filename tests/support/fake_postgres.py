"""A server that answers like PostgreSQL until it has a password, as somebody does who wants to have one.

Written from the protocol's description: an SSLRequest is answered with S or N, a startup message with a
request for the password in clear text, and the password with an error.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import msgspec

from tests.support import certificates

_SSL_REQUEST: Final = 80877103
_ASKS_FOR_PASSWORD: Final = struct.pack("!cii", b"R", 8, 3)
_REFUSES: Final = b"SFATAL\0C28P01\0Mno\0\0"


class FakePostgres(msgspec.Struct):
    """What has arrived at a fake server.

    Attributes:
        tls: whether it speaks TLS.
        port: its port on loopback.
        secure: for each startup message, whether it came through TLS.
        startups: the settings in each startup message.
        passwords: the passwords.
        clients: the common names in the certificates that clients showed.
    """

    tls: bool
    port: int = 0
    secure: list[bool] = []
    startups: list[dict[str, str]] = []
    passwords: list[str] = []
    clients: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await _startup(reader)
        if struct.unpack("!i", message[:4]) == (_SSL_REQUEST,):
            writer.write(b"S" if self.tls else b"N")
            if self.tls:
                await writer.start_tls(_context())
            message = await _startup(reader)
        certificate: dict[str, Any] | None = writer.get_extra_info("peercert")
        if certificate:
            self.clients += [name[0][1] for name in certificate["subject"]]
        self.secure.append(writer.get_extra_info("sslcontext") is not None)
        texts = message[4:].rstrip(b"\0").decode().split("\0")
        self.startups.append(dict(zip(texts[::2], texts[1::2], strict=True)))
        writer.write(_ASKS_FOR_PASSWORD)
        kind, size = struct.unpack("!ci", await reader.readexactly(5))
        assert kind == b"p"
        self.passwords.append((await reader.readexactly(size - 4)).rstrip(b"\0").decode())
        writer.write(struct.pack("!ci", b"E", len(_REFUSES) + 4) + _REFUSES)
        await writer.drain()


def _context() -> ssl.SSLContext:
    context = certificates.server()
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


async def _startup(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack("!i", await reader.readexactly(4))
    return await reader.readexactly(size - 4)


@asynccontextmanager
async def fake_postgres(*, tls: bool) -> AsyncGenerator[FakePostgres]:
    """Run a fake server on loopback."""
    fake = FakePostgres(tls)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with server:
        fake.port = server.sockets[0].getsockname()[1]
        yield fake

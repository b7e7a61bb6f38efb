"""Raw servers for what the sandbox cannot do: any bytes as an answer, or none, and connections counted."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

_HEAD_END = b"\r\n\r\n"


class Heard(NamedTuple):
    """One request as it stood on the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def ok(body: bytes, *, status: str = "200 OK", **headers: str) -> bytes:
    """Write an answer on a connection that stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _HEAD_END + body


class _Listener(ABC):
    """Listens on a free port of the loopback interface and keeps track of its connections."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.opened = 0
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/api/v1"

    @property
    def open(self) -> int:
        """Connections that are open now."""
        return len(self._serving)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
        for writer in self._serving.values():
            writer.close()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        task = asyncio.create_task(self._run(reader, writer))
        self._serving[task] = writer
        task.add_done_callback(lambda _: self._serving.pop(task))

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    @abstractmethod
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


class RawServer(_Listener):
    """Answers each request with the bytes that `reply` gives; without any it drops the connection."""

    def __init__(self, reply: Callable[[Heard], bytes | None], *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.heard: list[Heard] = []
        self._reply = reply

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await _request(reader)
            self.heard.append(request)
            answer = self._reply(request)
            if answer is None:
                return
            writer.write(answer)
            await writer.drain()


class ScriptedServer(_Listener):
    """Lets a coroutine answer each request: in pieces, late, or more often than once."""

    def __init__(self, script: Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]) -> None:
        super().__init__()
        self.heard: list[Heard] = []
        self._script = script

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await _request(reader)
            self.heard.append(request)
            await self._script(request, writer)


class ConnectProxy(_Listener):
    """An HTTP proxy: passes the bytes of a CONNECT on to a port of loopback, whatever host it names.

    Args:
        port: the port.
        credentials: the value of Proxy-Authorization that it accepts; None if it wants none.
        tls: its own TLS context; None for a proxy that is reached by plain http.

    Attributes:
        heard: the heads of the requests to the proxy itself.
    """

    def __init__(
        self, port: int, *, credentials: str | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(tls)
        self.heard: list[str] = []
        self._to = port
        self._credentials = credentials

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(_HEAD_END)).decode()
        self.heard.append(head)
        if self._credentials and f"Proxy-Authorization: {self._credentials}\r\n" not in head:
            writer.write(
                b"HTTP/1.1 407 Give credentials\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
            )
            return
        if not head.startswith("CONNECT "):
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        back, forth = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await _first_of(_pass(reader, forth), _pass(back, writer))
        finally:
            forth.close()


class Proxy(_Listener):
    """Passes bytes on to another port and back."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._to = urlsplit(url)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(self._to.hostname, self._to.port)
        try:
            await _first_of(_pass(reader, forth), _pass(back, writer))
        finally:
            forth.close()


async def _request(reader: asyncio.StreamReader) -> Heard:
    first, *lines = (await reader.readuntil(_HEAD_END)).decode().rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    split = urlsplit(target)
    path = split.path.removeprefix("/api/v1")
    return Heard(method, path, dict(parse_qsl(split.query)), headers, body)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while content := await reader.read(65536):
        writer.write(content)
        await writer.drain()


async def _first_of(*ways: Awaitable[None]) -> None:
    """Go on until one way is at its end, and end the other one."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

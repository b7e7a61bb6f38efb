"""One POST to a receiver on this machine, with nothing but a socket; the sandbox knows no HTTP client."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

ELSEWHERE: Final = (
    "Not sent: the sandbox posts to receivers on this machine only, such as http://127.0.0.1:8000/events."
)
ENCRYPTED: Final = "Not sent: the sandbox posts without TLS; give a receiver on this machine an http:// URL."

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {"localhost": ("127.0.0.1", "::1")}
_HEAD: Final = 64 * 1024  # bytes that the headers of a response may have
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})[ \r]")
_KEPT: Final = "/%:@!$&'()*+,;=~-._"
_CONTROL: Final = re.compile(r"[^\x20-\x7e]")
_CLOSING: Final = 1.0  # seconds


class Outcome(NamedTuple):
    """What became of a POST.

    Attributes:
        status: the status of the response; None if there was none.
        problem: what went wrong, without a part of the URL; empty if the response was 200.
    """

    status: int | None
    problem: str


class Target(NamedTuple):
    """A receiver on this machine: its addresses in the order in which they are tried."""

    addresses: tuple[str, ...]
    port: int
    host: str
    path: str


def target(url: str) -> Target | Outcome:
    """Return the receiver of a URL, or why nothing is sent to it. No name is looked up."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Outcome(None, "Not sent: the URL cannot be read.")
    if parts.scheme not in {"http", "https"} or not host:
        return Outcome(None, "Not sent: the URL is not absolute; it must begin with http:// and a host.")
    addresses = _NAMES.get(host.rstrip(".").lower()) or _literal(host)
    if not addresses:
        return Outcome(None, ELSEWHERE)
    if parts.scheme == "https":
        return Outcome(None, ENCRYPTED)
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT + '?')}" if parts.query else ""
    name = f"[{host}]" if ":" in host else host
    number = 80 if port is None else port
    return Target(addresses, number, f"{name}:{number}", path + query)


async def post(url: str, headers: Mapping[str, str], body: bytes, limit: float) -> Outcome:
    """Send one POST to a receiver on this machine, and return what it responded.

    Args:
        url: the URL.
        headers: the headers; those about the body are added.
        body: the body, as JSON.
        limit: seconds until the response must be there.
    """
    where = target(url)
    if isinstance(where, Outcome):
        return where
    if any(_CONTROL.search(value) for value in headers.values()):
        return Outcome(None, "Not sent: the name of the workstation cannot be written into a header.")
    try:
        async with asyncio.timeout(limit):
            status = await _exchanged(where, _request(where, headers, body))
    except TimeoutError:
        return Outcome(None, f"No response within {limit:g} s.")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        return Outcome(None, f"No response: {type(error).__name__}.")
    if status is None:
        return Outcome(None, "The response was not HTTP.")
    return Outcome(status, "" if status == HTTPStatus.OK else f"The receiver responded {status}.")


def _literal(host: str) -> tuple[str, ...]:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ()
    return (host,) if address.is_loopback and "%" not in host else ()


def _request(where: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {where.path} HTTP/1.1", f"Host: {where.host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


async def _exchanged(where: Target, request: bytes) -> int | None:
    """Send a request, and return the status of its response; None if it is not HTTP."""
    reader, writer = await _connected(where)
    try:
        writer.write(request)  # it is not waited for: a receiver may respond before it has read everything
        status = HTTPStatus.CONTINUE.value
        while status < HTTPStatus.OK:
            found = _STATUS.match(await reader.readuntil(b"\r\n\r\n"))
            if found is None:
                return None
            status = int(found[1])
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSING):
                writer.close()
                await writer.wait_closed()
        return status
    finally:
        writer.transport.abort()


async def _connected(where: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    *others, last = where.addresses
    for address in others:
        with contextlib.suppress(OSError):
            return await asyncio.open_connection(address, where.port, limit=_HEAD)
    return await asyncio.open_connection(last, where.port, limit=_HEAD)

"""Receives the POSTs of offices: who sent it, is it whole, is it stored; only then the office hears 200."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import parse_qs

from odapi_async import ConfigurationError, Response
from odapi_async.events.adapters.asgi import App, asgi_app
from odapi_async.events.credentials import Credentials, Token
from odapi_async.events.delivery import Delivery, Refused, load_row_types, read_delivery
from odapi_async.mirror import StoreError

AUTHORIZATION: Final = "authorization"
LENGTH: Final = "content-length"
_LOG: Final = logging.getLogger("odapi_async.events")
_PER_PRACTICE: Final = 2
_AT_ONCE: Final = 16
"""Bodies that are in memory at the same time: of one practice, and of all."""
_AGAIN: Final = "60"  # seconds; an office decides itself when it sends again


class Received(NamedTuple):
    """What became of one POST, for logs and metrics.

    Attributes:
        practice: the name of the practice; None if its key is not known.
        kind: the API's name of the event; empty if it was not read.
        rows: the number of rows that came.
        new: how many of them had not come before.
        status: the status of the response.
    """

    practice: str | None
    kind: str
    rows: int
    new: int
    status: int


class DeliveryStore(Protocol):
    """Keeps deliveries: an `Inbox`."""

    async def store(self, delivery: Delivery) -> int:
        """Store a delivery, and return the number of its rows that had not come before.

        Raises:
            StoreError: nothing was stored.
        """
        ...


class Receiver:
    """Receives the events of offices, and answers 200 when they are stored.

        receiver = Receiver(Inbox(store), keys={"harbour": "customer-key"})
        app.mount("/od", receiver.asgi)                          # FastAPI, Starlette: the URL is /od/
        aiohttp_app.router.add_post("/od", receiver.aiohttp)
        urlpatterns = [path("od", receiver.django)]

    Put TLS in front of it: the customer key is in each request. Strangers get 401 before their body is read.

    Args:
        inbox: keeps what comes.
        keys: the customer keys by the names of the practices. Offices send theirs with each event.
        token: a second secret of 20 characters or more: the query of the URL has to have `token=` with it,
            too. None for none. Servers and proxies write URLs into their access logs.
        max_body: bytes of the largest body. 1,000 patients with notes of 5,000 characters have 5 MB, or 10 MB
            if each letter has two bytes.
        timeout: seconds for a whole request. An office gives up after about a minute.
        on_received: called with what became of each POST. What it raises is logged by its type.

    Raises:
        ConfigurationError: there is no key, a key is empty, or two practices have the same; or the token is
            empty or too short, or max_body or timeout are not positive.
    """

    def __init__(
        self,
        inbox: DeliveryStore,
        *,
        keys: Mapping[str, str],
        token: str | None = None,
        max_body: int = 16 << 20,
        timeout: float = 20.0,
        on_received: Callable[[Received], object] = lambda _: None,
    ) -> None:
        try:
            self.replace_keys(keys)
        finally:
            del keys  # error reporters send local variables
        if not max_body > 0:
            raise ConfigurationError("max_body must be a positive number of bytes")
        if not 0 < timeout < float("inf"):
            raise ConfigurationError("timeout must be a positive number of seconds")
        self._inbox = inbox
        self._token = None if token is None else Token(token)
        del token
        self._max_body = max_body
        self._timeout = timeout
        self._on_received = on_received
        self._all = asyncio.Semaphore(_AT_ONCE)
        self._of_practice: dict[str, asyncio.Semaphore] = defaultdict(
            partial(asyncio.Semaphore, _PER_PRACTICE)
        )
        load_row_types()

    def replace_keys(self, keys: Mapping[str, str]) -> None:
        """Accept other practices from now on.

        Args:
            keys: as for `Receiver`.

        Raises:
            ConfigurationError: as for `Receiver`; then the keys stay as they were.
        """
        if not keys:
            raise ConfigurationError("keys has no practice, so every event would be refused")
        try:
            self._credentials = Credentials(keys)
        finally:
            del keys  # error reporters send local variables

    @property
    def asgi(self) -> App:
        """An ASGI app, to be mounted at any path or run alone."""
        return asgi_app(self.receive)

    @property
    def aiohttp(self) -> Callable[[Any], Any]:
        """A handler of `aiohttp.web`."""
        from odapi_async.events.adapters.aiohttp import aiohttp_handler  # noqa: PLC0415 - few need it

        return aiohttp_handler(self.receive)

    @property
    def django(self) -> Callable[[Any], Any]:
        """An asynchronous view of Django under ASGI, which needs no CSRF token.

        Django reads the body before it calls a view, also that of strangers: let the proxy limit its size.
        """
        from odapi_async.events.adapters.django import django_view  # noqa: PLC0415 - few need it

        return django_view(self.receive)

    async def receive(
        self,
        headers: Mapping[str, str],
        chunks: AsyncIterable[bytes],
        *,
        method: str = "POST",
        query: str = "",
    ) -> Response:
        """Receive one request of any server. If it is cancelled, the event is stored whole or not at all.

        It raises nothing else: what goes wrong is the status of the response.

        Args:
            headers: the headers, with names in lower case. Join several of one name with a comma.
            chunks: the body. If it raises an exception, the body is torn.
            method: the HTTP method.
            query: the query of the URL, without its question mark.
        """
        practice = self._practice_of(headers, query)
        if practice is None:
            return self._ended(Received(None, "", 0, 0, HTTPStatus.UNAUTHORIZED))
        try:
            self._check(method, headers)
            return await self._received(practice, headers, chunks, query)
        except Refused as refused:
            status, text = refused.status, refused.reason
        except asyncio.CancelledError as cancelled:
            headers, query = {}, ""  # error reporters send local variables
            raise cancelled.with_traceback(None) from None
        except Exception as error:  # noqa: BLE001 - its text and its frames may have values of the body
            _LOG.error("an event of %s was not stored: %s", practice, type(error).__name__)
            status, text = HTTPStatus.INTERNAL_SERVER_ERROR, "it could not be stored"
        return self._ended(Received(practice, "", 0, 0, status), text)

    async def _received(
        self, practice: str, headers: Mapping[str, str], chunks: AsyncIterable[bytes], query: str
    ) -> Response:
        delivery: Delivery | None = None
        is_reading, new = False, 0
        try:
            async with asyncio.timeout(self._timeout), self._of_practice[practice], self._all:
                is_reading = True
                delivery = read_delivery(practice, headers, query, await self._body(chunks))
                is_reading = False
                new = await self._inbox.store(delivery)
        except (StoreError, TimeoutError) as error:
            if is_reading:
                raise Refused(HTTPStatus.REQUEST_TIMEOUT, "the body took too long") from None
            _LOG.warning("an event of %s was not stored: %s", practice, type(error).__name__)
            status, text = HTTPStatus.SERVICE_UNAVAILABLE, "try again"
        else:
            status, text = HTTPStatus.OK, ""
        kind, rows = (delivery.kind, len(delivery.items)) if delivery else ("", 0)
        return self._ended(Received(practice, kind, rows, new, status), text)

    async def _body(self, chunks: AsyncIterable[bytes]) -> bytes:
        found = bytearray()
        try:
            async for chunk in chunks:
                found += chunk
                if len(found) > self._max_body:
                    break
        except Exception:  # noqa: BLE001 - each server has exceptions of its own for a client that is gone
            raise Refused(HTTPStatus.BAD_REQUEST, "the body broke off") from None
        if len(found) > self._max_body:
            raise self._too_large()
        return bytes(found)

    def _check(self, method: str, headers: Mapping[str, str]) -> None:
        if method != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "only POST is accepted")
        declared = headers.get(LENGTH, "0")
        if not (declared.isascii() and declared.isdecimal()):
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is no number")
        digits = declared.lstrip("0")
        if len(digits) > len(str(self._max_body)) or int(digits or 0) > self._max_body:
            raise self._too_large()

    def _too_large(self) -> Refused:
        return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {self._max_body} bytes")

    def _practice_of(self, headers: Mapping[str, str], query: str) -> str | None:
        """Return the practice, or None for strangers; both secrets are always compared."""
        found = self._credentials.practice_of(headers.get(AUTHORIZATION, ""))
        if self._token is None:
            return found
        given = parse_qs(query, keep_blank_values=True).get("token", [""])
        is_right = self._token.is_it(given[0]) and len(given) == 1
        return found if is_right else None

    def _ended(self, received: Received, text: str = "") -> Response:
        try:
            self._on_received(received)
        except Exception as error:  # noqa: BLE001 - the event is stored, and the office shall hear of it
            _LOG.warning("on_received raised %s", type(error).__name__)
        headers = {"Content-Type": "text/plain; charset=utf-8"} if text else {}
        if received.status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "POST"
        if received.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = _AGAIN
        return Response(received.status, headers, text.encode())

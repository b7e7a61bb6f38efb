"""The watch page over HTTP, with GET and HEAD only. No log has a URL, because one of them has the token."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

from aiohttp import web

from odapi_async.errors import OpenDentalError
from odapi_async.events.listening import Listener
from odapi_async.watch import render
from odapi_async.watch.feed import PAUSE, Feed
from odapi_async.watch.markup import Html
from odapi_async.watch.mistake import described
from odapi_async.watch.security import HEADERS, Access
from odapi_async.watch.source import Source

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MOST_PAGES: Final = 100
_STATIC: Final = Path(__file__).with_name("static")
_TYPES: Final = MappingProxyType(
    {"watch.css": "text/css", "watch.js": "text/javascript", "watch.svg": "image/svg+xml"}
)
_LOCKED: Final = "This page needs its token"
_HOW: Final = "Open the address that odapi watch printed when it started: it ends with ?token= and the token."
_log: Final = logging.getLogger("odapi_async.watch")


class WatchServer:
    """Serves the watch page of one database, in `async with` or from `start` to `close`.

    Args:
        source: the database, from `open_source`.
        token: what a browser has to know.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        names: further names in the Host header that are right, such as that of a proxy.
        on_error: called if the database cannot be read, once until it can be read again.
        pause: seconds between two looks at the database at least.
    """

    def __init__(
        self,
        source: Source,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        names: Iterable[str] = (),
        on_error: Callable[[OpenDentalError], None] = lambda _: None,
        pause: float = PAUSE,
    ) -> None:
        self._source = source
        self._token = token
        self._host, self._port = host, port
        self._access = Access(token, host, names)
        self._feed = Feed(source, on_error, pause=pause)
        self._files = {name: (_STATIC / name).read_bytes() for name in _TYPES}
        self._work: asyncio.Task[None] | None = None
        app = web.Application(middlewares=[self._guard], client_max_size=0)
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(self._end_events)
        app.router.add_get("/", self._page)
        app.router.add_get("/details", self._details)
        app.router.add_get("/events", self._events, allow_head=False)
        app.router.add_get("/static/{name}", self._file)
        self._listener = Listener(app)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def address(self) -> str:
        """The address of the page without the token, such as `http://127.0.0.1:8080/`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    @property
    def url(self) -> str:
        """The address with the token, which opens the page."""
        return f"{self.address}?token={self._token}"

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return self._feed.pages

    async def start(self) -> None:
        """Read the database once, and start to listen.

        Raises:
            StoreError: the database cannot be used.
            OSError: the port is taken, or this machine does not have that host.
        """
        await self._feed.look()
        self._port = await self._listener.start(self._host, self._port)
        self._work = asyncio.create_task(self._feed.work())

    async def close(self) -> None:
        """End all pages, and stop to listen. A second call does no harm."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
        await self._listener.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._access.is_host(request.headers.get("Host")):
            return web.Response(status=403, text="This server has another name.")
        try:
            if request.path != "/" or "token" not in request.query:
                self._check_cookie(request)
            return await handler(request)
        except web.HTTPUnauthorized:
            return _html(render.notice(_LOCKED, _HOW), status=401)
        except web.HTTPException as refused:
            return web.Response(status=refused.status, text=refused.reason, headers=_allow(refused))
        except OpenDentalError:
            return web.Response(status=503, text="The database cannot be read.")
        except Exception as error:  # noqa: BLE001 - it is logged; aiohttp's log would have the URL
            _log.error("a request of the watch page failed: %s", described(error))
            return web.Response(status=500, text="Internal error")

    def _check_cookie(self, request: web.Request) -> None:
        """Let requests with the cookie pass, and those for files of the package.

        Raises:
            HTTPUnauthorized: the cookie is missing or wrong.
        """
        is_public = request.path.startswith("/static/")
        if not is_public and not self._access.is_cookie(request.cookies.get(self._access.cookie_name)):
            raise web.HTTPUnauthorized

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if "token" in request.query:
            return self._welcome(request.query["token"])
        practice = request.query.get("practice")
        opened = render.no_details() if practice is None else await self._details_of(practice)
        parts = await self._feed.parts()
        return _html(render.page(parts, self._feed.version, opened))

    def _welcome(self, token: str) -> web.Response:
        """Give a browser the cookie for the token, and send it on to the URL without the token.

        It is sent on by a page of ours: after a redirect it would not send the cookie if a link of another
        site had led it here.
        """
        if not self._access.is_token(token):
            return web.Response(
                status=403, text="This token is wrong, or of an earlier start of odapi watch."
            )
        response = _html(render.notice("odapi watch", "The page opens.", forward=True))
        response.set_cookie(
            self._access.cookie_name, self._access.cookie, httponly=True, samesite="Strict", path="/"
        )
        return response

    async def _details(self, request: web.Request) -> web.Response:
        practice = request.query.get("practice")
        return _html(render.no_details() if practice is None else await self._details_of(practice))

    async def _details_of(self, practice: str) -> Html:
        found = await self._source.details(practice)
        return render.no_details(practice) if found is None else render.details(found)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self._feed.pages >= _MOST_PAGES:
            raise web.HTTPServiceUnavailable
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        # a proxy that keeps a response until it is complete would keep this one for ever
        response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        with self._feed.open_page():
            await response.prepare(request)
            try:
                async with contextlib.aclosing(self._feed.events(after)) as events:
                    async for event in events:
                        await response.write(event)
            except ConnectionResetError:
                pass  # the browser has gone
            except Exception as error:  # noqa: BLE001 - it is logged, and the response has begun already
                _log.error("the events of the watch page ended: %s", described(error))
        return response

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type=_TYPES[name], charset="utf-8")

    async def _end_events(self, _: web.Application) -> None:
        self._feed.close()


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.pop("Server", None)


def _html(text: Html, status: int = 200) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")


def _allow(refused: web.HTTPException) -> dict[str, str]:
    """Return the header that a refusal of a method has to have."""
    return {"Allow": refused.headers["Allow"]} if "Allow" in refused.headers else {}

"""One look at the database for all open pages, and the changes for each of them."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from typing import Final

import msgspec

from odapi_async.errors import OpenDentalError
from odapi_async.watch.board import Board
from odapi_async.watch.markup import Html
from odapi_async.watch.mistake import described
from odapi_async.watch.source import Source

PAUSE: Final = 2.0
"""Seconds between two looks at the database."""

_SHARE: Final = 120.0  # times the CPU time of a look: all looks together take less than 1 % of a core
_LONGEST: Final = 30.0  # seconds; a proxy ends a connection that is quiet for a minute
_RECENT: Final = 0.9  # of a pause; timers are not exact

_RETRY: Final = b"retry: 1000\n\n"
"""Tells the browser after how many milliseconds it connects again if the connection is lost."""

_log: Final = logging.getLogger("odapi_async.watch")


class Feed:
    """Looks at the database while a page is open, at most every two seconds.

    Args:
        source: the database.
        on_error: called if the database cannot be read, once until it can be read again.
        pause: seconds between two looks at least.
    """

    def __init__(
        self, source: Source, on_error: Callable[[OpenDentalError], None], *, pause: float = PAUSE
    ) -> None:
        self._source = source
        self._on_error = on_error
        self._shortest = self._pause = pause
        self._board = Board()
        self._run = secrets.token_hex(4)
        self._looked_at: float | None = None
        self._failing = False
        self._pages = 0
        self._looking = asyncio.Lock()
        self._news = asyncio.Event()
        self._opened = asyncio.Event()
        self._closed = False
        self._encoded: tuple[int, int, bytes] = (0, 0, b"")

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return self._pages

    @property
    def version(self) -> str:
        """The version of what `parts` returns; unique over all servers."""
        return f"{self._run}-{self._board.version}"

    async def parts(self) -> list[Html]:
        """Return the parts of the page, no older than the pause between two looks.

        Raises:
            OpenDentalError: the database cannot be read, and never could be.
        """
        await self.look()
        return self._board.parts()

    async def work(self) -> None:
        """Look again and again while a page is open. It ends by cancellation only."""
        while True:
            await self._opened.wait()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - it is logged, and must not end the page for good
                _log.error("the watch page could not be updated: %s", described(error))
            await asyncio.sleep(self._pause)

    async def look(self) -> None:
        """Look at the database, unless the last look is recent.

        Raises:
            OpenDentalError: the database cannot be read, and never could be.
        """
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if self._looked_at is not None and now - self._looked_at < self._pause * _RECENT:
                return
            before = time.process_time()
            await self._read()
            self._looked_at = now
            cost = time.process_time() - before
            self._pause = min(max(self._shortest, _SHARE * cost), _LONGEST)
        self._notify()

    @contextmanager
    def open_page(self) -> Generator[None]:
        """Count a page as open."""
        self._pages += 1
        self._opened.set()
        try:
            yield
        finally:
            self._pages -= 1
            if not self._pages:
                self._opened.clear()

    async def events(self, after: str) -> AsyncGenerator[bytes]:
        """Yield the changes after a version as server-sent events, until the feed is closed."""
        run, _, number = after.rpartition("-")
        seen = int(number) if run == self._run and number.isdecimal() else 0
        yield _RETRY
        while not self._closed:
            news = self._news  # before the event: writing it takes a while, and what comes then is news
            if self._board.version > seen:
                event, seen = self._event(seen), self._board.version
                yield event
            await news.wait()

    def close(self) -> None:
        """End all events."""
        self._closed = True
        self._notify()

    def _notify(self) -> None:
        """Wake all pages; those that wait next wait for the next change."""
        self._news.set()
        self._news = asyncio.Event()

    async def _read(self) -> None:
        try:
            view = await self._source.read()
        except OpenDentalError as error:
            if not self._board.version:
                raise
            if not self._failing:
                self._on_error(error)
            self._failing = True
            self._board.show_failure()
        else:
            self._failing = False
            self._board.show(view)

    def _event(self, after: int) -> bytes:
        """Return the event for pages that have seen a version; most have seen the same one."""
        version = self._board.version
        if self._encoded[:2] != (after, version):
            data = msgspec.json.encode(self._board.changes(after), enc_hook=str)
            self._encoded = (after, version, b"id: %s\ndata: %s\n\n" % (self.version.encode(), data))
        return self._encoded[2]

"""The cached responses of `with_options(max_age=...)`. Works on bytes and seconds, and sends no request.

A cached response is dropped as soon as this client begins a write at the same practice, and nothing that was
requested before the end of that write is cached. A practice is told by its keys and not by its lane, because
two lanes may lead to one office: one through the internet, and one on its own network.

The pages of a list are cached one by one. A page that is younger than later pages replaces them, so that the
pages of a list never get older towards its end: as if it was read slowly, from its beginning to its end.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, NamedTuple

from odapi_async._core.asked import wall_time
from odapi_async._core.retry import RetryState
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Response
from odapi_async.limits import SERVER_TIMEOUT

MAX_BYTES: Final = 32 * 2**20
"""Bytes of all responses that a client keeps at most; a single one may have an eighth of them."""
MAX_RESPONSES: Final = 10_000
"""Responses that a client keeps at most. The oldest ones give way."""
_SHARE: Final = 8
_OVERHEAD: Final = 1024  # bytes of one cached response, apart from its body and its URL


class CacheKey(NamedTuple):
    """What a response answers.

    Attributes:
        keys: the header with the keys of the practice.
        url: the whole URL, without offset and limit.
        offset: the number of rows of a list before this page; 0 for other reads.
        limit: the most rows of this page, as it is sent; empty for the usual number. Pages of one list may
            have different ones.
    """

    keys: Secret[str]
    url: Secret[str]
    offset: int
    limit: str = ""


class Hit(NamedTuple):
    """A cached response.

    Attributes:
        response: the response.
        age: seconds since its request was sent, also if the machine was asleep meanwhile.
    """

    response: Response
    age: float


class _Entry:
    """A cached response; its body is hidden from error reporters, which follow attributes."""

    __slots__ = ("cached_at", "key", "response", "sent_at", "size", "until")

    def __init__(self, key: CacheKey, response: Response, sent_at: float, until: float, size: int) -> None:
        self.key = key
        self.response = Secret(response)
        self.cached_at = wall_time()
        self.sent_at = sent_at
        self.until = until
        self.size = size

    def age(self, now: float) -> float:
        """Return the seconds since the request was sent.

        Monotonic clocks stand still while a machine sleeps, and the clock on the wall may be set back.
        """
        return max(now - self.sent_at, wall_time() - self.cached_at)


class Read:
    """A read whose response may be cached.

    Attributes:
        is_stale: whether a write ran at some time since it began, or may still be executed.
    """

    __slots__ = ("_cache", "_key", "is_stale")

    def __init__(self, cache: ResponseCache, key: CacheKey) -> None:
        self._cache = cache
        self._key = key
        self.is_stale = False

    def keep(self, response: Response, sent_at: float, max_age: float | None) -> None:
        """Keep its response, unless a write may have made it wrong.

        Args:
            response: a success.
            sent_at: when its request was sent, in seconds of the scheduler's clock.
            max_age: seconds for which the caller would use it; None if it would not, but the response is
                younger than one that is cached.
        """
        if not self.is_stale:
            self._cache.keep(self._key, response, sent_at, max_age)


class _Practice:
    """The cached responses of one practice, and what is going on there."""

    __slots__ = ("pages", "reads", "unsettled_until", "writes")

    def __init__(self) -> None:
        self.pages: dict[Secret[str], dict[CacheKey, _Entry]] = {}
        self.reads: set[Read] = set()
        self.writes = 0
        self.unsettled_until = 0.0


class ResponseCache:
    """The responses that one client keeps.

    Args:
        max_bytes: bytes of all of them at most.
        max_responses: their number at most.
    """

    __slots__ = ("_bytes", "_entries", "_max_bytes", "_max_responses", "_practices")

    def __init__(self, max_bytes: int = MAX_BYTES, max_responses: int = MAX_RESPONSES) -> None:
        self._max_bytes = max_bytes
        self._max_responses = max_responses
        self._bytes = 0
        self._entries: dict[CacheKey, _Entry] = {}  # in the order in which they came
        self._practices: dict[Secret[str], _Practice] = {}

    def __len__(self) -> int:
        """Return the number of cached responses."""
        return len(self._entries)

    @property
    def size(self) -> int:
        """The bytes of all responses, with an estimate of what caching them costs."""
        return self._bytes

    def find(self, key: CacheKey, max_age: float | None, now: float) -> Hit | None:
        """Return the response to a read, if there is one that is young enough.

        Args:
            key: what it answers.
            max_age: seconds since it was requested at most; None never finds one.
            now: seconds of the scheduler's clock.
        """
        entry = self._entries.get(key)
        if entry is None or max_age is None or (age := entry.age(now)) > max_age:
            return None
        return Hit(entry.response.reveal(), age)

    @contextmanager
    def reading(self, key: CacheKey, now: float) -> Generator[Read]:
        """Watch for writes while a read is in flight or waits.

        Args:
            key: what its response answers.
            now: seconds of the scheduler's clock.
        """
        practice = self._practices.setdefault(key.keys, _Practice())
        if practice.unsettled_until <= now:
            practice.unsettled_until = 0.0
        read = Read(self, key)
        read.is_stale = practice.writes > 0 or practice.unsettled_until > 0
        practice.reads.add(read)
        try:
            yield read
        finally:
            practice.reads.discard(read)
            self._forget_idle(key.keys, practice)

    def begin_write(self, keys: Secret[str]) -> None:
        """Drop the responses of a practice, and cache none of it until the write ends.

        Args:
            keys: the header with the keys of the practice.
        """
        practice = self._practices.setdefault(keys, _Practice())
        practice.writes += 1
        for read in practice.reads:
            read.is_stale = True
        for pages in [*practice.pages.values()]:
            for entry in [*pages.values()]:
                self._drop(entry)

    def end_write(self, keys: Secret[str], state: RetryState, now: float) -> None:
        """Record the end of a write that `begin_write` began; see `unsettle` for one of unknown outcome.

        Args:
            keys: the header with the keys of the practice.
            state: the attempts of the write.
            now: seconds of the scheduler's clock.
        """
        practice = self._practices[keys]
        practice.writes -= 1
        if state.maybe_executed or state.interrupted:
            self.unsettle(keys, now)
        self._forget_idle(keys, practice)

    def unsettle(self, keys: Secret[str], now: float) -> None:
        """Cache nothing of a practice for as long as the API works on a request at most.

        Nobody can know whether its last write was executed, so it may still be.

        Args:
            keys: the header with the keys of the practice.
            now: seconds of the scheduler's clock.
        """
        self._practices.setdefault(keys, _Practice()).unsettled_until = now + SERVER_TIMEOUT

    def keep(self, key: CacheKey, response: Response, sent_at: float, max_age: float | None) -> None:
        """Keep a response; see `Read.keep`. Drop what is too old, or too much."""
        before = self._entries.get(key)
        if before is not None and before.sent_at >= sent_at:
            return
        self._drop_later_pages(key, sent_at)
        if before is not None:
            self._drop(before)
        if max_age is None and before is None:
            return
        until = max(sent_at + (max_age or 0.0), before.until if before else 0.0)
        size = len(response.body) + len(key.url.reveal()) + _OVERHEAD
        if until > sent_at and size <= self._max_bytes // _SHARE:
            self._add(_Entry(key, response, sent_at, until, size))
        self._make_room(sent_at)

    def discard(self, response: Response) -> None:
        """Drop a response that cannot be read, so that the next read asks for it again."""
        bodies = [each for each in self._entries.values() if each.response.reveal().body is response.body]
        for entry in bodies:
            self._drop(entry)

    def close(self) -> None:
        """Drop everything, and keep nothing from now on."""
        self._max_bytes = 0
        self._make_room(0.0)

    def _add(self, entry: _Entry) -> None:
        practice = self._practices.setdefault(entry.key.keys, _Practice())
        practice.pages.setdefault(entry.key.url, {})[entry.key] = entry
        self._entries[entry.key] = entry
        self._bytes += entry.size

    def _make_room(self, now: float) -> None:
        while self._entries:
            oldest = next(iter(self._entries.values()))
            too_much = self._bytes > self._max_bytes or len(self._entries) > self._max_responses
            if not too_much and oldest.until > now:
                return
            self._drop(oldest)

    def _drop_later_pages(self, key: CacheKey, sent_at: float) -> None:
        practice = self._practices.get(key.keys)
        pages = practice.pages.get(key.url, {}) if practice else {}
        for entry in [*pages.values()]:
            if entry.key.offset > key.offset and entry.sent_at < sent_at:
                self._drop(entry)

    def _drop(self, entry: _Entry) -> None:
        del self._entries[entry.key]
        self._bytes -= entry.size
        practice = self._practices[entry.key.keys]
        pages = practice.pages[entry.key.url]
        del pages[entry.key]
        if not pages:
            del practice.pages[entry.key.url]
            self._forget_idle(entry.key.keys, practice)

    def _forget_idle(self, keys: Secret[str], practice: _Practice) -> None:
        if not (practice.pages or practice.reads or practice.writes or practice.unsettled_until):
            self._practices.pop(keys, None)

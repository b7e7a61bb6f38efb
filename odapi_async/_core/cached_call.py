"""A call between its checks and its attempts: it is answered with a cached response, or sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from odapi_async._core.asked import record_age
from odapi_async._core.attempt import ClientContext
from odapi_async._core.emitter import event_of
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions
from odapi_async._core.response_cache import CacheKey
from odapi_async._core.retry import RetryState
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Response
from odapi_async.telemetry import EventName

Send = Callable[[], Awaitable[Response]]


@dataclass(slots=True)
class CachedCall:
    """One call after its checks.

    Attributes:
        context: what all practices share.
        settings: the practice.
        options: how its requests are sent.
        operation: what is done.
        state: the attempts of the call.
    """

    context: ClientContext
    settings: PracticeSettings
    options: RequestOptions
    operation: Operation[Any]
    state: RetryState

    async def write(self, send: Send) -> Response:
        """Send a write. The cached responses of the practice are dropped first, and none is cached meanwhile.

        Args:
            send: sends it as often as the policy allows.
        """
        cache, keys = self.context.cache, self.settings.authorization
        cache.begin_write(keys)
        try:
            return await send()
        finally:
            cache.end_write(keys, self.state, self.context.scheduler.clock)

    async def read(self, send: Send, url: Callable[[], str], paging: Mapping[str, str]) -> Response:
        """Answer a read with a cached response that is young enough, or else send it.

        Args:
            send: sends it as often as the policy allows.
            url: returns its whole URL, without the parameters of a page.
            paging: the offset and the limit of a page.
        """
        cache, max_age = self.context.cache, self.options.max_age
        if self.operation.method != "GET" or (max_age is None and not cache):
            return self._recorded(await send())
        offset, limit = int(paging.get("Offset", 0)), paging.get("Limit", "")
        key = CacheKey(self.settings.authorization, Secret(url()), offset, limit)
        hit = cache.find(key, max_age, self.context.scheduler.clock)
        if hit:
            self._emit_reused(hit.response, hit.age)
            record_age(hit.age)
            return hit.response
        with cache.reading(key, self.context.scheduler.clock) as read:
            response = self._recorded(await send())
            read.keep(response, self.state.sent_at, max_age)
            return response

    def _recorded(self, response: Response) -> Response:
        record_age(self.context.scheduler.clock - self.state.sent_at)
        return response

    def _emit_reused(self, response: Response, age: float) -> None:
        if self.context.emitter.hook is None:
            return
        settings, priority = self.settings, self.options.priority
        event = event_of(
            EventName.REUSED,
            settings,
            self.operation,
            priority,
            settings.pace,
            status=response.status,
            age=age,
        )
        self.context.emitter.emit(event)

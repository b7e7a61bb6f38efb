"""odapi_async's scheduler and other rate limiters behind one interface, each used as its documentation says.

The packages are imported by name on first use, so a missing package costs only its own figures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

Serve = Callable[[Callable[[], None]], Awaitable[float | None]]
"""A request: calls its argument when it is sent; returns the seconds of Retry-After if it was refused."""
Ask = Callable[[str, Serve], Awaitable[None]]
"""Waits until a key may send, then makes a request."""


def ours(interval: float) -> Ask:
    """Our scheduler, without a margin, because the others have none."""
    scheduler_module = import_module("odapi_async.scheduler")
    scheduler, pace = scheduler_module.Scheduler(margin=0.0), scheduler_module.Pace(interval, in_flight=1)

    async def ask(key: str, serve: Serve) -> None:
        with await scheduler.acquire(key, pace) as slot:
            wait = await serve(slot.sent)
            if wait is not None:
                slot.throttled(wait)

    return ask


def aiolimiter(interval: float) -> Ask:
    """One AsyncLimiter for each key."""
    make = import_module("aiolimiter").AsyncLimiter
    return _plain(lambda: make(1, interval).acquire)


def pyrate_limiter(interval: float) -> Ask:
    """One Limiter for each key, without its cleanup, which needs a thread and an event loop per key."""
    module = import_module("pyrate_limiter")
    factory = import_module("pyrate_limiter.limiter").SingleBucketFactory
    rates = [module.Rate(1, round(interval * 1000))]

    def make() -> Callable[[], Awaitable[Any]]:
        bucket = factory(module.InMemoryBucket(rates), schedule_leak=False)
        acquire: Callable[[], Awaitable[Any]] = module.Limiter(bucket).try_acquire_async
        return acquire

    return _plain(make)


def throttled_py(interval: float) -> Ask:
    """One Throttled with GCRA, its most exact algorithm, and a store that is large enough for all keys."""
    module = import_module("throttled.asyncio")
    quota = module.rate_limiter.per_duration(timedelta(seconds=interval), limit=1, burst=1)
    store = module.MemoryStore(options={"MAX_SIZE": 100_000})
    limiter = module.Throttled(using="gcra", quota=quota, store=store, timeout=1e6)

    async def ask(key: str, serve: Serve) -> None:
        await limiter.limit(key)
        await serve(_nothing)

    return ask


def limits(interval: float) -> Ask:
    """A moving window, with the loop around `hit` that users have to write."""
    module = import_module("limits")
    aio = import_module("limits.aio")
    window = aio.strategies.MovingWindowRateLimiter(aio.storage.MemoryStorage())
    item = module.RateLimitItemPerSecond(1, int(interval))

    async def ask(key: str, serve: Serve) -> None:
        while not await window.hit(item, key):
            again = (await window.get_window_stats(item, key)).reset_time
            # at the exact moment of the reset it may still refuse and name the next one
            await asyncio.sleep(max(0.0, again - time.time()) + 0.001)
        await serve(_nothing)

    return ask


def asyncio_throttle(interval: float) -> Ask:
    """One Throttler for each key. It polls 20 times per interval; its default of 100 takes minutes."""
    make = import_module("asyncio_throttle").Throttler
    return _plain(lambda: make(1, interval, interval / 20).acquire)


PEERS: Final[dict[str, Callable[[float], Ask]]] = {
    "odapi_async": ours,
    "aiolimiter": aiolimiter,
    "pyrate-limiter": pyrate_limiter,
    "throttled-py": throttled_py,
    "limits": limits,
    "asyncio-throttle": asyncio_throttle,
}
"""The limiters by the names of their packages; ours comes first."""


def _plain(make: Callable[[], Callable[[], Awaitable[Any]]]) -> Ask:
    """Make a limiter for each key; it cannot be told when a request was sent or refused."""
    by_key: dict[str, Callable[[], Awaitable[Any]]] = {}

    async def ask(key: str, serve: Serve) -> None:
        acquire = by_key.get(key)
        if acquire is None:
            acquire = by_key[key] = make()
        await acquire()
        await serve(_nothing)

    return ask


def _nothing() -> None:
    """Do nothing when a request is sent."""

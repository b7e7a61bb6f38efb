"""The buckets of all lanes, shared with other processes."""

from __future__ import annotations

import math
from typing import Literal

from odapi_async.errors import ConfigurationError
from odapi_async.scheduler.bucket import Bucket, LocalBuckets
from odapi_async.scheduler.redis.bucket import RedisBucket
from odapi_async.scheduler.redis.connection import connections_to
from odapi_async.scheduler.redis.fallback import LocalFallback
from odapi_async.scheduler.redis.scripts import ScriptClient


class RedisBuckets:
    """Buckets in Redis or Valkey, so that all processes and hosts keep one pace per customer key.

    A token is a reservation: one script, run in one round trip and timed by the server's own clock, returns
    the next free start of a lane and how long to wait for it; the process itself waits. So nobody polls, and
    processes take turns in the order in which they asked. A 429, and a request that is sent later than
    reserved (after a slow connect, or in a busy event loop), move the later starts of all processes; each
    process learns of it through one subscription. Redis holds times under the names of lanes, which are
    hashes: no key and no data. Each entry expires a second after the moment that it holds.

    In the worst case one interval is lost: when a token is refunded while another process already waits
    behind it, when a process with a reservation is killed, or when a reservation is repeated because the
    connection broke. A bucket cannot know two things: how long a request of another process executes (if it
    takes longer than the interval, the server makes the next one wait), and that a request takes more than 30
    seconds to be sent.

    Make one for each `OpenDental`. All processes have to give the same tier for the same customer key.

    Args:
        url: `redis://host:6379/0`, `rediss://...` for TLS, or `unix:///path/to/socket`.
        margin: seconds added to the interval between two requests of different processes. Half of it is for
            requests that leave late, half for what the network does to the distance.
        on_unavailable: what to do while Redis does not answer. "fail": requests fail with
            `BucketUnavailable`. A number, such as 0.25 for four processes: continue without Redis at this
            fraction of the pace. In both cases the next request asks Redis again.
        timeout: seconds until Redis must have answered.

    Raises:
        ConfigurationError: the URL or a number is invalid.
    """

    def __init__(
        self,
        url: str,
        *,
        margin: float = 0.005,
        on_unavailable: float | Literal["fail"] = "fail",
        timeout: float = 1.0,
    ) -> None:
        try:
            connections = connections_to(url)
        finally:
            del url  # error reporters send local variables
        if on_unavailable != "fail" and not 0 < on_unavailable <= 1:
            raise ConfigurationError('on_unavailable has to be "fail" or a fraction between 0 and 1')
        if not (0 <= margin < math.inf and 0 < timeout < math.inf):
            raise ConfigurationError("margin has to be 0 or more, and timeout more than 0")
        self._margin = margin
        self._fallback = LocalFallback(None if on_unavailable == "fail" else on_unavailable)
        self._scripts = ScriptClient(connections, timeout)

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make the bucket of a lane; without an interval there is nothing to share."""
        if not interval:
            return LocalBuckets().bucket(lane, interval)
        return RedisBucket(self._scripts, self._fallback, lane, interval, self._margin)

    async def close(self) -> None:
        """Send what is queued for Redis and close the connections."""
        await self._scripts.close()

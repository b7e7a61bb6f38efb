"""The buckets of all lanes, shared with other processes."""

from __future__ import annotations

from typing import Literal

from odapi_async.errors import ConfigurationError
from odapi_async.scheduler.bucket import Bucket, LocalBuckets
from odapi_async.scheduler.redis.bucket import RedisBucket
from odapi_async.scheduler.redis.connection import lines_to
from odapi_async.scheduler.redis.fallback import Alone
from odapi_async.scheduler.redis.scripts import Store


class RedisBuckets:
    """Buckets that live in Redis or Valkey, so that all processes and hosts keep one pace per customer key.

    A token is a reservation: one script, run in one round trip and timed by the server's own clock, gives the
    next free start of a key and says how long to wait for it; the waiting is done here. So nobody polls, and
    processes take turns in the order in which they asked. A request that leaves later than reserved (a slow
    connect, a busy loop) and a 429 move the starts that are still to come, for all processes; those that wait
    hear it over one subscription per process. What stands in Redis are times under names of lanes, which are
    hashes: no key, no data. Each entry ends by itself a second after the deadline that it holds.

    What is lost in the worst case is time, one interval each: a token that is given back while another
    process already waits behind it; a reservation of a process that was killed; a reservation that had to be
    repeated because the connection broke. Two things no bucket can know: how long a request of another
    process executes (the API's interval includes that; where it is longer than the interval, the server makes
    the next one wait), and a request that takes more than 30 seconds to leave.

    Make one for each `OpenDental`. All processes have to give the same tier for the same customer key.

    Args:
        url: `redis://host:6379/0`, `rediss://...` for TLS, or `unix:///path/to/socket`.
        margin: seconds added to the interval between two requests of different processes. Half of it is for
            requests that leave late, half for what the network does to the distance.
        when_away: what to do while Redis does not answer. "fail": requests fail with `BucketUnavailable`.
            A number, such as 0.25 for four processes: go on without Redis at this fraction of the pace. In
            both cases the next request asks Redis again.
        timeout: seconds until Redis must have answered.

    Raises:
        ConfigurationError: the URL or a number cannot work.
    """

    def __init__(
        self,
        url: str,
        *,
        margin: float = 0.005,
        when_away: float | Literal["fail"] = "fail",
        timeout: float = 1.0,
    ) -> None:
        if when_away != "fail" and not 0 < when_away <= 1:
            raise ConfigurationError('when_away has to be "fail" or a fraction between 0 and 1')
        if margin < 0 or timeout <= 0:
            raise ConfigurationError("margin has to be 0 or more, and timeout more than 0")
        self._margin = margin
        self._alone = Alone(None if when_away == "fail" else when_away)
        self._store = Store(lines_to(url), timeout)

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make a lane's bucket; without an interval there is nothing to share."""
        if not interval:
            return LocalBuckets().bucket(lane, interval)
        return RedisBucket(self._store, self._alone, lane, interval, self._margin)

    async def close(self) -> None:
        """Send what is still to be said to Redis and close the connections."""
        await self._store.close()

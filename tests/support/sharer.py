"""Processes that share customer keys: `python -m tests.support.sharer COUNT OPTIONS`.

All is imported once, and then each process is forked off. They begin together, and what each of them counted
is printed as JSON, one in a line.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from odapi_async import Mode, OpenDental, Practice, Tier, limits
from odapi_async.scheduler import Bucket, BucketFactory, LocalBuckets
from odapi_async.scheduler.redis import BucketUnavailable, RedisBuckets

ROOT: Final = Path(__file__).parents[2]
_CALLERS: Final = 2  # for each key, so that one always waits while the other one's request is under way


class Options(msgspec.Struct):
    """What a process does.

    Attributes:
        url: the API's base URL.
        developer_key: the developer key.
        keys: the customer keys.
        calls: requests of each key, for different employers.
        interval: seconds between two requests of a key, in all processes together.
        margin: seconds added to it, by each process and between them.
        redis: where the buckets are; None for buckets of its own.
        again: seconds after which a call that Redis was away for is made again; None not to.
    """

    url: str
    developer_key: str
    keys: list[str]
    calls: int
    interval: float
    margin: float
    redis: str | None
    again: float | None = None


class Counted(msgspec.Struct):
    """What a process counted.

    Attributes:
        throttled: answers with 429.
        unavailable: calls that failed because Redis was away.
        left: by lane, when its requests left, in seconds of the clock that all processes of a machine share.
    """

    throttled: int
    unavailable: int
    left: dict[str, list[float]]

    @property
    def sent(self) -> int:
        return sum(map(len, self.left.values()))


async def in_processes(count: int, options: Options) -> list[Counted]:
    """Run so many processes that begin together, and return what each of them counted."""
    encoded = msgspec.json.encode(options).decode()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.sharer", str(count), encoded, cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [msgspec.json.decode(line, type=Counted) for line in printed.splitlines()]


class _Noted:
    """A bucket that notes when its requests leave."""

    def __init__(self, bucket: Bucket, left: list[float]) -> None:
        self.try_acquire = bucket.try_acquire
        self.acquire = bucket.acquire
        self.refund = bucket.refund
        self.pause = bucket.pause
        self._sent = bucket.sent
        self._left = left

    def sent(self, delay: float) -> None:
        self._left.append(time.monotonic())
        self._sent(delay)


class _Noting:
    """Buckets that note when requests leave."""

    def __init__(self, buckets: BucketFactory) -> None:
        self.left: dict[str, list[float]] = {}
        self.close = buckets.close
        self._bucket = buckets.bucket

    def bucket(self, lane: str, interval: float) -> Bucket:
        return _Noted(self._bucket(lane, interval), self.left.setdefault(lane, []))


async def _run(options: Options) -> Counted:
    limits.INTERVALS[Tier.STANDARD] = options.interval
    shared = RedisBuckets(options.redis, margin=options.margin) if options.redis else LocalBuckets()
    buckets = _Noting(shared)
    async with OpenDental(options.developer_key, margin=options.margin, buckets=buckets) as client:
        practices = [
            client.practice(key, tier=Tier.STANDARD, mode=Mode.REMOTE, base_url=options.url)
            for key in options.keys
        ]
        unavailable = await asyncio.gather(
            *(
                _call(
                    practice,
                    range(first, options.calls + 1, _CALLERS),
                    options.interval * place / len(practices),
                    options.again,
                )
                for place, practice in enumerate(practices)
                for first in range(1, _CALLERS + 1)
            )
        )
        return Counted(client.scheduler.snapshot().counts.throttled, sum(unavailable), buckets.left)


async def _call(practice: Practice, numbers: Sequence[int], after: float, again: float | None) -> int:
    """Make calls one after the other; return how often Redis was away."""
    await asyncio.sleep(after)  # practices have nothing to do with each other: they do not begin as one
    left, unavailable = deque(numbers), 0
    while left:
        try:
            await practice.employers.get(left[0])
        except BucketUnavailable:
            if again is None:
                raise
            unavailable += 1
            await asyncio.sleep(again)
        else:
            left.popleft()
    return unavailable


def _main(count: int, options: Options) -> None:
    starts, goes = os.pipe()
    found: list[int] = []
    for _ in range(count):
        reads, writes = os.pipe()
        if not os.fork():
            os.close(goes)
            os.read(starts, 1)  # until all of them are there
            with os.fdopen(writes, "wb") as file:
                file.write(msgspec.json.encode(asyncio.run(_run(options))))
            os._exit(0)
        os.close(writes)
        found.append(reads)
    os.close(goes)
    for reads in found:
        with os.fdopen(reads, "rb") as file:
            sys.stdout.buffer.write(file.read() + b"\n")


if __name__ == "__main__":
    _main(int(sys.argv[1]), msgspec.json.decode(sys.argv[2].encode(), type=Options))

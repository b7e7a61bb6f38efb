"""Run a sandbox in a process of its own: options as one JSON argument, one JSON line when it listens.

It ends when its standard input closes, or on SIGTERM.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys

import msgspec

from odapi_async.sandbox.options import Ready, SandboxOptions
from odapi_async.sandbox.sandbox import Sandbox


async def _serve(options: SandboxOptions) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    sandbox = Sandbox(
        [office.office() for office in options.offices],
        developer_key=options.developer_key,
        throttle=options.throttle,
        queue_limit=options.queue_limit,
        port=options.port,
        host=options.host,
        retry_after=options.retry_after,
        seed=options.seed,
    )
    async with sandbox:
        sandbox.warm()
        gc.collect()
        gc.freeze()  # a full collection over all rows would stop the clock that measures the throttle
        sys.stdout.buffer.write(msgspec.json.encode(Ready(sandbox.url, sandbox.keys)) + b"\n")
        sys.stdout.buffer.flush()
        transport, _ = await loop.connect_read_pipe(lambda: _StdinWatch(ended), sys.stdin)
        await ended.wait()
        transport.close()


class _StdinWatch(asyncio.Protocol):
    """Sets an event when the standard input closes, which it does when the parent ends."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Set the event."""
        self._ended.set()


if __name__ == "__main__":
    asyncio.run(_serve(msgspec.json.decode(sys.argv[1].encode(), type=SandboxOptions)))

"""Run a sandbox in a process of its own: it prints one JSON line when it listens.

It ends when its standard input closes, if that is a pipe or a terminal, and on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import secrets
import stat
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from odapi_async.sandbox.fault_texts import parse_fault
from odapi_async.sandbox.office import PERMISSIONS
from odapi_async.sandbox.options import FaultOptions, OfficeOptions, Ready, SandboxOptions
from odapi_async.sandbox.sandbox import Sandbox
from odapi_async.sandbox.signals import end_on_signals
from odapi_async.sandbox.spelling import parse_rows
from odapi_async.sandbox.versions import NEWEST
from odapi_async.sandbox.versions import parse as parse_version

_ONE_OFFICE: Final = OfficeOptions(
    customer_key="sandbox-practice",
    mode="local",
    permissions=[each for each in PERMISSIONS if each != "Enterprise"],
)
_DEFAULT: Final = msgspec.json.encode(SandboxOptions(offices=[_ONE_OFFICE])).decode()


def read_options(arguments: Sequence[str]) -> SandboxOptions:
    """Return the options that a command line gives; it ends the process if they are wrong."""
    parser = argparse.ArgumentParser(prog="python -m odapi_async.sandbox", description=__doc__)
    parser.add_argument(
        "options", nargs="?", help="all options as one JSON object (default: one local office)"
    )
    parser.add_argument("--rows", action="append", default=[], help="as in odapi sandbox: appointments=500")
    parser.add_argument(
        "--fault", action="append", default=[], help="as in odapi sandbox: status=503,times=3"
    )
    parser.add_argument("--seed", type=int, help="the seed of the random rows")
    parser.add_argument("--version", help="the version of Open Dental that all practices run, such as 24.4")
    parser.add_argument("--port", type=int, help="the port; 0 takes a free one")
    given = parser.parse_args(arguments)
    try:
        options = msgspec.json.decode((given.options or _DEFAULT).encode(), type=SandboxOptions)
        rows = parse_rows(given.rows)
        parse_version(given.version or NEWEST)
        options.faults += [FaultOptions.of(parse_fault(text)) for text in given.fault]
        for office in options.offices:
            office.rows |= rows
            office.seed = office.seed if given.seed is None else given.seed
            office.version = given.version or office.version
            office.office()  # checks the options
    except ValueError as error:
        parser.error(str(error))
    options.port = options.port if given.port is None else given.port
    return options


async def _serve(options: SandboxOptions) -> None:
    ended = asyncio.Event()
    end_on_signals(ended.set)
    token = secrets.token_urlsafe()
    sandbox = Sandbox(
        [office.office() for office in options.offices],
        developer_key=options.developer_key,
        throttle=options.throttle,
        queue_limit=options.queue_limit,
        port=options.port,
        host=options.host,
        retry_after=options.retry_after,
        seed=options.seed,
        control_token=token,
        event_polling=options.event_polling,
        event_timeout=options.event_timeout,
    )
    for fault in options.faults:
        sandbox.add_fault(fault.fault())
    async with sandbox:
        sandbox.warm()
        gc.collect()
        gc.freeze()  # a full collection over all rows would stop the clock that measures the throttle
        sys.stdout.buffer.write(msgspec.json.encode(Ready(sandbox.url, sandbox.keys, token)) + b"\n")
        sys.stdout.buffer.flush()
        if not _is_watchable(sys.stdin.fileno()):
            await ended.wait()
            return
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: _StdinWatch(ended), sys.stdin
        )
        await ended.wait()
        transport.close()


def _is_watchable(descriptor: int) -> bool:
    """Return whether a parent may close it: a service has a file or the null device there."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


class _StdinWatch(asyncio.Protocol):
    """Sets an event when the standard input closes, which it does when the parent ends."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Set the event."""
        self._ended.set()


if __name__ == "__main__":
    asyncio.run(_serve(read_options(sys.argv[1:])))

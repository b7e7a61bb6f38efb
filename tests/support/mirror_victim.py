"""Mirrors in processes of their own, to be killed. One mirror runs first, and then each victim is forked off:
it has imported and compiled all that it needs.

Each line of the standard input is one order as JSON: how to run a mirror. A line that names the victim's
process is printed when it begins, and one that tells its end, which is 0 or the signal that killed it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from odapi_async import Mode, OpenDental, RetryPolicy, Tier
from odapi_async.mirror import Mirror, Store
from tests.support.bench import remote, serving

KEY: Final = "first-of-all"
RESOURCES: Final = ("patients", "procedurelogs", "documents", "recalls")
TABLES: Final = ["patients", "procedure_logs", "documents", "recalls"]


class Order(msgspec.Struct):
    """How to run a mirror.

    Attributes:
        base_url: the sandbox.
        developer_key: its key.
        practices: customer keys by the practices' names.
        tables: tables by the practices' names.
        url: the database.
        sweep: whether all rows are to be read.
    """

    base_url: str
    developer_key: str
    practices: dict[str, str]
    tables: dict[str, list[str]]
    url: str
    sweep: bool = False


async def mirror(order: Order) -> None:
    """Run a mirror once."""
    client = OpenDental(order.developer_key, retries=RetryPolicy(base_delay=0.01, max_delay=0.02))
    async with client as od, Store(order.url) as store:
        practices = {
            name: od.practice(key, mode=Mode.LOCAL, tier=Tier.READ_ALL, base_url=order.base_url)
            for name, key in order.practices.items()
        }
        report = await Mirror(od, store).run(practices, tables_by_practice=order.tables, sweep=order.sweep)
    if not report.complete:
        raise SystemExit(str(report.failed))


async def warm_up(url: str) -> None:
    """Run a mirror of a few rows, so that the victims have less to do before they are killed."""
    async with serving(remote(KEY, rows=dict.fromkeys(RESOURCES, 20), messy=0.1)) as bench:
        await mirror(Order(bench.box.url, bench.box.developer_key, {KEY: KEY}, {KEY: TABLES}, url))


def main() -> None:
    """Carry out orders until there are no more."""
    with TemporaryDirectory() as folder:
        asyncio.run(warm_up(f"sqlite:///{folder}/first.db"))
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        sys.stdout.flush()
        victim = os.fork()
        if not victim:
            asyncio.run(mirror(order))
            sys.stdout.flush()
            os._exit(0)
        _say(victim)
        _, status = os.waitpid(victim, 0)
        _say(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

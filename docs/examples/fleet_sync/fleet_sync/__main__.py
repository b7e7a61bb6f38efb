"""The commands: `python -m fleet_sync --help`.

The database is in ODAPI_STORE, the developer key in OPENDENTAL_DEVELOPER_KEY, the vault in VAULT_ADDR and
VAULT_TOKEN.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from fleet_sync.check import UNKNOWN, check
from fleet_sync.demo import demo
from fleet_sync.practices import read_practices
from fleet_sync.report import appointments_on, as_text
from fleet_sync.vault import Vault
from fleet_sync.worker import work
from odapi_async import OpenDentalError
from odapi_async.fleet import Fleet
from odapi_async.mirror import Store

FAILED = 1


def _setting(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise ValueError(f"set the variable {name}")


async def _load(options: argparse.Namespace) -> int:
    file = read_practices(options.file)
    async with Store(_setting("ODAPI_STORE")) as store:
        fleet = Fleet(store)
        await fleet.init()
        change = await fleet.load(file.fleet_practices(), exclude=file.excluded())
    print(f"{len(change.written)} written, {len(change.disabled)} disabled, {change.unchanged} unchanged")
    return 0


async def _work(options: argparse.Namespace) -> int:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # the event loop of Windows has no signals
            loop.add_signal_handler(number, stopping.set)
    async with Vault(_setting("VAULT_ADDR"), _setting("VAULT_TOKEN")) as vault:
        await work(_setting("ODAPI_STORE"), vault.key_for, stopping, concurrency=options.concurrency)
    return 0


async def _check(options: argparse.Namespace) -> int:
    try:
        async with Store(_setting("ODAPI_STORE")) as store:
            code, line = check(await Fleet(store).status(), options.max_age * 60)
    except OpenDentalError as error:
        code, line = UNKNOWN, f"FLEET UNKNOWN - {error}"
    print(line)
    return code


async def _report(options: argparse.Namespace) -> int:
    day = options.day or dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    async with Store(_setting("ODAPI_STORE")) as store:
        print(as_text(day, await appointments_on(store, day)))
    return 0


async def _demo(options: argparse.Namespace) -> int:
    await demo(read_practices(options.file))
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; `run` is the function of the command."""
    parser = argparse.ArgumentParser(prog="fleet_sync", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    load = commands.add_parser("load", help="make the practices of a file those of the fleet")
    load.set_defaults(run=_load)
    work = commands.add_parser("work", help="read practices until SIGTERM or Ctrl-C")
    work.add_argument("--concurrency", type=int, default=100, help="practices at the same time at most")
    work.set_defaults(run=_work)
    checking = commands.add_parser("check", help="a line for monitoring; exit codes 0, 2 and 3 as in Nagios")
    checking.add_argument("--max-age", type=float, default=60, metavar="MINUTES", help="of a copy")
    checking.set_defaults(run=_check)
    report = commands.add_parser("report", help="the appointments of a day, by practice")
    report.add_argument("--day", type=dt.date.fromisoformat, metavar="DATE", help="default: tomorrow")
    report.set_defaults(run=_report)
    demonstration = commands.add_parser("demo", help="all of it, without keys and without a database")
    demonstration.set_defaults(run=_demo)

    for each in (load, demonstration):
        each.add_argument("--file", type=Path, default="practices.toml", help="default: %(default)s")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # the worker says it in its own words
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    try:
        code: int = asyncio.run(options.run(options))
    except (OpenDentalError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
    except SQLAlchemyError as error:
        print(
            f"the database cannot be read ({type(error).__name__}); is the first copy there?", file=sys.stderr
        )
    else:
        return code
    return FAILED


if __name__ == "__main__":
    sys.exit(main())

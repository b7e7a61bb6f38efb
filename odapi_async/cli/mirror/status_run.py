"""Reads how current the copies are, and prints it. Needs the extra `mirror`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from odapi_async.cli.color import STATES
from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror import status_json, status_view
from odapi_async.cli.mirror.job import tables_of
from odapi_async.cli.mirror.shard import Shard
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo
from odapi_async.errors import suggestion
from odapi_async.mirror import Status, Store, TableFreshness, read_status
from odapi_async.mirror.config import Config
from odapi_async.mirror.plans import Plan, with_parents


@dataclass(frozen=True, kw_only=True)
class StatusOptions:
    """The options of the command.

    Attributes:
        store: the database.
        config: the content of the configuration file; None without one.
        practices: the practices to show; empty for all.
        shard: only those of the configuration file that belong to it are shown; None for all.
        max_age: seconds that a copy may be old; None for any number.
        as_json: whether JSON is printed.
    """

    store: str = field(repr=False)
    config: Config | None = field(default=None, repr=False)
    practices: tuple[str, ...] = ()
    shard: Shard | None = None
    max_age: float | None = None
    as_json: bool = False


async def show(options: StatusOptions) -> bool:
    """Print how current the copies are, and return whether none is too old.

    Raises:
        UsageError: there is no such practice.
        ConfigurationError: the database URL is malformed.
        StoreError: the database cannot be used, or it holds no mirror.
    """
    config = options.config
    async with Store(options.store) as store:
        status = await read_status(store, sweep_days=config.sweep_days if config else None)
    if config is not None:
        names = [name for name in config.practices if not options.shard or options.shard.includes(name)]
        plans = {name: with_parents(tables_of(config, name)) for name in names}
        status = only_configured(status, plans)
    if options.practices:
        status = only_practices(status, options.practices)
    if options.as_json:
        echo(status_json.as_json(status, options.max_age))
    elif options.shard and not status.tables:
        echo(f"no practice of the file is in shard {options.shard}")
    else:
        width = shutil.get_terminal_size().columns
        echo(status_view.as_text(status, max_age=options.max_age, width=width), STATES)
    return not status_view.is_too_old(status, options.max_age)


def only_configured(status: Status, plans: Mapping[str, Iterable[Plan]]) -> Status:
    """Return the status of the tables that a file names, also of those that the database does not know."""
    known = {(each.practice, each.table): each for each in status.tables}
    wanted = sorted((practice, plan.table) for practice, found in plans.items() for plan in found)
    found = tuple(
        known.get((practice, table)) or TableFreshness(practice=practice, table=table)
        for practice, table in wanted
    )
    return msgspec.structs.replace(status, tables=found)


def only_practices(status: Status, names: Iterable[str]) -> Status:
    """Return the status of some practices.

    Raises:
        UsageError: there is no such practice.
    """
    known = dict.fromkeys(each.practice for each in status.tables)
    for name in names:
        if name not in known:
            raise UsageError(f"there is no practice {printable(name)}; {suggestion(name, known)}")
    return msgspec.structs.replace(
        status, tables=tuple(each for each in status.tables if each.practice in names)
    )

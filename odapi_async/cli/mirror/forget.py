"""`odapi mirror forget`: remove a practice from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from odapi_async import ConfigurationError
from odapi_async.cli.command import Command
from odapi_async.cli.confirm import confirm
from odapi_async.cli.errors import CommandFailed
from odapi_async.cli.exit_codes import INTERRUPTED
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, echo_err, exit_on_error, run
from odapi_async.mirror.texts import counted

if TYPE_CHECKING:
    from odapi_async.mirror import Store


def forget(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the practice in the database.")],
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without asking, for scripts.")] = False,
) -> None:
    """Remove all rows and events of a practice from the database, and all that the mirror knows about it.

    The command shows what it would remove, and asks. In a script nobody can confirm: without --yes nothing
    is removed, and the exit code is 2. It can be stopped at any time; run it again to remove the rest.

    Before that, remove the practice from the configuration file, and restart a mirror that runs with
    --follow: otherwise its next round copies the practice again. If a mirror reads the practice at the same
    time, one of the two fails, and no rows are mixed.

    Exported files and backups of the database stay as they are.
    """
    with exit_on_error():
        url, found = find_store(ctx, config, store)
    shown = f"{printable(name)}: {run(_describe(url, name))}"
    if not yes:
        with exit_on_error():
            confirm((), f"{shown}\nRemove them?", shown, done="removed")
    try:
        removed = run(_forget(url, name))
    except typer.Exit as end:
        if end.exit_code == INTERRUPTED:
            echo_err("odapi: interrupted; run it again to remove the rest")
        raise
    events = f" and {counted(removed.events, 'event')}" if removed.events else ""
    echo(f"removed: {printable(name)}, {counted(removed.rows, 'row')}{events}")
    if found is not None and name in found.practices:
        echo_err(f"{printable(name)} is still in the configuration file: the next run copies it again")


async def _describe(url: str, name: str) -> str:
    """Return how many rows and events would be removed, and from where."""
    from odapi_async.cli.events.inbox import count_events  # noqa: PLC0415 - it needs the extra
    from odapi_async.mirror import Store  # noqa: PLC0415 - likewise

    async with Store(url) as store:
        tables = await _count_rows(store, name)
        kept = await count_events(store, name)
        events = counted(kept, "event") if kept else ""
        if tables is None:
            return f"{events or 'what tells repeated events'} in {_shown(store)}"
        rows = counted(sum(tables.values()), "row")
        found = f"{rows} in {counted(len(tables), 'table')} of {_shown(store)}"
        return f"{found}, and {events}" if events else found


async def _count_rows(store: Store, name: str) -> dict[str, int] | None:
    """Return the number of rows by table; None if the mirror does not know the practice, but the inbox does.

    Raises:
        ConfigurationError: the database has no practice of this name.
    """
    from odapi_async.cli.events.inbox import count_events  # noqa: PLC0415 - it needs the extra
    from odapi_async.mirror.database.forget import count_rows  # noqa: PLC0415 - likewise

    try:
        return await count_rows(store, name)
    except ConfigurationError:
        if await count_events(store, name) is None:
            raise
        return None


class _Removed(NamedTuple):
    """How much was removed."""

    rows: int
    events: int


async def _forget(url: str, name: str) -> _Removed:
    from odapi_async.cli.events.inbox import forget_events  # noqa: PLC0415 - it needs the extra
    from odapi_async.mirror import ConcurrentMirror, Store, forget  # noqa: PLC0415 - likewise

    async with Store(url) as store:
        tables = await _count_rows(store, name)  # refuses a name that is not there
        events = await forget_events(store, name)
        if tables is None:
            return _Removed(0, events)
        try:
            return _Removed(await forget(store, name), events)
        except ConcurrentMirror as error:
            raise CommandFailed(
                f"{error.message}; not all of {printable(name)} was removed: then forget it again"
            ) from None


def _shown(store: Store) -> str:
    """Return the database without a password."""
    url = store.engine.url
    return f"{printable(url.database or '')}{f' at {url.host}' if url.host else ''}"


COMMAND: Final = Command(
    "forget",
    forget,
    (
        "odapi mirror forget harbour --config practices.toml",
        "odapi mirror forget harbour --store practices.db --yes",
    ),
)

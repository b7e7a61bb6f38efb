"""`odapi fleet load`: make the practices of a file those of the fleet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.confirm import confirm, show_changes
from odapi_async.cli.errors import UsageError
from odapi_async.cli.fleet.store_option import StoreOption, find_store, open_fleet
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.extra import needs_fleet_extra
from odapi_async.cli.terminal import echo, echo_err, exit_on_error, run
from odapi_async.mirror.texts import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from odapi_async.fleet.difference import Difference, FleetPractice
    from odapi_async.fleet.settings import FleetSettings

_NO_DEVELOPER_KEY: Final = (
    "the developer key is not on this machine, so nobody checked whether a practice has a new name"
)


def load(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The configuration file (TOML), as for odapi mirror.")],
    *,
    every: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Time from one round of a practice to the next: 30s, 15m, 2h, 1d. A practice or [defaults] "
            "can set every in the file.",
        ),
    ] = "15m",
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Change it without asking, for scripts.")] = False,
    store_again: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TABLE.FIELD",
            help="A field that was excluded and is to be stored from now on; needed beside --yes. May be "
            "repeated.",
        ),
    ] = None,
) -> None:
    """Make the practices of a file those of the fleet, while workers run or not.

    The command shows what would change, and asks. New and changed practices are read at once. A practice
    that is not in the file any more is disabled: it is not read, and its rows stay (to remove them: odapi
    mirror forget). If it comes back, it continues from there.

    exclude and sweep_days of the file apply to all practices of the fleet. The values of a field that is
    excluded now are removed from the database; the workers that run notice it within seconds. A field that
    is not excluded any more is read again. A script has to name it (--store-again), or an old file would
    bring back what was removed.

    The database gets the place of each key, never the key. The keys may be missing on this machine, but the
    workers must find them: in the same variable, in a file of the same path, or in their keyring.

    Exit codes: 0, the fleet has the practices of the file; 1, it was not confirmed, or the database cannot be
    used; 2, the arguments or the file cannot work, and nothing was changed.
    """
    with exit_on_error():
        seconds = parse_duration(every)
        url, config = find_store(ctx, file, store)
        assert config is not None  # noqa: S101 - the file was given
        with needs_fleet_extra():
            from odapi_async.cli.fleet import loading  # noqa: PLC0415 - it needs the extra
            from odapi_async.fleet import difference  # noqa: PLC0415 - likewise
            from odapi_async.fleet.settings import settings_of  # noqa: PLC0415 - likewise
        settings = settings_of(config.exclude, config.sweep_days)
        wanted = loading.wanted_practices(config, seconds)
        found = loading.find_keys(wanted)
        fingerprints = loading.check_practices(wanted, found)
    change, warnings = run(_compare(url, wanted, settings, fingerprints))
    for line in (*loading.missing_lines(found.missing), *warnings):
        echo_err(line)
    if found.developer_key is None:
        echo_err(_NO_DEVELOPER_KEY)
    if not change:
        echo(f"nothing to change: {counted(len(wanted), 'practice')}")
        return
    summary = difference.summary(change)
    with exit_on_error():
        if yes:
            refuse_old_exclusions(change, store_again or ())
            show_changes(difference.lines(change))
        else:
            confirm(difference.lines(change), f"Change the fleet? {summary}", summary)
    run(_apply(url, change))
    echo(f"loaded: {summary}")


def refuse_old_exclusions(change: Difference, store_again: Collection[str]) -> None:
    """Refuse to store a field again that was excluded, unless it is named.

    Raises:
        UsageError: a field is not named.
    """
    for each in change.settings:
        if each.field == "exclude":
            before, after = (set(cast("tuple[str, ...]", names)) for names in (each.old, each.new))
            again = sorted(before - after - {*store_again})
            if again:
                options = " ".join(f"--store-again {field}" for field in again)
                raise UsageError(
                    f"nothing was changed: the file does not exclude {', '.join(again)} any more, so "
                    f"{'its values' if len(again) == 1 else 'their values'} would be stored again. If that "
                    f"is meant, add {options}"
                )


async def _compare(
    url: str, wanted: Sequence[FleetPractice], settings: FleetSettings, fingerprints: Mapping[str, str]
) -> tuple[Difference, list[str]]:
    """Return what changes, and lines about practices that no worker will read."""
    from odapi_async.cli.fleet import loading  # noqa: PLC0415 - it needs the extra
    from odapi_async.fleet.difference import difference  # noqa: PLC0415 - likewise
    from odapi_async.fleet.practices import read_fingerprints, read_fleet  # noqa: PLC0415 - likewise

    async with open_fleet(url) as store:
        recorded = await read_fingerprints(store)
        loading.check_names(fingerprints, recorded, [each.name for each in wanted])
        current, before = await read_fleet(store)
        change = difference(current, wanted, before, settings)
    return change, loading.changed_lines(fingerprints, recorded)


async def _apply(url: str, change: Difference) -> None:
    from odapi_async.fleet.practices import apply  # noqa: PLC0415 - it needs the extra

    async with open_fleet(url) as store:
        await apply(store, change)


COMMAND: Final = Command(
    "load",
    load,
    (
        "odapi fleet load practices.toml",
        "odapi fleet load practices.toml --every 30m",
        "odapi fleet load practices.toml --yes (in a script)",
    ),
)

"""`odapi fleet accept`: a practice has a new key, and is still the same office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.confirm import confirm
from odapi_async.cli.errors import UsageError
from odapi_async.cli.fleet.names import choose
from odapi_async.cli.fleet.store_option import ConfigOption, StoreOption, find_store, open_fleet
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, exit_on_error, run
from odapi_async.mirror.texts import counted

_MEANING: Final = "new key for the same office; if it is the key of another office, their rows will be mixed"


def accept(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="The names of the practices.")],
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept them without asking, for scripts.")] = False,
) -> None:
    """Accept the new keys of practices: they belong to the same offices as before.

    The rows of a practice are never read with another customer key or developer key than before, because the
    key may be that of another office. This command accepts the keys that are on this machine, at the places
    that the fleet knows, and the developer key of this machine. The practices are read at once. Nothing is
    sent.

    Exit codes: 0, the keys are accepted; 1, it was not confirmed, or the database cannot be used; 2, a key is
    not on this machine, or the arguments cannot work.
    """
    from odapi_async.cli.keys.lookup import developer_key  # noqa: PLC0415 - the help needs no key

    with exit_on_error():
        url, _ = find_store(ctx, config, store)
        developer_key()
    chosen = tuple(dict.fromkeys(names))
    fingerprints = run(_changed(url, chosen))
    shown = ", ".join(map(printable, fingerprints))
    if not fingerprints:
        echo("nothing to accept: no rows were read with another key")
        return
    if not yes:
        with exit_on_error():
            confirm(
                [f"{printable(name)}: {_MEANING}" for name in fingerprints],
                f"Accept {counted(len(fingerprints), 'new key')}?",
                shown,
            )
    run(_accept(url, fingerprints))
    echo(f"accepted, and queued before all others: {shown}")


async def _changed(url: str, names: Sequence[str]) -> dict[str, str]:
    """Return the fingerprints of the keys that differ from those that the rows were read with, by name."""
    from odapi_async.cli.fleet.loading import check_practices, find_keys  # noqa: PLC0415 - it needs the extra
    from odapi_async.fleet.practices import read_fingerprints, read_practices  # noqa: PLC0415 - likewise

    async with open_fleet(url) as store:
        chosen = choose(await read_practices(store), names)
        recorded = await read_fingerprints(store)
    found = find_keys(chosen)
    for name, reason in found.missing.items():
        raise UsageError(f"the key of {printable(name)} is not on this machine: {reason}")
    fingerprints = check_practices(chosen, found)
    changed = {name: each for name, each in fingerprints.items() if recorded.get(name, each) != each}
    owners = {fingerprint: name for name, fingerprint in recorded.items()}
    for name, fingerprint in changed.items():
        if owner := owners.get(fingerprint):
            raise UsageError(
                f"{printable(name)} has the key of {printable(owner)}, whose rows are in the database: "
                "correct the key"
            )
    return changed


async def _accept(url: str, fingerprints: dict[str, str]) -> None:
    from odapi_async.fleet.practices import make_urgent  # noqa: PLC0415 - it needs the extra

    async with open_fleet(url) as store:
        await store.check_keys(fingerprints, accept=True)
        await make_urgent(store, fingerprints)


COMMAND: Final = Command(
    "accept",
    accept,
    (
        "odapi fleet accept harbour --config practices.toml",
        "odapi fleet accept harbour main-street --yes (in a script)",
    ),
)

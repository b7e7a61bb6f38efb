"""The options that name the database of a mirror, for commands that need no practice and no key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odapi_async.cli.command import typed_options
from odapi_async.cli.mirror.extra import needs_mirror_extra

if TYPE_CHECKING:
    from odapi_async.mirror.config import Config

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The configuration file of the mirror (TOML), which names the database."
    ),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        envvar="ODAPI_STORE",
        help="The database of the mirror: a file for SQLite, or postgresql://user@host/database (a password "
        "belongs in ODAPI_STORE or ~/.pgpass). If not given: that of the configuration file, or mirror.db.",
    ),
]


def find_store(ctx: typer.Context, config: Path | None, store: str | None) -> tuple[str, Config | None]:
    """Return the database that the options name, and the content of the configuration file.

    Raises:
        UsageError: the URL that was typed contains a password, or the libraries of the mirror are
            not installed.
        ConfigurationError: the file cannot be read, or a setting is wrong.
    """
    with needs_mirror_extra():
        from odapi_async.cli.mirror.job import DEFAULT_STORE  # noqa: PLC0415 - it needs the extra
        from odapi_async.cli.mirror.start import refuse_password  # noqa: PLC0415 - likewise
        from odapi_async.mirror.config import load  # noqa: PLC0415 - likewise
    is_typed = "store" in typed_options(ctx)
    refuse_password(store, typed=is_typed)
    found = None if config is None else load(config)
    return store or (found.store if found else None) or DEFAULT_STORE, found

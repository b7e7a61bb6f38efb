"""The options that name the database of a fleet."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import typed_options
from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.extra import needs_fleet_extra

if TYPE_CHECKING:
    from odapi_async.mirror import Store
    from odapi_async.mirror.config import Config

ConfigOption = Annotated[
    Path | None, typer.Option(help="The configuration file of the fleet (TOML), if it names the database.")
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        envvar="ODAPI_STORE",
        help="The database: postgresql://user@host/database (put a password into this variable or into "
        "~/.pgpass). If not given: that of the configuration file.",
    ),
]

_NOTHING: Final[Mapping[str, Collection[str]]] = MappingProxyType({})
_NO_STORE: Final = (
    "name the database: --store postgresql://user@host/database, the variable ODAPI_STORE, or store in the "
    "configuration file"
)


def find_store(ctx: typer.Context, config: Path | None, store: str | None) -> tuple[str, Config | None]:
    """Return the database that the options name, and the content of the configuration file.

    Raises:
        UsageError: there is none, the URL that was typed contains a password, or the libraries
            of the fleet are not installed.
        ConfigurationError: the file cannot be read, or a setting is wrong.
    """
    with needs_fleet_extra():
        from odapi_async.cli.mirror.start import refuse_password  # noqa: PLC0415 - it needs the extra
        from odapi_async.fleet import engine as _  # noqa: F401, PLC0415 - likewise
        from odapi_async.mirror.config import load  # noqa: PLC0415 - likewise
    refuse_password(store, typed="store" in typed_options(ctx))
    found = None if config is None else load(config)
    url = store or (found.store if found else None)
    if not url:
        raise UsageError(_NO_STORE)
    return url, found


@asynccontextmanager
async def open_store(url: str, exclude: Mapping[str, Collection[str]] = _NOTHING) -> AsyncGenerator[Store]:
    """Open a database that a fleet can work with, whether it holds one or not.

    Raises:
        UnsuitableDatabase: a fleet cannot work with this database.
        StoreError: the database cannot be used.
    """
    from odapi_async.fleet.checks import check_dialect  # noqa: PLC0415 - it needs the extra
    from odapi_async.mirror import Store  # noqa: PLC0415 - likewise

    store = Store(url, exclude=exclude)
    check_dialect(store)  # to open it would create the file
    async with store:
        yield store


@asynccontextmanager
async def open_fleet(url: str, exclude: Mapping[str, Collection[str]] = _NOTHING) -> AsyncGenerator[Store]:
    """Open a database that holds a fleet.

    Args:
        url: its URL.
        exclude: the fields that are not stored, for a worker.

    Raises:
        UnsuitableDatabase: a fleet cannot work with this database.
        NoFleet: it holds no fleet, or an older one.
        FleetTooNew: it holds a newer one.
        StoreError: the database cannot be used.
    """
    from odapi_async.fleet.practices import check_fleet  # noqa: PLC0415 - it needs the extra

    async with open_store(url, exclude) as store:
        await check_fleet(store)
        yield store

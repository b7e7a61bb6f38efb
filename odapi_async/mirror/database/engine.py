"""The way to the database: its URL, its connections, and what each of them is told first."""

from __future__ import annotations

import logging
import os
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from odapi_async import ConfigurationError
from odapi_async.mirror.database.error_map import cannot_open

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_EXTRAS: Final = {"aiosqlite": "mirror", "asyncpg": "postgres"}
_FORM: Final = "sqlite:///practices.db or postgresql://user@host/database"
_PATIENCE: Final = 60.0  # seconds that a program waits for another one to end its transaction
_CONNECTIONS: Final = 8

_OPTIONS: Final = frozenset({"host", "port", "ssl", "prepared_statement_cache_size", "target_session_attrs"})
_SPELT: Final = {"sslmode": "ssl"}

_DRIVERS_LOG: Final = logging.getLogger("aiosqlite")

_PRAGMAS: Final = (
    # readers and the writer do not wait for each other, and a killed process leaves whole pages only
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    # practices take turns, and write the same pages again and again: the longer the log, the fewer are copied
    "PRAGMA wal_autocheckpoint=8000",
    # in KiB; more is not faster, and counts against a mirror of hundreds of practices
    "PRAGMA cache_size=-16000",
)


def make_engine(url: str) -> AsyncEngine:
    """Make the engine of a URL. Nothing is opened yet.

    Raises:
        ConfigurationError: it is no URL of a database that can be used here, or its driver is not installed.
    """
    try:
        parsed = sa.make_url(url if "://" in url else f"sqlite:///{url}")
    except (ArgumentError, ValueError):  # the latter is said of a port
        raise ConfigurationError(f"store has to look like {_FORM}") from None
    drivername = _DRIVERS.get(parsed.drivername, parsed.drivername)
    if drivername not in _DRIVERS.values():
        raise ConfigurationError(f"store is no SQLite or PostgreSQL database; it has to look like {_FORM}")
    lite = drivername.startswith("sqlite")
    if not lite:
        parsed = _checked(parsed)
    try:
        engine = create_async_engine(
            parsed.set(drivername=drivername),
            poolclass=AsyncAdaptedQueuePool,  # also for what is kept in memory
            # one writer at a time is all that SQLite has
            pool_size=1 if lite else _CONNECTIONS,
            max_overflow=0,
            pool_timeout=None,
            hide_parameters=True,
            connect_args={"timeout": _PATIENCE},
        )
    except ModuleNotFoundError as missing:
        extra = _EXTRAS.get(missing.name or "", "mirror")
        raise ConfigurationError(
            f"store needs {missing.name}, which is not installed: pip install 'odapi-async[{extra}]'"
        ) from None
    if lite:
        event.listen(engine.sync_engine, "connect", _prepare)
        # its debug messages quote whole rows, and a program that logs everything would log patients
        _DRIVERS_LOG.setLevel(max(_DRIVERS_LOG.level, logging.INFO))
    return engine


def _checked(url: sa.URL) -> sa.URL:
    """Return the URL of a server with the options that its driver knows; `sslmode` it knows as `ssl`."""
    options = {_SPELT.get(name, name): value for name, value in url.query.items()}
    if unknown := sorted(options.keys() - _OPTIONS):
        known = ", ".join(sorted({*_OPTIONS, *_SPELT}))
        raise ConfigurationError(f"store has no option {', '.join(unknown)}; there are {known}")
    return url.set(query=options)


def keep_private(engine: AsyncEngine) -> None:
    """Make a SQLite file that is not there yet, for its owner's eyes only: it will hold patient data.

    Raises:
        StoreError: it cannot be made.
    """
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and path != ":memory:" and not path.startswith("file:"):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
        except OSError as error:
            raise cannot_open(error) from None


def _prepare(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()

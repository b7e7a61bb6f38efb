"""The engine of a database: its URL, its connection pool, and the setup of each connection."""

from __future__ import annotations

import os
import sqlite3
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from odapi_async import ConfigurationError
from odapi_async.mirror.database.error_map import cannot_open
from odapi_async.mirror.database.quiet import LOGGING_NAME, hide_rows

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_EXTRAS: Final = {"aiosqlite": "mirror", "asyncpg": "postgres"}
_EXAMPLES: Final = "sqlite:///practices.db or postgresql://user@host/database"
_TIMEOUT: Final = 60.0  # seconds: how long SQLite waits for a lock, and asyncpg for a connection
_POOL_SIZE: Final = 8

_OPTIONS: Final = frozenset({"host", "port", "ssl", "prepared_statement_cache_size", "target_session_attrs"})
_ALIASES: Final = {"sslmode": "ssl"}

# readers and the writer do not block each other, and a killed process leaves only whole pages
_WAL: Final = "PRAGMA journal_mode=WAL"
_PRAGMAS: Final = (
    "PRAGMA synchronous=NORMAL",
    # practices take turns and write the same pages repeatedly: with a longer log fewer pages are copied
    "PRAGMA wal_autocheckpoint=8000",
    # in KiB; a larger cache is not faster, and costs memory in a mirror of hundreds of practices
    "PRAGMA cache_size=-16000",
)


def make_engine(url: str) -> AsyncEngine:
    """Make the engine of a URL or path. No connection is opened yet.

    Raises:
        ConfigurationError: the URL is not one of a supported database, or the driver is not installed.
    """
    try:
        parsed = sa.make_url(url if "://" in url else f"sqlite:///{url}")
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise ConfigurationError(f"store has to look like {_EXAMPLES}") from None
    drivername = _DRIVERS.get(parsed.drivername, parsed.drivername)
    if drivername not in _DRIVERS.values():
        raise ConfigurationError(
            f"store is not a SQLite or PostgreSQL database; it has to look like {_EXAMPLES}"
        )
    is_sqlite = drivername.startswith("sqlite")
    if not is_sqlite:
        parsed = _check_options(parsed)
    engine = _create(parsed.set(drivername=drivername), pool_size=1 if is_sqlite else _POOL_SIZE)
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    hide_rows(engine)
    return engine


def _create(url: sa.URL, pool_size: int) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            poolclass=AsyncAdaptedQueuePool,  # in-memory databases would get another pool by default
            pool_size=pool_size,  # SQLite allows only one writer at a time
            max_overflow=0,
            pool_timeout=None,
            hide_parameters=True,
            logging_name=LOGGING_NAME,
            connect_args={"timeout": _TIMEOUT},
        )
    except ModuleNotFoundError as missing:
        extra = _EXTRAS.get(missing.name or "", "mirror")
        raise ConfigurationError(
            f"store needs {missing.name}, which is not installed: pip install 'odapi-async[{extra}]'"
        ) from None


def _check_options(url: sa.URL) -> sa.URL:
    """Return a server's URL with its options as the driver names them: `sslmode` becomes `ssl`."""
    options = {_ALIASES.get(name, name): value for name, value in url.query.items()}
    if unknown := sorted(options.keys() - _OPTIONS):
        known = ", ".join(sorted({*_OPTIONS, *_ALIASES}))
        raise ConfigurationError(f"store has no option {', '.join(unknown)}; there are {known}")
    return url.set(query=options)


def create_private(engine: AsyncEngine) -> None:
    """Create a missing SQLite file with access for its owner only, because it will hold patient data.

    Raises:
        StoreError: the file cannot be created.
    """
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and path != ":memory:" and not path.startswith("file:"):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
        except OSError as error:
            raise cannot_open(error) from None


def _set_pragmas(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    while not _uses_wal(cursor):
        # this does wait for the lock
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _uses_wal(cursor: Any) -> bool:
    try:
        cursor.execute(_WAL)
    except sqlite3.OperationalError as error:
        # another program uses a new file just now, and SQLite refuses to wait for that
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True

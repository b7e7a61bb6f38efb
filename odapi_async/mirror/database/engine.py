"""The engine of a database: its URL, its connection pool, and the setup of each connection."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from odapi_async import ConfigurationError
from odapi_async.mirror.database.pooler import PoolerDetector
from odapi_async.mirror.database.private_file import check_private
from odapi_async.mirror.database.quiet import LOGGING_NAME, hide_rows
from odapi_async.mirror.database.server_options import server_options
from odapi_async.mirror.database.thread_connection import ThreadConnection
from odapi_async.mirror.database.url import EXAMPLES, file_of, is_uri, parse

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_EXTRAS: Final = {"aiosqlite": "mirror", "asyncpg": "postgres"}
_LOCK_TIMEOUT: Final = 60.0  # seconds: how long SQLite waits for a lock
_POOL_SIZE: Final = 8

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
    parsed = parse(url)
    drivername = _DRIVERS.get(parsed.drivername, parsed.drivername)
    if drivername not in _DRIVERS.values():
        raise ConfigurationError(
            f"store is not a SQLite or PostgreSQL database; it has to look like {EXAMPLES}"
        )
    parsed = parsed.set(drivername=drivername)
    engine = _file_engine(parsed) if drivername.startswith("sqlite") else _server_engine(parsed)
    hide_rows(engine)
    return engine


def _file_engine(url: sa.URL) -> AsyncEngine:
    arguments: dict[str, Any] = {"factory": ThreadConnection}
    if "timeout" not in url.query:
        arguments["timeout"] = _LOCK_TIMEOUT
    # SQLite allows only one writer at a time
    engine = _create(url, arguments, pool_size=1, pool_reset_on_return=None)
    event.listen(engine.sync_engine, "reset", _end_transaction)
    if file := file_of(url):
        path = file if is_uri(url) else file.absolute()
        create = url.query.get("mode") not in {"ro", "rw"}
        event.listen(engine.sync_engine, "do_connect", lambda *_: check_private(path, create=create))
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _server_engine(url: sa.URL) -> AsyncEngine:
    is_told = "prepared_statement_cache_size" in url.query
    url, arguments = server_options(url)
    engine = _create(url, arguments, pool_size=_POOL_SIZE)
    if not is_told:
        event.listen(engine.sync_engine, "do_connect", PoolerDetector().connect)
    return engine


def _create(url: sa.URL, arguments: dict[str, Any], pool_size: int, **options: Any) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            poolclass=AsyncAdaptedQueuePool,  # in-memory databases would get another pool by default
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=None,
            hide_parameters=True,
            logging_name=LOGGING_NAME,
            connect_args=arguments,
            **options,
        )
    except ModuleNotFoundError as missing:
        extra = _EXTRAS.get(missing.name or "", "mirror")
        raise ConfigurationError(
            f"store needs {missing.name}, which is not installed: pip install 'odapi-async[{extra}]'"
        ) from None
    except (ArgumentError, ValueError):  # such as several hosts without as many ports
        raise ConfigurationError(f"store has to look like {EXAMPLES}") from None


def _end_transaction(connection: Any, *_: object) -> None:
    # a rollback costs a turn of the driver's thread, even if there is no transaction
    if connection.driver_connection.in_transaction:
        connection.rollback()


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

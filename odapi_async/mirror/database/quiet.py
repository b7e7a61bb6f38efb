"""Keeps rows and parameters out of the logs of the database's libraries, whatever their levels are."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

LOGGING_NAME: Final = "odapi_async"
"""Gives the engines a logger of their own; SQLAlchemy logs each row that it reads at the level DEBUG."""


class _NoDebug(logging.Filter):
    """Drops debug messages: they quote rows and parameters."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG


_NO_DEBUG: Final = _NoDebug()
_AIOSQLITE: Final = logging.getLogger("aiosqlite")


def hide_rows(engine: AsyncEngine) -> None:
    """Let no library log rows that this engine reads or writes.

    A program that looks for a fault may change the levels later, so a level alone is not enough.
    """
    logging.getLogger(f"sqlalchemy.engine.Engine.{LOGGING_NAME}").addFilter(_NO_DEBUG)
    if engine.dialect.name == "sqlite":
        _AIOSQLITE.addFilter(_NO_DEBUG)
        _AIOSQLITE.setLevel(max(_AIOSQLITE.level, logging.INFO))
        event.listen(engine.sync_engine, "connect", _hide_results)


def _hide_results(connection: Any, _: object) -> None:
    # rows pass from the driver's thread to the event loop as an argument of a callback, which the debug mode
    # of asyncio logs; the repr of these rows shows no value
    connection.driver_connection.row_factory = sqlite3.Row

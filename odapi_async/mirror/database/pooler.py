"""Connections through a pooler such as PgBouncer, which may give each transaction another server process.

A prepared statement exists in one server process. If the next transaction runs in another one, the statement
is missing there, or its name belongs to another program's statement. So no statement is kept.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

_NOTHING_KEPT: Final = {"prepared_statement_cache_size": 0, "statement_cache_size": 0}


class PoolerDetector:
    """Opens the connections of an engine, and keeps no prepared statements if a pooler is in between."""

    def __init__(self) -> None:
        self._pooled = False

    def connect(self, dialect: sa.Dialect, _: object, args: list[Any], options: dict[str, Any]) -> Any:
        """Open a connection; a listener of `do_connect`."""
        if not self._pooled:
            connection: Any = dialect.connect(*args, **options)
            if not self._is_pooled(connection):
                return connection
        return dialect.connect(*args, **options | _NOTHING_KEPT)

    def _is_pooled(self, connection: Any) -> bool:
        try:
            self._pooled = not connection.run_async(_answers_itself)
        except BaseException:
            connection.terminate()
            raise
        if self._pooled:
            connection.close()
        return self._pooled


async def _answers_itself(connection: Any) -> bool:
    """Return whether the process that runs statements is the one that the handshake named."""
    # a query without arguments is sent without a prepared statement
    own = f"SELECT 1 WHERE pg_catalog.pg_backend_pid() = {connection.get_server_pid()}"
    return bool(await connection.execute(own) == "SELECT 1")

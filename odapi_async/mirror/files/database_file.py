"""The check that there is a database to export from."""

from __future__ import annotations

from odapi_async.mirror.database.store import Store
from odapi_async.mirror.database.url import missing_file
from odapi_async.mirror.files.parts import ExportFailed


def check_file(store: Store, table: str = "") -> None:
    """Refuse a database file that does not exist: a connection would create it.

    Args:
        store: the database.
        table: the table that is to be exported, for the error message.

    Raises:
        ExportFailed: there is no such file.
    """
    if (file := missing_file(store.engine.url)) is not None:
        command = f"odapi mirror {table}".rstrip()
        raise ExportFailed(f"there is no database {file}; pass --store, or create it with: {command}")

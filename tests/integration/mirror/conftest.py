"""The databases that copies are kept in: a file, and a real server where there is one."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.support.postgres import PostgresServer, is_there

# coverage follows what each test does once, with SQLite: with PostgreSQL, nearly all of it is the same code
SERVERS: Final = [pytest.param("postgresql", marks=pytest.mark.unmeasured)] if is_there() else []
DATABASES: Final = ["sqlite", *SERVERS]


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """One server for all tests; it starts when the first one asks for it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def lite(tmp_path: Path) -> str:
    """The URL of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'practices.db'}"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, lite: str) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return lite
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.emptied_database()

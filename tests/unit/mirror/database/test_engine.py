"""The engine of a database: its URL, its options, and the message about a missing driver."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from odapi_async import ConfigurationError
from odapi_async.mirror import Store
from odapi_async.mirror.database.engine import make_engine


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("practices.db", "sqlite+aiosqlite"),
        ("sqlite:///practices.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///practices.db", "sqlite+aiosqlite"),
        ("postgresql://keeper@host/practices", "postgresql+asyncpg"),
        ("postgres://keeper@host/practices", "postgresql+asyncpg"),
        ("postgresql+asyncpg://keeper@host/practices", "postgresql+asyncpg"),
    ],
)
def test_the_driver_follows_from_the_url(url: str, driver: str) -> None:
    engine = make_engine(url)
    assert engine.url.drivername == driver
    assert engine.url.database == ("practices" if "keeper" in url else "practices.db")


@pytest.mark.parametrize(
    ("url", "missing", "extra"),
    [
        ("practices.db", "aiosqlite", "mirror"),
        ("postgresql://keeper@host/practices", "asyncpg", "postgres"),
    ],
)
def test_the_message_about_a_missing_driver_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, url: str, missing: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigurationError) as caught:
        Store(url)
    told = f"store needs {missing}, which is not installed: pip install 'odapi-async[{extra}]'"
    assert str(caught.value) == told


async def test_opening_a_new_file_waits_for_another_program_that_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "practices.db"
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with Store(str(path)) as store:
            opening = asyncio.ensure_future(store.open(["patients"]))
            await asyncio.sleep(0.1)
            assert not opening.done()
            other.execute("ROLLBACK")
            await opening


def test_an_unknown_option_is_refused_without_its_value() -> None:
    with pytest.raises(ConfigurationError, match="store has no option connect; there are host,") as caught:
        Store("postgresql://keeper:Pa55w0rd@host/practices?connect=S3cret")
    assert not any(secret in str(caught.value) for secret in ("Pa55w0rd", "S3cret"))


def test_the_driver_logs_no_rows_even_if_everything_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("aiosqlite")
    for before, after in (
        (logging.NOTSET, logging.INFO),
        (logging.DEBUG, logging.INFO),
        (logging.ERROR, logging.ERROR),
    ):
        monkeypatch.setattr(log, "level", before)
        make_engine("practices.db")
        assert log.level == after

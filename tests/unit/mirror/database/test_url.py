"""Fault E7: the file of a store is the one that was named, and a URL that is no valid one is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from odapi_async import ConfigurationError
from odapi_async.mirror import Store
from odapi_async.mirror.database.url import file_of, parse, resolve

NAMES = (
    *("per%20cent.db", "what?.db", "a#b.db", "two words.db", "plus+.db", "quo'te\".db", "at@host:1.db"),
    *("file:uri.db", "a&b=c.db", "100%.db", "caf\u00e9.db", "a?mode=ro&uri=true"),
)


@pytest.mark.parametrize("name", [each for each in NAMES if os.name == "posix" or "?" not in each])
async def test_e7_a_path_names_its_file_character_by_character(tmp_path: Path, name: str) -> None:
    async with Store(str(tmp_path / name)) as store:
        await store.open(["recall_types"])
        assert {file.removesuffix("-wal").removesuffix("-shm") for file in names(tmp_path)} == {name}
        assert file_of(store.engine.url) == tmp_path / name


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///per%20cent.db", "per cent.db"),
        ("sqlite:///what%3F.db", "what?.db"),
        ("sqlite:///100%25.db", "100%.db"),
        ("sqlite:///a#b.db?timeout=5", "a#b.db"),
        ("sqlite+aiosqlite:////srv/p.db", "/srv/p.db"),
        ("sqlite:///file:p.db", "file:p.db"),
        ("sqlite:///file:/srv/a%20b.db?mode=ro&uri=true", "/srv/a b.db"),
        ("sqlite:///file:///srv/a%2520b.db?uri=1", "/srv/a%20b.db"),
        ("sqlite:///file://localhost/srv/p.db#top?uri=true", "/srv/p.db"),
        ("sqlite:///file:p.db#top?uri=true", "p.db"),
        ("sqlite:///file::memory:?cache=shared&uri=true", None),
        ("sqlite:///file:any?mode=memory&uri=true", None),
        ("sqlite:///file:/any?vfs=memdb&uri=true", None),
        ("sqlite:///:memory:", None),
        ("sqlite://", None),
        (":memory:", None),
        ("postgresql://keeper@host/practices", None),
    ],
)
def test_e7_the_file_of_a_url(url: str, file: str | None) -> None:
    assert file_of(parse(url)) == (None if file is None else Path(file))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://practices.db", "three slashes before a relative path"),
        ("sqlite:///what?.db", "store has no option .db; .* Write %3F for a question mark"),
        ("sqlite:///p.db?mode=ro", "mode in store needs a URI of SQLite: sqlite:///file:"),
        ("sqlite:///p.db?uri=true", "its path has to begin with file:"),
        ("sqlite:///file:p.db?uri=maybe", "uri in store has to be true or false"),
        ("sqlite:///p.db?timeout=long", "has to look like"),
        ("sqlite:///p%00.db", "NUL character"),
        ("p\0.db", "NUL character"),
    ],
)
def test_e7_a_url_that_names_no_file_is_refused(url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Store(url)


@pytest.mark.parametrize(
    ("store", "resolved"),
    [
        ("sqlite:///100%25.db?timeout=5", "sqlite:////srv/100%25.db?timeout=5"),
        ("sqlite:///file:a%23.db?mode=ro&uri=true", "sqlite:///file:/srv/a%23.db?mode=ro&uri=true"),
        ("sqlite:///file:/a.db?uri=true", "sqlite:///file:/a.db?uri=true"),
        ("sqlite:///file::memory:?uri=true", "sqlite:///file::memory:?uri=true"),
        ("per%20cent.db", "/srv/per%20cent.db"),
        ("postgresql://me@host/p?sslrootcert=ca.crt", "postgresql://me@host/p?sslrootcert=/srv/ca.crt"),
        ("postgresql://me@host/p?sslrootcert=system", "postgresql://me@host/p?sslrootcert=system"),
    ],
)
def test_a_relative_path_in_a_url_is_resolved(store: str, resolved: str) -> None:
    assert parse(resolve(store, Path("/srv"))) == parse(resolved)


def test_a_tilde_of_nobody_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no user's here"):
        resolve("~nosuchuser/p.db", Path("/srv"))

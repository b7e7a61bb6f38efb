"""Checks of a database URL or path. Nothing is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

_NO_FILE: Final = frozenset({"", ":memory:"})


def has_password(store: str) -> bool:
    """Return whether the URL of a database holds a password."""
    url = _parse(store)
    return url is not None and (url.password is not None or "password" in url.query)


def resolve(store: str, folder: Path) -> str:
    """Return the URL or path of a database, with a relative file path resolved against a folder.

    Args:
        store: a URL or a path, as `Store` takes it.
        folder: the folder that a path is relative to.
    """
    if "://" not in store:
        return str(folder / Path(store).expanduser())
    url = _parse(store)
    if url is None or not url.drivername.startswith("sqlite") or (url.database or "") in _NO_FILE:
        return store  # `Store` reports a URL that is wrong
    return f"{url.drivername}:///{folder / Path(url.database or '').expanduser()}"


def file_of(url: sa.URL) -> Path | None:
    """Return the file of a database; None if it is not in a file."""
    if not url.drivername.startswith("sqlite") or (url.database or "") in _NO_FILE:
        return None
    return Path(url.database or "")


def _parse(store: str) -> sa.URL | None:
    try:
        return sa.make_url(store)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        return None

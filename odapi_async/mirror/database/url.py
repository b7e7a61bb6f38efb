"""Where a database is, as people write it: looked at, and not opened."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

_NO_FILE: Final = frozenset({"", ":memory:"})


def has_password(store: str) -> bool:
    """Return whether the URL of a database holds a password."""
    url = _parsed(store)
    return url is not None and (url.password is not None or "password" in url.query)


def resolve(store: str, folder: Path) -> str:
    """Return a database whose file, if it is one, does not depend on the current folder.

    Args:
        store: as `Store` takes it.
        folder: what a path is relative to.
    """
    if "://" not in store:
        return str(folder / Path(store).expanduser())
    url = _parsed(store)
    if url is None or not url.drivername.startswith("sqlite") or (url.database or "") in _NO_FILE:
        return store  # what is wrong with it, if anything, `Store` says
    return f"{url.drivername}:///{folder / Path(url.database or '').expanduser()}"


def file_of(url: sa.URL) -> Path | None:
    """Return the file of a database; None if it is not one."""
    if not url.drivername.startswith("sqlite") or (url.database or "") in _NO_FILE:
        return None
    return Path(url.database or "")


def _parsed(store: str) -> sa.URL | None:
    try:
        return sa.make_url(store)
    except (ArgumentError, ValueError):  # the latter is said of a port
        return None

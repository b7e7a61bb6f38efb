"""Checks of a database URL or path. Nothing is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from odapi_async import ConfigurationError
from odapi_async.mirror.database.tls import FILES, SYSTEM

EXAMPLES: Final = "sqlite:///practices.db or postgresql://user@host/database"

_NO_FILE: Final = frozenset({"", ":memory:"})
_URI: Final = "file:"
_TRUE: Final = frozenset({"true", "1", "yes", "on"})
_FALSE: Final = frozenset({"false", "0", "no", "off"})
_SQLITE_OPTIONS: Final = ("timeout", "uri")
_URI_OPTIONS: Final = ("cache", "immutable", "mode", "nolock", "psow", "vfs")


def parse(store: str) -> sa.URL:
    """Return the URL of a database; a plain path is the name of a SQLite file, character by character.

    Args:
        store: a URL or a path, as `Store` takes it.

    Raises:
        ConfigurationError: it is not valid.
    """
    scheme, is_url, rest = store.partition("://")
    if "\0" in store or (is_url and "%00" in store):
        raise ConfigurationError("store contains a NUL character, which no path can have")
    if not is_url:
        return sa.URL.create("sqlite", database=store)
    if scheme.partition("+")[0] == "sqlite":
        return _parse_sqlite(scheme, rest)
    try:
        return sa.make_url(store)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise ConfigurationError(f"store has to look like {EXAMPLES}") from None


def has_password(store: str) -> bool:
    """Return whether the URL of a database holds a password."""
    url = _try_parse(store)
    return url is not None and (url.password is not None or "password" in url.query)


def resolve(store: str, folder: Path) -> str:
    """Return the URL or path of a database, with a relative file path resolved against a folder.

    Args:
        store: a URL or a path, as `Store` takes it.
        folder: the folder that a path is relative to.

    Raises:
        ConfigurationError: a path begins with ~ and a name that no user has.
    """
    if "://" not in store:
        return str(folder / _expanded(store))
    url = _try_parse(store)
    if url is None:
        return store  # `Store` reports a URL that is wrong
    if url.drivername.startswith("postgres"):
        return _resolve_server_files(store, url, folder)
    if not url.drivername.startswith("sqlite") or (url.database or "") in _NO_FILE:
        return store
    scheme, _, rest = store.partition("://")
    path, *query = rest[1:].split("?", 1)
    if is_uri(url):
        name, *fragment = path.removeprefix(_URI).split("#", 1)
        if not name.startswith("/") and file_of(url):
            path = "#".join([_URI + _quoted(folder / _decoded(name)), *fragment])
    else:
        path = _quoted(folder / _expanded(url.database or ""))
    return "?".join([f"{scheme}:///{path}", *query])


def file_of(url: sa.URL) -> Path | None:
    """Return the file of a database; None if it is not in a file."""
    name = url.database or ""
    if not url.drivername.startswith("sqlite"):
        return None
    if is_uri(url):
        # as SQLite reads it: an authority is left out, and the rest is percent-encoded
        name = name.removeprefix(_URI).partition("#")[0].partition("?")[0]
        if name.startswith("//"):
            name = "/" + name[2:].partition("/")[2]
        name = _decoded(name)
        if url.query.get("mode") == "memory" or url.query.get("vfs") == "memdb":
            return None
    return None if name in _NO_FILE else Path(name)


def missing_file(url: sa.URL) -> str | None:
    """Return the name of the file of a database if it does not exist; a connection would create it."""
    file = file_of(url)
    return None if file is None or file.is_file() else file.name


def is_uri(url: sa.URL) -> bool:
    """Return whether the database of a URL is a URI of SQLite, such as `file:practices.db`."""
    return str(url.query.get("uri", "")).lower() in _TRUE


def _try_parse(store: str) -> sa.URL | None:
    try:
        return parse(store)
    except ConfigurationError:
        return None


def _parse_sqlite(scheme: str, rest: str) -> sa.URL:
    # SQLAlchemy 2.1 decodes %20 in a path, and 2.0 does not
    path, _, query = rest.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    host, _, path = path.partition("/")
    if host:
        raise ConfigurationError(
            "store needs three slashes before a relative path, and four before an absolute one: "
            "sqlite:///practices.db, sqlite:////srv/mirror/practices.db"
        )
    url = sa.URL.create(scheme, database=path, query=options)
    _check_sqlite_options(url)
    return url if is_uri(url) else url.set(database=_decoded(path))


def _check_sqlite_options(url: sa.URL) -> None:
    known = (*_SQLITE_OPTIONS, *_URI_OPTIONS)
    if unknown := sorted(url.query.keys() - set(known)):
        raise ConfigurationError(
            f"store has no option {', '.join(unknown)}; there are {', '.join(known)}. "
            "Write %3F for a question mark in a path"
        )
    if str(url.query.get("uri", "true")).lower() not in _TRUE | _FALSE:
        raise ConfigurationError("uri in store has to be true or false")
    if not is_uri(url) and (needless := sorted(url.query.keys() & set(_URI_OPTIONS))):
        raise ConfigurationError(
            f"{', '.join(needless)} in store needs a URI of SQLite: "
            "sqlite:///file:practices.db?mode=ro&uri=true"
        )
    if is_uri(url) and not (url.database or "").startswith(_URI):
        raise ConfigurationError("store has uri=true, so its path has to begin with file:")


def _resolve_server_files(store: str, url: sa.URL, folder: Path) -> str:
    files = {
        name: str(folder / _expanded(path))
        for name in FILES
        if isinstance(path := url.query.get(name), str) and path not in {"", SYSTEM}
    }
    if not files:
        return store
    return url.update_query_dict(files).render_as_string(hide_password=False)


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ConfigurationError("store begins with ~ and a name that is no user's here") from None


def _decoded(path: str) -> str:
    return unquote(path, errors="surrogateescape")


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3F").replace("#", "%23")

"""The options of a PostgreSQL URL: read as libpq reads them, and passed on as asyncpg takes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror.database.tls import FILES, tls_arguments

_CACHE: Final = "prepared_statement_cache_size"
_TIMEOUT: Final = 60.0  # seconds
_SEVERAL: Final = frozenset({"host", "port"})
_OPTIONS: Final = (
    *("host", "port", "sslmode", *FILES, "channel_binding", "connect_timeout"),
    *("application_name", "options", "target_session_attrs", _CACHE),
)
_FOR_DRIVER: Final = ("host", "port", "target_session_attrs", _CACHE)
_VARIABLES: Final = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "application_name": "PGAPPNAME",
    "options": "PGOPTIONS",
}
_VALUES: Final = {
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": (
        *("any", "read-write", "read-only", "primary", "standby"),
        "prefer-standby",
    ),
}


def server_options(url: sa.URL) -> tuple[sa.URL, dict[str, Any]]:
    """Return the URL with the options that SQLAlchemy takes from it, and the driver's other arguments.

    Raises:
        ConfigurationError: there is no such option, its value is not valid, or asyncpg cannot do it.
    """
    given = _given(url)
    options = {name: os.environ[key] for name, key in _VARIABLES.items() if os.environ.get(key)} | given
    _check_values(options)
    settings = {name: options[name] for name in ("application_name", "options") if options.get(name)}
    arguments: dict[str, Any] = {
        "timeout": _timeout(options.get("connect_timeout")),
        "server_settings": settings,
        **tls_arguments(options, _hosts(url)),
    }
    if given.get(_CACHE) == "0":
        # asyncpg has a cache of its own
        arguments["statement_cache_size"] = 0
    return url.set(query={name: url.query[name] for name in _FOR_DRIVER if name in url.query}), arguments


def _given(url: sa.URL) -> dict[str, str]:
    query = dict(url.query)
    if "ssl" in query and "sslmode" not in query:
        # as drivers of other languages write it
        query["sslmode"] = "require" if query["ssl"] == "true" else query["ssl"]
        del query["ssl"]
    if unknown := sorted(query.keys() - set(_OPTIONS)):
        raise ConfigurationError(f"store has no option {', '.join(unknown)}; there are {', '.join(_OPTIONS)}")
    given = {name: value for name, value in query.items() if isinstance(value, str)}
    if twice := sorted(query.keys() - given.keys() - _SEVERAL):
        raise ConfigurationError(f"store has the option {', '.join(twice)} twice")
    return given


def _check_values(options: dict[str, str]) -> None:
    for name, values in _VALUES.items():
        if options.get(name, values[0]) not in values:
            raise ConfigurationError(f"{name} in store has to be one of {', '.join(values)}")
    if options.get("channel_binding") == "require":
        raise ConfigurationError(
            "channel_binding=require in store is not possible with asyncpg: leave it out, and use "
            "sslmode=verify-full, which lets no other server pass for yours either"
        )
    if not options.get(_CACHE, "0").isdecimal():
        raise ConfigurationError(f"{_CACHE} in store has to be a number")


def _timeout(text: str | None) -> float | None:
    """Return seconds; None for no limit, which libpq writes as 0."""
    if text is None:
        return _TIMEOUT
    try:
        seconds = int(text)
    except ValueError:
        raise ConfigurationError("connect_timeout in store has to be a number of seconds") from None
    return float(seconds) if seconds > 0 else None


def _hosts(url: sa.URL) -> list[str]:
    found = [*_texts(url.host), *_texts(url.query.get("host"))]
    return found or [*_texts(os.environ.get("PGHOST"))]


def _texts(hosts: str | tuple[str, ...] | None) -> Iterator[str]:
    for host in (hosts,) if isinstance(hosts, str) else hosts or ():
        yield from (each for each in host.split(",") if each)

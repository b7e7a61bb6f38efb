"""TLS of a connection to PostgreSQL: the modes and files of libpq, and a default that checks the server."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from odapi_async import ConfigurationError

_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SYSTEM: Final = "system"
"""As sslrootcert: the authorities that this machine trusts."""
FILES: Final = ("sslrootcert", "sslcert", "sslkey")
"""The options that name a file."""
_HOME_FILES: Final = {
    "sslrootcert": "root.crt",
    "sslcert": "postgresql.crt",
    "sslkey": "postgresql.key",
}
_OWNER_ONLY: Final = 0o700
_ROOT_AND_GROUP: Final = 0o740
"""As libpq, which lets the owner do everything, and the group read what belongs to root."""


def is_local(hosts: Iterable[str]) -> bool:
    """Return whether all hosts are loopback addresses or the folders of sockets; no host is local, too."""
    return all(map(_is_local, hosts))


def tls_arguments(options: Mapping[str, str], hosts: Iterable[str]) -> dict[str, Any]:
    """Return the arguments of asyncpg for TLS.

    Off loopback the default is `verify-full`, and without a file of trusted certificates the certificates
    that this machine trusts are used.

    Args:
        options: `sslmode`, `sslrootcert`, `sslcert` and `sslkey`, those that are set.
        hosts: the hosts of the server; empty for the socket of this machine.

    Raises:
        ConfigurationError: the mode is not one, a file cannot be used, or they contradict each other.
    """
    root = options.get("sslrootcert")
    mode = options.get("sslmode") or ("prefer" if is_local(hosts) and root != SYSTEM else "verify-full")
    if mode not in _MODES:
        raise ConfigurationError(f"sslmode in store has to be one of {', '.join(_MODES)}")
    if root == SYSTEM and mode != "verify-full":
        raise ConfigurationError("sslrootcert=system in store needs sslmode=verify-full")
    _check_files(options)
    if mode == "verify-full" and (root == SYSTEM or not _file("sslrootcert", options)):
        return {"ssl": _system_context(options)}
    if mode == "verify-ca" and not _file("sslrootcert", options):
        raise ConfigurationError(
            "sslmode=verify-ca in store needs sslrootcert=FILE, the certificate of the server's authority; "
            "or use sslmode=verify-full"
        )
    # asyncpg takes the files in a URL only
    files = {name: options[name] for name in FILES if options.get(name)}
    return {"ssl": mode} | ({"dsn": f"postgresql://?{urlencode(files)}"} if files else {})


def _is_local(host: str) -> bool:
    if host.startswith("/"):
        return True
    name = host.partition(":")[0] if host.count(":") == 1 else host
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _system_context(options: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if certificate := _file("sslcert", options):
        _load("sslcert", lambda: _load_chain(context, certificate, _file("sslkey", options)))
    return context


def _file(name: str, options: Mapping[str, str]) -> str | None:
    """Return the file of an option, or else libpq's own file if that exists."""
    if given := options.get(name):
        return given
    try:
        found = Path.home() / ".postgresql" / _HOME_FILES[name]
        return str(found) if found.is_file() else None
    except (OSError, RuntimeError):  # RuntimeError: no home folder
        return None


def _check_files(options: Mapping[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    root, certificate, key = (options.get(name) for name in FILES)
    if root and root != SYSTEM:
        _load("sslrootcert", lambda: context.load_verify_locations(root))
    if key:
        _load("sslkey", lambda: _check_key(Path(key)))
    if certificate:
        _load("sslcert", lambda: _load_chain(context, certificate, _file("sslkey", options)))


def _load(name: str, load: Callable[[], object]) -> None:
    try:
        load()
    except OSError as error:  # an SSLError is one, too
        raise ConfigurationError(
            f"{name} in store has to be the path of a readable PEM file ({type(error).__name__})"
        ) from None


def _load_chain(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    # without a password, OpenSSL would ask for one on the terminal
    context.load_cert_chain(certificate, key, password=lambda: "")


def _check_key(key: Path) -> None:
    status = key.stat()
    allowed = _ROOT_AND_GROUP if status.st_uid == 0 else _OWNER_ONLY
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & ~allowed & 0o777:
        raise ConfigurationError("sslkey in store is a file that other users can access: chmod 600 FILE")

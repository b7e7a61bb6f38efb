"""A clear message if the libraries of the mirror or of the fleet are not installed."""

from __future__ import annotations

from collections.abc import Container, Generator
from contextlib import contextmanager
from typing import Final

from odapi_async.cli.errors import UsageError

_MIRROR: Final = frozenset({"sqlalchemy", "aiosqlite", "greenlet"})
_FLEET: Final = _MIRROR | {"asyncpg", "pgqueuer"}


@contextmanager
def needs_mirror_extra() -> Generator[None]:
    """Raise a clear error if an import inside fails because a library of the mirror is missing.

    Raises:
        UsageError: a library is missing; the message says what to install.
    """
    with _needs(_MIRROR, "mirror"):
        yield


@contextmanager
def needs_fleet_extra() -> Generator[None]:
    """Raise a clear error if an import inside fails because a library of the fleet is missing.

    Raises:
        UsageError: a library is missing; the message says what to install.
    """
    with _needs(_FLEET, "fleet"):
        yield


@contextmanager
def _needs(libraries: Container[str], extra: str) -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in libraries:
            raise
        raise UsageError(
            f"a {extra} needs {package}, which is not installed: pip install 'odapi-async[{extra}]'"
        ) from None

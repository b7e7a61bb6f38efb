"""A clear message if the libraries of the mirror are not installed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from odapi_async.cli.errors import UsageError

_LIBRARIES: Final = frozenset({"sqlalchemy", "aiosqlite", "greenlet"})


@contextmanager
def needs_mirror_extra() -> Generator[None]:
    """Raise a clear error if an import inside fails because a library of the mirror is missing.

    Raises:
        UsageError: a library is missing; the message says what to install.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in _LIBRARIES:
            raise
        raise UsageError(
            f"a mirror needs {package}, which is not installed: pip install 'odapi-async[mirror]'"
        ) from None

"""What a database's exception means, in words that hold no value of a row."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from odapi_async.mirror.errors import StoreError

_UNREACHABLE: Final = "cannot be reached: check host and port, and that the server runs"
_LOST: Final = "has ended the connection: check that its server runs"
_FAILED: Final = "failed"
_UNOPENED: Final = "cannot be opened: check that its folder exists and may be written to"

_ADVICE: Final = {
    "SQLITE_FULL": "has no room left on its disk: make some, and start again where it stopped",
    "SQLITE_READONLY": "may only be read: check the rights of its file and folder",
    "SQLITE_CANTOPEN": _UNOPENED,
    "SQLITE_NOTADB": "is no SQLite database: choose another file",
    "SQLITE_CORRUPT": "is damaged: restore a backup, or begin with a new file",
    "SQLITE_BUSY": "is locked by another program",
    "53100": "has no room left on its disk: make some, and start again where it stopped",
    "25006": "may only be read: connect to the primary server",
    "42501": "gives this user too few rights",
    "28P01": "refuses this user or password",
    "28000": "refuses this user",
    "3D000": "does not exist on that server: create it first",
    "53300": "has no connection left for this program",
    "57P": "is starting or stopping: try again when its server runs",
}


@contextmanager
def translate_errors() -> Generator[None]:
    """Turn what the database or its driver raises into a StoreError.

    Its own words stay behind: they may quote a row, or the URL and with it a password.
    """
    try:
        yield
    except DBAPIError as error:
        raise _explained(error.orig or error, _LOST if error.connection_invalidated else _FAILED) from None
    except (SQLAlchemyError, OverflowError) as error:  # SQLite says the latter of numbers beyond its own
        raise StoreError(f"did not take what it was given: {type(error).__name__}") from None
    except OSError as error:
        raise StoreError(_UNREACHABLE, type(error).__name__) from None
    except Exception as error:
        # some versions of SQLAlchemy let through what the driver raises while it connects or is cut off
        if not type(error).__module__.startswith("asyncpg"):
            raise
        raise _explained(error, _LOST) from None


def cannot_open(error: OSError) -> StoreError:
    """Return what it means that the file of a database cannot be made."""
    return StoreError(_UNOPENED, type(error).__name__)


def _explained(error: BaseException, otherwise: str) -> StoreError:
    # the driver's exception may come wrapped in one that has no code
    cause: BaseException | None = error
    while cause is not None:
        code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
        if isinstance(code, str):
            return StoreError(_advice(code, otherwise), code)
        cause = cause.__cause__
    return StoreError(otherwise, type(error).__name__)


def _advice(code: str, otherwise: str) -> str:
    # SQLite refines its names, as in SQLITE_READONLY_DIRECTORY
    return next((advice for name, advice in _ADVICE.items() if code.startswith(name)), otherwise)

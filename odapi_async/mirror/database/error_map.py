"""Translation of database exceptions into messages that quote no value of a row."""

from __future__ import annotations

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from odapi_async.mirror.errors import StoreError, ValueRejected

_UNREACHABLE: Final = "cannot be reached: check host and port, and that the server runs"
_NO_TLS: Final = (
    "offers no TLS, and without it anyone on the network can read the password and the rows: turn on ssl at "
    "the server; if nobody else can reach that network, add sslmode=disable to the URL"
)
_UNTRUSTED: Final = (
    "cannot be trusted: {}; name the certificate of its authority with sslrootcert=FILE, and write the name "
    "of the server as in its certificate"
)
_TLS_FAILED: Final = "does not complete the TLS handshake: check its certificate, sslcert and sslkey"
_POOLED: Final = (
    "is behind a pooler that gives each transaction another connection: add prepared_statement_cache_size=0 "
    "to the URL"
)
_LOST: Final = "has closed the connection: check that its server runs"
_FAILED: Final = "failed"
_CANNOT_OPEN: Final = "cannot be opened: check that its folder exists and is writable"
_DISK_FULL: Final = "has no space left on its disk: free some, and run the mirror again"

_BAD_VALUE: Final = ("22", "SQLITE_TOOBIG", "SQLITE_MISMATCH")
"""The codes of values that fit into no column."""

_ADVICE: Final = {
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_READONLY": "is read-only: check the permissions of its file and folder",
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_NOTADB": "is not a SQLite database: choose another file",
    "SQLITE_CORRUPT": "is damaged: restore a backup, or start with a new file",
    "SQLITE_BUSY": "is locked by another program",
    "55P03": "is locked by another program",
    "53100": _DISK_FULL,
    "25006": "is read-only: connect to the primary server",
    "42501": "does not give this user enough permissions",
    "28P01": "rejects this user or password",
    "28000": "rejects this user",
    "3D000": "does not exist on that server: create it first",
    "53300": "has no connection left for this program",
    "26000": _POOLED,
    "42P05": _POOLED,
    "57P": "is starting or stopping: try again when its server runs",
}


@contextmanager
def translate_errors() -> Generator[None]:
    """Raise what the database or its driver raises as a StoreError, and a bad value as ValueRejected.

    The original message is dropped: it may quote a row, or the URL with a password.
    """
    try:
        yield
    except DBAPIError as error:
        raise _store_error(error.orig or error, _LOST if error.connection_invalidated else _FAILED) from None
    except OverflowError as error:  # a number is too large for SQLite
        raise ValueRejected(type(error).__name__) from None
    except SQLAlchemyError as error:
        raise StoreError(f"rejected a value: {type(error).__name__}") from None
    except OSError as error:
        raise StoreError(_connection_advice(error), type(error).__name__) from None
    except Exception as error:
        # some versions of SQLAlchemy do not wrap what asyncpg raises while it connects or is disconnected
        if not type(error).__module__.startswith("asyncpg"):
            raise
        is_answer = not getattr(error, "sqlstate", "08").startswith("08")
        raise _store_error(error, _FAILED if is_answer else _LOST) from None


def cannot_open(error: OSError) -> StoreError:
    """Return the error for a database file that cannot be created."""
    return StoreError(_CANNOT_OPEN, type(error).__name__)


def _connection_advice(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _UNTRUSTED.format(error.verify_message.rstrip("."))
    if isinstance(error, ssl.SSLError):
        return _TLS_FAILED
    # asyncpg's own, if the server answers that it has no TLS
    return _NO_TLS if type(error) is ConnectionError and "SSL" in str(error) else _UNREACHABLE


def _store_error(error: BaseException, otherwise: str) -> StoreError | ValueRejected:
    # the driver's exception may be wrapped in one that has no code
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OverflowError):
            return ValueRejected(type(cause).__name__)
        code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
        if isinstance(code, str) and code.startswith(_BAD_VALUE):
            return ValueRejected(code)
        if isinstance(code, str):
            return StoreError(_advice(code, otherwise), code)
        cause = cause.__cause__
    return StoreError(otherwise, type(error).__name__)


def _advice(code: str, otherwise: str) -> str:
    # SQLite has extended codes, such as SQLITE_READONLY_DIRECTORY
    return next((advice for name, advice in _ADVICE.items() if code.startswith(name)), otherwise)

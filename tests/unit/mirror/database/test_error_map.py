"""Database exceptions are translated into messages that quote no value."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from odapi_async.mirror import StoreError, ValueRejected
from odapi_async.mirror.database.error_map import cannot_open, translate_errors

SECRET = "Quetzalc0atl"


class Driver(Exception):
    """The exception of a driver, with or without a code."""

    def __init__(self, **codes: str) -> None:
        super().__init__(SECRET)
        for name, code in codes.items():
            setattr(self, name, code)


class Asyncpg(Exception):
    """An asyncpg exception that SQLAlchemy has not wrapped."""


Asyncpg.__module__ = "asyncpg.exceptions"


def wrapped(error: Exception, *, lost: bool = False) -> DBAPIError:
    return DBAPIError(f"INSERT {SECRET}", {"lname": SECRET}, error, connection_invalidated=lost)


def caused_by(cause: Exception) -> Exception:
    """Return an exception without a code whose cause has one."""
    error = Driver()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [
        (wrapped(Driver(sqlite_errorname="SQLITE_FULL")), "has no space left on its disk", "SQLITE_FULL"),
        (
            wrapped(Driver(sqlite_errorname="SQLITE_READONLY_DIRECTORY")),
            "is read-only",
            "SQLITE_READONLY_DIRECTORY",
        ),
        (wrapped(caused_by(Driver(sqlstate="42501"))), "does not give this user enough permissions", "42501"),
        (wrapped(Driver(sqlstate="57P01"), lost=True), "is starting or stopping", "57P01"),
        (wrapped(Driver(sqlstate="XX000")), "failed", "XX000"),
        (wrapped(Driver(sqlstate="08003"), lost=True), "has closed the connection", "08003"),
        (wrapped(Driver()), "failed", "Driver"),
        (InvalidRequestError(SECRET), "rejected a value: InvalidRequestError", ""),
        (ConnectionRefusedError(SECRET), "cannot be reached", "ConnectionRefusedError"),
        (Asyncpg(SECRET), "has closed the connection", "Asyncpg"),
    ],
)
def test_the_message_names_the_problem_and_no_value(error: Exception, says: str, code: str) -> None:
    with pytest.raises(StoreError) as caught, translate_errors():
        raise error
    assert str(caught.value).startswith(f"the database {says}")
    assert caught.value.code == code
    assert SECRET not in f"{caught.value!r} {caught.value}"
    assert caught.value.__suppress_context__


def test_other_exceptions_are_not_translated() -> None:
    with pytest.raises(LookupError), translate_errors():
        raise LookupError


def test_a_store_error_is_not_translated_again() -> None:
    with pytest.raises(StoreError, match="cannot be opened"), translate_errors():
        raise cannot_open(PermissionError(SECRET))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OverflowError(SECRET), "OverflowError"),
        (wrapped(OverflowError(SECRET)), "OverflowError"),
        (wrapped(Driver(sqlstate="22003")), "22003"),
        (wrapped(caused_by(Driver(sqlstate="22P02"))), "22P02"),
    ],
)
def test_b1_a_value_that_fits_into_no_column_is_no_failure_of_the_database(
    error: Exception, code: str
) -> None:
    with pytest.raises(ValueRejected) as caught, translate_errors():
        raise error
    assert caught.value.code == code
    assert SECRET not in str(caught.value)

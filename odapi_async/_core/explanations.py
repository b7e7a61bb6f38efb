"""Which error a 401 or a 404 stands for, by what is known of the practice. No I/O."""

from __future__ import annotations

from typing import TypeVar

from odapi_async._core.lookup import PERMISSIONS_PATH
from odapi_async._core.operation import Operation, is_newer
from odapi_async.errors import (
    APIError,
    ConnectFailed,
    KeyRefused,
    MissingPermission,
    NoSuchResource,
    NotFound,
    OpenDentalError,
    Unauthorized,
)

A = TypeVar("A", bound=APIError)


def explained(
    error: OpenDentalError,
    operation: Operation[object],
    *,
    version: str | None,
    permissions: frozenset[str] | None,
    refused: bool,
) -> OpenDentalError:
    """Return the more exact error that facts justify, or the error itself.

    Args:
        error: what the API answered.
        operation: what was requested.
        version: the version of the office, if known.
        permissions: the permissions of the developer there, if known.
        refused: whether the keys are known to be refused for everything.
    """
    if type(error) is NotFound and version and is_newer(operation.since, version):
        return _as(NoSuchResource, error)
    if type(error) is not Unauthorized:
        return error
    # a key without ReadAll, which has no price, is not allowed to read that either: it looks like a wrong key
    if refused or operation.path == PERMISSIONS_PATH:
        return _as(KeyRefused, error)
    needed = operation.permission
    if needed and permissions is not None and needed not in permissions:
        return _with_notes(
            MissingPermission(error.status, error.method, error.path, error.explanation, needed), error
        )
    return error


def refused(error: Unauthorized) -> KeyRefused:
    """Return what a 401 means for a read that every valid key may make."""
    return error if isinstance(error, KeyRefused) else _as(KeyRefused, error)


def set_refused(error: APIError | ConnectFailed, method: str, path: str) -> None:
    """Let the error of an open circuit, which an earlier request got, name the request that it refuses.

    Args:
        error: a copy of the error for the caller alone.
        method: the method of the refused request.
        path: its path.
    """
    before, after = f"{error.method} {error.path} ", f"{method} {path} "
    if isinstance(error, APIError):
        error.sent = False
        before, after = f"{before}failed", f"{after}was not sent, because an earlier request failed"
    error.method, error.path = method, path
    error.args = (error.message.replace(before, after, 1),)


def _as(kind: type[A], error: APIError) -> A:
    return _with_notes(kind(error.status, error.method, error.path, error.explanation), error)


def _with_notes(new: A, error: APIError) -> A:
    if not error.sent:
        new.sent = False
        new = new.with_explanation(error.explanation)
    for note in getattr(error, "__notes__", ()):
        new.add_note(note)
    return new

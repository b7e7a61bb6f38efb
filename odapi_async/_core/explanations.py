"""Which error a 401 or a 404 stands for, by what is known of the practice. No I/O."""

from __future__ import annotations

from copy import copy

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


def of_refused(error: APIError | ConnectFailed, method: str, path: str) -> APIError | ConnectFailed:
    """Return the error of an open circuit for a request that it refuses: it is that of an earlier request."""
    refused = copy(error)
    refused.method, refused.path = method, path
    if isinstance(refused, APIError):
        refused.sent = False
        return refused.with_explanation(refused.explanation)  # now with its new text
    refused.args = (error.message.replace(f"{error.method} {error.path} ", f"{method} {path} ", 1),)
    return refused


def _as(kind: type[APIError], error: APIError) -> APIError:
    return _with_notes(kind(error.status, error.method, error.path, error.explanation), error)


def _with_notes(new: APIError, error: APIError) -> APIError:
    if not error.sent:
        new.sent = False
        new = new.with_explanation(error.explanation)
    for note in getattr(error, "__notes__", ()):
        new.add_note(note)
    return new

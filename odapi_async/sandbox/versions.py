"""Versions of Open Dental: an office knows only what came with its version or before."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import msgspec

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.messages import Refusal

NEWEST: Final = "26.3.1.0"
"""The version of an office that sets none; everything in the catalogue is older."""

_FORMATS: Final = {"DateFormatString": "22.2.26", "DateTimeFormatString": "22.2.14"}
"""Parameters of every method, with the version that each came with."""
_VERSION: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){1,3}")
_LEADING: Final = re.compile(r"\d+(\.\d+)+")
_PARTS: Final = 4

Version = tuple[int, ...]


def parse(text: str) -> Version:
    """Return a version such as 24.4 as four numbers.

    Raises:
        ValueError: it is none.
    """
    if not _VERSION.fullmatch(text):
        raise ValueError(f"{text!r} is not a version such as 24.4 or 25.4.48.0")
    numbers = [int(part) for part in text.split(".")]
    return tuple(numbers + [0] * (_PARTS - len(numbers)))


@cache
def is_newer(since: str | None, version: Version) -> bool:
    """Return whether something came later than this version.

    Of a range, such as "25.4-26.1 (exact build unknown)", the first version counts; a remark without a
    version counts as old.
    """
    found = _LEADING.match(since or "")
    return found is not None and tuple(int(part) for part in found.group().split(".")) > version


def ignored_formats(version: Version) -> frozenset[str]:
    """Return the parameters for date formats that an office of this version ignores."""
    return frozenset(name for name, since in _FORMATS.items() if is_newer(since, version))


class Known(msgspec.Struct, frozen=True):
    """An operation as an office of some version knows it.

    Attributes:
        operation: the operation, without newer filters and newer body parameters.
        ignored: the filters that it ignores because they are newer than the office.
        unknown: the required parameters of a body that it refuses because they are newer than the office.
    """

    operation: Operation
    ignored: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def known(operation: Operation, version: Version) -> Known:
    """Return an operation as an office of this version knows it.

    Raises:
        Refusal: the operation came later.
    """
    if is_newer(operation.since, version):
        raise Refusal(400, f"The office's version is too low for this method: {operation.since} is needed.")
    query = tuple(_as_of(field, version) for field in operation.query if not is_newer(field.since, version))
    body = tuple(_as_of(field, version) for field in operation.body if not is_newer(field.since, version))
    if (query, body) == (operation.query, operation.body):
        return Known(operation)
    ignored = frozenset(field.name for field in operation.query if is_newer(field.since, version))
    newer = (field for field in operation.body if is_newer(field.since, version))
    return Known(
        msgspec.structs.replace(operation, query=query, body=body),
        ignored,
        frozenset(field.name for field in newer if field.required),
    )


def _as_of(field: Field, version: Version) -> Field:
    """Return the parameter with what was required of it in this version."""
    if is_newer(field.optional_since, version):
        return msgspec.structs.replace(field, required=True)
    return field

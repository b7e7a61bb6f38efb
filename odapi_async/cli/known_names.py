"""The names of resources, operations and columns, from a file that costs nothing to load.

The file is made from the resources (`python -m tests.architecture.names`), and a test compares it with them.
So completion and `odapi resources` need not import them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

from odapi_async.cli.errors import UsageError
from odapi_async.errors import suggestion

FILE: Final = Path(__file__).with_name("names.json")
_OPEN: Final = "{"


class OperationNames(TypedDict):
    """What is known about one operation.

    Attributes:
        request: its HTTP method and path, such as `GET /patients/{PatNum}`.
        permission: the permission that it needs; None if it needs another kind of key.
        writes: whether it changes something at the office.
        since: the first version of Open Dental that has it.
        names: its ids, and its filters or body fields.
        row: the key of its columns in `Names.rows`; empty if its columns are open.
    """

    request: str
    permission: str | None
    writes: bool
    since: str | None
    names: list[str]
    row: str


class ResourceNames(TypedDict):
    """What is known about one resource.

    Attributes:
        about: what it is, in one line.
        operations: its operations by method.
    """

    about: str
    operations: dict[str, OperationNames]


class Names(TypedDict):
    """The content of the file.

    Attributes:
        resources: the resources by attribute.
        rows: the columns by type of row.
        tables: the tables of a mirror.
    """

    resources: dict[str, ResourceNames]
    rows: dict[str, list[str]]
    tables: list[str]


@cache
def names() -> Names:
    """Read the file, once."""
    found: Names = json.loads(FILE.read_bytes())
    return found


def find_resource(name: str) -> str:
    """Return the attribute of a resource (`procedure_logs`), also by its name in paths (`procedurelogs`).

    Raises:
        UsageError: there is no such resource; the message suggests a name.
    """
    name, *path = segments(name)
    found = _resources_by_bare_name().get(_bare(name))
    if found is not None and path:
        raise UsageError(
            f"one row is read with: odapi get {found}/ID; here write {found} alone, and filters as NAME=VALUE"
        )
    if found is None:
        raise UsageError(f"there is no resource {name!r}; {suggestion(name, names()['resources'])}")
    return found


def match_ids(template: list[str], path: list[str]) -> dict[str, str] | None:
    """Return the ids in a path; None if it does not match the template."""
    if len(template) != len(path):
        return None
    pairs = list(zip(template, path, strict=True))
    matches = all(
        part.isdecimal() if expected.startswith(_OPEN) else expected.lower() == part.lower()
        for expected, part in pairs
    )
    if not matches:
        return None
    return {expected[1:-1]: part for expected, part in pairs if expected.startswith(_OPEN)}


def segments(path: str) -> list[str]:
    """Return the parts of a path."""
    return path.strip("/").split("/")


@cache
def _resources_by_bare_name() -> dict[str, str]:
    return {_bare(each): each for each in names()["resources"]}


def _bare(name: str) -> str:
    return name.replace("_", "").lower()

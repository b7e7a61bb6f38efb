"""Descriptions as text for a terminal. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from odapi_async.cli.describe.content import FieldAnswer, ResourceAnswer
from odapi_async.cli.describe.places import FieldPlaces
from odapi_async.cli.endpoints import find_endpoint
from odapi_async.mirror.texts import counted

_WIDEST: Final = 120
_NARROWEST: Final = 40
_NAME: Final = 24  # characters; a longer name has a line of its own
_LABEL: Final = 12
_NO_SOURCE: Final = "The meanings of fields are in the source of this package, which this installation lacks."


def resource_text(found: ResourceAnswer, width: int) -> str:
    """Return a description of all fields.

    Args:
        found: the description.
        width: the width of the terminal in characters.
    """
    width = _usable(width)
    names = min(max(len(each.name) for each in found.fields), _NAME)
    kinds = max(len(each.type) for each in found.fields)
    lines = [*_head(found, width), ""]
    for each in found.fields:
        lines += _line(each.name, each, names, kinds, width)
    if found.about is None:
        lines += ["", *_wrapped(_NO_SOURCE, width)]
    lines += ["", *_wrapped(f"More about a field: odapi describe {_example(found)}", width)]
    return "\n".join(lines)


def places_text(found: FieldPlaces, width: int) -> str:
    """Return the resources that have a field, with what is known about the field there."""
    width = _usable(width)
    named = [(f"{each.resource}.{field.name}", field) for each in found.resources for field in each.fields]
    names = min(max(len(name) for name, _ in named), 2 * _NAME)
    kinds = max(len(field.type) for _, field in named)
    title = f"{found.field} is a field of {counted(len(found.resources), 'resource')}:"
    lines = [*_wrapped(title, width), ""]
    for name, field in named:
        lines += _line(name, field, names, kinds, width)
    return "\n".join([*lines, "", *_wrapped(f"More about one of them: odapi describe {named[0][0]}", width)])


def field_text(found: ResourceAnswer, width: int) -> str:
    """Return a description of each field, with all of its values."""
    width = _usable(width)
    lines = [line for each in found.fields for line in ["", *_field_lines(found, each, width)]]
    if found.about is None:
        lines += ["", *_wrapped(_NO_SOURCE, width)]
    return "\n".join(lines[1:])


def _field_lines(found: ResourceAnswer, field: FieldAnswer, width: int) -> list[str]:
    name = f"{found.resource}.{field.name}"
    lines = [
        *_wrapped(f"{name}: {field.meaning}" if field.meaning else name, width),
        "",
        *_labeled("type", f"{field.type}{', or no value' if field.optional else ''}", width),
    ]
    if field.is_id:
        lines += _labeled("id", "of the row; it is unique within a practice", width)
    if field.leads_to:
        lines += _labeled("leads to", f"{field.leads_to}: join on practice and its id", width)
    if field.since:
        lines += _labeled("since", f"Open Dental {field.since}", width)
    for each in field.filter_of:
        changes = (
            " (finds the rows that have changed since a time)" if _is_changes(found, field, each) else ""
        )
        lines += _labeled("filter of", f"odapi list {found.resource} --method {each}{changes}", width)
    if found.table and field.column:
        lines += _labeled(
            "column", f"{field.column} {field.column_type} in table {found.table} of a mirror", width
        )
    if field.values:
        listed = "\n".join(_wrapped(", ".join(field.values), width - _LABEL))
        lines += _labeled("values", listed, width)
        others = "" if field.values_complete else "There may be other values."
        for note in filter(None, (field.values_note, others)):
            lines += _labeled("", note, width)
    if field.values_from:
        part = "DefNum" if field.leads_to else "ItemName"
        text = f"{part} of a definition; see them with: odapi list {field.values_from}"
        lines += _labeled("values from", text, width)
    return lines


def _head(found: ResourceAnswer, width: int) -> Iterator[str]:
    yield from _wrapped(f"{found.resource}: {found.about}" if found.about else found.resource, width)
    yield ""
    method = "" if found.method == "list" else f" --method {found.method}"
    if find_endpoint(found.resource, found.method).operation.read_only:
        yield from _labeled("read with", f"odapi list {found.resource}{method} ({found.request})", width)
    else:
        command = f"odapi call {found.resource}.{found.method} ({found.request})"
        yield from _labeled("result of", command, width)
    if found.others:
        yield from _labeled("other rows", f"--method {', '.join(found.others)}", width)
    if found.id:
        yield from _labeled("id", found.id, width)
    if found.changes:
        yield from _labeled("changes", f"filter {found.changes}: rows that have changed since a time", width)
    if found.deleted:
        yield from _labeled("deleted", f"rows with {found.deleted}", width)
    if found.table:
        text = f"table {found.table}; its columns are the fields in lower case, after practice"
        yield from _labeled("mirror", text, width)
    elif found.not_copied:
        yield from _labeled("mirror", f"does not copy it: {found.not_copied}", width)


def _line(name: str, field: FieldAnswer, names: int, kinds: int, width: int) -> list[str]:
    facts = [*field.facts]
    if field.column not in {"", field.name.lower()}:
        facts.append(f"Column {field.column}.")
    indent = " " * (names + kinds + 4)
    start = f"{name:<{names}}  {field.type:<{kinds}}  "
    text = textwrap.wrap(" ".join(facts), max(width - len(indent), _NARROWEST // 2), break_on_hyphens=False)
    if len(start) > len(indent):
        return [start.rstrip(), *(f"{indent}{each}" for each in text)]
    first, *rest = text or [""]
    return [f"{start}{first}".rstrip(), *(f"{indent}{each}" for each in rest)]


def _labeled(label: str, text: str, width: int) -> list[str]:
    wrapped = _wrapped(text, width - _LABEL)
    return [f"{label if not number else '':<{_LABEL}}{line}" for number, line in enumerate(wrapped)]


def _wrapped(text: str, width: int) -> list[str]:
    lines = text.splitlines()
    return [each for line in lines for each in textwrap.wrap(line, width, break_on_hyphens=False)]


def _is_changes(found: ResourceAnswer, field: FieldAnswer, method: str) -> bool:
    return field.name == found.changes and method == found.method


def _example(found: ResourceAnswer) -> str:
    field = next((each for each in found.fields if each.values), found.fields[0])
    return f"{found.resource}.{field.name}"


def _usable(width: int) -> int:
    return min(max(width, _NARROWEST), _WIDEST)

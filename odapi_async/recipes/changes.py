"""What differs from a row that was read, so that an update sends nothing that was merely read.

The API turns the line breaks of a text into blanks when it is read. Who writes such a text back, though
nobody changed it, damages what is stored.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from odapi_async._wire import encode_untyped
from odapi_async.errors import InvalidRequest

_BREAK: Final = re.compile(r"\r\n|\r|\n")


def changed(row: msgspec.Struct, /, **fields: Any) -> dict[str, Any]:
    """Return those of some fields that differ from a row, ready for the update's body.

    Values count as equal if they travel alike: a date and its text, a float and a Decimal. A line break
    counts as equal to the blanks that it is read as, so a blank cannot be replaced by a line break this way.

    Args:
        row: what was read, by an operation that fills these fields: one that was left empty counts as empty.
        fields: values by wire name, as the update takes them.

    Raises:
        InvalidRequest: the row has no such field; if the update takes it, give it to the update itself.
    """
    names = zip(row.__struct_encode_fields__, row.__struct_fields__, strict=True)
    read = {wire_name: getattr(row, name) for wire_name, name in names}
    for name in fields:
        if name not in read:
            raise InvalidRequest(
                name, f"is not a field of {type(row).__name__}; give it to the update itself"
            )
    return {name: value for name, value in fields.items() if not _alike(name, value, read[name])}


def _alike(name: str, given: Any, read: Any) -> bool:
    if given is None or read is None:
        return given is read
    if given == read:
        return True
    wire, was = encode_untyped({name: given})[name], encode_untyped({name: read})[name]
    if isinstance(wire, str) and isinstance(was, str):
        return not _readings(wire).isdisjoint(_readings(was))
    return wire == was


def _readings(text: str) -> set[str]:
    """Return what a text may be read as: nowhere is it said how many blanks stand for CR and LF together."""
    one = _BREAK.sub(" ", text)
    return {one, _BREAK.sub(" ", text.replace("\r\n", "  "))}

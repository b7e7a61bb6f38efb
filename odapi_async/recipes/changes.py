"""Compares values with a row that was read, so that an update sends only the fields that differ.

The API replaces the line breaks of a text with spaces when it is read. If you write such a text back
unchanged, the stored line breaks are lost.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from odapi_async._wire import encode_untyped
from odapi_async.errors import InvalidRequest

_BREAK: Final = re.compile(r"\r\n|\r|\n")


def changed(row: msgspec.Struct, /, **fields: Any) -> dict[str, Any]:
    """Return the fields whose values differ from a row, ready for the update's body.

    Values are equal if they are encoded alike: a date and its text, a float and a Decimal. A line break is
    equal to the spaces that it is read as, so this function never reports a space replaced by a line break.

    Args:
        row: the row that was read. Use an operation that fills these fields: a field that it leaves empty
            is compared as empty.
        fields: values by wire name, as the update takes them.

    Raises:
        InvalidRequest: the row has no such field. If the update takes it, pass it to the update directly.
    """
    names = zip(row.__struct_encode_fields__, row.__struct_fields__, strict=True)
    read = {wire_name: getattr(row, name) for wire_name, name in names}
    for name in fields:
        if name not in read:
            raise InvalidRequest(
                name, f"is not a field of {type(row).__name__}; pass it to the update directly"
            )
    return {name: value for name, value in fields.items() if not _is_equal(name, value, read[name])}


def _is_equal(name: str, value: Any, read: Any) -> bool:
    if value is None or read is None:
        return value is read
    if value == read:
        return True
    new, old = encode_untyped({name: value})[name], encode_untyped({name: read})[name]
    if isinstance(new, str) and isinstance(old, str):
        return not _without_breaks(new).isdisjoint(_without_breaks(old))
    return new == old


def _without_breaks(text: str) -> set[str]:
    """Return the forms in which the API may send a text: it may send CR LF as one space or as two."""
    one_space = _BREAK.sub(" ", text)
    return {one_space, _BREAK.sub(" ", text.replace("\r\n", "  "))}

"""Compares values with a row that was read, so that an update sends only the fields that differ.

The API replaces the line breaks of a text with spaces when it is read. If you write such a text back
unchanged, the stored line breaks are lost.
"""

from __future__ import annotations

from typing import Any

import msgspec

from odapi_async._wire import encode_untyped, is_same
from odapi_async.errors import InvalidRequest


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
    return value == read or is_same(encode_untyped({name: value})[name], read)

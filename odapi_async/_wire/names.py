"""Renames fields that a server spells in other upper and lower case than the struct.

The decoder in C ignores unknown names, so such a field would silently have its default. The names of the
first row of a body are checked by a copy of the struct that refuses unknown names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from odapi_async._wire.tolerant import DECODING_ERRORS

_MAX_LEARNED: Final = 200
_NO_NAME: Final = re.compile(r'[\x00-\x1f"\\]')
"""Characters that no name of a struct's field can have; a row with one is looked at again each time."""
_ROW: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class CaseFixer:
    """Gives the fields of bodies the upper and lower case that a struct expects.

    Args:
        known: the wire names of the struct's fields.
    """

    __slots__ = ("_by_folded", "_names", "_places", "_probe")

    def __init__(self, known: Iterable[str]) -> None:
        self._names = tuple(known)
        self._places = len(self._names) + _MAX_LEARNED
        folded = [name.casefold() for name in self._names]
        # names that differ in case only are two fields, so that a third spelling could mean either
        self._by_folded = {
            name.casefold(): name for name in self._names if folded.count(name.casefold()) == 1
        }
        self._probe = _probe(self._names)

    def fix(self, body: bytes) -> bytes:
        """Return a body of rows, or of one row, whose names have the struct's case."""
        row = body
        if body[:1] != b"{":
            end = body.find(b"}") + 1
            if not end:
                return body
            row = body[body.find(b"{") : end]
        try:
            self._probe.decode(row)
        except DECODING_ERRORS:  # also if the row contains another brace
            return self._rename(body)
        return body

    def _rename(self, body: bytes) -> bytes:
        names = names_in(body)
        unknown = names.difference(self._names)
        others = {name for name in unknown if name.casefold() not in self._by_folded}
        learned = tuple(name for name in others if not _NO_NAME.search(name))
        if learned and len(self._names) + len(learned) <= self._places:
            # names of no field, such as those of a newer version of Open Dental, pass the next time
            self._names += learned
            self._probe = _probe(self._names)
        for name in unknown - others:
            expected = self._by_folded[name.casefold()]
            if expected not in names:
                found = re.compile(b'"' + re.escape(name.encode()) + rb'"(?=\s*:)')
                body = found.sub(f'"{expected}"'.encode(), body)
        return body


def _probe(names: Sequence[str]) -> msgspec.json.Decoder[Any]:
    # in the struct's order, which is that of the rows: msgspec finds the next field at once
    fields = [(f"f{place}", Any, None) for place in range(len(names))]  # values are cheaper to make than Raw
    renamed = dict(zip((name for name, *_ in fields), names, strict=True))
    return msgspec.json.Decoder(
        msgspec.defstruct("Probe", fields, rename=renamed, forbid_unknown_fields=True, gc=False)
    )


def names_in(body: bytes) -> set[str]:
    """Return the names of the first row of a body; none if it has no rows."""
    try:
        row = body if body.lstrip()[:1] == b"{" else next(iter(_ROWS.decode(body)), b"{}")
        return {*_ROW.decode(row)}
    except DECODING_ERRORS:
        return set()

"""Rows as JSON: what one operation shows of a table, in which forms, encoded once as far as possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.forms import Form, Formats, form_of
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.rows import POOL, SERVER_TIME, Row, Value, blank
from odapi_async.sandbox.store import Table, now

_KEPT_ROWS: Final = 50_000
_MARK: Final = b"\0"  # stands for the server's time in kept rows; JSON itself never holds it


class View:
    """Encodes rows of a table for one operation.

    An untouched row costs little: what all rows of a variant share is encoded once, with gaps for the few
    values that differ from row to row, and the first tens of thousands of rows are kept as they were sent.

    Args:
        table: the rows.
        resource: the resource of the operation.
        operation: the operation; its struct and absent fields say what is shown.
        formats: the patterns of dates that the request asked for.
        mess: decides on irregular rows.
    """

    def __init__(
        self, table: Table, resource: Resource, operation: Operation, formats: Formats, mess: Mess
    ) -> None:
        struct = operation.returns.struct or ""
        absent = operation.returns.absent
        self._table = table
        self._mess = mess
        self._key_name = resource.primary_key
        self._fields = {field.name: field for field in resource.structs[struct] if field.name not in absent}
        self._forms = {
            name: form_of(field, struct, operation, formats) for name, field in self._fields.items()
        }
        moving = table.maker.moving
        self._gaps = [(moving[name], form) for name, form in self._forms.items() if name in moving]
        self._kept: dict[int, bytes] = {}
        self._templates: list[bytes | None] = [None] * POOL

    def page(self, keys: Iterable[int], fixed: Row | None = None) -> bytes:
        """Return the rows with these keys as a JSON list; `fixed` overrides values in all of them."""
        moment = now()
        if fixed:
            rows = [self._slow({**self._table.row(key), **fixed}, key, moment) for key in keys]
        else:
            rows = [self._encoded(key, moment) for key in keys]
        page = b"[%b]" % b",".join(rows)
        dated = self._forms.get(SERVER_TIME)
        return page if dated is None else page.replace(_MARK, dated(moment, 0))

    def one(self, key: int, fixed: Row | None = None) -> bytes:
        """Return one row as a JSON object; `fixed` overrides values in it."""
        return self.page([key], fixed)[1:-1]

    def _encoded(self, key: int, moment: str) -> bytes:
        written = self._table.written(key)
        if written is not None:
            return self._slow(written, key, moment)
        if self._mess.hits(key):
            return self._slow(self._table.maker.row(key), key, moment)
        encoded = self._kept.get(key)
        if encoded is None:
            template = self._templates[key % POOL] or self._template(key % POOL)
            encoded = template % tuple([form(mover(key), key) for mover, form in self._gaps])
            if len(self._kept) < _KEPT_ROWS:
                self._kept[key] = encoded
        return encoded

    def _template(self, variant: int) -> bytes:
        row = self._table.maker.variant(variant)
        pieces = [(name, self._fragment(name, form, row, variant)) for name, form in self._forms.items()]
        template = self._templates[variant] = _joined(pieces)
        return template

    def _fragment(self, name: str, form: Form, row: Row, variant: int) -> bytes:
        if name == SERVER_TIME:
            return _MARK
        if name in self._table.maker.moving:
            return b"%b"
        return form(row[name], variant).replace(b"%", b"%%")

    def _slow(self, row: Row, key: int, moment: str) -> bytes:
        pieces = [(name, form(self._value(row, name, moment), key)) for name, form in self._forms.items()]
        if self._mess.hits(key):
            pieces = self._mess.applied(pieces, self._fields, key, self._key_name)
        return _joined(pieces)

    def _value(self, row: Row, name: str, moment: str) -> Value:
        if name == SERVER_TIME:
            return moment
        value: Any = row.get(name)
        return blank(self._fields[name]) if value is None else value


def _joined(pieces: list[tuple[str, bytes]]) -> bytes:
    return b"{%b}" % b",".join([b'"%b":%b' % (name.encode(), value) for name, value in pieces])

"""Rows as JSON: the fields of a table that one operation returns, encoded once as far as possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.encoders import DateFormats, Encoder, encoder_of
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.rows import POOL, SERVER_TIME, Row, Value, empty_value
from odapi_async.sandbox.tables import Table

_CACHED_ROWS: Final = 50_000
_MARK: Final = b"\0"  # marks the place of the server's time in cached rows; JSON itself never contains it


class View:
    """Encodes rows of a table for one operation.

    An unwritten row costs little: the values that all rows of a variant share are encoded once, with gaps for
    the few values that differ by row, and the first tens of thousands of encoded rows are cached.

    Args:
        table: the rows.
        resource: the resource of the operation.
        operation: the operation; its struct and absent fields decide which fields are returned.
        formats: the date formats that the request asked for.
        mess: decides which rows are irregular.
    """

    def __init__(
        self, table: Table, resource: Resource, operation: Operation, formats: DateFormats, mess: Mess
    ) -> None:
        struct = operation.returns.struct or ""
        absent = operation.returns.absent
        self._table = table
        self._mess = mess
        self._primary_key = resource.primary_key
        self._fields = {field.name: field for field in resource.structs[struct] if field.name not in absent}
        self._encoders = {
            name: encoder_of(field, struct, operation, formats) for name, field in self._fields.items()
        }
        moving = table.maker.moving
        self._gaps = [(moving[name], encode) for name, encode in self._encoders.items() if name in moving]
        self._cached: dict[int, bytes] = {}
        self._templates: list[bytes | None] = [None] * POOL

    def page(self, row_ids: Iterable[int], fixed: Row | None = None) -> bytes:
        """Return the rows with these ids as a JSON list; `fixed` overrides values in all of them."""
        moment = self._table.clock.now()
        if fixed:
            rows = [self._slow({**self._table.row(row_id), **fixed}, row_id, moment) for row_id in row_ids]
        else:
            rows = [self._encoded(row_id, moment) for row_id in row_ids]
        page = b"[%b]" % b",".join(rows)
        dated = self._encoders.get(SERVER_TIME)
        return page if dated is None else page.replace(_MARK, dated(moment, 0))

    def one(self, row_id: int, fixed: Row | None = None) -> bytes:
        """Return one row as a JSON object; `fixed` overrides values in it."""
        return self.page([row_id], fixed)[1:-1]

    def _encoded(self, row_id: int, moment: str) -> bytes:
        written = self._table.written(row_id)
        if written is not None:
            return self._slow(written, row_id, moment)
        if self._mess.hits(row_id):
            return self._slow(self._table.maker.row(row_id), row_id, moment)
        encoded = self._cached.get(row_id)
        if encoded is None:
            template = self._templates[row_id % POOL] or self._template(row_id % POOL)
            encoded = template % tuple([encode(mover(row_id), row_id) for mover, encode in self._gaps])
            if len(self._cached) < _CACHED_ROWS:
                self._cached[row_id] = encoded
        return encoded

    def _template(self, variant: int) -> bytes:
        row = self._table.maker.variant(variant)
        pieces = [
            (name, self._fragment(name, encode, row, variant)) for name, encode in self._encoders.items()
        ]
        template = self._templates[variant] = _joined(pieces)
        return template

    def _fragment(self, name: str, encode: Encoder, row: Row, variant: int) -> bytes:
        if name == SERVER_TIME:
            return _MARK
        if name in self._table.maker.moving:
            return b"%b"
        return encode(row[name], variant).replace(b"%", b"%%")

    def _slow(self, row: Row, row_id: int, moment: str) -> bytes:
        pieces = [
            (name, encode(self._value(row, name, moment), row_id)) for name, encode in self._encoders.items()
        ]
        if self._mess.hits(row_id):
            pieces = self._mess.applied(pieces, self._fields, row_id, self._primary_key)
        return _joined(pieces)

    def _value(self, row: Row, name: str, moment: str) -> Value:
        if name == SERVER_TIME:
            return moment
        value: Any = row.get(name)
        return empty_value(self._fields[name]) if value is None else value


def _joined(pieces: list[tuple[str, bytes]]) -> bytes:
    return b"{%b}" % b",".join([b'"%b":%b' % (name.encode(), value) for name, value in pieces])

"""Rows as JSON: the fields of a table that one operation returns, encoded once as far as possible."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.encoders import DateFormats, Encoder, encoder_of
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.references import Source
from odapi_async.sandbox.rows import POOL, SERVER_TIME, Row, RowMaker, Value, empty_value
from odapi_async.sandbox.tables import Table
from odapi_async.sandbox.versions import Version, is_newer

_CACHED_ROWS: Final = 50_000
_SHARED_ROWS: Final = 1_000
_SHARED_FORMS: Final = 64  # of one table
_MARK: Final = b"\0"  # marks the place of the server's time in cached rows; JSON itself never contains it


class _Encoded:
    """What was encoded so far of the rows of one table in one form.

    Attributes:
        rows: the encoded rows, by id.
        templates: the rows of each variant, with gaps for what differs by row.
        texts: the texts beside keys, by column and key.
    """

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}
        self.templates: list[bytes | None] = [None] * POOL
        self.texts: dict[tuple[str, Any], str] = {}


class _Form:
    """How rows are encoded for one operation, and the first rows as they are before anything is written.

    All sandboxes of a process whose offices start equally share it.
    """

    def __init__(
        self, resource: Resource, operation: Operation, formats: DateFormats, version: Version
    ) -> None:
        struct, absent = operation.returns.struct or "", operation.returns.absent
        self.fields = {
            field.name: field
            for field in resource.structs[struct]
            if field.name not in absent and not is_newer(field.since, version)
        }
        self.encoders = {
            name: encoder_of(field, struct, operation, formats) for name, field in self.fields.items()
        }
        self.encoded = _Encoded()


def _form_of(
    table: Table, resource: Resource, operation: Operation, formats: DateFormats, version: Version
) -> _Form:
    forms = _FORMS.setdefault(table.maker, {})
    label = (operation.method, operation.path, formats, version)
    form = forms.get(label)
    if form is None:
        while len(forms) >= _SHARED_FORMS:
            del forms[next(iter(forms))]
        form = forms[label] = _Form(resource, operation, formats, version)
    return form


_FORMS: Final[WeakKeyDictionary[RowMaker, dict[object, _Form]]] = WeakKeyDictionary()


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
        version: the office's version; fields that came later are absent.

    Attributes:
        table: the rows.
    """

    def __init__(
        self,
        table: Table,
        resource: Resource,
        operation: Operation,
        formats: DateFormats,
        mess: Mess,
        version: Version,
    ) -> None:
        self.table = table
        self._mess = mess
        self._primary_key = resource.primary_key
        self._form = _form_of(table, resource, operation, formats, version)
        self._fields = self._form.fields
        self._encoders = self._form.encoders
        maker = table.maker
        self._gaps = [
            (maker.moving.get(name) or partial(self._text, name, maker.texts[name]), encode)
            for name, encode in self._encoders.items()
            if maker.differs(name)
        ]
        self._sources = table.sources()
        self._forget()

    def page(self, row_ids: Iterable[int]) -> bytes:
        """Return the rows with these ids as a JSON list."""
        if sum([source.changes for source in self._sources]) != self._changes:
            self._forget()
        cached, written = self._cached, self.table.written_ids
        page = b"[%b]" % b",".join(
            [
                cached[row_id] if row_id in cached and row_id not in written else self._encode(row_id)
                for row_id in row_ids
            ]
        )
        dated = self._encoders.get(SERVER_TIME)
        return page if dated is None else page.replace(_MARK, dated(self.table.clock.now(), 0))

    def rows(self, rows: Iterable[tuple[int, Row]]) -> bytes:
        """Return rows that are in no table as a JSON list, each with a number of its own."""
        moment = self.table.clock.now()
        return b"[%b]" % b",".join([self._slow(row, number, moment) for number, row in rows])

    def one(self, row_id: int) -> bytes:
        """Return one row as a JSON object."""
        return self.page([row_id])[1:-1]

    def _forget(self) -> None:
        """Forget all encoded rows, because texts in them may have changed."""
        self._changes = sum([source.changes for source in self._sources])
        self._cached: dict[int, bytes] = {}
        self._shares = all(source.untouched for source in self._sources)
        self._encoded = self._form.encoded if self._shares else _Encoded()

    def _text(self, name: str, source: Source, row_id: int) -> str:
        """Return the text beside a key of an unwritten row."""
        leads_to = self.table.maker.value(row_id, source.key)
        texts = self._encoded.texts
        text = texts.get((name, leads_to))
        if text is None:
            text = self.table.text(source, leads_to)
            if len(texts) < (_SHARED_ROWS if self._shares else _CACHED_ROWS):
                texts[name, leads_to] = text
        return text

    def _encode(self, row_id: int) -> bytes:
        written = self.table.written(row_id)
        if written is not None:
            return self._slow(written, row_id, self.table.clock.now())
        if self._mess.hits(row_id):
            return self._slow(self.table.maker.row(row_id), row_id, self.table.clock.now())
        known = self._encoded.rows
        row = known.get(row_id)
        if row is None:
            template = self._encoded.templates[row_id % POOL] or self._template(row_id % POOL)
            row = template % tuple([encode(mover(row_id), row_id) for mover, encode in self._gaps])
            if len(known) < _SHARED_ROWS:
                known[row_id] = row
        if len(self._cached) < _CACHED_ROWS:
            self._cached[row_id] = row
        return row

    def _template(self, variant: int) -> bytes:
        row = self.table.maker.variant(variant)
        pieces = [
            (name, self._fragment(name, encode, row, variant)) for name, encode in self._encoders.items()
        ]
        template = self._encoded.templates[variant] = _joined(pieces)
        return template

    def _fragment(self, name: str, encode: Encoder, row: Row, variant: int) -> bytes:
        if name == SERVER_TIME:
            return _MARK
        maker = self.table.maker
        if maker.differs(name):
            return b"%b"
        source = maker.texts.get(name)
        value = row[name] if source is None else self.table.text(source, row[source.key])
        return encode(value, variant).replace(b"%", b"%%")

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

"""The queries of one office: a statement in, one page of its rows as JSON out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from odapi_async.sandbox.catalogue import Field
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.sql import statements
from odapi_async.sandbox.sql.columns import TEMPORAL, columns, find, stored
from odapi_async.sandbox.tables import OfficeTables, Table

if TYPE_CHECKING:
    from odapi_async.sandbox.sql.database import Database

PAGE: Final = 100
"""Rows that a query returns at once, whatever the mode of the office."""

_ADVICE: Final = "The sandbox needs sqlglot for this statement: pip install 'odapi-async[sandbox]'"
# nothing in it can match the same space twice, so that it takes time in proportion to the statement
_WHOLE: Final = re.compile(
    r"SELECT\s++\*\s++FROM\s++`?(\w++)`?(?:\s++LIMIT\s++([0-9]{1,18}+))?(?:\s*+;)?", re.IGNORECASE
)
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?")


class Queries:
    """Executes the queries of one office.

    Args:
        tables: the tables of the office.
        clock: tells the office's time.
    """

    def __init__(self, tables: OfficeTables, clock: OfficeClock) -> None:
        self._tables = tables
        self._clock = clock
        self._database: Database | None = None

    def page(self, command: str, offset: int, limit: int) -> bytes:
        """Return one page of the rows of a SELECT as a JSON list. Only here are dates ISO with a T.

        Raises:
            Refusal: the command is not one SELECT, or it names something that does not exist.
        """
        statements.check(command)
        limit = min(limit, PAGE)
        whole = _WHOLE.fullmatch(command.strip())
        if whole is None:
            return self._run(command, offset, limit)
        end = offset + limit if whole[2] is None else min(offset + limit, int(whole[2]))
        return _slice(find(self._tables, whole[1]), offset, end)

    def _run(self, command: str, offset: int, limit: int) -> bytes:
        try:
            from odapi_async.sandbox.sql.translation import translate  # noqa: PLC0415 - needs the extra `sandbox`
        except ModuleNotFoundError:
            raise Refusal(400, _ADVICE) from None
        from odapi_async.sandbox.sql.database import Database  # noqa: PLC0415 - few sandboxes need SQLite

        named: dict[str, Table] = {}

        def schema(name: str) -> Sequence[Field]:
            named[name] = find(self._tables, name)
            return columns(named[name])

        query = translate(command, schema, self._clock.now())
        if self._database is None:
            self._database = Database()
        return _to_json(query.columns, self._database.rows(query.sql, named, offset, limit))


def _slice(table: Table, start: int, end: int) -> bytes:
    """Return rows of a whole table. This needs no database, however many rows the table has."""
    fields = columns(table)
    rows = (table.row(row_id) for row_id in table.row_ids[start:end])
    return _to_json(
        {field.name: field.type in TEMPORAL for field in fields},
        ([stored(field, row[field.name]) for field in fields] for row in rows),
    )


def _to_json(temporal: Mapping[str, bool], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as JSON.

    Args:
        temporal: whether a column holds dates or times, by its name, in the order of the columns.
        rows: the values of each row.
    """
    return msgspec.json.encode(
        [
            {
                name: _iso(value) if is_temporal else value
                for (name, is_temporal), value in zip(temporal.items(), row, strict=True)
            }
            for row in rows
        ]
    )


def _iso(value: Any) -> Any:
    moment = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return value if moment is None else f"{moment[1]}T{moment[2] or '00:00:00'}"

"""Amounts that no file can hold, such as NaN: one of them does not end the export of all practices."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async.mirror.database.columns import ExactNumeric, is_amount
from odapi_async.mirror.files.formats import RowBatch, header
from odapi_async.mirror.one_line import on_one_line

_LOGGER: Final = logging.getLogger("odapi_async")
_USUAL: Final = 10**15
"""Amounts below this are finite and not too large, without a closer look."""


class LeftOut(msgspec.Struct, frozen=True):
    """Values of one column of one practice that are empty in a file, because they are no finite amounts.

    Attributes:
        table: the name of the table.
        practice: the name of the practice.
        column: the name of the column in the file.
        values: the number of these values.
    """

    table: str
    practice: str
    column: str
    values: int


def log_left_out(found: LeftOut) -> None:
    """Log a warning."""
    _LOGGER.warning(
        "export of %s: %d values in %s of %s are no finite amounts, and are empty in the file",
        found.table,
        found.values,
        found.column,
        on_one_line(found.practice),
    )


class AmountFilter:
    """Makes amounts empty that are not finite or larger than any amount, and counts them.

    Args:
        columns: the columns of the rows; the first one is the practice.
    """

    def __init__(self, columns: Sequence[sa.Column[Any]]) -> None:
        self._amounts = {
            index: header(column)
            for index, column in enumerate(columns)
            if isinstance(column.type, ExactNumeric | sa.Double)
        }
        self._counts: Counter[tuple[str, str]] = Counter()

    def clean(self, rows: RowBatch) -> RowBatch:
        """Return the rows without such values."""
        bad = [
            (number, index)
            for index in self._amounts
            if not _are_usual([*map(itemgetter(index), rows)])
            for number, row in enumerate(rows)
            if row[index] is not None and not _is_amount(row[index])
        ]
        if not bad:
            return rows
        cleaned = [*rows]
        for number, index in bad:
            row = [*cleaned[number]]
            row[index] = None
            cleaned[number] = row
            self._counts[row[0], self._amounts[index]] += 1
        return cleaned

    def left_out(self, table: str) -> list[LeftOut]:
        """Return how many values were made empty, by practice and column."""
        return [
            LeftOut(table, practice, column, values)
            for (practice, column), values in sorted(self._counts.items())
        ]


def _are_usual(values: Sequence[Any]) -> bool:
    """Return whether all values of a column are surely amounts, quickly, because nearly always they are."""
    known = [value for value in values if value is not None]
    if not known:
        return True
    if isinstance(known[0], float):
        return all(map(math.isfinite, known))
    try:
        return bool(min(known) > -_USUAL and max(known) < _USUAL)
    except InvalidOperation:  # NaN is neither less nor greater
        return False


def _is_amount(value: Decimal | float) -> bool:
    return is_amount(value) if isinstance(value, Decimal) else math.isfinite(value)

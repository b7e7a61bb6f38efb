"""File formats of an export. All methods block, so they are called in a thread."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror.database.columns import ExactNumeric
from odapi_async.mirror.errors import MirrorError
from odapi_async.mirror.files.formulas import escape_formula

RowBatch = Sequence[Sequence[Any]]
"""Rows as sequences of values, one for each column."""

_PRECISION: Final = 38
"""All digits of an amount in a Parquet file."""

_SCALE: Final = 18
"""Decimals of an amount: as many as the office's server can compute. More are refused, not rounded."""


class PrecisionError(MirrorError):
    """An amount has more digits than a Parquet file can hold. CSV has no such limit."""


class FileWriter(Protocol):
    """A file that is written batch by batch.

    Args:
        path: the file.
        columns: the columns of the rows.
    """

    def __init__(self, path: Path, columns: Sequence[sa.Column[Any]]) -> None: ...

    def write(self, rows: RowBatch) -> None:
        """Write some rows."""
        ...

    def finish(self) -> None:
        """Write the end of the file, and flush it to the disk."""
        ...

    def close(self) -> None:
        """Close the file, whether it is finished or not."""
        ...


def header(column: sa.Column[Any]) -> str:
    """Return the API's name of a column, or its name in the database.

    Many readers refuse columns whose names differ only in case. So if the API has `Confirmed` and
    `confirmed`, the second one is `confirmed_text`, as in the database. The mirror's own columns keep their
    names.
    """
    name = str(column.name)
    wire = str(column.info.get("wire", name))
    return wire if wire.lower() == name else name


class CsvWriter:
    """A CSV file in UTF-8, written with the standard library.

    Args:
        path: the file.
        columns: the columns of the rows.
        escape_formulas: whether to write an apostrophe before what a spreadsheet would take for a formula.
    """

    def __init__(
        self, path: Path, columns: Sequence[sa.Column[Any]], *, escape_formulas: bool = False
    ) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        # only as a part of the line's end, each Python quotes a carriage return
        self._csv = csv.writer(_Lines(self._file), lineterminator="\r\n")
        self._csv.writerow([header(each) for each in columns])
        self._cell = _safe_cell if escape_formulas else _cell

    def write(self, rows: RowBatch) -> None:
        """Write some rows."""
        cell = self._cell
        self._csv.writerows([cell(value) for value in row] for row in rows)

    def finish(self) -> None:
        """Flush the file to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Lines:
    """Writes lines that end with a line feed alone.

    Args:
        file: the file.
    """

    def __init__(self, file: TextIO) -> None:
        self._write = file.write

    def write(self, line: str) -> None:
        """Write one line, which ends with a carriage return and a line feed."""
        self._write(f"{line[:-2]}\n")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return f"{value:f}" if isinstance(value, Decimal) else value


def _safe_cell(value: object) -> object:
    return escape_formula(value) if isinstance(value, str) else _cell(value)


class ParquetWriter:
    """A Parquet file, written with pyarrow; each batch is a row group.

    Args:
        path: the file.
        columns: the columns of the rows.

    Raises:
        ConfigurationError: pyarrow is not installed.
    """

    def __init__(self, path: Path, columns: Sequence[sa.Column[Any]]) -> None:
        self._arrow, parquet = _import("pyarrow"), _import("pyarrow.parquet")
        self._schema = self._arrow.schema([self._field(each) for each in columns])
        self._file = path.open("wb")
        self._writer = parquet.ParquetWriter(self._file, self._schema)

    def write(self, rows: RowBatch) -> None:
        """Write some rows.

        Raises:
            PrecisionError: an amount has more digits than the file can hold.
        """
        values = [
            self._array(field, column)
            for field, column in zip(self._schema, zip(*rows, strict=True), strict=True)
        ]
        self._writer.write_batch(self._arrow.record_batch(values, schema=self._schema))

    def finish(self) -> None:
        """Write the end of the file, and flush it to the disk."""
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self._file.close()

    def _array(self, field: Any, values: Sequence[Any]) -> Any:
        try:
            return self._arrow.array(values, type=field.type)
        except self._arrow.ArrowInvalid:
            # the library's own message quotes the value
            raise PrecisionError(
                f"an amount in {field.name} has more than {_SCALE} decimals or "
                f"{_PRECISION} digits; export this table as CSV"
            ) from None

    def _field(self, column: sa.Column[Any]) -> Any:
        return self._arrow.field(header(column), self._type(column.type), nullable=bool(column.nullable))

    def _type(self, kind: sa.types.TypeEngine[Any]) -> Any:
        arrow = self._arrow
        types = (
            (ExactNumeric, arrow.decimal128(_PRECISION, _SCALE)),
            (sa.BigInteger, arrow.int64()),
            (sa.Boolean, arrow.bool_()),
            (sa.Double, arrow.float64()),
            (sa.Date, arrow.date32()),
            (sa.DateTime, arrow.timestamp("us")),
            (sa.Time, arrow.time64("us")),
        )
        return next((arrow_type for sql, arrow_type in types if isinstance(kind, sql)), arrow.string())


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ConfigurationError(
            "Parquet needs pyarrow, which is not installed: pip install 'odapi-async[export]'"
        ) from None

"""Export of mirrored tables to files, as CSV or Parquet. Rows pass through in batches."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec

import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import STATE
from odapi_async.mirror.database.shielded import run_shielded
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.files.amounts import AmountFilter, LeftOut, log_left_out
from odapi_async.mirror.files.formats import CsvWriter, FileWriter, ParquetWriter, RowBatch
from odapi_async.mirror.files.partitions import partition_files, remove_other_partitions
from odapi_async.mirror.files.parts import atomic_replace
from odapi_async.mirror.files.source import TableSource, open_source

P = ParamSpec("P")

_MakeWriter = Callable[[Path, Sequence[sa.Column[Any]]], FileWriter]


class FileFormat(StrEnum):
    """The format of an exported file."""

    PARQUET = "parquet"
    """Exact decimals and real dates. Needs pyarrow: `pip install "odapi-async[export]"`."""
    CSV = "csv"
    """UTF-8 text. NULL and an empty text look the same."""


async def export(
    store: Store,
    table: str,
    path: Path,
    *,
    format: FileFormat = FileFormat.PARQUET,  # noqa: A002 - the usual name
    practice: str | None = None,
    deleted: bool = False,
    since: dt.datetime | None = None,
    escape_formulas: bool = False,
    on_left_out: Callable[[LeftOut], object] = log_left_out,
) -> int:
    """Write a table to a file, in the order of practices and row ids. The file appears when it is complete.

    The first column is the name of the practice, the others have the API's names, and the last two are
    `seen_at` and `deleted_at`, both in UTC. Amounts are exact, lists are JSON. If two names of the API differ
    only in case, the second one ends with `_text`, as in the database.

    Args:
        store: the database of the mirror. It is only read.
        table: the name of the table.
        path: the file, with access for its owner only; an existing file is replaced.
        format: the format of the file.
        practice: the name of the practice whose rows are written; None for all.
        deleted: whether to include rows that are marked as deleted.
        since: only rows that were fetched or found to be deleted at this time or later, and those of runs of
            the mirror that had not ended at this time; deleted rows are included. A time without a zone is
            UTC. `next_since` returns it for the next export.
        escape_formulas: whether to write an apostrophe before each text in a CSV file that a spreadsheet
            would take for a formula. Programs that read such a file get the apostrophe, too.
        on_left_out: called when the file is complete, for each column of a practice with amounts that are
            empty in the file, because they are no finite numbers; by default they are logged as a warning.

    Returns:
        The number of rows in the file.

    Raises:
        ConfigurationError: there is no such table, pyarrow is not installed, or formulas would be escaped in
            a Parquet file, whose values have types.
        ExportFailed: the table has not been mirrored, or the file cannot be written.
        PrecisionError: an amount has more digits than a Parquet file can hold.
        StoreError: the database cannot be used.
    """
    source = await open_source(store, table, practice)
    make_writer = _writer_kind(FileFormat(format), escape_formulas=escape_formulas)
    query = source.select(practice, deleted=deleted, since=since)
    return await _write_file(source, query, source.columns, make_writer, path, on_left_out)


async def export_by_practice(
    store: Store,
    table: str,
    folder: Path,
    *,
    format: FileFormat = FileFormat.PARQUET,  # noqa: A002 - the usual name
    practice: str | None = None,
    deleted: bool = False,
    since: dt.datetime | None = None,
    escape_formulas: bool = False,
    on_left_out: Callable[[LeftOut], object] = log_left_out,
) -> dict[str, int]:
    """Write a table to one file for each practice: `folder/practice=harbour/part-0.parquet`.

    Programs such as DuckDB, Spark, pandas and polars read these folders as one table ("hive partitioning"),
    and take the column `practice` from the names of the folders, in which all characters except letters,
    digits, `_`, `.`, `-` and `~` are percent-encoded. So the files have no such column; otherwise they are as
    `export` writes them. Each file appears when it is complete.

    If all practices are written, and not only changes, files of practices that are no longer in the database
    are removed.

    Args:
        store: the database of the mirror. It is only read.
        table: the name of the table.
        folder: the folder of the table.
        format: the format of the files.
        practice: the name of the only practice whose rows are written; None for all.
        deleted: whether to include rows that are marked as deleted.
        since: as for `export`; a practice without changes has a file without rows.
        escape_formulas: as for `export`.
        on_left_out: as for `export`.

    Returns:
        The number of rows by practice.

    Raises:
        ConfigurationError: as for `export`.
        ExportFailed: the table has not been mirrored, or a file cannot be written; the files of the practices
            before it have been replaced.
        PrecisionError: an amount has more digits than a Parquet file can hold.
        StoreError: the database cannot be used.
    """
    source = await open_source(store, table, practice)
    file_format = FileFormat(format)
    make_writer = _writer_kind(file_format, escape_formulas=escape_formulas)
    # the folders depend on all names, so that they are the same if one practice is written alone
    paths = partition_files(folder, source.practices, file_format.value)
    counts: dict[str, int] = {}
    for name in source.practices if practice is None else [practice]:
        query = source.select(name, deleted=deleted, since=since)
        columns = source.columns[1:]
        counts[name] = await _write_file(source, query, columns, make_writer, paths[name], on_left_out)
    if practice is None and since is None:
        await asyncio.to_thread(remove_other_partitions, folder, [*paths.values()])
    return counts


async def _write_file(
    source: TableSource,
    query: sa.Select[Any],
    columns: Sequence[sa.Column[Any]],
    make_writer: _MakeWriter,
    path: Path,
    on_left_out: Callable[[LeftOut], object],
) -> int:
    """Write the rows of a query, whose columns are those of the source, to the last of its columns."""
    amounts = AmountFilter(source.columns)
    skipped = len(source.columns) - len(columns)
    with atomic_replace(path) as part:
        writer = await asyncio.to_thread(make_writer, part, columns)
        count = await _write(source.batches(query), writer, amounts, skipped)
    for each in amounts.left_out(source.table.name):
        on_left_out(each)
    return count


async def incomplete_practices(store: Store, table: str) -> list[str]:
    """Return the practices whose first copy of a table is not complete, so that rows may be missing.

    Raises:
        StoreError: the database cannot be used.
    """
    query = (
        sa.select(STATE.c.practice)
        .where(STATE.c.table_name == table, STATE.c.swept_at.is_(None))
        .order_by(STATE.c.practice)
    )
    with translate_errors():
        async with store.engine.connect() as connection:
            return [*(await connection.execute(query)).scalars()]


def _writer_kind(file_format: FileFormat, *, escape_formulas: bool) -> _MakeWriter:
    if file_format is FileFormat.CSV:
        return partial(CsvWriter, escape_formulas=escape_formulas)
    if escape_formulas:
        raise ConfigurationError("escape_formulas is for CSV: in a Parquet file a text cannot be a formula")
    return ParquetWriter


async def _write(
    batches: AsyncGenerator[RowBatch], writer: FileWriter, amounts: AmountFilter, skipped: int
) -> int:
    count = 0
    try:
        async with aclosing(batches):
            async for batch in batches:
                await _in_thread(_write_batch, writer, amounts, batch, skipped)
                count += len(batch)
        await _in_thread(writer.finish)
    finally:
        writer.close()
    return count


def _write_batch(writer: FileWriter, amounts: AmountFilter, batch: RowBatch, skipped: int) -> None:
    """Write some rows without their first columns."""
    rows = amounts.clean(batch)
    writer.write([row[skipped:] for row in rows] if skipped else rows)


async def _in_thread(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run a blocking function in a thread, to its end even if cancelled, because the file is closed next."""
    await run_shielded(asyncio.to_thread(work, *args, **kwargs))

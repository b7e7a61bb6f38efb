"""Export of mirrored tables to files, as CSV or Parquet. Rows pass through in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final, ParamSpec

import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.errors import suggestion
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import STATE
from odapi_async.mirror.database.shielded import run_shielded
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.database.url import file_of
from odapi_async.mirror.files.amounts import AmountFilter, LeftOut, log_left_out
from odapi_async.mirror.files.formats import CsvWriter, FileWriter, ParquetWriter, RowBatch
from odapi_async.mirror.files.parts import ExportFailed, atomic_replace
from odapi_async.mirror.suggestions import check_tables, printable

P = ParamSpec("P")

_BATCH: Final = 5_000  # rows in memory at a time
_INTERNAL: Final = frozenset({"sweep"})  # a number that has no meaning outside the database


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
    check_tables([table])
    columns = await _columns(store, table, practice)
    query = _select(store.tables[table], columns, practice, deleted=deleted)
    make_writer = _writer_kind(FileFormat(format), escape_formulas=escape_formulas)
    amounts = AmountFilter(columns)
    with atomic_replace(path) as part:
        count = await _write(store, query, await asyncio.to_thread(make_writer, part, columns), amounts)
    for each in amounts.left_out(table):
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


async def _columns(store: Store, table: str, practice: str | None) -> list[sa.Column[Any]]:
    """Return the columns that exist in the database: an older one may lack the newest.

    Raises:
        ExportFailed: the table has not been mirrored.
    """
    file = file_of(store.engine.url)
    if file is not None and not file.is_file():
        # a connection would create it
        raise ExportFailed(
            f"there is no database {file.name}; pass --store, or create it with: odapi mirror {table}"
        )
    with translate_errors():
        async with store.engine.connect() as connection:
            has = await connection.run_sync(_names, table)
            known = await connection.run_sync(_practices, table) if has else []
    if not known:
        raise ExportFailed(f"{table} is not in this database; copy it with: odapi mirror {table}")
    if practice is not None and practice not in known:
        raise ExportFailed(
            f"{table} of {printable(practice)} is not in this database; {suggestion(practice, known)}"
        )
    return [each for each in store.tables[table].columns if each.name in has and each.name not in _INTERNAL]


def _select(
    table: sa.Table, columns: list[sa.Column[Any]], practice: str | None, *, deleted: bool
) -> sa.Select[Any]:
    query = sa.select(*columns).order_by(*table.primary_key.columns)
    if practice is not None:
        query = query.where(table.c.practice == practice)
    return query if deleted else query.where(table.c.deleted_at.is_(None))


def _names(connection: sa.Connection, table: str) -> set[str]:
    inspector = sa.inspect(connection)
    if not inspector.has_table(table) or not inspector.has_table(STATE.name):
        return set()
    return {each["name"] for each in inspector.get_columns(table)}


def _practices(connection: sa.Connection, table: str) -> list[str]:
    query = sa.select(STATE.c.practice).where(STATE.c.table_name == table).order_by(STATE.c.practice)
    return [*connection.execute(query).scalars()]


def _writer_kind(
    file_format: FileFormat, *, escape_formulas: bool
) -> Callable[[Path, Sequence[sa.Column[Any]]], FileWriter]:
    if file_format is FileFormat.CSV:
        return partial(CsvWriter, escape_formulas=escape_formulas)
    if escape_formulas:
        raise ConfigurationError("escape_formulas is for CSV: in a Parquet file a text cannot be a formula")
    return ParquetWriter


async def _write(store: Store, query: sa.Select[Any], writer: FileWriter, amounts: AmountFilter) -> int:
    count = 0
    try:
        async with aclosing(_batches(store, query)) as batches:
            async for batch in batches:
                await _in_thread(_write_batch, writer, amounts, batch)
                count += len(batch)
        await _in_thread(writer.finish)
    finally:
        writer.close()
    return count


def _write_batch(writer: FileWriter, amounts: AmountFilter, batch: RowBatch) -> None:
    writer.write(amounts.clean(batch))


async def _in_thread(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run a blocking function in a thread, to its end even if cancelled, because the file is closed next."""
    await run_shielded(asyncio.to_thread(work, *args, **kwargs))


async def _batches(store: Store, query: sa.Select[Any]) -> AsyncGenerator[RowBatch]:
    with translate_errors():
        async with store.engine.connect() as connection:
            result = await connection.stream(query)
            async for batch in result.partitions(_BATCH):
                yield batch

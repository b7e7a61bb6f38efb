"""Tables of a mirror as files: CSV, or Parquet by the library pyarrow. Rows pass through in batches."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, ParamSpec

import sqlalchemy as sa

from odapi_async.errors import suggestion
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import STATE
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.database.url import file_of
from odapi_async.mirror.errors import MirrorError
from odapi_async.mirror.files.formats import CsvWriter, FileWriter, ParquetWriter, RowBatch
from odapi_async.mirror.suggestions import check_tables, printable

P = ParamSpec("P")

_BATCH: Final = 5_000  # rows in memory at a time
_INSIDE: Final = frozenset({"sweep"})  # a number that says nothing outside of the database


class ExportFailed(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """A table could not be written as a file. What was there before is still there."""


class FileFormat(StrEnum):
    """How a table is written."""

    PARQUET = "parquet"
    CSV = "csv"


async def export(
    store: Store,
    table: str,
    path: Path,
    *,
    format: FileFormat = FileFormat.PARQUET,  # noqa: A002 - what it is called everywhere
    practice: str | None = None,
    deleted: bool = False,
) -> int:
    """Write a table as a file, in the order of practices and keys. The file appears when it is complete.

    The first column says which practice a row belongs to, the others have the API's own names, and the last
    two are `seen_at` and `deleted_at`. Amounts are exact, lists are JSON.

    Args:
        store: the mirror's database. It is only read.
        table: the table's name.
        path: the file; one that is there is replaced, for its owner's eyes only.
        format: how it is written. In CSV nothing and an empty text are the same.
        practice: the practice whose rows are written; None for all.
        deleted: whether rows that are gone at the office are written, too.

    Returns:
        The number of rows.

    Raises:
        ConfigurationError: there is no such table, or pyarrow is not installed.
        ExportFailed: the table was not mirrored, or the file cannot be written.
        StoreError: the database cannot be used.
    """
    check_tables([table])
    columns = await _columns(store, table, practice)
    query = sa.select(*columns).order_by(*store.tables[table].primary_key.columns)
    if practice is not None:
        query = query.where(columns[0] == practice)
    if not deleted:
        query = query.where(store.tables[table].c.deleted_at.is_(None))
    kind: type[FileWriter] = ParquetWriter if FileFormat(format) is FileFormat.PARQUET else CsvWriter
    with atomic_replace(path) as part:
        return await _write(store, query, await asyncio.to_thread(kind, part, columns))


async def incomplete_practices(store: Store, table: str) -> list[str]:
    """Return the practices whose first copy of a table has not come to its end: there rows may be missing.

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
    """Return the columns that are there: an older database may lack the newest.

    Raises:
        ExportFailed: the table was not mirrored.
    """
    where = file_of(store.engine.url)
    if where is not None and not where.is_file():
        # connecting would make it
        raise ExportFailed(f"there is no database {where.name}; make one with: odapi mirror {table}")
    with translate_errors():
        async with store.engine.connect() as connection:
            has = await connection.run_sync(_names, table)
            known = await connection.run_sync(_practices, table) if has else []
    if not known:
        raise ExportFailed(f"{table} is not in this database; bring it there with: odapi mirror {table}")
    if practice is not None and practice not in known:
        raise ExportFailed(
            f"{table} of {printable(practice)} is not in this database; {suggestion(practice, known)}"
        )
    return [each for each in store.tables[table].columns if each.name in has and each.name not in _INSIDE]


def _names(connection: sa.Connection, table: str) -> set[str]:
    inspector = sa.inspect(connection)
    if not inspector.has_table(table) or not inspector.has_table(STATE.name):
        return set()
    return {each["name"] for each in inspector.get_columns(table)}


def _practices(connection: sa.Connection, table: str) -> list[str]:
    query = sa.select(STATE.c.practice).where(STATE.c.table_name == table).order_by(STATE.c.practice)
    return [*connection.execute(query).scalars()]


async def _write(store: Store, query: sa.Select[Any], writer: FileWriter) -> int:
    count = 0
    try:
        async with aclosing(_batches(store, query)) as batches:
            async for batch in batches:
                await _in_thread(writer.write, batch)
                count += len(batch)
        await _in_thread(writer.finish)
    finally:
        writer.close()
    return count


async def _in_thread(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call what blocks in a thread; who is cancelled waits for its end, as the file is closed next."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _batches(store: Store, query: sa.Select[Any]) -> AsyncGenerator[RowBatch]:
    with translate_errors():
        async with store.engine.connect() as connection:
            result = await connection.stream(query)
            async for batch in result.partitions(_BATCH):
                yield batch


@contextmanager
def atomic_replace(path: Path) -> Generator[Path]:
    """Give a file beside another one, and put it in its place if nothing goes wrong.

    Raises:
        ExportFailed: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritten(path, error) from None
    part = Path(name)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _unwritten(path, error) from None
    finally:
        part.unlink(missing_ok=True)


def _unwritten(path: Path, error: OSError) -> ExportFailed:
    return ExportFailed(f"{path.name} cannot be written: {error.strerror or type(error).__name__}")

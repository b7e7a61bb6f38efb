"""Writes tables of a mirror as files, one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from odapi_async.cli.errors import UsageError
from odapi_async.cli.screen import printable
from odapi_async.mirror import LeftOut, Store
from odapi_async.mirror import next_since as find_next_since
from odapi_async.mirror.files.export import FileFormat, export, export_by_practice, incomplete_practices
from odapi_async.mirror.files.source import mirrored_tables
from odapi_async.mirror.suggestions import check_tables
from odapi_async.mirror.texts import counted

__all__ = ["ExportOptions", "ExportedFile", "FileFormat", "as_json", "as_text", "parse_since", "write_files"]


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the export.

    Attributes:
        store: the database.
        tables: the names of the tables; empty for all tables of the database.
        folder: the folder for the files.
        format: the output format.
        practice: the practice whose rows are written; None for all.
        deleted: whether rows that were deleted at the office are written, too.
        since: the time in UTC from which changes are written; None for all rows.
        by_practice: whether each practice has a file of its own.
        escape_formulas: whether a spreadsheet finds no formula in a CSV file.
    """

    store: str
    tables: Sequence[str]
    folder: Path
    format: FileFormat
    practice: str | None = None
    deleted: bool = False
    since: dt.datetime | None = None
    by_practice: bool = False
    escape_formulas: bool = False

    def __repr__(self) -> str:
        """Show no URL, because it may contain a password."""
        return f"<ExportOptions for {len(self.tables)} tables>"


class ExportedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One table as a file.

    Attributes:
        table: the table's name.
        rows: the number of its rows.
        file: the path of the file, or of the folder if each practice has a file of its own.
        incomplete: the practices whose first copy is not complete, so that rows are missing.
        left_out: the amounts that are empty in the file, because they are no finite numbers.
        next_since: in an export of changes, the time (UTC) for the next one; empty if it is not known.
    """

    table: str
    rows: int
    file: str
    incomplete: list[str]
    left_out: list[LeftOut] = []
    next_since: str = ""


async def write_files(options: ExportOptions, on_file: Callable[[ExportedFile], None]) -> None:
    """Write the files.

    Args:
        options: the options.
        on_file: called with each file that is complete.

    Raises:
        ConfigurationError: there is no such table, the database URL is malformed, pyarrow is missing, or
            formulas would be escaped in a Parquet file.
        ExportFailed: a table is not in the database, or a file cannot be written.
        StoreError: the database cannot be used.
    """
    names = dict.fromkeys(check_tables(options.tables))
    async with Store(options.store) as store:
        tables = [*names] or await mirrored_tables(store, options.practice)
        # before the first row is read: see there
        time = None if options.since is None else await find_next_since(store)
        next_since = f"{time.isoformat()}Z" if time else ""
        for table in tables:
            on_file(await _write_table(store, table, options, next_since))


async def _write_table(store: Store, table: str, options: ExportOptions, next_since: str) -> ExportedFile:
    practice = options.practice
    left_out: list[LeftOut] = []
    write = partial(export_by_practice if options.by_practice else export, store, table)
    path = options.folder / (table if options.by_practice else f"{table}.{options.format.value}")
    written = await write(
        path,
        format=options.format,
        practice=practice,
        deleted=options.deleted,
        since=options.since,
        escape_formulas=options.escape_formulas,
        on_left_out=left_out.append,
    )
    rows = written if isinstance(written, int) else sum(written.values())
    missing = [each for each in await incomplete_practices(store, table) if practice in {None, each}]
    return ExportedFile(table, rows, str(path), missing, left_out, next_since)


def parse_since(text: str) -> dt.datetime:
    """Return a time in UTC, without a zone.

    Raises:
        UsageError: the text is no time.
    """
    try:
        found = dt.datetime.fromisoformat(text)
        return found if found.tzinfo is None else found.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise UsageError(
            "--since needs a time in UTC such as 2026-11-28T09:30:00, or one with a zone such as "
            "2026-11-28T09:30:00-05:00"
        ) from None


def as_text(file: ExportedFile) -> str:
    """Return a line for a file, and others if rows or amounts are missing."""
    lines = [f"{file.table}: {counted(file.rows, 'row')} in {file.file}"]
    if file.incomplete:
        names = ", ".join(map(printable, file.incomplete))
        lines.append(f"{file.table}: rows are missing, because the first copy of {names} is not complete")
    lines += [
        f"{file.table}: {counted(each.values, 'value')} in {each.column} of {printable(each.practice)} "
        "are empty, because they are no finite amounts"
        for each in file.left_out
    ]
    return "\n".join(lines)


def as_json(file: ExportedFile) -> str:
    """Return one line of JSON."""
    return msgspec.json.encode(file).decode()

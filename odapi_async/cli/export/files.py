"""Writes tables of a mirror as files, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from odapi_async.cli.output.cells import printable
from odapi_async.cli.output.table import counted
from odapi_async.mirror import LeftOut, Store
from odapi_async.mirror.files.export import FileFormat, export, incomplete_practices
from odapi_async.mirror.suggestions import check_tables

__all__ = ["ExportOptions", "ExportedFile", "FileFormat", "as_json", "as_text", "write_files"]


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the export.

    Attributes:
        store: the database.
        tables: the names of the tables.
        folder: the folder for the files.
        format: the output format.
        practice: the practice whose rows are written; None for all.
        deleted: whether rows that were deleted at the office are written, too.
        escape_formulas: whether a spreadsheet finds no formula in a CSV file.
    """

    store: str
    tables: Sequence[str]
    folder: Path
    format: FileFormat
    practice: str | None = None
    deleted: bool = False
    escape_formulas: bool = False

    def __repr__(self) -> str:
        """Show no URL, because it may contain a password."""
        return f"<ExportOptions for {len(self.tables)} tables>"


class ExportedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One table as a file.

    Attributes:
        table: the table's name.
        rows: the number of its rows.
        file: the path of the file.
        incomplete: the practices whose first copy is not complete, so that rows are missing.
        left_out: the amounts that are empty in the file, because they are no finite numbers.
    """

    table: str
    rows: int
    file: str
    incomplete: list[str]
    left_out: list[LeftOut] = []


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
    practice = options.practice
    async with Store(options.store) as store:
        for table in dict.fromkeys(check_tables(options.tables)):
            path = options.folder / f"{table}.{options.format.value}"
            left_out: list[LeftOut] = []
            rows = await export(
                store,
                table,
                path,
                format=options.format,
                practice=practice,
                deleted=options.deleted,
                escape_formulas=options.escape_formulas,
                on_left_out=left_out.append,
            )
            missing = [each for each in await incomplete_practices(store, table) if practice in {None, each}]
            on_file(ExportedFile(table, rows, str(path), missing, left_out))


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

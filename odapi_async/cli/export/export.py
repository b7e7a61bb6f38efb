"""`odapi export`: tables of a mirror as files, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from odapi_async.cli.mirror.view import counted
from odapi_async.cli.output.cells import printable
from odapi_async.mirror import Store
from odapi_async.mirror.files.export import FileFormat, export, incomplete_practices
from odapi_async.mirror.suggestions import check_tables


class Exported(msgspec.Struct, frozen=True):
    """One table as a file.

    Attributes:
        table: the table's name.
        rows: how many rows it has.
        file: where it is.
        incomplete: the practices whose first copy is still under way, so that rows are missing.
    """

    table: str
    rows: int
    file: str
    incomplete: list[str]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written.

    Attributes:
        store: the database.
        tables: names of tables.
        folder: where the files go.
        format: how they are written.
        practice: the practice whose rows are written; None for all.
        deleted: whether rows that are gone are written, too.
    """

    store: str
    tables: Sequence[str]
    folder: Path
    format: FileFormat
    practice: str | None = None
    deleted: bool = False

    def __repr__(self) -> str:
        """Show no URL, which may hold a password."""
        return f"<Order of {len(self.tables)} tables>"


async def write(order: Order, tell: Callable[[Exported], None]) -> None:
    """Write the files.

    Args:
        order: which.
        tell: gets each one that is complete.

    Raises:
        ConfigurationError: there is no such table, the database cannot be one, or pyarrow is not installed.
        ExportFailed: a table is not there, or a file cannot be written.
        StoreError: the database cannot be used.
    """
    async with Store(order.store) as store:
        for table in dict.fromkeys(check_tables(order.tables)):
            path = order.folder / f"{table}.{order.format.value}"
            rows = await export(
                store, table, path, format=order.format, practice=order.practice, deleted=order.deleted
            )
            missing = [
                each for each in await incomplete_practices(store, table) if order.practice in {None, each}
            ]
            tell(Exported(table, rows, str(path), missing))


def as_text(each: Exported) -> str:
    """Write a line for people, and another one if rows are missing."""
    text = f"{each.table}: {counted(each.rows, 'row')} in {each.file}"
    if not each.incomplete:
        return text
    names = ", ".join(map(printable, each.incomplete))
    return f"{text}\n{each.table}: rows are missing, as the first copy is not complete, of {names}"


def as_json(each: Exported) -> str:
    """Write a line of JSON."""
    return msgspec.json.encode(each).decode()

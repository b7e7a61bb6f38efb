"""`odapi export`: the options of the export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.mirror.extras import complete_table, needed, typed
from odapi_async.cli.terminal import explained, run, say


class ExportFormat(StrEnum):
    """How a table is written."""

    PARQUET = "parquet"
    CSV = "csv"


def export(
    ctx: typer.Context,
    tables: Annotated[
        list[str], typer.Argument(help="Tables of a mirror, as patients.", autocompletion=complete_table)
    ],
    format_: Annotated[
        ExportFormat,
        typer.Option("--format", case_sensitive=False, help="Parquet needs the extra: odapi-async[export]"),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="DIR", file_okay=False, help="The folder of the files; made if it is not there."
        ),
    ],
    store: Annotated[
        str,
        typer.Option(
            envvar="ODAPI_STORE",
            help="The database of the mirror: a file for SQLite, or postgresql://user@host/database (a "
            "password belongs into the variable or ~/.pgpass).",
        ),
    ] = "mirror.db",
    practice: Annotated[
        str | None, typer.Option(help="Only the rows of the practice of this name in the database.")
    ] = None,
    deleted: Annotated[
        bool,
        typer.Option("--deleted", help="Also rows that are gone at the office; deleted_at says since when."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON, for scripts: one line for each file.")
    ] = False,
) -> None:
    """Write tables of a mirror as files: DIR/patients.parquet, DIR/appointments.parquet.

    The columns have the API's own names; practice stands before them, seen_at and deleted_at behind. Amounts
    are exact (decimal128), dates are dates, lists are JSON. Rows pass through in batches, so that a table may
    be larger than the memory. A file appears when it is complete, in the place of an older one, and only its
    owner may read it: it holds patient data. Where a first copy is not complete yet, that is said.
    """
    with explained():
        with needed():
            from odapi_async.cli.export import export as exporting  # noqa: PLC0415 - it needs the extra
            from odapi_async.cli.mirror.start import check_store  # noqa: PLC0415 - likewise
            from odapi_async.mirror.files.export import FileFormat  # noqa: PLC0415 - likewise
        check_store(store, typed="store" in typed(ctx))
        order = exporting.Order(
            store=store,
            tables=tables,
            folder=to,
            format=FileFormat(format_),
            practice=practice,
            deleted=deleted,
        )
        line = exporting.as_json if as_json else exporting.as_text
        run(exporting.write(order, lambda each: say(line(each))))


COMMAND: Final = Command(
    "export",
    "Write tables of a mirror as Parquet or CSV.",
    export,
    (
        "odapi export patients --format csv --to files",
        "odapi export patients appointments --format parquet --to files --practice harbour",
        "odapi export procedure_logs --format parquet --to files --deleted --store practices.db",
    ),
)

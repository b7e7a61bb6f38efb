"""`odapi export`: write tables of a mirror as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from odapi_async.cli.choices import choice_option
from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_table
from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.extra import needs_mirror_extra
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import echo, exit_on_error, run

_EXCEL: Final = "Excel opens csv; add --escape-formulas"


class Partition(StrEnum):
    """What a table is divided by."""

    PRACTICE = "practice"


class ExportFormat(StrEnum):
    """The output format of a table."""

    PARQUET = "parquet"
    CSV = "csv"


def export(
    ctx: typer.Context,
    format_: Annotated[
        ExportFormat,
        choice_option(
            "--format",
            ExportFormat,
            "The output format. Parquet needs the extra export: pip install 'odapi-async[export]'",
            {"xlsx": _EXCEL, "xls": _EXCEL, "excel": _EXCEL},
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="DIR", file_okay=False, help="The folder for the files; created if missing."
        ),
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE", help="Tables of a mirror, such as patients.", autocompletion=complete_table
        ),
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="All tables of the database.")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    practice: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only the rows of this practice, by its name in the database."),
    ] = None,
    deleted: Annotated[
        bool,
        typer.Option(
            "--deleted",
            help="Include rows that were deleted at the office; deleted_at is not empty for them.",
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Only changes: rows that were fetched or found to be deleted at this time (UTC) or later. "
            "The command prints the time for the next export.",
        ),
    ] = None,
    partition_by: Annotated[
        Partition | None,
        choice_option(
            "--partition-by",
            Partition,
            "One file for each practice, in folders that other programs read as one table: "
            "DIR/patients/practice=harbour/part-0.parquet",
        ),
    ] = None,
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas",
            help="With CSV: write an apostrophe before texts that a spreadsheet would take for formulas.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, for scripts: one line for each file.")
    ] = False,
) -> None:
    """Write tables of a mirror as files: DIR/patients.parquet, DIR/appointments.parquet.

    The columns are practice, then the API's fields under their own names, then seen_at and deleted_at.
    If two names differ only in case, the second one ends with _text. Amounts are exact (decimal128), dates
    are dates, lists are JSON. Rows are written in batches, so a table may be larger than the memory.

    Some texts come from patients. A spreadsheet that opens a CSV file takes a text that begins with =, +, -
    or @ for a formula: add --escape-formulas for files that somebody opens in one.

    A file appears when it is complete, and replaces an older one. Only its owner can read it, because it
    contains patient data. If the first copy of a practice is not complete yet, the command says so.

    To load only changes into another database, begin with --since 2000-01-01. Each export prints the time
    for the next one. Replace rows by practice and id: some come twice, and a sweep counts as a change of all
    rows that it reads. Rows that were deleted at the office are among them.
    """
    with exit_on_error():
        with needs_mirror_extra():
            from odapi_async.cli.export import files  # noqa: PLC0415 - it needs the extra
        if escape_formulas and format_ is ExportFormat.PARQUET:
            raise UsageError("--escape-formulas needs --format csv: in Parquet a text cannot be a formula")
        if all_ == bool(tables):
            raise UsageError("name tables, such as patients, or add --all for all tables of the database")
        options = files.ExportOptions(
            store=find_store(ctx, config, store)[0],
            tables=tables or (),
            folder=to,
            format=files.FileFormat(format_),
            practice=practice,
            deleted=deleted,
            since=None if since is None else files.parse_since(since),
            by_practice=partition_by is not None,
            escape_formulas=escape_formulas,
        )
        line = files.as_json if as_json else files.as_text
        times: list[str] = []

        def print_line(file: files.ExportedFile) -> None:
            echo(line(file))
            times.append(file.next_since)

        run(files.write_files(options, print_line))
        if any(times) and not as_json:
            echo(f"for the changes after this export: --since {times[0]}")


COMMAND: Final = Command(
    "export",
    export,
    (
        "odapi export patients --format csv --to files",
        "odapi export patients recalls --format parquet --to files --practice harbour",
        "odapi export claims --format csv --to files --deleted --store practices.db",
        "odapi export --all --format parquet --to files --config practices.toml",
        "odapi export --all --format parquet --to files --partition-by practice",
        "odapi export --all --format csv --to changes --since 2026-11-28T09:30:00Z",
    ),
)

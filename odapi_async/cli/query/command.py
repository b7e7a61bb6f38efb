"""`odapi query`: run read-only SQL on the office's database."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.output.options import ExcelOption, FormatOption, LimitOption, choose_layout
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    ViaOption,
)
from odapi_async.cli.terminal import exit_on_error


def query(
    ctx: typer.Context,
    sql: Annotated[
        str, typer.Argument(help="A SELECT in quotes; - reads it from standard input.", metavar="SQL")
    ],
    format_: FormatOption = None,
    excel: ExcelOption = False,
    limit: LimitOption = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="Show only these columns, in this order.")
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="If the server refuses the query, show the server's message, which may quote the query.",
        ),
    ] = False,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
    *,
    via: ViaOption = None,
) -> None:
    """Run a SELECT on the office's database and print each page of rows as it comes.

    Needs the permission Queries. The office runs the SELECT again for every page of at most 100 rows, so sort
    by a primary key (ORDER BY), or rows may be missing or come twice. The office records every query in its
    audit trail.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox, via)
    with exit_on_error():
        if ctx.args:
            raise UsageError("the query is more than one argument: put it into quotes")
        if sandbox and find_spec("sqlglot") is None:
            raise UsageError("the sandbox needs sqlglot for queries: pip install 'odapi-async[sandbox]'")
        layout = choose_layout(format_, columns, excel=excel)
    from odapi_async.cli.query.read import read_query  # noqa: PLC0415 - the help needs no client

    read_query(options, sql, layout, limit, explain=explain)


COMMAND: Final = Command(
    "query",
    query,
    (
        'odapi query "SELECT PatNum, LName FROM patient ORDER BY PatNum" --limit 20',
        "odapi query - --format csv < recalls.sql > recalls.csv",
        'odapi query "SELECT * FROM patient" --sandbox',
    ),
    checks_extra_arguments=True,
)

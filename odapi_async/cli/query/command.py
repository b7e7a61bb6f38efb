"""`odapi query`: run read-only SQL on the office's database."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import Redaction, UsageError
from odapi_async.cli.output.formats import RowWriter
from odapi_async.cli.output.stream import FormatOption, LimitOption, choose_layout, stdout_writer, stream
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    open_practice,
)
from odapi_async.cli.terminal import exit_on_error, read_input, run
from odapi_async.resources.queries import SHORT_QUERY


def query(
    ctx: typer.Context,
    sql: Annotated[
        str, typer.Argument(help="A SELECT in quotes; - reads it from standard input.", metavar="SQL")
    ],
    format_: FormatOption = None,
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
) -> None:
    """Run a SELECT on the office's database and print each page of rows as it comes.

    Needs the permission Queries. The office runs the SELECT again for every page of at most 100 rows, so sort
    by a primary key (ORDER BY), or rows may be missing or come twice. The office records every query in its
    audit trail.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox)
    with exit_on_error():
        if ctx.args:
            raise UsageError("the query is more than one argument: put it into quotes")
        statement = _statement(sql)
        writer = stdout_writer(choose_layout(format_, columns), SHORT_QUERY.returns)
    run(_print_query(options, statement, writer, limit), Redaction(server_message=explain))


def _statement(sql: str) -> str:
    try:
        text = read_input("-", "query").decode("utf-8-sig") if sql == "-" else sql
    except UnicodeDecodeError:
        raise UsageError("the query is not UTF-8 text") from None
    if not text.strip():
        raise UsageError("the query is empty")
    return text.strip()


async def _print_query(
    options: PracticeOptions, statement: str, writer: RowWriter, limit: int | None
) -> None:
    async with open_practice(options) as practice:
        await stream(practice.queries.short_query(SqlCommand=statement), writer, limit)


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

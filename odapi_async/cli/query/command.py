"""`odapi query`: read-only SQL on the office's database."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import Sent, WrongInput
from odapi_async.cli.output.formats import Writer
from odapi_async.cli.output.stream import FormatOption, LimitOption, layout, stream, to_stdout
from odapi_async.cli.practice_options import Reach, reached, reaching
from odapi_async.cli.terminal import explained, read_input, run
from odapi_async.resources.queries import SHORT_QUERY


@reaching
def query(
    reach: Reach,
    ctx: typer.Context,
    sql: Annotated[str, typer.Argument(help="A SELECT; - reads it from the standard input.", metavar="SQL")],
    format_: FormatOption = None,
    limit: LimitOption = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="Only these columns, in this order.")
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="If the server refuses it, show the server's own words, which may quote the query.",
        ),
    ] = False,
) -> None:
    """Run a SELECT at the office and write its rows while the pages come. Needs the permission Queries.

    The office runs the SELECT again for each page of at most 100 rows: sort by a key, so that the pages fit
    together. Every query goes into the office's audit trail.
    """
    with explained():
        if ctx.args:
            raise WrongInput("the query has to be one word for the shell: put it into quotes")
        command = _command(sql)
        out = to_stdout(layout(format_, columns), SHORT_QUERY.returns)
    run(_queried(reach, command, out, limit), Sent(words=explain))


def _command(sql: str) -> str:
    try:
        text = read_input("-", "query").decode("utf-8-sig") if sql == "-" else sql
    except UnicodeDecodeError:
        raise WrongInput("the query is not UTF-8") from None
    if not text.strip():
        raise WrongInput("the query is empty")
    return text.strip()


async def _queried(reach: Reach, sql: str, out: Writer, limit: int | None) -> None:
    async with reached(reach) as practice:
        await stream(practice.queries.short_query(SqlCommand=sql), out, limit)


COMMAND: Final = Command(
    "query",
    "Run a SELECT at the office.",
    query,
    (
        'odapi query "SELECT PatNum, LName FROM patient ORDER BY PatNum" --limit 20',
        "odapi query - --format csv < recalls.sql > recalls.csv",
        'odapi query "SELECT * FROM patient" --sandbox',
    ),
    refuses_rest=True,
)

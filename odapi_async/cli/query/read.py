"""Runs a query and prints each page of rows as it comes."""

from __future__ import annotations

from odapi_async.cli.errors import Redaction, UsageError
from odapi_async.cli.output.formats import RowWriter
from odapi_async.cli.output.options import Layout
from odapi_async.cli.output.stream import stdout_writer, stream
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.cli.terminal import exit_on_error, read_input, run
from odapi_async.resources.queries import SHORT_QUERY


def read_query(
    options: PracticeOptions, sql: str, layout: Layout, limit: int | None, *, explain: bool
) -> None:
    """Run a query and print its rows.

    Args:
        options: the practice.
        sql: the query; `-` reads it from standard input.
        layout: the output format and the columns.
        limit: the number of rows after which it ends; None for all.
        explain: whether an error shows the server's message, which may quote the query.
    """
    with exit_on_error():
        statement = _statement(sql)
        writer = stdout_writer(layout, SHORT_QUERY.returns)
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

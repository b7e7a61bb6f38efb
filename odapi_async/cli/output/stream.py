"""Lists on their way from the API to the output: page by page, and no more of them in memory than that."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import Annotated, Any, Final, TypeGuard

import typer

from odapi_async._paging.rows import Rows
from odapi_async.cli.completion import complete_column
from odapi_async.cli.output.formats import Layout, ListFormat, Writer, writer
from odapi_async.cli.terminal import note, use_utf8

FormatOption = Annotated[
    ListFormat | None,
    typer.Option(
        "--format",
        help="How it is written; table on a terminal and ndjson elsewhere, if not given. "
        "All are written while the pages come.",
    ),
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Stop after so many rows.")]
ColumnsOption = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Only these columns, in this order.", autocompletion=complete_column),
]

_PLAIN_WIDTH: Final = 120


def layout(format_: ListFormat | None, columns: str | None) -> Layout:
    """Choose how a list is written, by what the output is."""
    usual = ListFormat.TABLE if sys.stdout.isatty() else ListFormat.NDJSON
    return Layout(format_ or usual, columns, shutil.get_terminal_size((_PLAIN_WIDTH, 0)).columns)


def to_stdout(wanted: Layout, kind: type) -> Writer:
    """Make a writer to the standard output.

    Raises:
        WrongInput: a column does not exist.
    """
    use_utf8()
    return writer(wanted, kind, sys.stdout.write)


async def stream(result: Awaitable[Any], out: Writer, limit: int | None) -> None:
    """Write what a method of the SDK returned.

    Args:
        result: `Rows`, or something to be awaited that gives a row, a list of rows, or nothing.
        out: writes it.
        limit: rows after which it ends; None for all.
    """
    progress = _Progress()
    written = 0
    try:
        async with aclosing(_pages(result)) as pages:
            async for page in pages:
                shown = page if limit is None else page[: limit - written]
                out.page(shown)
                sys.stdout.flush()  # who reads the other end of a pipe need not wait for the next page
                written += len(shown)
                progress.rows(written)
                if written == limit:
                    break
        remark = out.end()
        sys.stdout.flush()
    finally:
        progress.end()
    if remark:
        note(remark)


async def _pages(result: Awaitable[Any]) -> AsyncGenerator[list[Any], None]:
    if _streams(result):
        async with aclosing(result.pages()) as pages:
            async for page in pages:
                yield page
        return
    found = await result
    if found is not None:
        yield found if isinstance(found, list) else [found]


def _streams(result: Awaitable[Any]) -> TypeGuard[Rows[Any]]:
    return isinstance(result, Rows)


class _Progress:
    """Counts rows for who watches while the output goes elsewhere; nobody watches what is no terminal."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty() and not sys.stdout.isatty()

    def rows(self, count: int) -> None:
        """Show how many there are by now, over what stood there before."""
        if self._watched:
            print(f"\r{count:,} rows", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._watched:
            print(file=sys.stderr)

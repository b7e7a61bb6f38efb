"""Writes a list to standard output page by page, and keeps no more than one page in memory."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import Any, TypeGuard

from odapi_async import OpenDentalError, Rows
from odapi_async.cli.errors import OutputBroken
from odapi_async.cli.output.formats import RowWriter, row_writer
from odapi_async.cli.output.options import Layout
from odapi_async.cli.screen import unfiltered
from odapi_async.cli.terminal import echo_err, use_utf8


def stdout_writer(layout: Layout, row_type: type) -> RowWriter:
    """Make a writer to standard output.

    Raises:
        UsageError: a column does not exist.
    """
    use_utf8(keep_line_ends=layout.excel)
    return row_writer(layout, row_type, sys.stdout.write)


async def stream(result: Awaitable[Any], writer: RowWriter, limit: int | None) -> None:
    """Write the result of an SDK method.

    Args:
        result: `Rows`, or an awaitable that returns a row, a list of rows, or None.
        writer: writes it.
        limit: the number of rows after which it ends; None for all.

    Raises:
        OutputBroken: it failed after some rows were written. A JSON array is not closed then, so that nobody
            takes these rows for all.
    """
    counter = _RowCounter()
    written = 0
    try:
        async with aclosing(_pages(result)) as pages:
            async for page in pages:
                shown = page if limit is None else page[: limit - written]
                writer.write_page(shown)
                sys.stdout.flush()  # the reader of a pipe gets this page before the next one comes
                written += len(shown)
                counter.show(written)
                if written == limit:
                    break
        remark = writer.finish()
        sys.stdout.flush()
    except OpenDentalError as error:
        if not written:
            raise
        raise OutputBroken(error, written) from None
    finally:
        counter.finish()
    if remark:
        echo_err(remark)


async def _pages(result: Awaitable[Any]) -> AsyncGenerator[list[Any], None]:
    if _is_rows(result):
        async with aclosing(result.pages()) as pages:
            async for page in pages:
                yield page
        return
    found = await result
    if found is not None:
        yield found if isinstance(found, list) else [found]


def _is_rows(result: Awaitable[Any]) -> TypeGuard[Rows[Any]]:
    return isinstance(result, Rows)


class _RowCounter:
    """Shows the number of rows on the terminal while the output goes to a file or a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and not sys.stdout.isatty()

    def show(self, count: int) -> None:
        """Show the number of rows so far, over the number before."""
        if self._shown:
            print(f"\r{count:,} rows", end="", file=unfiltered(sys.stderr), flush=True)

    def finish(self) -> None:
        """End the line."""
        if self._shown:
            print(file=sys.stderr)

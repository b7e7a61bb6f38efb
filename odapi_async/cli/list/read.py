"""Reads a list and prints each page of rows as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from odapi_async.cli.endpoints import Endpoint, find_endpoint
from odapi_async.cli.errors import Redaction, UsageError, text_values
from odapi_async.cli.output.formats import RowWriter
from odapi_async.cli.output.options import Layout
from odapi_async.cli.output.stream import stdout_writer, stream
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.cli.slips import FILE_ADVICE, explain_slips, option_slip
from odapi_async.cli.terminal import echo_err, exit_on_error, run
from odapi_async.cli.values import parse_pairs

_PARTIAL: Final = {
    "patients.list": "the API leaves out fields in this list, and they are 0 or empty here; to get all of "
    "them, add: --method simple"
}
"""Lists whose rows lack fields, with the remedy."""
LIST_OPTIONS: Final = ("--columns", "--excel", "--format", "--limit", "--method", "--practice", "--sandbox")
"""Options that are written as filters."""


def read_list(
    options: PracticeOptions,
    resource: str,
    method: str,
    filters: Sequence[str],
    layout: Layout,
    limit: int | None,
) -> None:
    """Read a list and print it.

    Args:
        options: the practice.
        resource: the resource, as it was typed.
        method: the method of its list.
        filters: words such as `NAME=VALUE`.
        layout: the output format and the columns.
        limit: the number of rows after which it ends; None for all.
    """
    with exit_on_error():
        endpoint = _find_read(resource, method)
        explain_slips(endpoint, filters, LIST_OPTIONS)
        arguments = endpoint.convert(parse_pairs(filters))
        endpoint.check(arguments)
        writer = stdout_writer(layout, endpoint.operation.returns)
    run(_print_list(options, endpoint, arguments, writer, limit), Redaction(text_values(arguments)))
    if endpoint.name in _PARTIAL:
        echo_err(_PARTIAL[endpoint.name])


def advise(option: str, words: Sequence[str]) -> str:
    """Return what to write instead of an option that does not exist; an empty text if it is unknown."""
    if option == "--excel":
        return FILE_ADVICE
    method = next((words[at + 1] for at, word in enumerate(words[:-1]) if word == "--method"), "list")
    return option_slip(option, words, lambda word: find_endpoint(word, method))


def _find_read(resource: str, method: str) -> Endpoint:
    found = find_endpoint(resource, method)
    if not found.operation.read_only:
        raise UsageError(f"{found.name} writes; use: odapi call {found.name}")
    return found


async def _print_list(
    options: PracticeOptions,
    endpoint: Endpoint,
    arguments: dict[str, object],
    writer: RowWriter,
    limit: int | None,
) -> None:
    async with open_practice(options) as practice:
        await stream(endpoint.call(practice, arguments), writer, limit)

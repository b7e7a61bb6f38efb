"""Reads one row and prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odapi_async import Rows
from odapi_async.cli.endpoints import Endpoint, find_by_path
from odapi_async.cli.errors import Redaction, UsageError, text_values
from odapi_async.cli.output.cells import indented_json
from odapi_async.cli.output.formats import row_table
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.cli.slips import explain_slips, option_slip
from odapi_async.cli.terminal import echo, exit_on_error, run, use_utf8
from odapi_async.cli.values import parse_pairs


def read_row(options: PracticeOptions, path: str, words: Sequence[str], *, as_table: bool) -> None:
    """Read one row and print it.

    Args:
        options: the practice.
        path: the resource and the id, such as `patients/48`.
        words: filters such as `NAME=VALUE`.
        as_table: whether it is printed as a table, and not as JSON.
    """
    with exit_on_error():
        endpoint, ids = find_by_path(path)
        explain_slips(endpoint, words, ("--format", "--practice", "--sandbox"))
        arguments = endpoint.convert(ids | parse_pairs(words))
        endpoint.check(arguments)
    use_utf8()
    row = run(_read_row(options, endpoint, arguments), Redaction(text_values(arguments)))
    echo(row_table(row) if as_table else indented_json(row))


def advise(option: str, words: Sequence[str]) -> str:
    """Return what to write instead of an option that does not exist; an empty text if it is unknown."""
    return option_slip(option, words, lambda word: find_by_path(word)[0])


async def _read_row(options: PracticeOptions, endpoint: Endpoint, arguments: dict[str, object]) -> Any:
    async with open_practice(options) as practice:
        result = endpoint.call(practice, arguments)
        if isinstance(result, Rows):
            raise UsageError(f"this path is a list; read it with: {_list_command(endpoint, arguments)}")
        return await result


def _list_command(endpoint: Endpoint, arguments: dict[str, object]) -> str:
    ids = [f"{name}={arguments[name]}" for name in endpoint.ids]
    method = [] if endpoint.method == "list" else [f"--method {endpoint.method}"]
    return " ".join(["odapi list", endpoint.resource, *ids, *method])

"""`odapi get`: read one row."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from odapi_async import Rows
from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_path, complete_value
from odapi_async.cli.endpoints import Endpoint, find_by_path
from odapi_async.cli.errors import Redaction, UsageError, text_values
from odapi_async.cli.output.cells import indented_json
from odapi_async.cli.output.formats import row_table
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    open_practice,
)
from odapi_async.cli.terminal import echo, exit_on_error, run, use_utf8
from odapi_async.cli.values import parse_pairs


class RowFormat(StrEnum):
    """The output format of a row."""

    JSON = "json"
    TABLE = "table"


def get(
    path: Annotated[
        str,
        typer.Argument(
            help="The resource and the id, such as patients/48. Both spellings work: procedure_logs as in "
            "the SDK, and procedurelogs as in the API.",
            autocompletion=complete_path,
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(help="NAME=VALUE: filters, if the path takes some.", autocompletion=complete_value),
    ] = None,
    format_: Annotated[RowFormat, typer.Option("--format", help="The output format.")] = RowFormat.JSON,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
) -> None:
    """Read one row and print it as JSON.

    Exit code 1: the row does not exist. Exit code 2: the resource or the path does not exist; no request was
    sent.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox)
    with exit_on_error():
        endpoint, ids = find_by_path(path)
        arguments = endpoint.convert(ids | parse_pairs(values or []))
        endpoint.check(arguments)
    use_utf8()
    row = run(_read_row(options, endpoint, arguments), Redaction(text_values(arguments)))
    echo(row_table(row) if format_ is RowFormat.TABLE else indented_json(row))


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


COMMAND: Final = Command(
    "get",
    get,
    (
        "odapi get patients/48",
        "odapi get procedurelogs/1204 --format table",
        "odapi get accountmodules/48/Aging",
        "odapi get patients/1 --sandbox          (made-up data, no keys needed)",
    ),
)

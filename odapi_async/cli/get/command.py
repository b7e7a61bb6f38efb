"""`odapi get`: one row."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from odapi_async._paging.rows import Rows
from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_path, complete_value
from odapi_async.cli.endpoints import Endpoint, at_path
from odapi_async.cli.errors import Sent, WrongInput, texts_of
from odapi_async.cli.output.cells import pretty
from odapi_async.cli.output.formats import sheet
from odapi_async.cli.practice_options import Reach, reached, reaching
from odapi_async.cli.terminal import explained, run, say, use_utf8
from odapi_async.cli.values import pairs


class RowFormat(StrEnum):
    """How a row is written."""

    JSON = "json"
    TABLE = "table"


@reaching
def get(
    reach: Reach,
    path: Annotated[
        str,
        typer.Argument(
            help="The resource and the key, as patients/48; the names of the SDK (procedure_logs) and of "
            "the API (procedurelogs) will do.",
            autocompletion=complete_path,
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(help="NAME=VALUE, where it takes filters.", autocompletion=complete_value),
    ] = None,
    format_: Annotated[RowFormat, typer.Option("--format", help="How it is written.")] = RowFormat.JSON,
) -> None:
    """Read one row and write it as JSON.

    A row that does not exist ends with exit code 1, a resource that does not exist with 2.
    """
    with explained():
        found, keys = at_path(path)
        given = found.converted(keys | pairs(values or []))
        found.check(given)
    use_utf8()
    row = run(_read(reach, found, given), Sent(texts_of(given)))
    say(sheet(row) if format_ is RowFormat.TABLE else pretty(row))


async def _read(reach: Reach, found: Endpoint, given: dict[str, object]) -> Any:
    async with reached(reach) as practice:
        result = found.call(practice, given)
        if isinstance(result, Rows):
            raise WrongInput(f"this is a list; read it with: {_list_command(found, given)}")
        return await result


def _list_command(found: Endpoint, given: dict[str, object]) -> str:
    keys = [f"{name}={given[name]}" for name in found.keys]
    method = [] if found.method == "list" else [f"--method {found.method}"]
    return " ".join(["odapi list", found.resource, *keys, *method])


COMMAND: Final = Command(
    "get",
    "Read one row.",
    get,
    (
        "odapi get patients/48",
        "odapi get procedurelogs/1204 --format table",
        "odapi get accountmodules/48/Aging",
        "odapi get patients/1 --sandbox          (made-up data, no keys needed)",
    ),
)

"""`odapi get`: read one row."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import typer

from odapi_async.cli.choices import choice_option
from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_path, complete_value
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    ViaOption,
)


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
    format_: Annotated[
        RowFormat,
        choice_option("--format", RowFormat, "The output format.", {"ndjson": "did you mean json?"}),
    ] = RowFormat.JSON,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
    via: ViaOption = None,
) -> None:
    """Read one row and print it as JSON.

    Exit code 1: the row does not exist. Exit code 2: the resource or the path does not exist; no request was
    sent.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox, via)
    from odapi_async.cli.get.read import read_row  # noqa: PLC0415 - the help needs no client

    read_row(options, path, values or (), as_table=format_ is RowFormat.TABLE)


def _advise(option: str, words: Sequence[str]) -> str:
    from odapi_async.cli.get.read import advise  # noqa: PLC0415 - likewise

    return advise(option, words)


COMMAND: Final = Command(
    "get",
    get,
    (
        "odapi get patients/48",
        "odapi get procedurelogs/1204 --format table",
        "odapi get accountmodules/48/Aging",
        "odapi get patients/1 --sandbox          (made-up data, no keys needed)",
    ),
    advise=_advise,
)

"""`odapi list`: read a list row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_method, complete_resource, complete_value
from odapi_async.cli.output.options import (
    ColumnsOption,
    ExcelOption,
    FormatOption,
    LimitOption,
    choose_layout,
)
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    ViaOption,
)
from odapi_async.cli.terminal import exit_on_error


def list_(
    resource: Annotated[
        str, typer.Argument(help="The resource, such as appointments.", autocompletion=complete_resource)
    ],
    filters: Annotated[
        list[str] | None,
        typer.Argument(
            help="NAME=VALUE: filters, spelled as in the API, and the ids in the path if it has some.",
            autocompletion=complete_value,
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="If a resource has several lists: the SDK method of the list, such as simple.",
            autocompletion=complete_method,
        ),
    ] = "list",
    format_: FormatOption = None,
    excel: ExcelOption = False,
    limit: LimitOption = None,
    columns: ColumnsOption = None,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
    *,
    via: ViaOption = None,
) -> None:
    """Read a list and print each page of rows as it comes.

    A date may be a word: today, yesterday, tomorrow, today-7, today+3. Write several ids as 1,2,3, and
    booleans as true and false. To see the filters of a list, press Tab after its name (after odapi
    --install-completion), or run: odapi resources RESOURCE --json

    A table shows names, dates, states and amounts first; --columns chooses others.

    Exit code 2: a filter does not exist or has a value of the wrong type; no request was sent.

    Other users of this machine can see your command line while it runs. To keep filters private, read them
    from standard input: odapi call patients.simple --body -
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox, via)
    with exit_on_error():
        layout = choose_layout(format_, columns, excel=excel)
    from odapi_async.cli.list.read import read_list  # noqa: PLC0415 - the help needs no client

    read_list(options, resource, method, filters or (), layout, limit)


def _advise(option: str, words: Sequence[str]) -> str:
    from odapi_async.cli.list.read import advise  # noqa: PLC0415 - likewise

    return advise(option, words)


COMMAND: Final = Command(
    "list",
    list_,
    (
        "odapi list appointments date=today",
        "odapi list appointments dateStart=today dateEnd=today+7 --excel > week.csv",
        "odapi list patients --method simple --format csv > patients.csv",
        "odapi list procedure_logs PatNum=48 --columns ProcDate,procCode,ProcFee",
        "odapi list account_modules PatNum=48 --method service_date_view",
        "odapi list patients --sandbox --limit 5 (made-up data, no keys needed)",
    ),
    advise=_advise,
)

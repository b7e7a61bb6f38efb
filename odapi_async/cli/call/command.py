"""`odapi call`: call any operation by its name, in particular one that writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_operation, complete_value
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    ViaOption,
)


def call(
    operation: Annotated[
        str,
        typer.Argument(
            help="The operation by its name in the SDK, such as patients.create.",
            autocompletion=complete_operation,
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            help="NAME=VALUE: ids, filters and fields, spelled as in the API. An empty value means no date, "
            "no ids, or an empty text.",
            autocompletion=complete_value,
        ),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Read more values from a file that contains a JSON object; - reads standard input. Values "
            "in a file are not in the shell history, and other users of this machine cannot see them.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a write.")] = False,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
    via: ViaOption = None,
) -> None:
    """Call an operation and print its result as JSON.

    Before a write, the command shows the request (with the names of the fields, not their values) and asks
    you to confirm it. In a script nobody can confirm: without --yes nothing is sent, and the exit code is 2.

    To see the fields of an operation, press Tab after its name (after odapi --install-completion), or run:
    odapi resources RESOURCE --json

    Names, types, documented values and limits are checked before something is sent. Forms that differ from
    country to country, such as those of SSN and Zip, are not.

    Exit code 3: the response to a write was lost, so the write may or may not have been executed. It is
    never repeated automatically. Read the row back before you repeat it.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox, via)
    from odapi_async.cli.call.send import send  # noqa: PLC0415 - the help needs no client

    send(options, operation, values or (), body, yes=yes)


def _advise(option: str, words: Sequence[str]) -> str:
    from odapi_async.cli.call.send import advise  # noqa: PLC0415 - likewise

    return advise(option, words)


COMMAND: Final = Command(
    "call",
    call,
    (
        "odapi call patients.create LName=Smith FName=Jane",
        "odapi call patients.update PatNum=48 Preferred=Janie --yes",
        "odapi call patients.create --body patient.json",
        "odapi call patients.simple --body - < filters.json",
        "odapi call appointments.confirm AptNum=12 confirmVal=Confirmed --yes",
    ),
    advise=_advise,
)

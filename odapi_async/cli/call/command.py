"""`odapi call`: call any operation by its name, in particular one that writes."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_operation, complete_value
from odapi_async.cli.endpoints import Endpoint, find_by_name
from odapi_async.cli.errors import Redaction, UsageError, readback_command, text_values
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.output.cells import indented_json
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    open_practice,
)
from odapi_async.cli.terminal import echo, echo_err, exit_on_error, read_input, run, use_utf8
from odapi_async.cli.values import parse_body, parse_pairs
from odapi_async.resources import PreparedRequest


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
) -> None:
    """Call an operation and print its result as JSON.

    Before a write, the command shows the request (with the names of the fields, not their values) and asks
    you to confirm it. In a script nobody can confirm: without --yes nothing is sent, and the exit code is 2.

    Exit code 3: the response to a write was lost, so the write may or may not have been executed. It is
    never repeated automatically. Read the row back before you repeat it.
    """
    options = PracticeOptions(practice, tier, mode, base_url, sandbox)
    with exit_on_error():
        endpoint = find_by_name(operation)
        arguments = _arguments(endpoint, values or [], body)
        prepared = endpoint.check(arguments)
        if not endpoint.operation.read_only and not yes:
            _confirm(_summary(endpoint, prepared, arguments))
    use_utf8()
    result = run(_call(options, endpoint, arguments), Redaction(text_values(arguments)))
    done = f"done: {endpoint.operation.method} {prepared.path}"
    if result is None:
        echo_err(done)
        return
    try:
        echo(indented_json(result))
    except OSError:
        if not endpoint.operation.read_only:
            echo_err(f"{done}, though its result is not shown; do not repeat it")
        raise


def _arguments(endpoint: Endpoint, words: list[str], body: str | None) -> dict[str, object]:
    arguments = endpoint.convert(parse_pairs(words))
    if body is None:
        return arguments
    more = parse_body(read_input(body, "body"))
    repeated = sorted(arguments.keys() & more.keys())
    if repeated:
        raise UsageError(f"{', '.join(repeated)}: given in the command line and in the body")
    return arguments | more


def _summary(endpoint: Endpoint, prepared: PreparedRequest, arguments: dict[str, object]) -> str:
    fields = [name for name in arguments if name not in endpoint.ids]
    return f"{endpoint.operation.method} {prepared.path} with {', '.join(fields) or 'no fields'}"


def _confirm(summary: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"nothing was sent: {summary} is a write that nobody can confirm here; add --yes")
    echo_err(summary)
    if not typer.confirm("Send it?", err=True):
        echo_err("nothing was sent")
        raise typer.Exit(FAILED)


async def _call(options: PracticeOptions, endpoint: Endpoint, arguments: dict[str, object]) -> Any:
    async with open_practice(options) as practice:
        try:
            return await endpoint.call(practice, arguments)
        except asyncio.CancelledError:
            if not endpoint.operation.read_only:
                command = readback_command(endpoint.check(arguments).path)
                echo_err(f"interrupted: the write may or may not have been executed; check with: {command}")
            raise


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
)

"""`odapi call`: any operation by its name, and above all those that write."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any, Final

import typer

from odapi_async._core.requests import PreparedRequest
from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_operation, complete_value
from odapi_async.cli.endpoints import Endpoint, named
from odapi_async.cli.errors import Sent, WrongInput, look_again, texts_of
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.output.cells import pretty
from odapi_async.cli.practice_options import Reach, reached, reaching
from odapi_async.cli.terminal import explained, note, read_input, run, say, use_utf8
from odapi_async.cli.values import body_of, pairs


@reaching
def call(
    reach: Reach,
    operation: Annotated[
        str,
        typer.Argument(
            help="The operation by its name in the SDK, as patients.create.",
            autocompletion=complete_operation,
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            help="NAME=VALUE: keys, filters and fields, spelt as the API spells them. Nothing behind the = "
            "means no date, no keys, or an empty text.",
            autocompletion=complete_value,
        ),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Read further values from a file as a JSON object; - reads the standard input. So they "
            "stand in no list of processes and in no history of a shell.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Do an operation, and write what it answers as JSON.

    Before it writes, it shows what it is going to send (the names of the fields, and not their values) and
    asks. Where nobody can be asked it sends nothing without --yes, and ends with exit code 2.

    Exit code 3 means that a write may or may not have been done, because its answer was lost: look before you
    repeat it. It is never sent again by itself.
    """
    with explained():
        found = named(operation)
        given = _given(found, values or [], body)
        prepared = found.check(given)
        if not found.operation.read_only and not yes:
            _ask(_plan(found, prepared, given))
    use_utf8()
    answer = run(_called(reach, found, given), Sent(texts_of(given)))
    if answer is None:
        note(f"done: {found.operation.method} {prepared.path}")
    else:
        say(pretty(answer))


def _given(found: Endpoint, words: list[str], body: str | None) -> dict[str, object]:
    given = found.converted(pairs(words))
    if body is None:
        return given
    more = body_of(read_input(body, "body"))
    twice = sorted(given.keys() & more.keys())
    if twice:
        raise WrongInput(f"{', '.join(twice)}: given in the command line and in the body")
    return given | more


def _plan(found: Endpoint, prepared: PreparedRequest, given: dict[str, object]) -> str:
    fields = [name for name in given if name not in found.keys]
    return f"{found.operation.method} {prepared.path} with {', '.join(fields) or 'no fields'}"


def _ask(plan: str) -> None:
    if not sys.stdin.isatty():
        raise WrongInput(f"nothing was sent: {plan} is a write, and nobody can be asked here; add --yes")
    note(plan)
    if not typer.confirm("Send it?", err=True):
        note("nothing was sent")
        raise typer.Exit(FAILED)


async def _called(reach: Reach, found: Endpoint, given: dict[str, object]) -> Any:
    async with reached(reach) as practice:
        try:
            return await found.call(practice, given)
        except asyncio.CancelledError:
            if not found.operation.read_only:
                path = found.check(given).path
                note(f"interrupted: it may or may not have been done; look with: {look_again(path)}")
            raise


COMMAND: Final = Command(
    "call",
    "Do any operation, such as one that writes.",
    call,
    (
        "odapi call patients.create LName=Smith FName=Jane",
        "odapi call patients.update PatNum=48 Preferred=Janie --yes",
        "odapi call patients.create --body patient.json",
        "odapi call patients.simple --body - < filters.json",
        "odapi call appointments.confirm AptNum=12 confirmVal=Confirmed --sandbox --yes",
    ),
)

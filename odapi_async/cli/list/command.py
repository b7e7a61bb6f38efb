"""`odapi list`: the rows of a list, as they come."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_method, complete_resource, complete_value
from odapi_async.cli.endpoints import Endpoint, endpoint
from odapi_async.cli.errors import Sent, WrongInput, texts_of
from odapi_async.cli.output.formats import Writer
from odapi_async.cli.output.stream import ColumnsOption, FormatOption, LimitOption, layout, stream, to_stdout
from odapi_async.cli.practice_options import Reach, reached, reaching
from odapi_async.cli.terminal import explained, run
from odapi_async.cli.values import pairs


@reaching
def list_(
    reach: Reach,
    resource: Annotated[
        str, typer.Argument(help="The resource, as appointments.", autocompletion=complete_resource)
    ],
    filters: Annotated[
        list[str] | None,
        typer.Argument(
            help="NAME=VALUE: filters, spelt as the API spells them, and keys where the path has some.",
            autocompletion=complete_value,
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="Another list of the resource, by its method in the SDK, as simple.",
            autocompletion=complete_method,
        ),
    ] = "list",
    format_: FormatOption = None,
    limit: LimitOption = None,
    columns: ColumnsOption = None,
) -> None:
    """Read a list and write its rows while the pages come.

    A filter that does not exist, or a value of the wrong kind, is refused before anything is sent, with exit
    code 2. Several keys are written as 1,2,3. Whatever stands in a command line can be seen by other users of
    the machine while it runs; `odapi call patients.simple --body -` reads filters from the standard input.
    """
    with explained():
        found = _found(resource, method)
        given = found.converted(pairs(filters or []))
        found.check(given)
        out = to_stdout(layout(format_, columns), found.operation.returns)
    run(_listed(reach, found, given, out, limit), Sent(texts_of(given)))


def _found(resource: str, method: str) -> Endpoint:
    found = endpoint(resource, method)
    if not found.operation.read_only:
        raise WrongInput(f"{found.name} writes; do it with: odapi call {found.name}")
    return found


async def _listed(
    reach: Reach, found: Endpoint, given: dict[str, object], out: Writer, limit: int | None
) -> None:
    async with reached(reach) as practice:
        await stream(found.call(practice, given), out, limit)


COMMAND: Final = Command(
    "list",
    "Read a list, row by row.",
    list_,
    (
        "odapi list appointments date=2026-11-23",
        "odapi list patients --method simple --format csv > patients.csv",
        "odapi list procedure_logs PatNum=48 --columns ProcDate,procCode,ProcFee",
        "odapi list account_modules PatNum=48 --method service_date_view",
        "odapi list patients --sandbox --limit 5 (made-up data, no keys needed)",
    ),
)

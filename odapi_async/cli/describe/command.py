"""`odapi describe`: the fields of a resource, without an office."""

from __future__ import annotations

import shutil
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_field, complete_method
from odapi_async.cli.terminal import echo, exit_on_error, use_utf8

_FILE_WIDTH: Final = 80


def describe_(
    resource: Annotated[
        str,
        typer.Argument(
            metavar="RESOURCE[.FIELD]",
            help="A resource, such as patients, or one of its fields, such as patients.PatStatus. The name "
            "of a field or column alone, such as AptStatus, shows the resources that have it.",
            autocompletion=complete_field,
        ),
    ],
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="The SDK method whose rows are described, such as get, if methods return different rows.",
            autocompletion=complete_method,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts: one object.")] = False,
) -> None:
    """Explain the fields of a resource: types, meanings, ids, values, and the names in a mirror.

    Nothing is sent, and no key is needed. The meanings come from the API's reference. A field whose name
    says enough has none.
    """
    use_utf8()
    from odapi_async.cli.describe import content, places, text  # noqa: PLC0415 - the help needs no resource

    with exit_on_error():
        is_resource = "." in resource or method is not None
        found = content.describe(resource, method) if is_resource else places.describe_name(resource)
    if as_json:
        echo(content.as_json(found))
        return
    width = shutil.get_terminal_size((_FILE_WIDTH, 0)).columns
    if isinstance(found, places.FieldPlaces):
        echo(text.places_text(found, width))
    else:
        echo(text.field_text(found, width) if "." in resource else text.resource_text(found, width))


COMMAND: Final = Command(
    "describe",
    describe_,
    (
        "odapi describe patients",
        "odapi describe patients.PatStatus",
        "odapi describe AptStatus",
        "odapi describe account_modules --method aging",
        "odapi describe procedure_logs --json",
    ),
)

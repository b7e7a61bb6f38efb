"""Calls an operation and prints its result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from odapi_async.cli.confirm import confirm
from odapi_async.cli.endpoints import Endpoint, find_by_name
from odapi_async.cli.errors import Redaction, UsageError, readback_command, text_values
from odapi_async.cli.output.cells import indented_json
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.cli.slips import option_slip
from odapi_async.cli.terminal import echo, echo_err, exit_on_error, read_input, run, use_utf8
from odapi_async.cli.values import parse_body, parse_pairs
from odapi_async.resources import PreparedRequest


def send(
    options: PracticeOptions, operation: str, words: Sequence[str], body: str | None, *, yes: bool
) -> None:
    """Call an operation and print its result; ask before a write.

    Args:
        options: the practice.
        operation: its name, such as `patients.create`.
        words: ids, filters and fields such as `NAME=VALUE`.
        body: a file with more of them, `-` for standard input; None for none.
        yes: whether a write is sent without a question.
    """
    with exit_on_error():
        endpoint = find_by_name(operation)
        arguments = _arguments(endpoint, words, body)
        prepared = endpoint.check(arguments)
        if not endpoint.operation.read_only and not yes:
            summary = _summary(endpoint, prepared, arguments)
            confirm((), f"{summary}\nSend it?", summary, done="sent")
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


def advise(option: str, words: Sequence[str]) -> str:
    """Return what to write instead of an option that does not exist; an empty text if it is unknown."""
    return option_slip(option, words, find_by_name)


def _arguments(endpoint: Endpoint, words: Sequence[str], body: str | None) -> dict[str, object]:
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


async def _call(options: PracticeOptions, endpoint: Endpoint, arguments: dict[str, object]) -> Any:
    async with open_practice(options) as practice:
        try:
            return await endpoint.call(practice, arguments)
        except asyncio.CancelledError:
            if not endpoint.operation.read_only:
                command = readback_command(endpoint.check(arguments).path)
                echo_err(f"interrupted: the write may or may not have been executed; check with: {command}")
            raise

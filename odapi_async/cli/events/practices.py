"""The practices that a command names, and what is done with each of them."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from odapi_async.cli.command import typed_options
from odapi_async.cli.errors import UsageError, error_line
from odapi_async.cli.exit_codes import USAGE
from odapi_async.cli.keys.names import PRACTICE_VARIABLE
from odapi_async.cli.mirror.extra import needs_mirror_extra
from odapi_async.cli.mirror.options import MirrorOptions, Overrides, Selection
from odapi_async.cli.practice_options import PracticeOptions
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, echo_err
from odapi_async.errors import OpenDentalError

if TYPE_CHECKING:
    from odapi_async import Practice
    from odapi_async.cli.mirror.job import MirrorJob
    from odapi_async.limits import Mode, Tier

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The configuration file of the mirror (TOML): all its practices, unless --practice names some.",
    ),
]
PracticesOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        envvar=PRACTICE_VARIABLE,
        help="The practice: the name that you gave its customer key (see odapi keys --help), or with "
        "--config the name of its section. It can be given several times.",
    ),
]


class Named(NamedTuple):
    """The options that name practices."""

    config: Path | None
    practice: list[str] | None
    tier: Tier | None
    mode: Mode | None
    base_url: str | None


def find_job(ctx: typer.Context, named: Named, *, store: str | None = None, sends: bool = True) -> MirrorJob:
    """Return the practices with their keys.

    Args:
        ctx: the command, which knows what was typed.
        named: the options that name the practices.
        store: the database; None for that of the configuration file, or the usual one.
        sends: whether anything is sent to the practices; if not, no developer key is needed.

    Raises:
        UsageError: a key is missing, two options do not go together, there is no such practice, or the
            libraries of the mirror are not installed.
        ConfigurationError: the file cannot be read, or a setting is wrong.
    """
    typed = typed_options(ctx)
    names = tuple(dict.fromkeys(named.practice or ())) if "practice" in typed else ()
    variable = os.environ.get(PRACTICE_VARIABLE)
    options = MirrorOptions(
        practice=PracticeOptions(variable, named.tier, named.mode, named.base_url),
        selection=Selection(names=names),
        typed=typed,
        overrides=Overrides(store=store),
        config=named.config,
    )
    options.check()
    with needs_mirror_extra():
        from odapi_async.cli.mirror import job  # noqa: PLC0415 - it needs the extra
        from odapi_async.cli.mirror.start import refuse_password  # noqa: PLC0415 - likewise
    refuse_password(store, typed="store" in typed)
    return job.find_job(options, sends=sends)


class Done(NamedTuple):
    """What became of one practice.

    Attributes:
        practice: its name.
        found: the result; None if it failed.
        error: why it failed; empty if it did not.
        code: the exit code of the failure.
    """

    practice: str
    found: Any
    error: str = ""
    code: int = 0


async def for_each(job: MirrorJob, work: Callable[[Practice], Awaitable[object]]) -> list[Done]:
    """Do something at each practice, at the same time; a practice that fails stops no other.

    Raises:
        UsageError: the arguments cannot work at any practice.
        ConfigurationError: a key or a URL is malformed.
    """
    import asyncio  # noqa: PLC0415 - the help needs no event loop

    from odapi_async import OpenDental  # noqa: PLC0415 - nor a client
    from odapi_async.cli.network import network_arguments  # noqa: PLC0415 - likewise

    async with OpenDental(job.developer_key, **network_arguments()) as od, asyncio.TaskGroup() as group:
        tasks = [group.create_task(_done(name, each, work)) for name, each in job.practices(od).items()]
    done = [task.result() for task in tasks]
    if refused := next((each for each in done if each.code == USAGE), None):
        raise UsageError(refused.error)
    return done


async def _done(name: str, practice: Practice, work: Callable[[Practice], Awaitable[object]]) -> Done:
    try:
        return Done(name, await work(practice))
    except OpenDentalError as error:
        line = error_line(error)
        return Done(name, None, line.text, line.exit_code)


def show(done: Iterable[Done], lines: Callable[[str, Any], Iterable[str]], *, as_json: bool) -> int:
    """Print what became of each practice, and return the exit code of the worst failure; 0 if none failed.

    Args:
        done: what became of the practices.
        lines: returns the lines of one that did not fail, by its name and its result.
        as_json: whether a failure is a line of JSON.
    """
    code = 0
    for each in done:
        code = max(code, each.code)
        if each.code and as_json:
            echo(json.dumps({"practice": each.practice, "error": each.error}))
        elif each.code:
            echo_err(f"odapi: {with_name(each)}")
        else:
            for line in lines(each.practice, each.found):
                echo(line)
    return code


def with_name(failed: Done) -> str:
    """Return an error with the name of the practice, which the errors of the client begin with already."""
    name = f"{printable(failed.practice)}: "
    return failed.error if failed.error.startswith(name) else f"{name}{failed.error}"

"""The commands: they read options and print; what they do stands in the modules beside this one."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Coroutine
from typing import Annotated, Any, Final, TypeVar

import typer

from odapi_async import __version__
from odapi_async.cli import offices, sandbox
from odapi_async.cli.demo import plan, progress, report, run
from odapi_async.cli.exits import FAILED, INTERRUPTED
from odapi_async.sandbox import Throttle

T = TypeVar("T")

app: Final = typer.Typer(
    name="odapi",
    help="Tools around odapi_async, the async SDK for the Open Dental REST API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]


def _say(text: str) -> None:
    print(text, flush=True)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it without a traceback."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except ExceptionGroup as group:
        # typer knows what to do about a closed pipe, but not inside a group
        if broken := group.subgroup(BrokenPipeError):
            raise BrokenPipeError(errno.EPIPE, "the output was closed") from broken
        raise


def _version(wanted: bool) -> None:
    if wanted:
        _say(f"odapi {__version__}")
        raise typer.Exit


@app.callback()
def odapi(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Tools around odapi_async, the async SDK for the Open Dental REST API."""


@app.command("sandbox", short_help="Run a server that behaves as the API does.")
def run_sandbox(
    office: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY[:TIER[:MODE]]",
            help="A practice with this made-up customer key; may be given several times. TIER is readall, "
            "standard (default) or enterprise; MODE is remote (default, the only throttled one), local or "
            "service. Example: --office acme:readall --office near:standard:local",
        ),
    ] = None,
    practices: Annotated[
        int,
        typer.Option(
            min=0,
            help="Add so many practices practice-1, practice-2, ... (standard, remote). "
            "Without this and --office there is one practice of each kind.",
        ),
    ] = 0,
    patients: Annotated[int, typer.Option(min=0, help="Patients at each practice.")] = 1_000,
    throttle: Annotated[
        Throttle,
        typer.Option(
            help="What becomes of a request that comes too early: hold it until it may start, refuse it with "
            "429, or only count it."
        ),
    ] = Throttle.HOLD,
    host: Annotated[
        str,
        typer.Option(help="The interface to listen on. Whoever can reach it can use the sandbox."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 0,
    seed: Annotated[
        int, typer.Option(help="What the rows grow from; the same seed gives the same rows.")
    ] = 1,
    messy: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="The share of rows whose values come in irregular forms."),
    ] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Run a server that behaves as the Open Dental API does, with made-up data, until Ctrl-C.

    It prints its URL and keys when it listens, and at the end what it counted for each key: requests, those
    that came too early (violations) or while another one ran (overlaps), and what became of them. With --json
    each of the two is one line of JSON. A port that is taken ends it with exit code 1.
    """
    try:
        specs = offices.choose(office or (), practices)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--office") from None
    order = sandbox.Order(
        specs=specs, patients=patients, host=host, port=port, throttle=throttle, seed=seed, messy=messy
    )
    write = sandbox.as_json if as_json else sandbox.as_text
    try:
        _run(sandbox.serve(order, lambda message: _say(write(message))))
    except sandbox.CannotListen as error:
        typer.echo(f"odapi: {error}", err=True)
        raise typer.Exit(FAILED) from None


@app.command("demo", short_help="Show the scheduler at work, in a minute.")
def run_demo(
    seconds: Annotated[
        int,
        typer.Option(
            min=plan.SHORTEST,
            max=plan.LONGEST,
            help="About how long it takes. The amounts of data follow; the intervals stay the real ones.",
        ),
    ] = plan.USUAL,
    as_json: AsJson = False,
) -> None:
    """Show the scheduler at work, in less than a minute and without any account.

    Sandboxes start in processes of their own, for three practices at the API's real intervals: one request
    per 5 s (only the ReadAll permission), one per 1 s (more permissions), no limit (local mode). Patients and
    appointments of all three are streamed at once as bulk work, and now and then an interactive call cuts in.

    The report at the end tells rows, requests, the pace that the server saw against the limit, how long
    interactive calls and bulk pages waited, and how many violations and overlaps the server counted. On a
    terminal there is a live table meanwhile; elsewhere plain lines; with --json nothing but the report as one
    JSON document. Exit code 0 means that all rows arrived and the throttle was kept; otherwise it is 1.
    """
    with progress.showing(_say, silent=as_json) as shown:
        found = _run(run.run(plan.make_plan(seconds), shown))
    _say(report.as_json(found) if as_json else report.as_text(found))
    raise typer.Exit(0 if found.clean else FAILED)

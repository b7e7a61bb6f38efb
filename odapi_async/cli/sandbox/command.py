"""`odapi sandbox`: run a sandbox server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import typer

from odapi_async.cli.choices import choice_option
from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.terminal import echo, run
from odapi_async.sandbox import Throttle

T = TypeVar("T")


def sandbox(
    office: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY[:TIER[:MODE]]",
            help="Add a practice with this made-up customer key; may be given several times. TIER is "
            "readall, standard (default) or enterprise; MODE is remote (default, the only throttled one), "
            "local or service. Example: --office acme:readall --office near:standard:local",
        ),
    ] = None,
    practices: Annotated[
        int,
        typer.Option(
            min=0,
            help="Add this number of practices: practice-1, practice-2, ... (standard, remote). "
            "Without this and --office there is one practice of each kind.",
        ),
    ] = 0,
    patients: Annotated[int, typer.Option(min=0, help="Patients at each practice.")] = 1_000,
    rows: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RESOURCE=NUMBER",
            help="Rows of a resource at each practice, such as appointments=500; may be given several times. "
            "Other resources have a dozen.",
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND[=VALUE][,FIELD=VALUE]",
            help="Make requests fail; may be given several times. KIND is offline, status=503, "
            "status_after=503, throttle, latency=SECONDS, drop, drop_after, torn, garbage, "
            "ignored=FIELD+FIELD, or for events event_twice, event_late=SECONDS, event_out_of_order. Fields: "
            "times (default: all), method, path, rate (0 to 1), retry_after, customer_key. "
            "Example: --fault status=503,times=3,path=/patients",
        ),
    ] = None,
    throttle: Annotated[
        Throttle,
        choice_option(
            "--throttle",
            Throttle,
            "What to do with a request that comes too early: hold it until its turn, refuse it with 429, or "
            "only count it.",
        ),
    ] = Throttle.HOLD,
    host: Annotated[
        str,
        typer.Option(help="The interface to listen on. Everyone who can reach it can use the sandbox."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 0,
    seed: Annotated[
        int | None,
        typer.Option(
            help="The seed of the random rows of all practices. If not given: one for each key. The same "
            "seed gives the same rows.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            help="The version of Open Dental that all practices run, such as 24.4. If not given: the newest."
        ),
    ] = None,
    messy: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="The share of rows whose values have irregular forms."),
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Run a server that behaves like the Open Dental API, with made-up data, until Ctrl-C.

    It prints its URL and keys, and the lines that set them in a shell, as soon as it listens. At the end it
    prints its counts for each key: requests, violations (requests that came too early) and by how much
    they were early at most, overlaps (requests that came while another one ran), and what happened to them.
    With --json each of the two is one line of JSON. On a busy machine the server reads some requests late,
    and the ones behind them count as early by as much.

    Exit code 1: the port is in use.
    """
    from odapi_async.cli import sandbox_practices as practices_of  # noqa: PLC0415 - the help needs no sandbox
    from odapi_async.cli.sandbox import server  # noqa: PLC0415 - likewise
    from odapi_async.sandbox.fault_texts import parse_fault  # noqa: PLC0415 - likewise
    from odapi_async.sandbox.spelling import parse_rows  # noqa: PLC0415 - likewise
    from odapi_async.sandbox.versions import NEWEST  # noqa: PLC0415 - likewise
    from odapi_async.sandbox.versions import parse as parse_version  # noqa: PLC0415 - likewise

    version = NEWEST if version is None else version
    try:
        specs = practices_of.choose(office or (), practices)
    except ValueError as error:
        raise UsageError(f"--office: {error}") from None
    _parsed("--version", lambda: parse_version(version))
    options = server.ServerOptions(
        specs=specs,
        rows={"patients": patients, **_parsed("--rows", lambda: parse_rows(rows or ()))},
        faults=_parsed("--fault", lambda: [parse_fault(text) for text in fault or ()]),
        host=host,
        port=port,
        throttle=throttle,
        seed=seed,
        version=version,
        messy=messy,
    )
    write = server.as_json if as_json else server.as_text
    run(server.serve(options, lambda message: echo(write(message))))


def _parsed(option: str, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


COMMAND: Final = Command(
    "sandbox",
    sandbox,
    (
        "odapi sandbox --port 8080",
        "odapi sandbox --office acme:readall --office near:standard:local --messy 0.1",
        "odapi sandbox --rows appointments=500 --fault offline,times=3 --seed 7",
    ),
)

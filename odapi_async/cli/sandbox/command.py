"""`odapi sandbox`: the options of the sandbox."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli import sandbox_practices as offices
from odapi_async.cli.command import Command
from odapi_async.cli.sandbox import run as sandbox
from odapi_async.cli.terminal import run, say
from odapi_async.sandbox import Throttle


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
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")] = False,
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
    run(sandbox.serve(order, lambda message: say(write(message))))


COMMAND: Final = Command(
    "sandbox",
    "Run a server that behaves as the API does.",
    run_sandbox,
    (
        "odapi sandbox --port 8080",
        "odapi sandbox --office acme:readall --office near:standard:local --messy 0.1",
    ),
)

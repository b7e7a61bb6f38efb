"""A sandbox in this process, the message at its start, and its counts at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from odapi_async.cli.ending import ending
from odapi_async.cli.listening import listening_on
from odapi_async.cli.output.table import aligned, seconds_or_none
from odapi_async.cli.sandbox_practices import PracticeSpec, make_office
from odapi_async.limits import Mode, Tier
from odapi_async.sandbox import Fault, KeyStats, Office, Sandbox, Throttle
from odapi_async.sandbox.versions import NEWEST


class ServerOptions(msgspec.Struct, kw_only=True, frozen=True):
    """The options of the server.

    Attributes:
        specs: the practices.
        rows: numbers of rows by resource at each practice.
        faults: what goes wrong from the start.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        throttle: what happens to requests that come too early.
        seed: the seed of the random rows of all practices; None for one that follows from each key.
        version: the version of Open Dental that all practices run.
        messy: the share of rows (0 to 1) in irregular forms.
    """

    specs: list[PracticeSpec]
    rows: dict[str, int]
    faults: list[Fault] = msgspec.field(default_factory=list[Fault])
    host: str = "127.0.0.1"
    port: int = 0
    throttle: Throttle = Throttle.HOLD
    seed: int | None = None
    version: str = NEWEST
    messy: float = 0.0


class ServedPractice(msgspec.Struct, frozen=True):
    """One practice of the server: `interval` in seconds (0 for no throttle), `page` in rows."""

    customer_key: str
    tier: str
    mode: str
    interval: float
    page: int
    patients: int


class StartMessage(msgspec.Struct, frozen=True):
    """The address and the keys that a client needs."""

    url: str
    developer_key: str
    practices: list[ServedPractice]


class KeyCounts(msgspec.Struct, frozen=True):
    """The server's counts for one key; the words are those of `odapi_async.sandbox.KeyStats`."""

    customer_key: str
    requests: int
    executed: int
    violations: int
    early_by: float
    overlaps: int
    held: int
    refused: int


class EndMessage(msgspec.Struct, frozen=True):
    """The server's counts for all keys."""

    stats: list[KeyCounts]


async def serve(options: ServerOptions, show: Callable[[StartMessage | EndMessage], None]) -> None:
    """Run the sandbox until SIGINT or SIGTERM; the second signal ends it at once.

    Args:
        options: the options of the server.
        show: called with one message as soon as the sandbox listens, and with another at the end.

    Raises:
        CommandFailed: the port is in use, or this machine does not have that host.
    """
    offices = [
        make_office(spec, options.rows, seed=options.seed, messy=options.messy, version=options.version)
        for spec in options.specs
    ]
    sandbox = Sandbox(
        offices, throttle=options.throttle, host=options.host, port=options.port, seed=options.seed or 1
    )
    for fault in options.faults:
        sandbox.add_fault(fault)
    with ending() as end:
        with listening_on(options.host, options.port):
            await sandbox.start()
        try:
            practices = [_served(*pair) for pair in zip(options.specs, offices, strict=True)]
            show(StartMessage(sandbox.url, sandbox.developer_key, practices))
            await end.wait()
        finally:
            await sandbox.close()
            show(EndMessage([key_counts(key, sandbox.stats(key)) for key in sandbox.keys]))


def key_counts(customer_key: str, stats: KeyStats) -> KeyCounts:
    """Return the counts of one key, without its list of start times, which can be very long."""
    return KeyCounts(
        customer_key,
        stats.requests,
        stats.executed,
        stats.violations,
        round(stats.early_by, 3),
        stats.overlaps,
        stats.held,
        stats.refused,
    )


def as_json(message: StartMessage | EndMessage) -> str:
    """Return a message as one line of JSON."""
    return msgspec.json.encode(message).decode()


def as_text(message: StartMessage | EndMessage) -> str:
    """Return a message as text."""
    return _start_text(message) if isinstance(message, StartMessage) else _table(message.stats)


def _start_text(message: StartMessage) -> str:
    first = message.practices[0]
    tier, mode = Tier(first.tier).name, Mode(first.mode).name
    example = (
        f'od.practice("{first.customer_key}", tier=Tier.{tier}, mode=Mode.{mode}, base_url="{message.url}")'
    )
    return "\n".join(
        (
            f"Open Dental sandbox with made-up data: {message.url}",
            f"developer key: {message.developer_key}",
            "",
            _table(message.practices),
            "",
            f'With the SDK: od = OpenDental("{message.developer_key}")',
            f"              {example}",
            f"By hand:      Authorization: ODFHIR {message.developer_key}/{first.customer_key}",
            "",
            *_environment(message),
            "",
            "Press Ctrl-C to end it and to see its counts.",
        )
    )


def _environment(message: StartMessage) -> list[str]:
    """Return the lines that set the environment in sh and in PowerShell, for the first practice."""
    first = message.practices[0]
    variables = {
        "OPENDENTAL_DEVELOPER_KEY": message.developer_key,
        "OPENDENTAL_CUSTOMER_KEY": first.customer_key,
        "OPENDENTAL_BASE_URL": message.url,
        "OPENDENTAL_TIER": first.tier,
        "OPENDENTAL_MODE": first.mode,
    }
    return [
        "In sh:",
        *(f"export {name}={value}" for name, value in variables.items()),
        "In PowerShell:",
        *(f'$env:{name} = "{value}"' for name, value in variables.items()),
    ]


def _table(lines: Sequence[ServedPractice] | Sequence[KeyCounts]) -> str:
    head = [name.replace("_", " ") for name in lines[0].__struct_fields__]
    return aligned(
        [head, *([_cell(*pair) for pair in msgspec.structs.asdict(line).items()] for line in lines)]
    )


def _cell(name: str, value: object) -> str:
    if name == "interval" and isinstance(value, float):
        return seconds_or_none(value)
    if name == "early_by" and isinstance(value, float):
        return f"{1_000 * value:.0f} ms"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _served(spec: PracticeSpec, office: Office) -> ServedPractice:
    return ServedPractice(
        spec.key, spec.tier.value, spec.mode.value, office.pace, office.page, office.rows["patients"]
    )

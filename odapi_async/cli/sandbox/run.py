"""`odapi sandbox`: a sandbox in this process, what it says at its start, and what it counted at its end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence

import msgspec

from odapi_async.cli.errors import Failed
from odapi_async.cli.output.table import aligned, seconds_or_none
from odapi_async.cli.sandbox_practices import Spec, make_office
from odapi_async.limits import Mode, Tier
from odapi_async.sandbox import KeyStats, Office, Sandbox, Throttle


class CannotListen(Failed):
    """The port is taken, or the host is not this machine's."""


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """What is to be run.

    Attributes:
        specs: the practices.
        patients: rows of patients at each.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        throttle: what becomes of requests that come too early.
        seed: what the rows grow from.
        messy: the share of rows (0 to 1) in irregular forms.
    """

    specs: list[Spec]
    patients: int = 1_000
    host: str = "127.0.0.1"
    port: int = 0
    throttle: Throttle = Throttle.HOLD
    seed: int = 1
    messy: float = 0.0


class Served(msgspec.Struct, frozen=True):
    """One practice as it is served: `interval` in seconds (0 for no throttle), `page` in rows."""

    customer_key: str
    tier: str
    mode: str
    interval: float
    page: int
    patients: int


class Welcome(msgspec.Struct, frozen=True):
    """What a client needs to know to ask the sandbox."""

    url: str
    developer_key: str
    practices: list[Served]


class Counted(msgspec.Struct, frozen=True):
    """What the server counted for one key; the words are those of `odapi_async.sandbox.KeyStats`."""

    customer_key: str
    requests: int
    executed: int
    violations: int
    overlaps: int
    held: int
    refused: int


class Farewell(msgspec.Struct, frozen=True):
    """What the server counted for all keys."""

    stats: list[Counted]


async def serve(order: Order, say: Callable[[Welcome | Farewell], None]) -> None:
    """Run the sandbox until SIGINT or SIGTERM.

    Args:
        order: what to run.
        say: gets the welcome as soon as the sandbox listens, and the farewell at the end.

    Raises:
        CannotListen: the port is taken, or the host is not this machine's.
    """
    rows = {"patients": order.patients}
    offices = [make_office(spec, rows, seed=order.seed, messy=order.messy) for spec in order.specs]
    ended = asyncio.Event()
    _on_signals(ended.set)
    sandbox = Sandbox(offices, throttle=order.throttle, host=order.host, port=order.port, seed=order.seed)
    try:
        await sandbox.start()
    except OSError as error:
        raise CannotListen(f"cannot listen on {order.host}:{order.port}: {error.strerror or error}") from None
    try:
        served = [_served(*pair) for pair in zip(order.specs, offices, strict=True)]
        say(Welcome(sandbox.url, sandbox.developer_key, served))
        await ended.wait()
    finally:
        await sandbox.close()
        say(Farewell([counted(key, sandbox.stats(key)) for key in sandbox.keys]))


def counted(customer_key: str, stats: KeyStats) -> Counted:
    """Return the counts of one key without the moments of its starts, of which there may be very many."""
    return Counted(
        customer_key,
        stats.requests,
        stats.executed,
        stats.violations,
        stats.overlaps,
        stats.held,
        stats.refused,
    )


def as_json(message: Welcome | Farewell) -> str:
    """Write a message as one line of JSON."""
    return msgspec.json.encode(message).decode()


def as_text(message: Welcome | Farewell) -> str:
    """Write a message for people."""
    return _welcome(message) if isinstance(message, Welcome) else _table(message.stats)


def _welcome(message: Welcome) -> str:
    first = message.practices[0]
    tier, mode = Tier(first.tier).name, Mode(first.mode).name
    example = (
        f'od.practice("{first.customer_key}", tier=Tier.{tier}, mode=Mode.{mode}, base_url="{message.url}")'
    )
    return "\n".join(
        (
            f"Open Dental sandbox, made-up data: {message.url}",
            f"developer key: {message.developer_key}",
            "",
            _table(message.practices),
            "",
            f'With the SDK: od = OpenDental("{message.developer_key}")',
            f"              {example}",
            f"By hand:      Authorization: ODFHIR {message.developer_key}/{first.customer_key}",
            "Ctrl-C ends it and shows what it counted.",
        )
    )


def _table(lines: Sequence[Served] | Sequence[Counted]) -> str:
    head = [name.replace("_", " ") for name in lines[0].__struct_fields__]
    return aligned(
        [head, *([_cell(*pair) for pair in msgspec.structs.asdict(line).items()] for line in lines)]
    )


def _cell(name: str, value: object) -> str:
    if name == "interval" and isinstance(value, float):
        return seconds_or_none(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _served(spec: Spec, office: Office) -> Served:
    return Served(
        spec.key, spec.tier.value, spec.mode.value, office.pace, office.page, office.rows["patients"]
    )


def _on_signals(end: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    # where the loop has no signal handlers, Ctrl-C cancels the main task and comes to the same
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)

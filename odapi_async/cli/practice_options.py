"""How an office is reached from the command line: options that many commands share, and the way there."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, Final, NamedTuple, ParamSpec, cast

import typer

from odapi_async._core.retry import RetryPolicy
from odapi_async.cli.errors import Failed
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.sandbox_practices import Spec, make_office
from odapi_async.client import OpenDental, Practice
from odapi_async.limits import Mode, Tier
from odapi_async.sandbox import SandboxProcess
from odapi_async.telemetry import Hook

P = ParamSpec("P")

_SANDBOX_ROWS: Final = {"patients": 250, "appointments": 250}  # more than one page of a remote office


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which office is asked, and how.

    Attributes:
        practice: the name that its customer key is kept under; None for the one that needs no name.
        tier: what the developer may do there; None lets the SDK find out.
        mode: how it is reached; None for the usual one: remote, or local in the sandbox.
        base_url: where, if not at the mode's usual address.
        sandbox: whether a sandbox is started and asked instead; it needs no keys.
    """

    practice: str | None = None
    tier: Tier | None = None
    mode: Mode | None = None
    base_url: str | None = None
    sandbox: bool = False

    @property
    def real_mode(self) -> Mode:
        """The mode, given or usual."""
        return self.mode or (Mode.LOCAL if self.sandbox else Mode.REMOTE)


def reaching(command: Callable[Concatenate[Reach, P], None]) -> Callable[P, None]:
    """Give a command the options of `Reach`: its first parameter is made of them.

    The options stand in one place, and typer reads them off the signature that is made here.
    """
    options = inspect.signature(_options, eval_str=True).parameters
    own = [*inspect.signature(command, eval_str=True).parameters.values()][1:]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in options}
        cast("Callable[..., None]", command)(_options(**chosen), **given)

    parameters = [*own, *options.values()]
    signature = inspect.Signature(
        [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters], return_annotation=None
    )
    run.__dict__["__signature__"] = signature
    run.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": None}
    del run.__dict__["__wrapped__"]  # the function below has other parameters
    return cast("Callable[P, None]", run)


def _options(
    practice: Annotated[
        str | None,
        typer.Option(
            envvar="OPENDENTAL_PRACTICE",
            help="The practice to ask: the name that its customer key is kept under (odapi keys --help).",
        ),
    ] = None,
    tier: Annotated[
        Tier | None,
        typer.Option(
            envvar="OPENDENTAL_TIER",
            case_sensitive=False,
            help="What the developer may do there; it sets the pace. Found out if not given.",
        ),
    ] = None,
    mode: Annotated[
        Mode | None,
        typer.Option(
            envvar="OPENDENTAL_MODE",
            case_sensitive=False,
            help="How the office is reached. Remote if not given.",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(envvar="OPENDENTAL_BASE_URL", help="Where it is, if not at the usual address."),
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Start a sandbox and ask it instead: made-up data, and no keys needed."
        ),
    ] = False,
) -> Reach:
    return Reach(practice=practice, tier=tier, mode=mode, base_url=base_url, sandbox=sandbox)


@asynccontextmanager
async def reached(
    reach: Reach, *, retries: RetryPolicy | None = None, on_event: Hook | None = None
) -> AsyncGenerator[Practice]:
    """Open the way to an office, with the keys that are kept for it, and close it at the end.

    Args:
        reach: which office, and how.
        retries: as in `OpenDental`.
        on_event: as in `OpenDental`.

    Raises:
        KeyMissing: a key is neither in the environment nor in the keyring.
        ConfigurationError: a key or the URL cannot be one.
        Failed: the sandbox did not start.
    """
    async with AsyncExitStack() as stack:
        place = await _sandboxed(reach, stack) if reach.sandbox else _real(reach)
        client = OpenDental(place.developer_key, retries=retries, on_event=on_event)
        od = await stack.enter_async_context(client)
        yield od.practice(place.customer_key, tier=place.tier, mode=reach.real_mode, base_url=place.base_url)


class _Place(NamedTuple):
    developer_key: str
    customer_key: str
    tier: Tier | None
    base_url: str | None


def _real(reach: Reach) -> _Place:
    return _Place(keys.developer_key(), keys.customer_key(reach.practice), reach.tier, reach.base_url)


async def _sandboxed(reach: Reach, stack: AsyncExitStack) -> _Place:
    spec = Spec("sandbox", reach.tier or Tier.STANDARD, reach.real_mode)
    server = SandboxProcess([make_office(spec, _SANDBOX_ROWS)])
    try:
        await stack.enter_async_context(server)
    except (RuntimeError, TimeoutError, OSError) as error:
        raise Failed(f"the sandbox did not start: {error}") from None
    return _Place(server.developer_key, spec.key, spec.tier, server.url)

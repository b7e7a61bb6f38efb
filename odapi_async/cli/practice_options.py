"""The options that name a practice and the way to it, and the practice that they open.

A command takes the options by listing the aliases below as its last parameters, and makes one
`PracticeOptions` of them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.choices import choice_option
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys.names import PRACTICE_VARIABLE
from odapi_async.limits import Mode, Tier

if TYPE_CHECKING:
    from odapi_async import Practice, RetryPolicy, Way
    from odapi_async.telemetry import Hook

# more than one page in remote mode, and enough for the examples of the help
_SANDBOX_ROWS: Final = {"patients": 250, "appointments": 250, "procedurelogs": 1_500}

PracticeOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        envvar=PRACTICE_VARIABLE,
        help="The practice: the name that you gave its customer key (see odapi keys --help).",
    ),
]
TierOption = Annotated[
    Tier | None,
    choice_option(
        "--tier",
        Tier,
        "Your permissions at the practice, which set the pace. If not given, one request looks them up.",
        envvar="OPENDENTAL_TIER",
    ),
]
ModeOption = Annotated[
    Mode | None,
    choice_option(
        "--mode",
        Mode,
        "How the office is reached. If not given: remote, or local with --sandbox.",
        envvar="OPENDENTAL_MODE",
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL", envvar="OPENDENTAL_BASE_URL", help="The URL of the API, if it is not the usual one."
    ),
]
ViaOption = Annotated[
    str | None,
    typer.Option(
        metavar="WAYS",
        envvar="OPENDENTAL_VIA",
        help="Several ways to the office in the order of preference, instead of --mode and --base-url: "
        "service=http://office-server:30223/api/v1,remote. Without a URL, service is this machine. Not used "
        "with --sandbox.",
    ),
]
SandboxOption = Annotated[
    bool,
    typer.Option("--sandbox", help="Use a sandbox with made-up data instead of an office. Needs no keys."),
]


@dataclass(frozen=True)
class PracticeOptions:
    """A practice and the way to it, as the options name them.

    Attributes:
        practice: the name of its customer key; None for the one practice that needs no name.
        tier: the developer's permissions there; None lets the SDK look them up.
        mode: how the office is reached; None for remote, or for local if it is a sandbox.
        base_url: the URL of the API; None for the usual one of the mode.
        sandbox: whether a sandbox is started and used instead; it needs no keys.
        via: several ways to the office, separated by commas; None for one way.
    """

    practice: str | None = None
    tier: Tier | None = None
    mode: Mode | None = None
    base_url: str | None = None
    sandbox: bool = False
    via: str | None = None

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways to the office, if several were given.

        Raises:
            UsageError: they cannot be used, or there is a mode or a URL beside them.
        """
        from odapi_async import ConfigurationError, Way  # noqa: PLC0415 - the help text needs none of them
        from odapi_async.ways import check_ways  # noqa: PLC0415 - likewise

        if self.via is None or self.sandbox:
            return ()
        if self.mode is not None or self.base_url is not None:
            raise UsageError(
                "--via excludes --mode and --base-url, and OPENDENTAL_MODE and OPENDENTAL_BASE_URL: "
                "each way has its own"
            )
        try:
            return check_ways([*map(Way.parse, self.via.split(","))])
        except ConfigurationError as error:
            raise UsageError(f"--via (or OPENDENTAL_VIA): {error}") from None

    def by(self, way: Way) -> PracticeOptions:
        """Return the same practice, reached by one way only."""
        return replace(self, via=None, mode=way.mode, base_url=way.base_url)

    @property
    def effective_mode(self) -> Mode:
        """The mode that was given, or the default one."""
        return self.mode or (Mode.LOCAL if self.sandbox else Mode.REMOTE)


@asynccontextmanager
async def open_practice(
    options: PracticeOptions, *, retries: RetryPolicy | None = None, on_event: Hook | None = None
) -> AsyncGenerator[Practice]:
    """Open a client for one practice, and close it at the end.

    Args:
        options: the practice and the way to it.
        retries: as in `OpenDental`.
        on_event: as in `OpenDental`.

    Raises:
        MissingKeyError: a key is neither in the environment nor in the keyring.
        UsageError: a certificate that the environment names cannot be read, or the ways cannot be used.
        ConfigurationError: a key or the URL is malformed.
        CommandFailed: the sandbox did not start.
    """
    if options.sandbox:
        async with _open_sandbox(options, retries, on_event) as practice:
            yield practice
        return
    from odapi_async import OpenDental  # noqa: PLC0415 - the help text of a command needs no client
    from odapi_async.cli.keys import lookup as keys  # noqa: PLC0415 - likewise
    from odapi_async.cli.network import network_arguments  # noqa: PLC0415 - likewise

    mode = options.effective_mode
    developer_key, customer_key = keys.developer_key(), keys.customer_key(options.practice)
    arguments = network_arguments()
    async with OpenDental(developer_key, retries=retries, on_event=on_event, **arguments) as od:
        if ways := options.ways:
            yield od.practice(customer_key, tier=options.tier, via=ways)
        else:
            yield od.practice(customer_key, tier=options.tier, mode=mode, base_url=options.base_url)


@asynccontextmanager
async def _open_sandbox(
    options: PracticeOptions, retries: RetryPolicy | None, on_event: Hook | None
) -> AsyncGenerator[Practice]:
    from odapi_async import OpenDental  # noqa: PLC0415 - likewise
    from odapi_async.cli import sandbox_practices as sandbox  # noqa: PLC0415 - most commands start none

    spec = sandbox.PracticeSpec("sandbox", options.tier or Tier.STANDARD, options.effective_mode)
    async with (
        sandbox.started([sandbox.make_office(spec, _SANDBOX_ROWS)]) as server,
        OpenDental(server.developer_key, retries=retries, on_event=on_event) as od,
    ):
        yield od.practice(spec.key, tier=spec.tier, mode=spec.mode, base_url=server.url)

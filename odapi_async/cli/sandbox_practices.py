"""The practices of a sandbox: how the command line names them, and a sandbox process with some of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from odapi_async.cli.errors import CommandFailed
from odapi_async.limits import Mode, Tier
from odapi_async.sandbox import Office, SandboxProcess, Throttle
from odapi_async.sandbox.office import PERMISSIONS
from odapi_async.sandbox.versions import NEWEST

_SPEC: Final = re.compile(r"(?P<key>[A-Za-z0-9._-]+)(:(?P<tier>[a-z]+))?(:(?P<mode>[a-z]+))?", re.IGNORECASE)
_TIERS: Final = {tier.value.lower(): tier for tier in Tier}
_MODES: Final = {mode.value: mode for mode in Mode}
_PERMISSIONS: Final = {
    Tier.READ_ALL: frozenset({"ReadAll"}),
    Tier.STANDARD: frozenset(PERMISSIONS) - {"Enterprise"},
    Tier.ENTERPRISE: frozenset(PERMISSIONS),
}


class PracticeSpec(NamedTuple):
    """One practice of a sandbox: its made-up customer key, the developer's tier there, and its mode."""

    key: str
    tier: Tier = Tier.STANDARD
    mode: Mode = Mode.REMOTE


ONE_OF_EACH: Final = (
    PracticeSpec("sandbox-readall", Tier.READ_ALL),
    PracticeSpec("sandbox-standard", Tier.STANDARD),
    PracticeSpec("sandbox-enterprise", Tier.ENTERPRISE),
    PracticeSpec("sandbox-local", Tier.STANDARD, Mode.LOCAL),
)
"""The practices of a sandbox if none are given."""


def parse(text: str) -> PracticeSpec:
    """Parse `key`, `key:tier` or `key:tier:mode`; tier and mode in upper or lower case.

    Raises:
        ValueError: the text has another form; the message says which forms there are.
    """
    found = _SPEC.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not KEY:TIER:MODE; a key has letters, digits, dots and dashes")
    tier = (found["tier"] or Tier.STANDARD.value).lower()
    mode = (found["mode"] or Mode.REMOTE.value).lower()
    if tier not in _TIERS:
        raise ValueError(f"{tier!r} is not a tier; use one of {', '.join(_TIERS)}")
    if mode not in _MODES:
        raise ValueError(f"{mode!r} is not a mode; use one of {', '.join(_MODES)}")
    return PracticeSpec(found["key"], _TIERS[tier], _MODES[mode])


def choose(texts: Iterable[str], practices: int) -> list[PracticeSpec]:
    """Return the named practices, then `practices` numbered ones; if there are none, one of each kind.

    Raises:
        ValueError: a text has another form, or two practices have the same key.
    """
    named = [parse(text) for text in texts]
    numbered = [PracticeSpec(f"practice-{number}") for number in range(1, practices + 1)]
    chosen = [*named, *numbered] or [*ONE_OF_EACH]
    repeated = [key for key, count in Counter(spec.key for spec in chosen).items() if count > 1]
    if repeated:
        raise ValueError(f"the key {repeated[0]} is used twice; give each practice a key of its own")
    return chosen


def make_office(
    spec: PracticeSpec,
    rows: Mapping[str, int],
    *,
    seed: int | None = None,
    messy: float = 0.0,
    version: str = NEWEST,
) -> Office:
    """Make the sandbox's office of a practice.

    Args:
        spec: the practice.
        rows: numbers of rows by resource.
        seed: the seed of its random rows; None for one that follows from its key.
        messy: the share of rows (0 to 1) in irregular forms.
        version: the version of Open Dental that it runs.
    """
    return Office(
        customer_key=spec.key,
        permissions=_PERMISSIONS[spec.tier],
        mode=spec.mode.value,
        rows=rows,
        seed=seed,
        messy=messy,
        version=version,
    )


@asynccontextmanager
async def started(
    offices: Sequence[Office],
    *,
    developer_key: str = "sandbox-developer",
    throttle: Throttle = Throttle.HOLD,
) -> AsyncGenerator[SandboxProcess]:
    """Start a sandbox in a process of its own, and close it at the end.

    Args:
        offices: the offices that it serves.
        developer_key: as in `SandboxProcess`.
        throttle: as in `SandboxProcess`.

    Raises:
        CommandFailed: it did not start.
    """
    server = SandboxProcess(offices, developer_key=developer_key, throttle=throttle)
    try:
        await server.start()
    except (RuntimeError, TimeoutError, OSError) as error:
        raise CommandFailed(f"the sandbox did not start: {error}; try again") from None
    try:
        yield server
    finally:
        await server.close()

"""Practices of the sandbox as the command line names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from odapi_async.limits import Mode, Tier
from odapi_async.sandbox import Office
from odapi_async.sandbox.office import PERMISSIONS

_SPEC: Final = re.compile(r"(?P<key>[A-Za-z0-9._-]+)(:(?P<tier>[a-z]+))?(:(?P<mode>[a-z]+))?", re.IGNORECASE)
_TIERS: Final = {tier.value.lower(): tier for tier in Tier}
_MODES: Final = {mode.value: mode for mode in Mode}
_PERMISSIONS: Final = {
    Tier.READ_ALL: frozenset({"ReadAll"}),
    Tier.STANDARD: frozenset(PERMISSIONS) - {"Enterprise"},
    Tier.ENTERPRISE: frozenset(PERMISSIONS),
}


class Spec(NamedTuple):
    """One practice: its made-up customer key, what the developer may do there, and how it is reached."""

    key: str
    tier: Tier = Tier.STANDARD
    mode: Mode = Mode.REMOTE


ONE_OF_EACH: Final = (
    Spec("sandbox-readall", Tier.READ_ALL),
    Spec("sandbox-standard", Tier.STANDARD),
    Spec("sandbox-enterprise", Tier.ENTERPRISE),
    Spec("sandbox-local", Tier.STANDARD, Mode.LOCAL),
)
"""What is served when nothing is asked for."""


def parse(text: str) -> Spec:
    """Read `key`, `key:tier` or `key:tier:mode`; tier and mode in any case.

    Raises:
        ValueError: it says what is wrong and what would be right.
    """
    found = _SPEC.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not key:tier:mode; a key has letters, digits, dots and dashes")
    tier = (found["tier"] or Spec._field_defaults["tier"]).lower()
    mode = (found["mode"] or Spec._field_defaults["mode"]).lower()
    if tier not in _TIERS:
        raise ValueError(f"{tier!r} is no tier; there are {', '.join(_TIERS)}")
    if mode not in _MODES:
        raise ValueError(f"{mode!r} is no mode; there are {', '.join(_MODES)}")
    return Spec(found["key"], _TIERS[tier], _MODES[mode])


def choose(texts: Iterable[str], practices: int) -> list[Spec]:
    """Return the practices that were asked for by name, then `practices` plain ones; or one of each kind.

    Raises:
        ValueError: a text cannot be read, or two practices have the same key.
    """
    named = [parse(text) for text in texts]
    plain = [Spec(f"practice-{number}") for number in range(1, practices + 1)]
    chosen = [*named, *plain] or [*ONE_OF_EACH]
    twice = [key for key, count in Counter(spec.key for spec in chosen).items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0]} is there twice; every practice has a key of its own")
    return chosen


def make_office(spec: Spec, rows: Mapping[str, int], *, seed: int = 1, messy: float = 0.0) -> Office:
    """Make the sandbox's practice.

    Args:
        spec: which.
        rows: numbers of rows by resource.
        seed: what its rows grow from.
        messy: the share of rows (0 to 1) in irregular forms.
    """
    return Office(
        customer_key=spec.key,
        permissions=_PERMISSIONS[spec.tier],
        mode=spec.mode.value,
        rows=rows,
        seed=seed,
        messy=messy,
    )

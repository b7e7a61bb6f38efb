"""The options of the marker `odapi`, read into an office, a mode and a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from odapi_async import Mode, Tier
from odapi_async.errors import suggestion
from odapi_async.sandbox import PERMISSIONS, Office, Sandbox, Throttle

KEY: Final = "sandbox-practice"

_TIERS: Final = {
    Tier.READ_ALL: frozenset({"ReadAll"}),
    Tier.STANDARD: frozenset(PERMISSIONS) - {"Enterprise"},
    Tier.ENTERPRISE: frozenset(PERMISSIONS),
}
_OPTIONS: Final = {"tier", "throttle"} | {field.name for field in fields(Office)} - {"customer_key"}


@dataclass(frozen=True, slots=True)
class Setup:
    """What the fixtures are made of.

    Attributes:
        office: the office.
        throttle: what happens to requests that come too early.
        tier: the tier of the practice; None in local and service mode.
    """

    office: Office
    throttle: Throttle
    tier: Tier | None

    @property
    def mode(self) -> Mode:
        """The way to the office."""
        return Mode(self.office.mode)

    @property
    def label(self) -> str:
        """A text that is the same for the same options."""
        return repr((self.office, self.throttle))

    def sandbox(self) -> Sandbox:
        """Return a new sandbox with the office."""
        return Sandbox([self.office], throttle=self.throttle)


def read_setup(marks: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> Setup:
    """Return the setup of a test.

    Args:
        marks: the arguments of its markers, the closest one last; its options override those before it.

    Raises:
        TypeError: there is no such option.
        ValueError: an option has no such value.
    """
    options: dict[str, Any] = {}
    for args, kwargs in marks:
        if args:
            raise TypeError("the marker odapi takes keyword arguments only")
        options |= kwargs
    for name in options.keys() - _OPTIONS:
        raise TypeError(f"the marker odapi has no option {name}: {suggestion(name, sorted(_OPTIONS))}")
    tier = options.pop("tier", None)
    throttle = Throttle(options.pop("throttle", Throttle.HOLD))
    if tier is None:
        options = {"mode": "local", "permissions": _TIERS[Tier.STANDARD]} | options
    else:
        tier = Tier(tier)
        options = {"permissions": _TIERS[tier]} | options
    options["permissions"] = frozenset(options["permissions"])
    return Setup(Office(customer_key=KEY, **options), throttle, tier)

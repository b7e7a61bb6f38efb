"""An office of the sandbox: its key, its permissions, its version and what they allow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

from odapi_async.sandbox import office_checks, versions
from odapi_async.sandbox.versions import Version

OfficeMode = Literal["remote", "local", "service"]

PERMISSIONS: Final = (
    "ReadAll",
    "AllOthers",
    "Comm",
    "Documents",
    "Queries",
    "Appointments",
    "InsuranceSimple",
    "Insurance",
    "Patients",
    "Payments",
    "PayPlans",
    "ProcedureLogs",
    "Setup",
    "TextingASAP",
    "Enterprise",
)
"""Every permission that a customer key can hold."""

SMALL: Final = 12
"""Rows of a resource whose number the office does not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One office, reached by one customer key.

    Attributes:
        customer_key: the key: printable ASCII without spaces; required.
        permissions: what the key may do: a set of names of `PERMISSIONS`, `{"ReadAll"}` by default.
        mode: how the office is reached: "remote" (default), "local" or "service"; only remote requests are
            throttled.
        interval: the least seconds between the starts of two requests, 0 or more; 0 is no throttle. None
            (default) takes it from mode and permissions: 0 in local and service mode, and in remote mode 0.5
            with Enterprise, 5 with ReadAll alone, 1 otherwise.
        rows: the number of rows, 0 to 10,000,000, by the resource's name in the path, also with underscores.
            Other resources have a dozen, or as many as the rows that refer to them need, and subscriptions
            none; no number is set by default.
        seed: a whole number; the same seed makes the same rows. None (default) takes a seed from the key, so
            that every office has rows of its own.
        messy: the share of rows, 0 to 1, with values in irregular forms; 0 by default.
        version: the version of Open Dental as text, such as "24.4" or "25.4.48.0"; "26.3.1.0" by default. The
            office knows nothing newer.

    Raises:
        ValueError: an argument is wrong; the text names it.
    """

    customer_key: str
    permissions: frozenset[str] = frozenset({"ReadAll"})
    mode: OfficeMode = "remote"
    interval: float | None = None
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    seed: int | None = None
    messy: float = 0.0
    version: str = versions.NEWEST

    def __post_init__(self) -> None:
        office_checks.customer_key(self.customer_key)
        object.__setattr__(self, "permissions", office_checks.permissions(self.permissions, PERMISSIONS))
        office_checks.one_of("mode", self.mode, get_args(OfficeMode))
        if self.interval is not None:
            office_checks.number("interval", self.interval, "seconds")
        object.__setattr__(self, "rows", MappingProxyType(office_checks.rows(self.rows)))
        if self.seed is not None:
            office_checks.integer("seed", self.seed)
        office_checks.number("messy", self.messy, "a share of rows", most=1)
        office_checks.version(self.version)

    @property
    def row_seed(self) -> int:
        """The seed of the rows."""
        if self.seed is not None:
            return self.seed
        return int.from_bytes(hashlib.blake2b(self.customer_key.encode(), digest_size=6).digest())

    @property
    def program_version(self) -> Version:
        """The version as four numbers."""
        return versions.parse(self.version)

    @property
    def pace(self) -> float:
        """The least seconds between the starts of two requests; 0 means that there is no throttle."""
        if self.interval is not None:
            return self.interval
        if self.mode != "remote":
            return 0.0
        if "Enterprise" in self.permissions:
            return 0.5
        return 5.0 if self.permissions <= {"ReadAll"} else 1.0

    @property
    def page(self) -> int:
        """The most rows of one response."""
        enterprise = "Enterprise" in self.permissions
        if self.mode == "remote":
            return 1000 if enterprise else 100
        return 10_000 if enterprise else 1000

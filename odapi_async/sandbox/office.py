"""An office of the sandbox: its key, its permissions, its version and what they allow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from odapi_async.sandbox import versions
from odapi_async.sandbox.spelling import resource_name
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
        customer_key: the key.
        permissions: what the key may do; the names are those of `PERMISSIONS`.
        mode: how the office is reached; only remote requests are throttled.
        interval: the least seconds between two requests; None takes it from mode and permissions.
        rows: the number of rows by the resource's name in the path, also with underscores; other resources
            have a dozen, or as many as the rows that refer to them need.
        seed: the same seed makes the same rows; None takes a seed from the key, so that every office has rows
            of its own.
        messy: the share of rows (0 to 1) with values in irregular forms.
        version: the version of Open Dental, such as 24.4 or 25.4.48.0. The office knows nothing newer.

    Raises:
        ValueError: there is no such permission or resource, or the version is none.
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
        unknown = self.permissions.difference(PERMISSIONS)
        if unknown:
            raise ValueError(f"unknown permissions: {', '.join(sorted(unknown))}")
        versions.parse(self.version)
        if self.rows:
            rows = {resource_name(name): count for name, count in self.rows.items()}
            object.__setattr__(self, "rows", MappingProxyType(rows))

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

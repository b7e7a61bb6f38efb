"""The options of a sandbox as one JSON text, for a sandbox in another process."""

from __future__ import annotations

import msgspec

from odapi_async.sandbox.faults import Fault, FaultKind
from odapi_async.sandbox.office import Office, OfficeMode
from odapi_async.sandbox.throttle import Throttle
from odapi_async.sandbox.versions import NEWEST


class OfficeOptions(msgspec.Struct, kw_only=True):
    """An `Office` in plain types; the fields mean the same."""

    customer_key: str
    permissions: list[str] = msgspec.field(default_factory=lambda: ["ReadAll"])
    mode: OfficeMode = "remote"
    interval: float | None = None
    rows: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    seed: int | None = None
    messy: float = 0.0
    version: str = NEWEST

    @classmethod
    def of(cls, office: Office) -> OfficeOptions:
        """Return the options that make this office."""
        return cls(
            customer_key=office.customer_key,
            permissions=sorted(office.permissions),
            mode=office.mode,
            interval=office.interval,
            rows=dict(office.rows),
            seed=office.seed,
            messy=office.messy,
            version=office.version,
        )

    def office(self) -> Office:
        """Return the office that these options make."""
        return Office(
            customer_key=self.customer_key,
            permissions=frozenset(self.permissions),
            mode=self.mode,
            interval=self.interval,
            rows=self.rows,
            seed=self.seed,
            messy=self.messy,
            version=self.version,
        )


class FaultOptions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A `Fault` in plain types; the fields mean the same."""

    kind: FaultKind
    times: int | None = 1
    method: str | None = None
    path: str | None = None
    rate: float = 1.0
    seconds: float = 0.0
    retry_after: float | None = None
    customer_key: str | None = None
    status: int = 500
    fields: tuple[str, ...] = ()

    @classmethod
    def of(cls, fault: Fault) -> FaultOptions:
        """Return the options that make this fault."""
        return msgspec.convert(fault, cls, from_attributes=True)

    def fault(self) -> Fault:
        """Return the fault that these options make.

        Raises:
            ValueError: as for `Fault`.
        """
        return Fault(**msgspec.structs.asdict(self))


class SandboxOptions(msgspec.Struct, kw_only=True):
    """The arguments of a `Sandbox` in plain types; the fields mean the same."""

    offices: list[OfficeOptions]
    developer_key: str = "sandbox-developer"
    throttle: Throttle = Throttle.HOLD
    queue_limit: int = 10
    port: int = 0
    host: str = "127.0.0.1"
    retry_after: float | None = None
    seed: int = 1
    event_polling: float | None = None
    event_timeout: float = 60.0
    faults: list[FaultOptions] = msgspec.field(default_factory=list[FaultOptions])


class Ready(msgspec.Struct):
    """The line that the other process prints once it listens.

    Attributes:
        url: the base URL.
        keys: the customer keys.
        control_token: what requests to the control paths must carry.
    """

    url: str
    keys: list[str]
    control_token: str = ""

"""A sandbox and a client of it, wired together over loopback."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from odapi_async import Mode, OpenDental, Practice, RetryPolicy, Tier
from odapi_async.sandbox import Arrival, Office, Sandbox
from odapi_async.sandbox.office import PERMISSIONS

KEY: Final = "office-one"
ALL: Final = frozenset(PERMISSIONS) - {"Enterprise"}
QUICK: Final = RetryPolicy(base_delay=0.01, max_delay=0.02)


def local(customer_key: str = KEY, **options: Any) -> Office:
    """An office without a throttle, whose pages hold 1000 rows."""
    return Office(customer_key=customer_key, permissions=ALL, mode="local", **options)


def remote(customer_key: str = KEY, *, interval: float = 0.0, **options: Any) -> Office:
    """An office whose pages hold 100 rows, with a throttle of its own or none."""
    return Office(customer_key=customer_key, permissions=ALL, interval=interval, **options)


@dataclass(frozen=True, slots=True)
class Bench:
    box: Sandbox
    client: OpenDental

    def practice(
        self,
        customer_key: str = KEY,
        *,
        mode: Mode = Mode.LOCAL,
        tier: Tier | None = Tier.READ_ALL,
        **options: Any,
    ) -> Practice:
        return self.client.practice(customer_key, mode=mode, tier=tier, base_url=self.box.url, **options)

    @property
    def arrivals(self) -> list[Arrival]:
        return list(self.box.arrivals)


@asynccontextmanager
async def serving(
    *offices: Office, retries: RetryPolicy = QUICK, margin: float = 0.005, **options: Any
) -> AsyncGenerator[Bench]:
    async with (
        Sandbox(offices or (local(),), **options) as box,
        OpenDental(box.developer_key, retries=retries, margin=margin) as client,
    ):
        yield Bench(box, client)

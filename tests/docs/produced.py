"""Produces the messages of docs/troubleshooting.md with the package itself, against a sandbox."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from odapi_async import Mode, OpenDental, OpenDentalError, Remote, RetryPolicy, Service, Tier, Verify
from odapi_async.mirror import Mirror, Store
from odapi_async.sandbox import Fault, Office
from odapi_async.testing import run_in_virtual_time
from tests.support.bench import KEY, Bench, in_process, local

ONCE: Final = RetryPolicy(max_attempts=1, max_throttled=0)
Produce = Callable[[Bench], Awaitable[object]]


async def _no_developer_key(_: Bench) -> object:
    return OpenDental()


async def _both_keys_in_one(bench: Bench) -> object:
    return bench.client.practice("developer/customer")


async def _public_http(bench: Bench) -> object:
    return bench.client.practice(KEY, base_url="http://opendental.example.com/api/v1")


async def _wrong_key(bench: Bench) -> object:
    return await bench.practice("wrong-key").patients.get(1)


async def _refused_by_a_way(bench: Bench) -> object:
    url = "http://office-server:30223/api/v1"
    return await bench.client.practice("wrong-key", via=[Service(url), Remote()]).patients.get(1)


async def _missing_permission(bench: Bench) -> object:
    return await bench.practice("reads-only").claims.create(PatNum=1, procNums=[1], ClaimType="P")


async def _offline(bench: Bench) -> object:
    bench.box.add_fault(Fault("offline", times=None))
    return await bench.practice().patients.get(1)


async def _circuit_open(bench: Bench) -> object:
    with suppress(OpenDentalError):
        await _offline(bench)
    return await bench.practice().patients.get(1)


async def _throttled(bench: Bench) -> object:
    bench.box.add_fault(Fault("throttle", times=None))
    return await bench.practice().patients.get(1)


async def _too_long(bench: Bench) -> object:
    practice = bench.practice(mode=Mode.REMOTE, tier=Tier.READ_ALL)
    await practice.patients.get(1)
    return await practice.with_options(max_wait=2.0).patients.get(2)


async def _deadline(bench: Bench) -> object:
    practice = bench.practice(mode=Mode.REMOTE, tier=Tier.READ_ALL)
    await practice.patients.get(1)
    return await practice.with_options(deadline=2.0).patients.get(2)


async def _queue_full(bench: Bench) -> object:
    practice = bench.practice(mode=Mode.REMOTE, tier=Tier.READ_ALL)
    return await asyncio.gather(*(practice.patients.get(number) for number in range(1, 6)))


async def _closed(bench: Bench) -> object:
    practice = bench.practice()
    await bench.client.aclose()
    return await practice.patients.get(1)


async def _other_loop(bench: Bench) -> object:
    practice = bench.practice()
    await practice.patients.get(1)
    return await asyncio.to_thread(asyncio.run, practice.patients.get(1))


async def _not_sent(bench: Bench) -> object:
    await bench.refuse_connections()
    return await bench.practice().patients.get(1)


async def _lost(bench: Bench) -> object:
    bench.box.add_fault(Fault("drop", times=None))
    return await bench.practice().patients.get(1)


async def _timeout(bench: Bench) -> object:
    bench.box.add_fault(Fault("latency", seconds=100.0, times=None))
    return await bench.practice().patients.get(1)


async def _misspelled(bench: Bench) -> object:
    body: Any = {"Lname": "Smith", "FName": "Jane"}
    return await bench.practice().patients.create(**body)


async def _old_office(bench: Bench) -> object:
    return await bench.practice(version="24.4").patients.update(1, Premed=True)


async def _outcome_unknown(bench: Bench) -> object:
    bench.box.add_fault(Fault("drop_after", method="POST"))
    return await bench.practice().commlogs.create(PatNum=1, Note="Called back.")


async def _not_kept(bench: Bench) -> object:
    bench.box.add_fault(Fault("ignored", fields=("City",)))
    practice = bench.practice().with_options(verify=Verify.RAISE)
    return await practice.patients.update(2, City="Zorbax", FName="Jane")


async def _not_verified(bench: Bench) -> object:
    bench.box.add_fault(Fault("status", method="GET"))
    practice = bench.practice().with_options(verify=Verify.RAISE)
    await practice.carriers.update(2, CarrierName="Zorbax")
    return None


async def _no_row(bench: Bench) -> object:
    return await bench.practice().patients.get(999_999)


async def _no_resource(bench: Bench) -> object:
    return await bench.practice().request("GET", "/pateints")


async def _server_error(bench: Bench) -> object:
    bench.box.add_fault(Fault("status", status=504, times=None))
    return await bench.practice().patients.get(1)


async def _not_json(bench: Bench) -> object:
    bench.box.add_fault(Fault("garbage", times=None))
    return await bench.practice().patients.get(1)


async def _key_changed(bench: Bench) -> object:
    async with Store(":memory:") as store:
        mirror = Mirror(bench.client, store)
        await mirror.run({"harbour": bench.practice()}, ["clinics"])
        report = await mirror.run({"harbour": bench.practice("reads-only")}, ["clinics"])
    return report.failed[0].error


async def _forgotten_await(bench: Bench) -> object:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        bench.practice().patients.get(1)  # type: ignore[unused-coroutine] # pyright: ignore[reportUnusedCoroutine]
        gc.collect()
    raise seen[0].category(str(seen[0].message))


PRODUCERS: Final[tuple[Produce, ...]] = (
    _no_developer_key,
    _both_keys_in_one,
    _public_http,
    _wrong_key,
    _refused_by_a_way,
    _missing_permission,
    _offline,
    _circuit_open,
    _throttled,
    _too_long,
    _deadline,
    _queue_full,
    _closed,
    _other_loop,
    _not_sent,
    _lost,
    _timeout,
    _misspelled,
    _old_office,
    _outcome_unknown,
    _not_kept,
    _not_verified,
    _no_row,
    _no_resource,
    _server_error,
    _not_json,
    _key_changed,
    _forgotten_await,
)


def message(produce: Produce) -> str:
    """Return the last line of the traceback that a program ends with, or the text that a report has."""

    async def run() -> str:
        offices = (
            local(),
            Office(customer_key="reads-only", permissions=frozenset({"ReadAll"}), mode="local"),
        )
        async with in_process(*offices, retries=ONCE, max_queue=2) as bench:
            try:
                return str(await produce(bench))
            except (OpenDentalError, RuntimeWarning) as error:
                return f"{type(error).__name__}: {error}"

    return run_in_virtual_time(run())

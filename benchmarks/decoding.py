"""Decodes pages from bytes to rows, and measures the memory of kept rows.

One page has 1,000 patients. Pages of 100 rows from the sandbox have their dates in the default formats and in
formats of the caller. All candidates run in one process, in turn, and ratios are taken inside one turn. The
memory is measured in separate processes, as growth of the process, so it includes the overhead of the
allocator.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.keeping import Kept
from benchmarks.processes import measured
from benchmarks.rows import bare_decoder, encoded, page, sdk_decoder
from odapi_async._wire import decoder, decoder_for
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.patients import Patient
from odapi_async.resources.procedure_logs import ProcedureLog
from odapi_async.sandbox import Office, Sandbox, SandboxRequest

ROWS: Final = 1_000
_OURS: Final = "decoder(Patient)"
_SDK: Final = "opendental-sdk"
_BARE: Final = "bare structs"
_DATED: Final[Mapping[str, type[Any]]] = {"/appointments": Appointment, "/procedurelogs": ProcedureLog}
_FORMATS: Final = (
    ("MM/dd/yyyy", "MM/dd/yyyy HH:mm:ss"),
    ("M/d/yyyy", "M/d/yyyy h:mm:ss tt"),
    ("d MMM yyyy", "d MMM yyyy HH:mm:ss zzz"),
)


def run(size: Size) -> list[Figure]:
    """Time the decoders, then measure the memory of the rows."""
    times = _times(_patient_decoders(page(encoded(ROWS))), rounds=size.of(9, 31))
    return [
        _ratio(times, _OURS, _BARE, "ours / bare msgspec structs", 1.35),
        _ratio(times, "json.loads", _OURS, "json.loads / ours", 3.0, least=True),
        _ratio(times, _SDK, _OURS, "opendental-sdk models / ours", 7.0, least=True),
        *(
            Figure(f"for comparison: {name}", statistics.median(found) / ROWS * 1e6, "us/row")
            for name, found in times.items()
        ),
        *(each for path in _DATED for each in _formatted(path, rounds=size.of(9, 31))),
        *_memory(size.of(50_000, 200_000)),
    ]


def _patient_decoders(body: bytes) -> dict[str, Callable[[], Any]]:
    decoders: dict[str, Callable[[bytes], Any]] = {
        _OURS: decoder(Patient).page,
        _BARE: bare_decoder(),
        "bare structs with money as float": bare_decoder(money=float),
        "json.loads": json.loads,
        _SDK: sdk_decoder(),
    }
    return {name: partial(decode, body) for name, decode in decoders.items()}


def _times(candidates: Mapping[str, Callable[[], Any]], rounds: int, runs: int = 1) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, decode in candidates.items():
            times[name].append(_time(decode, runs))
    return times


def _time(decode: Callable[[], Any], runs: int) -> float:
    """Return the least seconds of some runs; one before them finds the CPU caches of another candidate."""
    gc.collect()
    decode()
    return min(_run(decode) for _ in range(runs))


def _run(decode: Callable[[], Any]) -> float:
    began = time.perf_counter()
    decode()
    return time.perf_counter() - began


def _ratio(
    times: dict[str, list[float]], above: str, below: str, name: str, goal: float, *, least: bool = False
) -> Figure:
    ratio = statistics.median(one / other for one, other in zip(times[above], times[below], strict=True))
    return Figure(name, ratio, "x", goal, ">=" if least else "<=")


def _formatted(path: str, rounds: int) -> list[Figure]:
    """Compare pages with dates in formats of the caller with the same page in the default formats."""
    queries: dict[str, dict[str, str]] = {"default": {}}
    for day, moment in _FORMATS:
        queries[moment] = {"DateFormatString": day, "DateTimeFormatString": moment}
    pages = asyncio.run(_pages(path, queries))
    times = _times(
        {name: partial(decoder_for(_DATED[path], queries[name]).page, pages[name]) for name in queries},
        rounds,
        runs=20,  # a page of 100 rows takes less than a millisecond
    )
    return [
        _ratio(times, name, "default", f"{path[1:]}: {name} / default formats", 3.0)
        for name in queries
        if name != "default"
    ]


async def _pages(path: str, queries: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    sandbox = Sandbox([Office(customer_key="one", interval=0.0, rows={path[1:]: 100})])
    headers = {"Authorization": f"ODFHIR {sandbox.developer_key}/one", "Content-Type": "application/json"}
    pages: dict[str, bytes] = {}
    for name, query in queries.items():
        request = SandboxRequest(method="GET", path=path, query=query, headers=headers)
        pages[name] = (await sandbox.respond(request)).body
    return pages


def _memory(rows: int) -> list[Figure]:
    ours = measured("keeping", ["ours", str(rows)], Kept).row
    sdk = measured("keeping", ["sdk", str(rows)], Kept).row
    name = f"memory of {rows:,} kept rows, ours / opendental-sdk"
    return [
        Figure(name, ours / sdk, "x", 0.45),
        Figure("for comparison: a kept row, ours", ours, "bytes"),
        Figure("for comparison: a kept row, opendental-sdk", sdk, "bytes"),
    ]


if __name__ == "__main__":
    alone("decoding", run)

"""Decodes one page of patients from bytes to rows, and measures the memory of kept rows.

All candidates run in one process, in turn, and ratios are taken inside one turn. The memory is measured in
separate processes, as growth of the process, so it includes the overhead of the allocator.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.keeping import Kept
from benchmarks.processes import measured
from benchmarks.rows import bare_decoder, encoded, page, sdk_decoder
from odapi_async._wire import decoder
from odapi_async.resources.patients import Patient

ROWS: Final = 1_000
_OURS: Final = "decoder(Patient)"
_SDK: Final = "opendental-sdk"
_BARE: Final = "bare structs"


def run(size: Size) -> list[Figure]:
    """Time the decoders, then measure the memory of the rows."""
    times = _times(page(encoded(ROWS)), rounds=size.of(9, 31))
    return [
        _ratio(times, _OURS, _BARE, "ours / bare msgspec structs", 1.35),
        _ratio(times, "json.loads", _OURS, "json.loads / ours", 3.0, least=True),
        _ratio(times, _SDK, _OURS, "opendental-sdk models / ours", 7.0, least=True),
        *(
            Figure(f"for comparison: {name}", statistics.median(found) / ROWS * 1e6, "us/row")
            for name, found in times.items()
        ),
        *_memory(size.of(50_000, 200_000)),
    ]


def _times(body: bytes, rounds: int) -> dict[str, list[float]]:
    candidates: dict[str, Callable[[bytes], Any]] = {
        _OURS: decoder(Patient).page,
        _BARE: bare_decoder(),
        "bare structs with money as float": bare_decoder(money=float),
        "json.loads": json.loads,
        _SDK: sdk_decoder(),
    }
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, decode in candidates.items():
            times[name].append(_time(decode, body))
    return times


def _time(decode: Callable[[bytes], Any], body: bytes) -> float:
    """Return the seconds of a second run; the first one finds the CPU caches of another candidate."""
    gc.collect()
    decode(body)
    began = time.perf_counter()
    decode(body)
    return time.perf_counter() - began


def _ratio(
    times: dict[str, list[float]], above: str, below: str, name: str, goal: float, *, least: bool = False
) -> Figure:
    ratio = statistics.median(one / other for one, other in zip(times[above], times[below], strict=True))
    return Figure(name, ratio, "x", goal, ">=" if least else "<=")


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

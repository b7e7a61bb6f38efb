"""Measures how long `import odapi_async` and a first client take in addition to the four dependencies.

The import itself loads nothing; the first client loads the SDK and the HTTP client.
"""

from __future__ import annotations

import statistics
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.processes import output

_DEPENDENCIES: Final = "import aiohttp, aiolimiter, anyio, msgspec"
_TIMED: Final = """
import time
{before}
began = time.perf_counter()
{statements}
print(time.perf_counter() - began)
"""
_CASES: Final = {
    "its four dependencies": _DEPENDENCIES,
    "odapi_async alone": "import odapi_async",
    "odapi_async, with a practice and its patients": (
        "import odapi_async; odapi_async.OpenDental('developer').practice('customer').patients"
    ),
    "opendental-sdk, with a client": (
        "import opendental; opendental.OpenDentalClient('developer', 'customer').patients"
    ),
}


def run(size: Size) -> list[Figure]:
    """Import in new interpreters, all cases in turn."""
    found: dict[str, list[float]] = {name: [] for name in _CASES}
    for statements in _CASES.values():
        _milliseconds(statements)  # writes the .pyc files of modules that were never imported before
    bare: list[float] = []
    for _ in range(size.of(5, 17)):
        bare.append(_milliseconds("import odapi_async", before=_DEPENDENCIES))
        for name, statements in _CASES.items():
            found[name].append(_milliseconds(statements))
    base, _, client, *_ = found.values()
    more = statistics.median(one - other for one, other in zip(client, base, strict=True))
    return [
        Figure(
            "import odapi_async, in addition to the four dependencies", statistics.median(bare), "ms", 15.0
        ),
        Figure("a practice and its patients, in addition to the four dependencies", more, "ms"),
        *(
            Figure(f"for comparison: {name}", statistics.median(values), "ms")
            for name, values in found.items()
        ),
    ]


def _milliseconds(statements: str, before: str = "") -> float:
    return float(output(["-c", _TIMED.format(before=before, statements=statements)])) * 1000


if __name__ == "__main__":
    alone("imports", run)

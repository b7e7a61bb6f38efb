"""Decodes pages and keeps all rows: `python -m benchmarks.keeping ours|sdk ROWS`. Prints a `Kept` as JSON."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.rows import encoded, page, sdk_decoder
from odapi_async._wire import decoder
from odapi_async.resources.patients import Patient

_PAGE: Final = 1_000
_DISTINCT: Final = 10
_STATM: Final = Path("/proc/self/statm")
_MEMORY_PAGE: Final = 4_096


class Kept(msgspec.Struct):
    """The bytes that one kept row takes."""

    row: float


def kept(client: str, rows: int) -> Kept:
    """Keep this number of rows of one client, and return the bytes of each."""
    decode = decoder(Patient).page if client == "ours" else sdk_decoder()
    bodies = [page(encoded(_PAGE, seed)) for seed in range(_DISTINCT)]
    decode(bodies[0])
    gc.collect()
    if not _STATM.exists():
        tracemalloc.start()
    before = _size()
    keep: list[Any] = []
    for number in range(rows // _PAGE):
        keep += decode(bodies[number % _DISTINCT])
    return Kept((_size() - before) / len(keep))


def _size() -> int:
    """Return the bytes of this process or, without /proc, the bytes that Python allocated."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * _MEMORY_PAGE
    return tracemalloc.get_traced_memory()[0]


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(kept(sys.argv[1], int(sys.argv[2]))))

"""Why goals are missed: one or two sentences for each figure that misses its own on docs/benchmarks.md."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

_SLOW_MACHINE: Final = (
    "The goal was set on a faster machine, where a bare `asyncio.sleep` in a task costs 9 to 10 us. "
    "Compare the figure with the cost of `asyncio.sleep` on this machine, in the same table."
)
_EXACT: Final = (
    "Amounts are `Decimal` instead of float, and numbers of 64 bits and dates are checked. Bare msgspec "
    "structs with the same types miss this goal on this machine, too."
)
_HTTP: Final = (
    "The client uses a whole core, and most of that is the HTTP client below: aiohttp with bare msgspec "
    "structs, without checks and without a throttle, is little faster (raw, in the same table)."
)
_DRIVER: Final = (
    "Streaming alone writes nothing, and most of the time is SQLite itself: a program by hand that only "
    "writes values that are ready barely reaches this goal (sqlite, in the same table)."
)
_TYPED: Final = (
    "Fetching and decoding typed rows with checks costs more than twice what it costs by hand. Writing costs "
    "both the same, and most of that is SQLite itself, so this goal cannot be reached with checked rows."
)
_SERVER_COUNTS: Final = (
    "The server counts from the moment when it begins to work on a request, and on two busy cores that is "
    "late by more than the client's margin. As the client sent them, no request was too early: see the "
    "next figure."
)
_SHARED_CORES: Final = (
    "The server shares two cores with the mirror and the database, and begins to work on a request later "
    "than the client's margin allows for. `violations` counts at the client, too, and finds none."
)
_PROOF: Final = (
    "A worker also takes each slice from the queue, locks its key and records its end. Here a slice has 10 "
    "or 20 pages; at one request per second it has up to 300, over which the same cost is spread."
)
_IMPORTS: Final = (
    "The goal was set on a faster machine. On this one, the four dependencies alone take about twenty "
    "times as long as this figure."
)

_MANY_KEYS: Final = (
    "100,000 waiters with 10,000 keys no longer fit into the caches of the processor: a bare `asyncio.sleep` "
    "becomes dearer by as much, see the same table."
)
_FORMATS: Final = (
    "The default formats are read in C by msgspec, and formats of your own in Python, text by text. A "
    "processor that is faster in C makes the distance grow."
)
_BY_PAGE: Final = (
    "Each row is checked and completed: its id, its amounts, and dates that mean none. Aiohttp with bare "
    "structs does none of this. The comparison in the same table leaves it out: that was 0.83 x to 0.91 x on "
    "two days, so a part is not explained. By row is faster than by page, because each page is let go before "
    "the next one is decoded: a loop over pages holds the last one meanwhile, in both programs."
)
_CACHE: Final = "SQLite fills its page cache, which has 16 MB. A cache that is full does not grow any more."

MISSES: Final = (
    ("scheduler_cost", "CPU per request: 10,000 x 10 *", _MANY_KEYS),
    ("decoding", "appointments: * / default formats", _FORMATS),
    ("events", "SQLite: memory that *", _CACHE),
    ("scheduler_cost", "CPU per request: *", _SLOW_MACHINE),
    ("decoding", "json.loads / ours", _EXACT),
    ("decoding", "opendental-sdk models / ours", _EXACT),
    ("imports", "import odapi_async", _IMPORTS),
    ("streaming", "by page / aiohttp *", _BY_PAGE),
    ("streaming", "by *", _HTTP),
    ("mirror", "mirror into SQLite / streaming alone", _DRIVER),
    ("mirror_pages", "SQLite: CPU of a page, mirror / by hand", _TYPED),
    ("mirror_fleet", "requests that came too early", _SHARED_CORES),
    ("violations", "requests too early, as the server counts", _SERVER_COUNTS),
    ("redis_shared", "requests too early, as the server counts", _SERVER_COUNTS),
    ("fleet", "CPU of a page, worker / mirror in one process", _PROOF),
)
"""Benchmark, pattern of the figure's name, and why it misses its goal."""


def why_missed(benchmark: str, figure: str) -> str | None:
    """Return why a figure misses its goal, or None if nobody has written it down."""
    return next(
        (why for name, pattern, why in MISSES if name == benchmark and fnmatchcase(figure, pattern)), None
    )

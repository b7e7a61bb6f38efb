"""Measures rows per second from an office in local mode, compared with other clients and bare libraries.

Every client runs in its own process. They take turns, round by round, and a ratio is taken inside one round,
so a change of load on a shared machine affects both clients of the ratio.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.processes import measured, page_server
from benchmarks.stream_clients import Streamed

IN_FLIGHT: Final = 4
"""Requests in flight, if a client supports that: the default of `OpenDental.practice`."""

_NEAR: Final = {
    "raw": ("raw", IN_FLIGHT),
    "by page": ("by_page", IN_FLIGHT),
    "by row": ("by_row", IN_FLIGHT),
    "by page, unchecked": ("by_page_unchecked", IN_FLIGHT),
    "raw sequential": ("raw", 1),
    "by page sequential": ("by_page", 1),
}
"""Clients with a small difference, which takes many rounds to measure."""
_FAR: Final = {
    "by page": ("by_page", IN_FLIGHT),
    "by row": ("by_row", IN_FLIGHT),
    "httpx": ("httpx_pydantic", IN_FLIGHT),
    "list": ("sdk_list", 1),
    "get_all": ("sdk_get_all", 1),
}
"""Clients that take a long time."""

Clients = Mapping[str, tuple[str, int]]
Round = Mapping[str, Streamed]


def run(size: Size) -> list[Figure]:
    """Let all clients take turns."""
    total, near, far = size.of((50_000, 3, 1), (200_000, 7, 3))
    with page_server(total) as root:
        close = [_round(root, total, _NEAR, backwards=bool(number % 2)) for number in range(near)]
        wide = [_round(root, total, _FAR, backwards=bool(number % 2)) for number in range(far)]
    return [
        _ratio(close, "by page", "raw", f"by page / aiohttp + msgspec, {IN_FLIGHT} in flight", 0.9),
        _ratio(close, "by row", "raw", f"by row / aiohttp + msgspec, {IN_FLIGHT} in flight", 0.8),
        _ratio(
            close, "by page, unchecked", "raw", "for comparison: by page without checks / aiohttp + msgspec"
        ),
        _ratio(close, "by page sequential", "raw sequential", "by page / aiohttp + msgspec, 1 in flight"),
        _ratio(close, "by page", "raw sequential", f"by page, {IN_FLIGHT} in flight / aiohttp + msgspec, 1"),
        _ratio(wide, "by page", "httpx", f"by page / httpx + pydantic, {IN_FLIGHT} in flight", 3.0),
        _ratio(wide, "by row", "httpx", f"by row / httpx + pydantic, {IN_FLIGHT} in flight", 3.0),
        _ratio(wide, "by row", "list", "by row / opendental-sdk list(limit=1000)", 5.0),
        _ratio(wide, "by row", "get_all", "by row / opendental-sdk get_all without its sleep", 9.0),
        _cpu_ratio(close, "by page", "raw", "for comparison: CPU of aiohttp + msgspec / by page"),
        _cpu_ratio(close, "by row", "raw", "for comparison: CPU of aiohttp + msgspec / by row"),
        *(_rate(close, name) for name in _NEAR),
        *(_rate(wide, name) for name in _FAR if name not in _NEAR),
        *(_busy(close, name) for name in ("raw", "by page")),
    ]


def _round(root: str, total: int, clients: Clients, *, backwards: bool) -> Round:
    """Run each client once; every other round runs backwards, so that none is always the first."""
    names = sorted(clients, key=list(clients).index, reverse=backwards)
    found = {name: _streamed(root, *clients[name]) for name in names}
    short = [name for name, streamed in found.items() if streamed.rows != total]
    if short:
        raise RuntimeError(f"rows are missing: {', '.join(short)}")
    return found


def _streamed(root: str, client: str, in_flight: int) -> Streamed:
    return measured("stream_clients", [client, root, str(in_flight)], Streamed)


def _ratio(found: list[Round], ours: str, other: str, name: str, goal: float | None = None) -> Figure:
    ratio = statistics.median(each[other].wall / each[ours].wall for each in found)
    return Figure(name, ratio, "x", goal, ">=")


def _cpu_ratio(found: list[Round], ours: str, other: str, name: str) -> Figure:
    """Return the same ratio in seconds of CPU, which other load on the machine changes less."""
    return Figure(name, statistics.median(each[other].cpu / each[ours].cpu for each in found), "x")


def _rate(found: list[Round], name: str) -> Figure:
    rate = statistics.median(each[name].rows / each[name].wall for each in found)
    return Figure(f"for comparison: {name}", rate, "rows/s")


def _busy(found: list[Round], name: str) -> Figure:
    busy = statistics.median(each[name].cpu / each[name].wall for each in found)
    return Figure(f"for comparison: share of a core used, {name}", 100 * busy, "%")


if __name__ == "__main__":
    alone("streaming", run)

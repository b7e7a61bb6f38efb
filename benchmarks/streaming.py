"""Rows per second from an office in local mode, against other clients and against the bare libraries.

Every client runs in its own process. They take turns, round by round, and a ratio is taken inside one round:
so what a shared machine does to one client it does to its neighbour as well.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Final

from benchmarks.figures import Figure, alone
from benchmarks.processes import measured, page_server
from benchmarks.stream_clients import Streamed

IN_FLIGHT: Final = 4
"""Requests under way at once, where a client can do that: the default of `OpenDental.practice`."""

_CLIENTS: Final = {
    "raw sequential": ("raw", 1),
    "raw": ("raw", IN_FLIGHT),
    "by page": ("by_page", IN_FLIGHT),
    "by row": ("by_row", IN_FLIGHT),
    "by page sequential": ("by_page", 1),
    "httpx": ("httpx_pydantic", IN_FLIGHT),
    "list": ("sdk_list", 1),
    "get_all": ("sdk_get_all", 1),
}
Round = Mapping[str, Streamed]


def run(quick: bool) -> list[Figure]:
    """Let all clients take turns."""
    total, rounds = (40_000, 3) if quick else (200_000, 5)
    with page_server(total) as root:
        found = [_round(root, total) for _ in range(rounds)]
    return [
        _ratio(found, "by page", "raw", "by page / aiohttp + msgspec, both 4 in flight", 0.9),
        _ratio(found, "by row", "raw", "by row / aiohttp + msgspec, both 4 in flight", 0.8),
        _ratio(found, "by page sequential", "raw sequential", "by page / aiohttp + msgspec, both 1 in flight"),
        _ratio(found, "by page", "raw sequential", "by page, 4 in flight / aiohttp + msgspec, 1 in flight"),
        _ratio(found, "by page", "httpx", "by page / httpx + pydantic, both 4 in flight", 3.0),
        _ratio(found, "by row", "httpx", "by row / httpx + pydantic, both 4 in flight", 3.0),
        _ratio(found, "by row", "list", "by row / opendental-sdk list(limit=1000)", 5.0),
        _ratio(found, "by row", "get_all", "by row / opendental-sdk get_all without its sleep", 9.0),
        *(_rate(found, name) for name in _CLIENTS),
        *(_peak(found, name) for name in ("raw", "by row", "list", "get_all")),
    ]


def _round(root: str, total: int) -> Round:
    found = {
        name: measured("stream_clients", [client, root, str(in_flight)], Streamed)
        for name, (client, in_flight) in _CLIENTS.items()
    }
    short = [name for name, streamed in found.items() if streamed.rows != total]
    if short:
        raise RuntimeError(f"not all rows came: {', '.join(short)}")
    return found


def _ratio(found: list[Round], ours: str, other: str, name: str, goal: float | None = None) -> Figure:
    ratio = statistics.median(each[other].wall / each[ours].wall for each in found)
    return Figure(name, ratio, "x", goal, ">=")


def _rate(found: list[Round], name: str) -> Figure:
    rate = statistics.median(each[name].rows / each[name].wall for each in found)
    return Figure(f"for comparison: {name}", rate, "rows/s")


def _peak(found: list[Round], name: str) -> Figure:
    peak = statistics.median(each[name].peak for each in found)
    return Figure(f"for comparison: peak size, {name}", peak / 2**20, "MiB")


if __name__ == "__main__":
    alone("streaming", run)

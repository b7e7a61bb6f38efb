"""Compares our scheduler with other rate limiters; each has its own process and virtual clock.

The cost of a request is CPU time; everything else is counted where the requests arrive.
"""

from __future__ import annotations

import subprocess
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.limiter_peers import PEERS
from benchmarks.limiter_trials import Verdict
from benchmarks.processes import measured

_OURS: Final = next(iter(PEERS))


def run(size: Size) -> list[Figure]:
    """Measure all limiters; of one that is missing or does not end, a row says so."""
    return [figure for package in PEERS for figure in _figures(package, quick=size is Size.QUICK)]


def _figures(package: str, *, quick: bool) -> list[Figure]:
    try:
        verdict = measured("limiter_trials", [package, *(["quick"] if quick else [])], Verdict)
    except subprocess.CalledProcessError:
        return [_gap(package, "its trial failed")]
    except subprocess.TimeoutExpired:
        return [_gap(package, "its trial did not end")]
    if verdict.missing:
        return [_gap(package, "not installed")]
    return [_figure(package, *row) for row in _rows(package, verdict)]


def _rows(package: str, verdict: Verdict) -> list[tuple[str, float, str, float | None]]:
    """Return name, value, unit, and the goal of our scheduler."""
    # `limits` keeps the order on the virtual clock, but not on a real one
    overtaken = [("callers overtaken by later ones, of 1,000", verdict.overtaken, "", 0.0)]
    return [
        ("requests too early at the server, of 1,000", verdict.early, "", 0),
        ("the same, with one new connection in ten", verdict.early_connecting, "", 0),
        *([] if package == "limits" else overtaken),
        ("intervals lost when callers are cancelled", verdict.lost, "", 0),
        ("callers forgotten when others are cancelled", verdict.forgotten, "", 0),
        ("requests during a Retry-After of 7 s", verdict.in_pause, "", 0),
        *((f"CPU per request, {size:,} waiters", cost, "us", None) for size, cost in verdict.waiters.items()),
        *((f"CPU per request, {size:,} keys", cost, "us", None) for size, cost in verdict.keys.items()),
        ("memory per key", verdict.memory, "bytes", 150.0),
    ]


def _gap(package: str, why: str) -> Figure:
    return Figure(f"for comparison: {package}: not measured, {why}", None, "")


def _figure(package: str, name: str, value: float, unit: str, goal: float | None) -> Figure:
    if package == _OURS:
        return Figure(f"{package}: {name}", value, unit, goal)
    return Figure(f"for comparison: {package}: {name}", value, unit)


if __name__ == "__main__":
    alone("limiters", run)

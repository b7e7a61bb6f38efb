"""Simulates a day of ten thousand practices: the real scheduler under a virtual clock, in a few minutes.

`python -m benchmarks.simulate [--quick] [--picture FILE]`; --quick is an hour of 500 practices. At night
every practice is synchronized, and by day it gets interactive requests. Some practices go offline for hours,
and at times many requests get a 429.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from benchmarks.chart import charts, panel
from benchmarks.figures import Figure, Size, add_sizes, machine, table
from benchmarks.practices import Plan, Seen, simulate
from odapi_async.scheduler import Priority

DAY: Final = Plan(practices=10_000, hours=24.0, pages=90, lookups=40, seed=20_261_123)
HOUR: Final = Plan(practices=500, hours=1.0, pages=300, lookups=40, seed=20_261_123)


def run(size: Size) -> list[Figure]:
    """Run the simulation and return its figures."""
    return figures(simulate(size.of(HOUR, DAY)))


def figures(seen: Seen) -> list[Figure]:
    """Return the figures of a simulation."""
    waits = [
        Figure(
            f"for comparison: wait of {priority.name.lower()} requests, {name}",
            seen.wait(priority, share),
            "s",
        )
        for priority in Priority
        for name, share in (("median", 0.5), ("99th percentile", 0.99))
    ]
    return [
        Figure("starts closer than the interval", seen.early, "", 0),
        Figure("starts during a pause", seen.in_pause, "", 0),
        Figure("callers without an outcome", seen.forgotten, "", 0),
        Figure("pace of a lane with work, of the limit", 100 * seen.pace, "%", 95.0, ">="),
        Figure("CPU per million requests, callers included", seen.cpu / seen.requests * 1e6, "s", 120.0),
        Figure("memory per lane at the end of the day", seen.lane_bytes, "bytes", 200.0),
        *waits,
        Figure("for comparison: requests", seen.requests, ""),
        Figure("for comparison: responses with 429", seen.throttled, ""),
        Figure("for comparison: calls refused by a circuit breaker", seen.refused, ""),
        Figure("for comparison: requests during an outage", seen.during_outage, ""),
    ]


def picture(seen: Seen, hours: float) -> str:
    """Draw the day: requests sent, requests refused, and the longest waits."""
    minutes = seen.slot / 60
    rate = {name: [count / seen.slot for count in counts] for name, counts in seen.sent.items()}
    return charts(
        [
            panel(f"Requests, each point {minutes:.0f} minutes", "per second", rate, hours),
            panel("Longest wait for a slot", "s", seen.longest, hours),
            panel(
                "Responses with 429, and calls refused by circuit breakers", "per point", seen.failures, hours
            ),
        ]
    )


def main() -> None:
    """Run the simulation from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate")
    add_sizes(parser)
    parser.add_argument("--picture", metavar="FILE", type=Path, help="write the picture to this file")
    options = parser.parse_args()
    plan: Plan = options.size.of(HOUR, DAY)
    print("\n".join(machine()))
    seen = simulate(plan)
    print(table("simulate", figures(seen)))
    if options.picture:
        options.picture.write_text(picture(seen, seen.hours), encoding="utf-8")


if __name__ == "__main__":
    main()

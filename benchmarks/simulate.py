"""A day of ten thousand practices in a few minutes: the real scheduler under a virtual clock.

`python -m benchmarks.simulate [--quick] [--picture FILE]`; quick is an hour of 500 practices. At night every
practice is synchronised, by day people look things up; some practices go offline for hours, and at times the
server throttles many.
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
    """Simulate and tell what came of it."""
    return figures(simulate(size.of(HOUR, DAY)))


def figures(seen: Seen) -> list[Figure]:
    """Turn what was seen into figures."""
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
        Figure("starts in a pause", seen.in_pause, "", 0),
        Figure("callers without an outcome", seen.forgotten, "", 0),
        Figure("pace of a lane with work, of the limit", 100 * seen.pace, "%", 95.0, ">="),
        Figure("CPU per million requests, callers included", seen.cpu / seen.requests * 1e6, "s", 120.0),
        Figure("memory per lane at the end of the day", seen.lane_bytes, "bytes", 200.0),
        *waits,
        Figure("for comparison: requests", seen.requests, ""),
        Figure("for comparison: answers with 429", seen.throttled, ""),
        Figure("for comparison: calls refused by a circuit", seen.refused, ""),
        Figure("for comparison: requests into an outage", seen.in_vain, ""),
    ]


def picture(seen: Seen, hours: float) -> str:
    """Draw the day: what was sent, what was refused, and how long people waited."""
    minutes = seen.slot / 60
    rate = {name: [count / seen.slot for count in counts] for name, counts in seen.sent.items()}
    return charts(
        [
            panel(f"Requests, each point {minutes:.0f} minutes", "per second", rate, hours),
            panel("Longest wait for a turn", "s", seen.longest, hours),
            panel("Answers with 429, and calls refused by circuits", "per point", seen.trouble, hours),
        ]
    )


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate")
    add_sizes(parser)
    parser.add_argument("--picture", metavar="FILE", type=Path, help="write the picture there")
    options = parser.parse_args()
    plan: Plan = options.size.of(HOUR, DAY)
    print("\n".join(machine()))
    seen = simulate(plan)
    print(table("simulate", figures(seen)))
    if options.picture:
        options.picture.write_text(picture(seen, seen.hours), encoding="utf-8")


if __name__ == "__main__":
    main()

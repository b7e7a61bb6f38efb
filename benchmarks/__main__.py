"""Runs all benchmarks and prints one table of figures against goals."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from typing import Final

from benchmarks.figures import Figure, Run, Size, add_sizes, machine, table
from benchmarks.kept import Measured, command, gaps, keep

NAMES: Final = (
    "scheduler_cost",
    "limiters",
    "decoding",
    "imports",
    "first_row",
    "command_start",
    "streaming",
    "mirror",
    "mirror_fleet",
    "mirror_idle",
    "mirror_pages",
    "mirror_writes",
    "fleet",
    "fleet_faults",
    "events",
    "journal",
    "watch_page",
    "booking",
    "urgent",
    "violations",
    "redis_shared",
    "pace",
    "simulate",
    "fleet_statements",
    "simulate_fleet",
)


def main() -> int:
    """Run the chosen benchmarks; return 1 if a goal was missed and --check is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add_sizes(parser)
    parser.add_argument("--only", metavar="NAME", action="append", choices=NAMES, help="may be repeated")
    parser.add_argument(
        "--page",
        action="store_true",
        help="keep the figures in docs/benchmarks.json, and write docs/benchmarks.md and its charts",
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    options = parser.parse_args()
    about = machine()
    print("\n".join(about), flush=True)
    ran = {
        name: Measured(command(name, options.size), about, _figures(name, options.size))
        for name in options.only or NAMES
    }
    missed = [figure.name for each in ran.values() for figure in each.figures if figure.missed]
    print(f"goals missed: {len(missed)}")
    if options.page and (absent := gaps(ran)):
        print(f"nothing is kept, since the page needs every figure: {'; '.join(absent)}")
        return 1
    if options.page:
        keep(ran, NAMES)
    return 1 if missed and options.check else 0


def _figures(name: str, size: Size) -> list[Figure]:
    run: Run = importlib.import_module(f"benchmarks.{name}").run
    began = time.monotonic()
    figures = run(size)
    print(f"\n{table(name, figures)}\n{name:15} took {time.monotonic() - began:.0f} s", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())

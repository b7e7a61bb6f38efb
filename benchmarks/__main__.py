"""Runs all benchmarks and prints one table of figures against goals."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.figures import Figure, Run, Size, add_sizes, machine, table
from benchmarks.page import charts, page

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
    "watch_page",
    "urgent",
    "violations",
    "redis_shared",
    "pace",
    "simulate",
    "fleet_statements",
    "simulate_fleet",
)


class _Written(msgspec.Struct):
    """The content of a file that --json writes."""

    machine: list[str]
    figures: dict[str, list[Figure]]


def main() -> int:
    """Run the chosen benchmarks; return 1 if a goal was missed and --check is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add_sizes(parser)
    parser.add_argument("--only", metavar="NAME", action="append", choices=NAMES, help="may be repeated")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to this file")
    parser.add_argument(
        "--page",
        metavar="FILE",
        type=Path,
        help="write docs/benchmarks.md to this file, and its charts to the folder charts beside it",
    )
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="earlier",
        action="append",
        type=Path,
        default=[],
        help="add the figures that an earlier run wrote with --json; may be repeated. Then only the "
        "benchmarks that --only names are run.",
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    options = parser.parse_args()
    earlier = [msgspec.json.decode(file.read_bytes(), type=_Written) for file in options.earlier]
    names = options.only or ([] if earlier else NAMES)
    about = machine() if names else earlier[-1].machine
    print("\n".join(about), flush=True)
    ran = {name: _figures(name, options.size) for name in names}
    known = {name: figures for each in earlier for name, figures in each.figures.items()} | ran
    found = {name: known[name] for name in NAMES if name in known}
    missed = [figure.name for figures in found.values() for figure in figures if figure.missed]
    print(f"goals missed: {len(missed)}")
    if options.page:
        options.page.write_text(page(about, found), encoding="utf-8")
        for name, chart in charts(found).items():
            file = options.page.parent / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(chart, encoding="utf-8")
    if options.json:
        options.json.write_bytes(msgspec.json.encode(_Written(about, found)))
    return 1 if missed and options.check else 0


def _figures(name: str, size: Size) -> list[Figure]:
    run: Run = importlib.import_module(f"benchmarks.{name}").run
    began = time.monotonic()
    figures = run(size)
    print(f"\n{table(name, figures)}\n{name:15} took {time.monotonic() - began:.0f} s", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())

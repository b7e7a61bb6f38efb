"""The page of the documentation that shows the figures of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.figures import Figure, shown

_HEAD = """# How fast is it, and how do you know?

Every number here was printed by this command, on the machine named below:

```sh
nox -s bench
```

The benchmarks ran one after the other (`-- --only NAME --json FILE`), and `violations`, `redis_shared` and
`mirror_fleet` at their full size (`--full`); `-- --from FILE --page docs/benchmarks.md` writes this page.

Absolute figures of a small shared machine move by half from hour to hour. Ratios are taken inside one run,
with the peers beside each other, and move little. What each benchmark does stands in the docstring of its
module, `benchmarks/NAME.py`. A goal that was missed says so.

## A simulated day

10,000 practices, a nightly sync, interactive calls by day, outages and storms of 429, through the real
scheduler under a virtual clock. The picture is written by
`python -m benchmarks.simulate --picture docs/simulation.svg`.

![Requests, waits and refusals through one day](simulation.svg)

## The machine
"""


def page(about: Sequence[str], found: Mapping[str, Sequence[Figure]]) -> str:
    """Lay out all figures as Markdown."""
    machine = "".join(f"- {line}\n" for line in about)
    return f"{_HEAD}\n{machine}" + "".join(_section(name, figures) for name, figures in found.items())


def _section(name: str, figures: Sequence[Figure]) -> str:
    rows = "".join(_row(figure) for figure in figures)
    return f"\n## {name}\n\n| figure | value | goal | |\n|---|---:|---:|---|\n{rows}"


def _row(figure: Figure) -> str:
    goal = "" if figure.goal is None else f"{figure.comparison} {figure.goal:,.10g} {figure.unit}"
    verdict = "" if figure.goal is None else "missed" if figure.missed else "met"
    return f"| {figure.name} | {shown(figure.value)} {figure.unit} | {goal} | {verdict} |\n"

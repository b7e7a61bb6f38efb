"""The page docs/benchmarks.md, written from figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.figures import Figure, shown

_HEAD = """# How fast is it, and how do you know?

This command printed every number on this page, on the machine named below:

```sh
nox -s bench
```

The benchmarks ran one after the other (`-- --only NAME --json FILE`), and `violations`, `redis_shared` and
`mirror_fleet` ran at full size (`--full`). `-- --from FILE --page docs/benchmarks.md` writes this page.

Absolute figures of a small shared machine change by half from hour to hour. Ratios are taken inside one run,
with both sides measured in turn, and change less. The docstring of `benchmarks/NAME.py` says what each
benchmark does. A goal that was missed says "missed".

## A simulated day

10,000 practices with a nightly sync, interactive calls by day, outages and many 429s, sent through the real
scheduler under a virtual clock. This command draws the picture:
`python -m benchmarks.simulate --picture docs/simulation.svg`.

![Requests, waits and 429s during one day](simulation.svg)

## The machine
"""


def page(about: Sequence[str], found: Mapping[str, Sequence[Figure]]) -> str:
    """Return the page: all figures as Markdown tables."""
    machine = "".join(f"- {line}\n" for line in about)
    return f"{_HEAD}\n{machine}" + "".join(_section(name, figures) for name, figures in found.items())


def _section(name: str, figures: Sequence[Figure]) -> str:
    rows = "".join(_row(figure) for figure in figures)
    return f"\n## {name}\n\n| figure | value | goal | |\n|---|---:|---:|---|\n{rows}"


def _row(figure: Figure) -> str:
    goal = "" if figure.goal is None else f"{figure.comparison} {figure.goal:,.10g} {figure.unit}"
    verdict = "" if figure.goal is None else "missed" if figure.missed else "met"
    return f"| {figure.name} | {shown(figure.value)} {figure.unit} | {goal} | {verdict} |\n"

"""The page docs/benchmarks.md and its charts, written from figures."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.bars import bars
from benchmarks.figures import Figure, shown
from benchmarks.highlights import CHARTS, NUMBERS, Bars, Chart, Number
from benchmarks.misses import why_missed

Found = Mapping[str, Sequence[Figure]]
"""Figures by the name of their benchmark."""

NOT_EXPLAINED: Final = "not explained yet"

_HEAD: Final = """\
# How fast is it, and how do you know?

Fast enough that the throttle of the API is the limit: one process mirrors hundreds of practices at the pace
that the API allows. Each table below names the command that measured its numbers, on the machine
[that is named below](#how-was-it-measured).
"""
_MEASURED: Final = """
## How was it measured?

```sh
nox -s bench
```

This runs all benchmarks. The numbers on this page are of several days, each table of a run of its own: its
command is above it. `--full` is the longest measurement of a benchmark, and `--page` also writes this page.
`docs/benchmarks.json` has the command, the machine and the versions of each.

Absolute figures of a small shared machine change by half from hour to hour. Ratios are taken inside one run,
with both sides measured in turn, and change less: a ratio is the median of those of all rounds, so it is not
quite the quotient of the medians below it. The docstring of `benchmarks/NAME.py` says what each
benchmark does.
"""
_SIMULATED: Final = """
## A simulated day

10,000 practices with a nightly sync, interactive calls by day, outages and many 429s, sent through the real
scheduler under a virtual clock. This command draws the picture:
`python -m benchmarks.simulate --picture docs/simulation.svg`.

![Requests, waits and 429s during one day](simulation.svg)
"""
_MISSED: Final = """
## Which goals are missed, and why?

| benchmark | figure: value (goal) | why |
|---|---|---|
"""
_TABLE: Final = "| figure | value | goal | |\n|---|---:|---:|---|\n"


def page(about: Sequence[str], found: Found, commands: Mapping[str, str]) -> str:
    """Return the page: first the figures that matter, then why goals are missed, then all figures.

    Args:
        about: lines about the machine.
        found: the figures.
        commands: what measured them, by the name of their benchmark.
    """
    machine = "".join(f"- {line}\n" for line in about)
    return "".join(
        (
            _HEAD,
            "\n## The figures that matter\n",
            *(_chart(each) for each in CHARTS if _groups(each, found)),
            _numbers(found),
            _misses(found),
            _MEASURED,
            f"\n{machine}",
            _SIMULATED,
            *(_section(name, commands[name], figures) for name, figures in found.items()),
        )
    )


def charts(found: Found) -> dict[str, str]:
    """Return the charts as SVG text by the names of their files, below the folder of the page."""
    drawn = {each.file: _groups(each, found) for each in CHARTS}
    return {f"charts/{file}.svg": bars(groups) for file, groups in drawn.items() if groups}


def _groups(chart: Chart, found: Found) -> dict[str, dict[str, float]]:
    groups = {each.title: _values(each, found) for each in chart.groups}
    return {title: values for title, values in groups.items() if values}


def _values(group: Bars, found: Found) -> dict[str, float]:
    values = {figure.name: figure.value for figure in found.get(group.benchmark, ())}
    of_group = {name: values.get(figure) for name, figure in group.figures.items()}
    return {name: value for name, value in of_group.items() if value is not None}


def _chart(chart: Chart) -> str:
    return f"\n### {chart.question}\n\n{chart.about}\n\n![{chart.question}](charts/{chart.file}.svg)\n"


def _numbers(found: Found) -> str:
    rows = [(each, figure) for each in NUMBERS if (figure := _figure(each, found))]
    lines = "".join(
        f"| {each.text} | {_value(figure)} | [{each.benchmark}](#{each.benchmark}) |\n"
        for each, figure in rows
    )
    return f"\n### What else matters?\n\n| | | measured by |\n|---|---:|---|\n{lines}" if rows else ""


def _figure(number: Number, found: Found) -> Figure | None:
    begins = number.figure.removesuffix("*")
    named = found.get(number.benchmark, ())
    if begins == number.figure:
        return next((each for each in named if each.name == begins), None)
    return next((each for each in named if each.name.startswith(begins)), None)


def _misses(found: Found) -> str:
    lines = "".join(f"| [{name}](#{name}) | {figures} | {why} |\n" for name, why, figures in _missed(found))
    return f"{_MISSED}{lines}" if lines else ""


def _missed(found: Found) -> Iterator[tuple[str, str, str]]:
    for name, figures in found.items():
        reasons: dict[str, list[str]] = {}
        for each in figures:
            if each.missed:
                reasons.setdefault(why_missed(name, each.name) or NOT_EXPLAINED, []).append(
                    f"{each.name}: {_value(each)} ({_goal(each)})"
                )
        for why, lines in reasons.items():
            yield name, why, "<br>".join(lines)


def _section(name: str, command: str, figures: Sequence[Figure]) -> str:
    rows = "".join(_row(figure) for figure in figures)
    source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    about = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]
    return (
        f"\n## {name}\n\n{' '.join(about.split())}\n\nMeasured by `{command}`.\n\n"
        f'<details markdown="1">\n<summary>{len(figures)} figures</summary>\n\n{_TABLE}{rows}\n</details>\n'
    )


def _row(figure: Figure) -> str:
    goal = "" if figure.goal is None else _goal(figure)
    verdict = "" if figure.goal is None else "missed" if figure.missed else "met"
    return f"| {figure.name} | {_value(figure)} | {goal} | {verdict} |\n"


def _value(figure: Figure) -> str:
    return f"{shown(figure.value)} {figure.unit}".strip()


def _goal(figure: Figure) -> str:
    return f"{figure.comparison} {figure.goal:,.10g} {figure.unit}".strip()

"""The few figures that docs/benchmarks.md shows first: charts beside peers, and single numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LIMITERS: Final = ("odapi_async", "aiolimiter", "pyrate-limiter", "throttled-py", "asyncio-throttle")
_COMPARED: Final = "for comparison: "


@dataclass(frozen=True, slots=True)
class Bars:
    """A group of bars of a chart.

    Attributes:
        title: what is measured, with the unit, and whether less or more is better.
        benchmark: the benchmark that measures it.
        figures: the names of its figures, by the names of the candidates.
    """

    title: str
    benchmark: str
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart beside peers.

    Attributes:
        question: the heading above it.
        file: the name of its file, without the ending.
        about: the sentences below the heading.
        groups: its groups of bars.
    """

    question: str
    file: str
    about: str
    groups: tuple[Bars, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A single figure.

    Attributes:
        text: what it means.
        benchmark: the benchmark that measures it.
        figure: its name there; `*` at the end adds up all that begin so.
    """

    text: str
    benchmark: str
    figure: str


def _limiters(title: str, figure: str) -> Bars:
    names = {each: f"{'' if each == 'odapi_async' else _COMPARED}{each}: {figure}" for each in _LIMITERS}
    return Bars(title, "limiters", names)


CHARTS: Final = (
    Chart(
        "Does it keep the throttle?",
        "limiters",
        "The same work through this scheduler and four limiters from PyPI. A limiter that only counts calls "
        "cannot know when a request is really sent, or that the API asked for a pause.",
        (
            _limiters(
                "Requests too early, of 1,000 (less is better)", "the same, with one new connection in ten"
            ),
            _limiters(
                "Callers overtaken by later ones, of 1,000", "callers overtaken by later ones, of 1,000"
            ),
            _limiters("Requests during a Retry-After of 7 s", "requests during a Retry-After of 7 s"),
        ),
    ),
    Chart(
        "How fast does it read?",
        "streaming",
        "All patients of an office in local mode, on one core. aiohttp with bare msgspec structs shows what "
        "the parts below can do: it checks nothing, and keeps no throttle. Four requests are in flight, and "
        "pages have 1,000 rows; sdk is opendental-sdk, which has one in flight.",
        (
            Bars(
                "Rows a second (more is better)",
                "streaming",
                {
                    "aiohttp + msgspec": "for comparison: raw",
                    "odapi_async": "for comparison: by row",
                },
            ),
            Bars(
                "Our speed by row / that of others (more is better)",
                "streaming",
                {
                    "httpx + pydantic": "by row / httpx + pydantic, 4 in flight",
                    "sdk, 1 in flight": "by row / opendental-sdk list(limit=1000)",
                    "sdk, 1, pages of 100": "by row / opendental-sdk get_all without its sleep",
                },
            ),
        ),
    ),
    Chart(
        "What does a row cost?",
        "rows",
        "From bytes to a typed patient of 49 fields; `json.loads` makes a dict of text.",
        (
            Bars(
                "Decoding, us a row (less is better)",
                "decoding",
                {
                    "msgspec, by hand": "for comparison: bare structs",
                    "odapi_async": "for comparison: decoder(Patient)",
                    "json.loads": "for comparison: json.loads",
                    "opendental-sdk": "for comparison: opendental-sdk",
                },
            ),
            Bars(
                "Memory of a kept row, bytes (less is better)",
                "decoding",
                {
                    "odapi_async": "for comparison: a kept row, ours",
                    "opendental-sdk": "for comparison: a kept row, opendental-sdk",
                },
            ),
        ),
    ),
    Chart(
        "How fast does it write a copy?",
        "mirror",
        "A first copy of an office, with requests, decoding and a checkpoint for each page, beside a program "
        "by hand that has all values ready and only writes. For PostgreSQL, that is `executemany` of asyncpg "
        "for each batch. COPY and a merge by hand are faster than the mirror: see "
        "[mirror_writes](#mirror_writes).",
        (
            Bars(
                "SQLite, rows a second (more is better)",
                "mirror",
                {
                    "odapi_async mirror": "for comparison: mirror, SQLite",
                    "sqlite3, by hand": "for comparison: sqlite",
                },
            ),
            Bars(
                "PostgreSQL, rows a second (more is better)",
                "mirror",
                {
                    "odapi_async mirror": "for comparison: mirror, PostgreSQL",
                    "asyncpg, by hand": "for comparison: asyncpg",
                },
            ),
        ),
    ),
)

NUMBERS: Final = (
    Number(
        "requests too early, of 100,000 under faults, measured where they are sent",
        "violations",
        "requests too early, as the client sent them",
    ),
    Number(
        "the same, measured at the server, which is late itself on two busy cores",
        "violations",
        "requests too early, as the server counts",
    ),
    Number("pace of a practice that always has work", "pace", "pace of 60 requests, 1 s apart"),
    Number("pace of 200 practices that one process mirrors", "mirror_fleet", "pace over the whole run*"),
    Number("memory of that process", "mirror_fleet", "memory of the mirror's process, at most"),
    Number(
        "rows of 3,000,000 that are missing or differ",
        "mirror_fleet",
        "rows of 3,000,000 that are missing or differ",
    ),
    Number(
        "requests of a round without changes, for each table",
        "mirror",
        "nothing has changed: requests for each list*",
    ),
    Number(
        "three workers and the database, 10,000 practices of which none is due",
        "fleet",
        "10,000 practices, none due*",
    ),
    Number("memory of an idle practice", "scheduler_cost", "memory per idle key*"),
)

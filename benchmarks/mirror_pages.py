"""What a page of a hundred rows costs a mirror of forty practices, compared with a program written by hand.

The office answers from bytes that were made in advance, in this process, which does nothing else meanwhile.
Both ways run in processes of their own, turn by turn, and ratios are taken inside one round. The intervals of
the API are shortened until they limit nobody, so that the CPU of a page is measured and not its wait.

The program by hand is what a careful author writes in an afternoon: one task for each practice, aiohttp,
plain msgspec structs, and for each page one transaction in a thread: an upsert with `executemany`, and the
offset to continue from. It knows no throttle, no lists that move, and no dates that mean "no date". At last
both make the same indexes.
"""

from __future__ import annotations

import asyncio
import statistics
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.mirror_page_clients import Copied
from benchmarks.mirror_server import patient_server
from benchmarks.processes import measured

_PRACTICES: Final = 40
_PAGE: Final = 100
_LITE: Final = {"mirror": "mirror", "by hand": "sqlite_by_hand"}
_SERVER: Final = {"mirror": "mirror", "by hand": "postgres_by_hand"}


def run(size: Size) -> list[Figure]:
    """Let the ways take turns."""
    rows, rounds = size.of((1_000, 1), (2_000, 7), (10_000, 9))
    return asyncio.run(_figures(rows, rounds))


async def _figures(rows: int, rounds: int) -> list[Figure]:
    figures: list[Figure] = []
    async with patient_server(rows, longest=_PAGE) as api:
        lite = [await _round(api, rows, _LITE, "", number) for number in range(rounds)]
        figures += _compared(lite, "SQLite", 0.85)
        async with postgres() as server:
            if server:
                found = [await _round(api, rows, _SERVER, server, number) for number in range(rounds)]
                figures += _compared(found, "PostgreSQL", None)
    return figures


async def _round(api: str, rows: int, ways: dict[str, str], server: str, number: int) -> dict[str, Copied]:
    """Let each way copy once into a database of its own."""
    found: dict[str, Copied] = {}
    for name in [*ways][:: -1 if number % 2 else 1]:
        with TemporaryDirectory() as folder:
            url = await new_database(server) if server else f"sqlite:///{folder}/copy.db"
            arguments = [ways[name], api, url, f"{_PRACTICES}"]
            found[name] = await asyncio.to_thread(measured, "mirror_page_clients", arguments, Copied)
        if found[name].rows != rows * _PRACTICES:
            raise RuntimeError(f"not all rows came: {name}")
    return found


def _compared(found: list[dict[str, Copied]], database: str, goal: float | None) -> list[Figure]:
    ratio = statistics.median(each["mirror"].cpu / each["by hand"].cpu for each in found)
    wall = statistics.median(each["by hand"].wall / each["mirror"].wall for each in found)
    return [
        Figure(f"{database}: CPU of a page, mirror / by hand", ratio, "x", goal),
        Figure(f"{database}: pages a second, mirror / by hand", wall, "x"),
        *(
            Figure(f"for comparison: {database}, {name}: CPU of a page", _milliseconds(found, name), "ms")
            for name in found[0]
        ),
    ]


def _milliseconds(found: list[dict[str, Copied]], name: str) -> float:
    return statistics.median(1_000 * each[name].cpu / (each[name].rows / _PAGE) for each in found)


if __name__ == "__main__":
    alone("mirror_pages", run)

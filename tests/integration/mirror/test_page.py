"""What docs/mirror.md shows: its SQL finds something on both databases, and its files can be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async.mirror import DEFAULT_TABLES, Mirror, Store
from odapi_async.mirror.config import read
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import Fault
from tests.docs.pages import Block, blocks, pages
from tests.support.bench import KEY, Bench, in_process, local

pytestmark = pytest.mark.unmeasured

PAGE: Final = "docs/mirror.md"
OTHER: Final = "office-two"
ROWS: Final = {"patients": 40, "appointments": 60}
FIRST_WORDS: Final = {
    "SELECT a.practice": ["practice", "aptdatetime", "lname", "fname", "procdescript", "confirmed_text"],
    "SELECT r.practice": ["practice", "datedue", "description", "lname", "fname", "wirelessphone"],
}


def of_page(language: str) -> list[Block]:
    return [block for block in blocks(language) if block.page == PAGE]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def prepare(bench: Bench) -> None:
    """Give each query something to find, whether the day ends while the test runs or not."""
    box, today = bench.box, now().replace(hour=0, minute=0, second=0, microsecond=0)
    for key in (KEY, OTHER):
        for apt, day in enumerate((today, today + dt.timedelta(days=1)), 1):
            box.change_row(key, "appointments", apt, {"AptStatus": "Scheduled", "AptDateTime": str(day)})
        for patient, day in enumerate((today, today + dt.timedelta(days=1)), 1):
            owed = {"DateFirstVisit": f"{day:%Y-%m-%d}", "Guarantor": patient, "BalTotal": 12.5}
            anna = {"LName": "Smith", "FName": "Anna", "PatStatus": "Patient"}
            box.change_row(key, "patients", patient, {**anna, **owed})
        due = {"DateDue": "2020-01-01", "DateScheduled": "0001-01-01", "IsDisabled": "false"}
        box.change_row(key, "recalls", 1, {"PatNum": 1, "RecallTypeNum": 1, **due})


async def copied(bench: Bench, store: Store) -> None:
    """Copy two practices, then let an appointment go and one table fail."""
    practices = {"main-street": bench.practice(), "harbour": bench.practice(OTHER)}
    mirror = Mirror(bench.client, store)
    assert (await mirror.run(practices)).complete
    bench.box.remove_row(KEY, "appointments", 9)
    bench.box.add_fault(Fault("status", None, path="/claims", status=404))
    assert len((await mirror.run(practices, sweep=True)).failed) == 2


async def test_the_queries_of_the_page_find_something(url: str) -> None:
    async with in_process(local(rows=ROWS), local(OTHER, rows=ROWS, seed=2)) as bench, Store(url) as store:
        prepare(bench)
        await copied(bench, store)
        for block in of_page("sql"):
            names, rows = await answer(store, block.text)
            assert rows, block
            assert names[0] == "practice", block
            wanted = next(
                (each for words, each in FIRST_WORDS.items() if block.text.startswith(words)), names
            )
            assert names == wanted, block
            if "aptnum" not in names:
                assert {row[0] for row in rows} == {"main-street", "harbour"}, block
            else:
                assert [row[:2] for row in rows] == [("main-street", 9)]


async def answer(store: Store, query: str) -> tuple[list[str], list[Any]]:
    async with store.engine.connect() as connection:
        found = await connection.exec_driver_sql(query.rstrip().removesuffix(";"))
        return [*found.keys()], [tuple(row) for row in found]


def test_there_are_the_queries_that_people_want_first() -> None:
    assert len(of_page("sql")) == 9


@pytest.mark.parametrize("block", of_page("toml"), ids=str)
def test_a_file_of_the_page_can_be_read(block: Block) -> None:
    assert read(block.text, Path("/srv/mirror")).practices


def test_the_page_counts_right() -> None:
    text = " ".join(pages()[PAGE].split())
    assert len(DEFAULT_TABLES) == 12
    assert all(table in text for table in DEFAULT_TABLES)
    plans = [BY_TABLE[table] for table in DEFAULT_TABLES]
    assert sum(len(plan.list_filters) for plan in plans if plan.changes) == 8
    assert "The twelve default tables cost eight requests: 8 seconds at the tier Standard, 40 seconds" in text

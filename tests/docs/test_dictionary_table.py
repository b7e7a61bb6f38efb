"""docs/dictionary.md is what its command writes, and has every column."""

from __future__ import annotations

import re

import pytest

from odapi_async.mirror.database.schema import FRESHNESS, OWN_COLUMNS, OWN_METADATA, define_tables
from tests.docs.pages import generated, pages


@pytest.fixture(scope="module")
def written() -> str:
    return generated("dictionary_table.py")


def test_the_page_is_up_to_date(written: str) -> None:
    assert pages()["docs/dictionary.md"] == written, "run `python docs/dictionary_table.py`"


def test_every_column_of_every_table_has_a_line(written: str) -> None:
    head, *sections = written.split("\n## ")
    assert set(re.findall(r"^\| `(\w+)`", head, re.MULTILINE)) == set(OWN_COLUMNS)
    found = {
        section.partition("\n")[0]: re.findall(r"^\| `(\w+)`", section, re.MULTILINE) for section in sections
    }
    wanted = {
        name: [column.name for column in table.columns if column.name not in OWN_COLUMNS]
        for name, table in sorted(define_tables().items())
    }
    own = {name: [column.name for column in table.columns] for name, table in OWN_METADATA.tables.items()}
    own[FRESHNESS.name] = [column.name for column in FRESHNESS.columns]
    del own["mirror_meta"]  # it holds a version and nothing else
    assert found == wanted | own


def test_no_line_breaks_its_table(written: str) -> None:
    lines = [line for line in written.splitlines() if line.startswith("| `")]
    assert [line for line in lines if len(re.findall(r"(?<!\\)\|", line)) != 4] == []

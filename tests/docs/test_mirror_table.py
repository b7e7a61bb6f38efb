"""docs/mirror-tables.md is what its command writes."""

from __future__ import annotations

import pytest

from odapi_async.mirror.plans import EXCLUDED, PLANS
from tests.docs.pages import generated, pages


@pytest.fixture(scope="module")
def written() -> str:
    return generated("mirror_table.py")


def test_the_page_is_up_to_date(written: str) -> None:
    assert pages()["docs/mirror-tables.md"] == written, "run `python docs/mirror_table.py`"


def test_every_resource_has_a_line(written: str) -> None:
    lines = [line.split("`")[1] for line in written.splitlines() if line.startswith("| `")]
    assert lines == [*(plan.table for plan in PLANS), *sorted(EXCLUDED)]

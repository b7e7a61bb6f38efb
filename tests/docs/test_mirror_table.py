"""docs/mirror-tables.md is what its command writes."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from odapi_async.mirror.plans import EXCLUDED, PLANS
from tests.docs.pages import ROOT, pages

SCRIPT = ROOT / "docs" / "mirror_table.py"


@pytest.fixture(scope="module")
def written() -> str:
    names: dict[str, Any] = runpy.run_path(str(SCRIPT))
    text: str = names["render"]()
    return text


def test_the_page_is_up_to_date(written: str) -> None:
    assert pages()["docs/mirror-tables.md"] == written, "run `python docs/mirror_table.py`"


def test_every_resource_has_a_line(written: str) -> None:
    lines = [line.split("`")[1] for line in written.splitlines() if line.startswith("| `")]
    assert lines == [*(plan.table for plan in PLANS), *sorted(EXCLUDED)]

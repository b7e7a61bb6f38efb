"""docs/api.md is what its command writes."""

from __future__ import annotations

import pytest

from odapi_async import OpenDental
from tests.docs.pages import generated, pages


@pytest.fixture(scope="module")
def written() -> str:
    return generated("api_table.py")


def test_the_page_is_up_to_date(written: str) -> None:
    assert pages()["docs/api.md"] == written, "run `python docs/api_table.py`"


async def test_every_call_can_be_made(written: str) -> None:
    calls = [line.split("`")[1] for line in written.splitlines() if line.startswith("| `practice.")]
    assert f"{len(calls)} operations of" in written
    async with OpenDental("developer-key") as od:
        practice = od.practice("customer-key")
        for call in calls:
            _, attribute, method = call.split(".")
            assert callable(getattr(getattr(practice, attribute), method)), call

"""A program with a journal that is killed at random moments: nothing is there twice or missing."""

from __future__ import annotations

import pytest

from benchmarks.journal import kill

pytestmark = pytest.mark.unmeasured


async def test_a_program_that_is_killed_writes_each_row_once(lite: str) -> None:
    figures = await kill("SQLite", lite, 2)
    assert [(each.name.partition("steps, ")[2], each.value) for each in figures] == [
        ("rows that were written twice", 0),
        ("that are incomplete", 0),
    ]

"""A program with a journal that is killed at random moments: nothing is there twice or missing."""

from __future__ import annotations

import pytest

from tests.support.journal_kills import kill

pytestmark = pytest.mark.unmeasured


async def test_a_program_that_is_killed_writes_each_row_once(lite: str) -> None:
    twice, incomplete = await kill(lite, 2)
    assert (twice, incomplete) == (0, 0)

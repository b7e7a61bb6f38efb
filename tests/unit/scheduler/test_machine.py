"""In any sequence of events no request starts too early, no token is lost and no caller is forgotten."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from tests.support.clock import run_virtually
from tests.support.moves import Caps, Move, caps, moves
from tests.support.world import World


async def play(limits: Caps, made: Sequence[Move]) -> None:
    await World(limits).play(made)


# the same examples in each run, so that a failure is caused by a change and not by chance;
# to search for new ones, remove `derandomize` and increase `max_examples`
@pytest.mark.unmeasured
@settings(max_examples=150, deadline=None, derandomize=True, report_multiple_bugs=False)
@given(caps, moves)
def test_a_scheduler_keeps_its_promises(limits: Caps, made: list[Move]) -> None:
    run_virtually(play(limits, made))

"""Whatever happens, in whatever order: no start too early, no token lost, nobody forgotten, nothing left."""

from collections.abc import Sequence

from hypothesis import given, settings

from tests.support.clock import run_virtually
from tests.support.moves import Caps, Move, caps, moves
from tests.support.world import World


async def play(limits: Caps, made: Sequence[Move]) -> None:
    await World(limits).play(made)


@settings(max_examples=150, deadline=None, report_multiple_bugs=False)
@given(caps, moves)
def test_a_scheduler_keeps_its_promises(limits: Caps, made: list[Move]) -> None:
    run_virtually(play(limits, made))

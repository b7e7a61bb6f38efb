"""Whatever happens, in whatever order: no start too early, no token lost, nobody forgotten, nothing left."""

from collections.abc import Sequence

from hypothesis import given, settings

from tests.support.clock import run_virtually
from tests.support.moves import Caps, Move, caps, moves
from tests.support.world import World


async def play(limits: Caps, made: Sequence[Move]) -> None:
    await World(limits).play(made)


# the same examples each time, so that a run says something about the change and not about chance;
# to search for new ones, drop `derandomize` and raise `max_examples`
@settings(max_examples=150, deadline=None, derandomize=True, report_multiple_bugs=False)
@given(caps, moves)
def test_a_scheduler_keeps_its_promises(limits: Caps, made: list[Move]) -> None:
    run_virtually(play(limits, made))

"""Inputs made by hypothesis: of words that a parser knows, of kept inputs with changes, of plain bytes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.limit import limited
from tests.fuzz.targets import Target

BATCH = 500


def inputs(target: Target, kept: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return a strategy for the inputs of a target."""
    word = st.sampled_from([each.encode() for each in target.words])
    made = st.lists(word | st.binary(max_size=4), max_size=30).map(b"".join)
    return made | st.binary(max_size=200) | _changed(kept, made) if kept else made | st.binary(max_size=200)


def _changed(kept: Sequence[bytes], piece: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return kept inputs, each with a part that something else replaces."""

    @st.composite
    def change(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(kept))
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        return data[:start] + draw(piece) + data[end:]

    return change()


def run(target: Target, kept: Sequence[bytes], seconds: float) -> tuple[int, bytes | None]:
    """Check inputs for some seconds; return how many, and the smallest one that fails, if one does."""
    checked = 0
    failed: bytes | None = None

    @settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
    )
    @given(inputs(target, kept))
    def check(data: bytes) -> None:
        nonlocal checked, failed
        checked += 1
        try:
            with limited():
                target.check(data)
        except Exception:
            failed = data
            raise

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            check()
        except Exception:  # noqa: BLE001 - whatever it is, the caller shows it
            break
    return checked, failed

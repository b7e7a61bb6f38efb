"""A limiter that was not measured: it has a row that says so, and the page is not written without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from benchmarks import kept, limiters, pace
from benchmarks.__main__ import main
from benchmarks.figures import Figure, Size
from benchmarks.limiter_peers import PEERS
from benchmarks.limiter_trials import Verdict


def absent() -> Verdict:
    return Verdict(missing=True)


def failing() -> Verdict:
    raise subprocess.CalledProcessError(1, "python")


def run(_: Size) -> list[Figure]:
    return [Figure("a peer: not installed", None, "")]


def endless() -> Verdict:
    raise subprocess.TimeoutExpired("python", 120.0)


@pytest.mark.parametrize(
    ("trial", "why"),
    [(absent, "not installed"), (failing, "its trial failed"), (endless, "its trial did not end")],
)
def test_each_limiter_has_a_row(
    trial: Callable[[], Verdict], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*_: object) -> Verdict:
        return trial()

    monkeypatch.setattr(limiters, "measured", measured)
    figures = limiters.run(Size.QUICK)
    names = [f"for comparison: {package}: not measured, {why}" for package in PEERS]
    assert [(each.name, each.value) for each in figures] == [(name, None) for name in names]


def test_a_run_with_a_gap_does_not_write_the_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = kept.FILE.read_bytes()
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "pace", "--page"])
    monkeypatch.setattr(pace, "run", run)
    assert main() == 1
    assert (
        "nothing is kept, since the page needs every figure: a peer: not installed" in capsys.readouterr().out
    )
    assert kept.FILE.read_bytes() == before

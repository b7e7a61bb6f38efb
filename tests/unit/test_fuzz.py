"""What fuzzing has found stays mended, and the fuzzing itself finds what is wrong."""

from __future__ import annotations

import signal
import time

import pytest

from tests.fuzz import corpus, examples
from tests.fuzz.limit import Hang, limited
from tests.fuzz.targets import TARGETS, Target


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_that_were_kept_fail_only_with_own_errors(name: str) -> None:
    kept = corpus.load(name)
    assert kept
    for data in kept:
        with limited():
            TARGETS[name].check(data)


def test_a_parser_that_fails_is_found_and_the_input_is_small() -> None:
    def check(data: bytes) -> None:
        if b"PatNum" in data:
            raise KeyError

    checked, failed = examples.run(Target(check, ("PatNum", "x", ":")), [b"kept"], 60)
    assert checked
    assert failed == b"PatNum"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix has such an alarm")
def test_an_input_that_takes_too_long_is_a_failure() -> None:
    with pytest.raises(Hang), limited(0.01):
        time.sleep(60)

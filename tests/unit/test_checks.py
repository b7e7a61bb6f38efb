"""Checks that share a test: each of them runs, and each failure is reported."""

from __future__ import annotations

import pytest

from tests.support.checks import all_checks, run_checks


def test_every_check_runs_and_every_failure_has_its_name() -> None:
    seen: list[int] = []

    def check_all() -> None:
        with all_checks() as checks:
            for number in range(4):
                with checks.named(f"number {number}"):
                    seen.append(number)
                    assert number % 2 == 0
            with checks.named("a failure of pytest"):
                pytest.fail("said so")

    with pytest.raises(BaseExceptionGroup) as caught:
        check_all()
    assert seen == [0, 1, 2, 3]
    notes = [note for failure in caught.value.exceptions for note in failure.__notes__]
    assert notes == ["in the check: number 1", "in the check: number 3", "in the check: a failure of pytest"]


def test_functions_are_checks_with_their_own_names() -> None:
    def fits(number: int) -> None:
        assert number

    def is_large(number: int) -> None:
        assert number > 5

    run_checks([fits, is_large], 7)
    with pytest.raises(BaseExceptionGroup) as caught:
        run_checks([is_large, fits], 2)
    (failure,) = caught.value.exceptions
    assert failure.__notes__ == ["in the check: is_large"]


def test_an_error_between_the_checks_is_raised_itself() -> None:
    def check_all() -> None:
        with all_checks() as checks:
            with checks.named("fails"):
                raise ValueError
            raise KeyError

    with pytest.raises(KeyError):
        check_all()

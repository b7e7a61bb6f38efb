"""Many checks in one test: a test costs milliseconds in each process of a run, whatever it checks."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

import pytest


class Checks:
    """Lets each check of a test run, whatever the others find."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []

    @contextmanager
    def named(self, name: object) -> Generator[None]:
        """Keep the failure of the check with this name, and go on."""
        try:
            yield
        except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - any
            failure.add_note(f"in the check: {name}")
            self.failures.append(failure)


@contextmanager
def all_checks() -> Generator[Checks]:
    """Fail at the end with every failure of a check and the name of that check."""
    checks = Checks()
    yield checks
    if checks.failures:
        raise BaseExceptionGroup("checks failed", checks.failures)


def run_checks(functions: Iterable[Callable[..., object]], *args: Any) -> None:
    """Call functions that check the same thing, and fail at the end with every failure."""
    with all_checks() as checks:
        for function in functions:
            with checks.named(function.__name__):
                function(*args)

"""What the type checkers read is also run: shapes that work, and mistakes that cost no request."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest

from odapi_async import InvalidRequest, Practice
from tests.support.bench import serving
from tests.typing import refused_by_mypy, refused_by_pyright, shapes

Work = Callable[[Practice], Awaitable[None]]


def work_of(module: ModuleType) -> list[Work]:
    """Return the functions that a module defines itself, in its order."""
    functions = (each for _, each in inspect.getmembers(module, inspect.iscoroutinefunction))
    own = [each for each in functions if each.__module__ == module.__name__]
    return sorted(own, key=lambda each: each.__code__.co_firstlineno)


def code_of(module: ModuleType) -> list[str]:
    return [ast.unparse(node) for node in ast.parse(inspect.getsource(module)).body[1:]]


@pytest.mark.parametrize("work", work_of(shapes), ids=lambda work: work.__name__)
async def test_a_shape_works(work: Work) -> None:
    async with serving() as bench:
        await work(bench.practice())
        assert bench.arrivals


@pytest.mark.parametrize("mistake", work_of(refused_by_mypy), ids=lambda mistake: mistake.__name__)
async def test_a_mistake_is_refused_before_it_is_sent(mistake: Work) -> None:
    async with serving() as bench:
        with pytest.raises((InvalidRequest, TypeError, AttributeError)):
            await mistake(bench.practice())
        assert {each.path for each in bench.arrivals} <= {"/patients/1"}, "a row to make the mistake with"
        assert {each.method for each in bench.arrivals} <= {"GET"}


def test_both_type_checkers_read_the_same_mistakes() -> None:
    assert code_of(refused_by_mypy) == code_of(refused_by_pyright)

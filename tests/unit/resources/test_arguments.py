"""G6: arguments that a method does not have raise InvalidRequest, which names the parameter."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import AsyncGenerator, Iterator
from importlib import import_module
from typing import Any, Final

import pytest
import pytest_asyncio

from odapi_async import InvalidRequest, Mode, OpenDental, Practice
from odapi_async._paging.rows import Rows
from odapi_async.resources import names
from odapi_async.resources.base import Resource
from odapi_async.resources.patients import Patients
from tests.support.checks import all_checks

NOWHERE: Final = "http://127.0.0.1:1/api/v1"
pytestmark = pytest.mark.asyncio(loop_scope="module")


def methods() -> Iterator[tuple[str, Any]]:
    for name in names():
        for cls in vars(import_module(f"odapi_async.resources.{name}")).values():
            if isinstance(cls, type) and issubclass(cls, Resource) and cls is not Resource:
                yield from ((f"{name}.{key}", each) for key, each in vars(cls).items() if key[0] != "_")


METHODS: Final = dict(methods())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice() -> AsyncGenerator[Practice]:
    async with OpenDental("developer") as od:
        yield od.practice("office", mode=Mode.LOCAL, base_url=NOWHERE)


def ids_of(name: str) -> list[str]:
    given = inspect.signature(METHODS[name]).parameters.values()
    return [each.name for each in given if each.kind is each.POSITIONAL_OR_KEYWORD][1:]


async def call(practice: Practice, name: str, *args: object, **kwargs: object) -> None:
    resource, _, method = name.partition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result = getattr(getattr(practice, resource), method)(*args, **kwargs)
        if not isinstance(result, Rows):
            await result


async def refused(practice: Practice, name: str, *args: object, **kwargs: object) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        await call(practice, name, *args, **kwargs)
    return caught.value


@pytest.mark.parametrize("resource", names())
@pytest.mark.unmeasured
async def test_g6_every_method_refuses_what_it_does_not_have(practice: Practice, resource: str) -> None:
    with all_checks() as checks:
        for name in METHODS:
            if name.startswith(f"{resource}."):
                with checks.named(name):
                    await check_refusals(practice, name)


async def check_refusals(practice: Practice, name: str) -> None:
    ids = ids_of(name)
    error = await refused(practice, name, *range(1, len(ids) + 1), Nonsense=1)
    assert (error.field, "is not a parameter of" in error.rule) == ("Nonsense", True)
    assert (await refused(practice, name, *range(1, len(ids) + 2))).field == "arguments"
    if ids:
        assert (await refused(practice, name, *range(1, len(ids)))).field == ids[-1]
        assert (
            await refused(practice, name, 1, **{ids[0]: 1})
        ).rule == "is passed twice, by position and by name"


async def test_g6_the_error_suggests_the_similar_name(practice: Practice) -> None:
    for error, text in [
        (await refused(practice, "allergy_defs.list", Nonsense=1), "Nonsense: is not a parameter of"),
        (await refused(practice, "patients.get"), "PatNum: is required by patients.get()"),
        (
            await refused(practice, "patients.get", patnum=5),
            "patnum: is not a parameter of patients.get(); did you mean PatNum?",
        ),
        (
            await refused(practice, "patients.update", PatNumber=5, LName="Smith"),
            "PatNumber: is not a parameter of patients.update(); did you mean PatNum?",
        ),
        (
            await refused(practice, "patients.update", "Smith", 5),
            "arguments: patients.update() takes only PatNum by position; pass the others by name",
        ),
    ]:
        assert str(error).startswith(text)
        assert "Smith" not in str(error)
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__


async def test_g6_a_type_error_from_inside_a_method_stays(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("inside")

    monkeypatch.setattr(Resource, "_rows", broken)
    monkeypatch.setattr(Resource, "_call", broken)
    with pytest.raises(TypeError, match="inside"):
        practice.patients.list()
    with pytest.raises(TypeError, match="inside"):
        await practice.patients.get(1)


async def test_g6_methods_look_as_they_are_written(practice: Practice) -> None:
    assert inspect.iscoroutinefunction(Patients.get)
    assert inspect.iscoroutinefunction(practice.patients.get)
    assert not inspect.iscoroutinefunction(Patients.list)
    written = inspect.unwrap(Patients.get)
    assert [*inspect.signature(written).parameters] == ["self", "PatNum", "formats"]
    assert (Patients.get.__name__, Patients.get.__qualname__) == ("get", "Patients.get")
    assert (Patients.get.__doc__ or "").startswith("Read one patient")
    assert "self._call(GET" in inspect.getsource(Patients.get)

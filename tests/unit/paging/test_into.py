"""Fault F4: a type that rows cannot be decoded into is refused before the first page is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import NoneType
from typing import Any, Literal, NamedTuple, TypedDict

import msgspec
import pytest

from odapi_async import DecodeError, InvalidRequest, Mode, OpenDental, Request, Response
from tests.support.bench import in_process, local


class Model:
    """A class that builds itself from a dictionary, as the models of pydantic and Django do."""

    PatNum: int


class AsTypedDict(TypedDict):
    PatNum: int


@dataclass
class AsDataclass:
    PatNum: int


class AsStruct(msgspec.Struct):
    PatNum: int


class NoTransport:
    """A transport that nobody may use."""

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        raise AssertionError(request)

    async def close(self) -> None:
        """Nothing is open."""


async def test_f4_an_unknown_class_is_refused_before_a_request_is_sent() -> None:
    async with in_process(local(rows={"patients": 3})) as bench:
        practice = bench.practice()
        with pytest.raises(
            InvalidRequest, match=r"into: rows cannot be decoded into Model: pass a msgspec\.Struct"
        ):
            practice.patients.simple().into(Model)
        with pytest.raises(InvalidRequest, match="from the dictionaries of"):
            await practice.rows("/patients/Simple", into=Model)
        assert bench.arrivals == []


class Named(NamedTuple):
    PatNum: int


class AsArray(msgspec.Struct, array_like=True):
    PatNum: int


class Nested(msgspec.Struct):
    PatNum: Model


@dataclass
class NestedInList:
    PatNum: list[Model | None]


class Undefined(msgspec.Struct):
    PatNum: Missing  # type: ignore[name-defined]  # noqa: F821


class Status(Enum):
    PATIENT = "Patient"


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        *((each, "pass a msgspec.Struct") for each in (Named, AsArray, Status, int, str, list, bytes, date)),
        *((each, "pass a msgspec.Struct") for each in (Literal["x"], list[AsStruct], int | str, NoneType)),
        *(
            (each, "which contains a Model")
            for each in (Nested, NestedInList, dict[str, Model], Model | None)
        ),
        (Undefined, "name 'Missing' is not defined"),
        *((each, "rows cannot be decoded into a value of") for each in ([AsStruct], {"a": 1}, AsStruct(1))),
    ],
)
def test_f4_no_type_that_rows_cannot_have_blames_the_server(kind: Any, message: str) -> None:
    practice = OpenDental("developer", transport=NoTransport()).practice("office")
    calls: list[Callable[[], object]] = [
        lambda: practice.patients.list().into(kind),
        lambda: practice.rows("/x", into=kind),
    ]
    for call in calls:
        with pytest.raises(InvalidRequest, match=f"^into: .*{message}") as caught:
            call()
        assert "PatNum=1" not in str(caught.value)


@pytest.mark.parametrize("kind", [Nested, Model | None, Undefined, [AsStruct], AsStruct(1)])
async def test_f4_a_request_refuses_such_a_type_before_it_is_sent(kind: Any) -> None:
    practice = OpenDental("developer", transport=NoTransport()).practice("office", mode=Mode.LOCAL)
    with pytest.raises(InvalidRequest, match=r"^into: rows cannot be decoded into"):
        await practice.request("GET", "/patients", into=kind)


async def test_f4_the_error_of_a_union_names_it() -> None:
    async with in_process(local(rows={"patients": 1})) as bench:
        union: Any = AsStruct | int
        with pytest.raises(DecodeError, match=r"AsStruct \| int"):
            await bench.practice().request("GET", "/patients/Simple", into=union)


@pytest.mark.parametrize("kind", [AsTypedDict, AsDataclass, dict, dict[str, Any], dict[str, object]])
async def test_f4_plain_python_types_are_decoded_into(kind: type[Any]) -> None:
    async with in_process(local(rows={"patients": 3})) as bench:
        rows = await bench.practice().patients.simple().into(kind)
        assert [row["PatNum"] if isinstance(row, dict) else row.PatNum for row in rows] == [1, 2, 3]

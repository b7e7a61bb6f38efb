"""Fault F4: a type that rows cannot be decoded into is refused before the first page is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import pytest

from odapi_async import InvalidRequest
from tests.support.bench import in_process, local


class Model:
    """A class that builds itself from a dictionary, as the models of pydantic and Django do."""

    PatNum: int


class AsTypedDict(TypedDict):
    PatNum: int


@dataclass
class AsDataclass:
    PatNum: int


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


@pytest.mark.parametrize("kind", [AsTypedDict, AsDataclass, dict, dict[str, Any], dict[str, object]])
async def test_f4_plain_python_types_are_decoded_into(kind: type[Any]) -> None:
    async with in_process(local(rows={"patients": 3})) as bench:
        rows = await bench.practice().patients.simple().into(kind)
        assert [row["PatNum"] if isinstance(row, dict) else row.PatNum for row in rows] == [1, 2, 3]

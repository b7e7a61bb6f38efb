"""Fields that have to equal a filter: structs have them, and other types of rows have none."""

from typing import Any, TypedDict

import pytest

from odapi_async._wire.hints import attributes_of
from odapi_async._wire.ignored_filters import equality_filters
from odapi_async.resources.patients import Patient


class Filters(TypedDict, total=False):
    PatNum: int


def test_the_fields_of_a_struct_are_known() -> None:
    assert attributes_of(Patient)["PatNum"] == "PatNum"
    assert equality_filters(Filters, Patient) == {"PatNum": None}


@pytest.mark.parametrize("row", [dict, dict[str, Any], list[int]])
def test_a_type_without_fields_has_none(row: type) -> None:
    assert attributes_of(row) == {}
    assert equality_filters(Filters, row) == {}

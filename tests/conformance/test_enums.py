"""Every enumeration has the documented values, and there are no others."""

from typing import Final

import pytest

from tests.conformance import catalogue, deviations, sdk
from tests.conformance.catalogue import Resource
from tests.conformance.per_resource import each_resource
from tests.conformance.tally import Tally


def _owners(name: str) -> list[str]:
    """Return the resources that may contain an enumeration."""
    resource, dot, _ = name.partition(".")
    return (
        [resource] if dot else sorted({each.split(".")[0] for each in catalogue.enumerations()[name].used_by})
    )


def _class_name(name: str) -> str:
    field = name.rpartition(".")[2]
    return deviations.ENUM_NAMES.get(name, field[0].upper() + field[1:])


NAMES: Final = [*catalogue.enumerations()]


@pytest.mark.parametrize("name", NAMES, ids=[f"{'+'.join(_owners(name))}:{name}" for name in NAMES])
def test_values_are_the_documented_ones(name: str, tally: Tally) -> None:
    documented = catalogue.enumerations()[name].values
    attributes = [catalogue.resources()[owner].attribute for owner in _owners(name)]
    found = [enum for each in attributes if (enum := sdk.enums_of(each).get(_class_name(name)))]
    assert found, f"{_class_name(name)} is not in odapi_async.enums.{' or '.join(attributes)}"
    for enum in found:
        assert {member.value for member in enum} == set(documented)
        assert len(enum.__members__) == len(documented), "two names for one value"
    for value in documented:
        tally.judge("enum values", (name, value), [])


@each_resource
def test_every_enumeration_is_documented(resource: Resource) -> None:
    documented = {
        _class_name(name)
        for name, each in catalogue.enumerations().items()
        if name.startswith(f"{resource.resource}.")
        or any(user.startswith(f"{resource.resource}.") for user in each.used_by)
    }
    assert set(sdk.enums_of(resource.attribute)) <= documented

"""One test case for each resource, with its name: `-k Patients` selects one."""

from typing import Final

import pytest

from tests.conformance.catalogue import RESOURCES

each_resource: Final = pytest.mark.parametrize(
    "resource", RESOURCES, ids=[resource.resource for resource in RESOURCES]
)

"""What the opponent keeps, in the irregular forms of the reference, counts as kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from odapi_async import Mode, OpenDental, Practice, Verify
from tests.opponent.arguments import combinations
from tests.opponent.reference import resources
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, Opponent
from tests.opponent.test_sdk import deprecated, method, path_ids
from tests.support.checks import all_checks

RENAMED: Final = {"Definitions": ("IsHidden",), "Providers": ("BirthDate", "NationalProvId")}
"""Fields that rows have under another name, of which the opponent knows nothing."""

RESOURCES: Final = {resource.resource: resource for resource in resources()}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Opponent]:
    async with Opponent() as opponent:
        yield opponent


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(server: Opponent) -> AsyncIterator[Practice]:
    async with OpenDental(DEVELOPER_KEY) as client:
        yield client.practice(CUSTOMER_KEY, mode=Mode.LOCAL, base_url=server.base_url)


@pytest.mark.parametrize("name", RESOURCES)
async def test_what_is_kept_counts_as_kept_in_whatever_form_it_is_written(
    server: Opponent, practice: Practice, name: str
) -> None:
    resource = RESOURCES[name]
    careful = practice.with_options(verify=Verify.RAISE)
    server.office.tables.clear()
    with all_checks() as checks:
        for operation in resource.operations:
            if operation.kind not in {"create", "update", "delete"} or name in {"ApiKeys", "AsapComms"}:
                continue  # the opponent has no actions
            if deprecated(operation):
                continue
            for arguments in combinations(resource, operation):
                for field in RENAMED.get(name, ()):
                    arguments.pop(field, None)
                with checks.named(f"{operation.python} {sorted(arguments)}"):
                    await method(careful, resource, operation)(*path_ids(operation), **arguments)

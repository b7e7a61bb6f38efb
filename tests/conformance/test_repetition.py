"""Operations that may be sent again if the response was lost, according to the notes of the catalogue."""

from collections.abc import Mapping
from typing import Final

from tests.conformance import sdk
from tests.conformance.catalogue import RESOURCES
from tests.support.checks import all_checks

NOT_IDEMPOTENT: Final[Mapping[str, str]] = {
    "Appointments.break_": "may write a commlog",
    "Appointments.update_note": "appends a line",
    "Claims.split": "makes a new claim",
    "Claims.update_status": "writes an etrans row",
    "ProcedureLogs.update_group_note": "appends if doAppendNote says so",
    "Recalls.switch_type": "a second one switches back",
    "Recalls.update_status": "writes a commlog",
}
"""PUTs that have a further effect if they are sent twice, and the effect."""

READ_ONLY: Final = {"Queries.short_query"}
"""Operations that change nothing although they are not GET."""


def test_writes_that_are_not_idempotent_are_known() -> None:
    with all_checks() as checks:
        for resource in RESOURCES:
            found = sdk.implementation(resource)
            for each in resource.operations:
                operation, name = found.operations[each.constant], f"{resource.resource}.{each.python}"
                with checks.named(name):
                    assert (operation.method != "POST" and not operation.idempotent) == (
                        name in NOT_IDEMPOTENT
                    )
                    assert (operation.method != "GET" and operation.read_only) == (name in READ_ONLY)


def test_the_table_names_existing_operations() -> None:
    known = {f"{each.resource}.{operation.python}" for each in RESOURCES for operation in each.operations}
    assert set(NOT_IDEMPOTENT) | READ_ONLY <= known

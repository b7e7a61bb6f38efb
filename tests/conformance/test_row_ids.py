"""Fault A1: the decoder checks the id of each row that has one by the catalogue."""

from typing import Any

from odapi_async._wire.cleaning import id_fields
from tests.conformance import catalogue, sdk

SINCE = {"ApptField", "ClaimForm", "Deposit", "Guardian", "PatientNote", "PatRestriction", "PayPlanLink"}
"""Older servers do not send the id."""
OTHERS = {
    "GroupNote": "older servers do not send the procedure, but each row has a patient",
    "InsuranceHistoryItem": "a category without a procedure has the id 0",
}


def test_a1_each_row_that_has_an_id_by_the_catalogue_is_checked() -> None:
    unchecked: set[str] = set()
    for resource in catalogue.resources().values():
        found = sdk.find(resource)
        assert found
        by_path: dict[tuple[str, str], Any] = {
            (each.method, each.path): each.returns for each in found.operations.values()
        }
        for operation in resource.operations:
            struct, row_type = operation.returns.struct, by_path.get((operation.method, operation.path))
            names = {field.name for field in resource.structs.get(struct or "", ())}
            has_id = resource.primary_key in names - set(operation.returns.absent)
            if row_type and has_id and resource.primary_key not in id_fields(row_type):
                unchecked.add(row_type.__name__)
    assert unchecked == SINCE | OTHERS.keys()

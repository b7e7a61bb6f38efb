"""The SDK handles every recorded irregularity; each kind has its check."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.conformance import catalogue, request_checks, response_checks
from tests.conformance.quirk_cases import Case
from tests.conformance.tally import Tally
from tests.support.checks import all_checks

CHECKS: Final[Mapping[str, Callable[[Case], None]]] = {
    "absent-field": response_checks.check_absent,
    "addressing": request_checks.check_addressing,
    "blank": request_checks.check_space,
    "case-pair": response_checks.check_case_pair,
    "case-variant": response_checks.check_case_variant,
    "cross-resource": response_checks.check_cross_resource,
    "deprecated": request_checks.check_deprecated,
    "described-name": response_checks.check_described_name,
    "encoding": request_checks.check_texts,
    "enum": request_checks.check_texts,
    "misspelt": request_checks.check_misspelled,
    "no-body": request_checks.check_no_body,
    "request-name": request_checks.check_request_name,
    "request-type": request_checks.check_request_type,
    "secret": response_checks.check_secret,
    "sentinel": response_checks.check_sentinel,
    "shape": request_checks.check_shape,
    "status": request_checks.check_status,
    "wire-type": response_checks.check_values,
}

QUIRKS: Final = catalogue.quirks()


def test_every_kind_has_a_check() -> None:
    assert {quirk.kind for quirk in QUIRKS} == set(CHECKS)


@pytest.mark.parametrize("resource", sorted({quirk.resource for quirk in QUIRKS}))
def test_quirks_are_handled(resource: str, tally: Tally) -> None:
    with all_checks() as checks:
        for number, quirk in enumerate(QUIRKS):
            if quirk.resource == resource:
                with checks.named(f"{quirk.kind} of {quirk.field}, {quirk.operation}"):
                    CHECKS[quirk.kind](Case(quirk))
                    tally.judge("quirks", number, [])

"""Which errors of a database are waited out."""

from __future__ import annotations

import pytest

from odapi_async.events.outage import may_heal
from odapi_async.mirror import SchemaTooNew, StoreError


@pytest.mark.parametrize(
    "code", ["", "ConnectionRefusedError", "SQLITE_BUSY", "SQLITE_FULL", "57P03", "53300", "25006", "08006"]
)
def test_a_database_that_is_away_may_come_back(code: str) -> None:
    assert may_heal(StoreError("is away", code))


@pytest.mark.parametrize("code", ["SQLITE_ERROR", "SQLITE_NOTADB", "28P01", "3D000", "42P01", "42501"])
def test_nobody_waits_for_what_somebody_has_to_mend(code: str) -> None:
    assert not may_heal(StoreError("is wrong", code))


def test_a_newer_database_needs_a_newer_program() -> None:
    assert not may_heal(SchemaTooNew())

"""Rows for the screens of one patient."""

from __future__ import annotations

from odapi_async.sandbox import Sandbox


def insure_and_plan(sandbox: Sandbox, customer_key: str, patient: int) -> None:
    """Give a patient an insurance and a planned appointment: made-up patients may have none."""
    sandbox.add_row(customer_key, "patplans", {"PatNum": patient, "InsSubNum": 7})
    sandbox.add_row(customer_key, "appointments", {"PatNum": patient, "AptStatus": "Planned"})

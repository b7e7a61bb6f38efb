"""Rows of one patient."""

from __future__ import annotations

from odapi_async.sandbox import Sandbox


def complete(sandbox: Sandbox, customer_key: str, patient: int) -> None:
    """Give a patient an insurance, a planned appointment and an image: made-up patients may have none."""
    sandbox.add_row(customer_key, "documents", {"PatNum": patient, "MountNum": 1})
    sandbox.add_row(customer_key, "patplans", {"PatNum": patient, "InsSubNum": 7})
    sandbox.add_row(customer_key, "appointments", {"PatNum": patient, "AptStatus": "Planned"})

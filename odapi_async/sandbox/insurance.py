"""Rules about rows that belong together: the plans of a patient, and what insurance has paid.

Made-up rows do not keep these rules, so that only rows that were written can break one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables, Table, equal

_PAID: Final = frozenset({"Received", "Supplemental"})

Check = Callable[[OfficeTables, int, Mapping[str, Any]], None]
"""Takes the tables, the id of the row (0 for a new one) and the body."""


def check(resource: str, method: str, tables: OfficeTables, row_id: int, body: Mapping[str, Any]) -> None:
    """Refuse a write that breaks a rule.

    Args:
        resource: the resource.
        method: the HTTP method.
        tables: the tables of the office.
        row_id: the id of the row; 0 for a new one.
        body: the checked body.

    Raises:
        Refusal: with status 400.
    """
    found = _CHECKS.get((resource, method))
    if found is not None:
        found(tables, row_id, body)


def settle(resource: str, method: str, tables: OfficeTables, row_id: int, body: Mapping[str, Any]) -> None:
    """Change the rows that an office changes by itself after a write; the arguments are those of `check`."""
    found = _EFFECTS.get((resource, method))
    if found is not None:
        found(tables, row_id, body)


def _rows(table: Table, column: str, value: int) -> Iterator[tuple[int, Row]]:
    ids = table.select([equal(column, value)])
    return ((row_id, table.row(row_id)) for row_id in ids)


def _written(table: Table, values: Mapping[str, int]) -> dict[int, Row]:
    """Return the written rows with these values, by id."""
    rows = {row_id: table.row(row_id) for row_id in table.written_ids}
    return {
        row_id: row
        for row_id, row in rows.items()
        if all(row[name] == value for name, value in values.items())
    }


def _not_linked(tables: OfficeTables, _: int, body: Mapping[str, Any]) -> None:
    same = {name: body[name] for name in ("PatNum", "InsSubNum")}
    if _written(tables.named("patplans"), same):
        raise Refusal(400, "Patient is already linked to this InsSub.")


def _push(tables: OfficeTables, row_id: int, _: Mapping[str, Any]) -> None:
    """Make the primary plan of before the secondary one."""
    table = tables.named("patplans")
    row = table.row(row_id)
    if row["Ordinal"] != 1:
        return
    for other, plan in [*_rows(table, "PatNum", row["PatNum"])]:
        if other != row_id and plan["Ordinal"] == 1:
            table.change(other, {"Ordinal": 2})


def _without_plans(tables: OfficeTables, row_id: int, _: Mapping[str, Any]) -> None:
    if _written(tables.named("patplans"), {"InsSubNum": row_id}):
        raise Refusal(400, "InsSub has patient plans.")


def _unattached(tables: OfficeTables, row_id: int, body: Mapping[str, Any]) -> None:
    table = tables.named("claimprocs")
    row = table.written(row_id)
    is_paid = row is not None and row["Status"] in _PAID and row["ClaimPaymentNum"]
    if row is not None and is_paid and body.get("InsPayAmt", row["InsPayAmt"]) != row["InsPayAmt"]:
        text = "Cannot change InsPayAmt when Status is Received and attached to a ClaimPayment."
        raise Refusal(400, text)


def _eligible(tables: OfficeTables, claim: int) -> dict[int, Row]:
    """Return the written procedures of a claim that insurance has paid and that are on no check yet."""
    rows = _written(tables.named("claimprocs"), {"ClaimNum": claim, "ClaimPaymentNum": 0})
    return {row_id: row for row_id, row in rows.items() if row["Status"] in _PAID}


def _equal_sum(tables: OfficeTables, _: int, body: Mapping[str, Any]) -> None:
    claim = body["claimNum"]
    if not _written(tables.named("claimprocs"), {"ClaimNum": claim}):
        return
    total = sum(Decimal(str(row["InsPayAmt"])) for row in _eligible(tables, claim).values())
    if total != Decimal(str(body["CheckAmt"])):
        raise Refusal(400, "CheckAmt does not match the total of eligible ClaimProcs.")


def _attach(tables: OfficeTables, row_id: int, body: Mapping[str, Any]) -> None:
    for procedure in _eligible(tables, body["claimNum"]):
        tables.named("claimprocs").change(procedure, {"ClaimPaymentNum": row_id})


def _add_up(tables: OfficeTables, row_id: int, _: Mapping[str, Any]) -> None:
    """Compute the totals of the claim of a procedure."""
    _total(tables, tables.named("claimprocs").row(row_id)["ClaimNum"])


def _total(tables: OfficeTables, claim: int) -> None:
    procedures, claims = tables.named("claimprocs"), tables.named("claims")
    if claim in claims:
        rows = [row for _, row in _rows(procedures, "ClaimNum", claim)]
        totals = {
            name: float(sum(Decimal(str(row[name])) for row in rows))
            for name in ("InsPayAmt", "DedApplied", "WriteOff")
        }
        claims.change(claim, totals)


def _unpaid(tables: OfficeTables, row_id: int, _: Mapping[str, Any]) -> None:
    row = tables.named("claims").written(row_id)
    if row is not None and row["ClaimStatus"] == "R":
        raise Refusal(400, "Claim is received.")


def split(tables: OfficeTables, claim: int, new: int, procedures: Collection[int]) -> None:
    """Move procedures of a claim to a new one, which is a copy of it, and compute the totals of both.

    Args:
        tables: the tables of the office.
        claim: the id of the claim.
        new: the id of the new claim.
        procedures: the ids of the procedures.
    """
    table = tables.named("claimprocs")
    for row_id, row in [*_rows(table, "ClaimNum", claim)]:
        if row["ProcNum"] in procedures:
            table.change(row_id, {"ClaimNum": new})
    _total(tables, claim)
    _total(tables, new)


_CHECKS: Final[Mapping[tuple[str, str], Check]] = {
    ("patplans", "POST"): _not_linked,
    ("inssubs", "DELETE"): _without_plans,
    ("claimprocs", "PUT"): _unattached,
    ("claimpayments", "POST"): _equal_sum,
    ("claims", "DELETE"): _unpaid,
}
_EFFECTS: Final[Mapping[tuple[str, str], Check]] = {
    ("patplans", "POST"): _push,
    ("patplans", "PUT"): _push,
    ("claimprocs", "PUT"): _add_up,
    ("claimpayments", "POST"): _attach,
}

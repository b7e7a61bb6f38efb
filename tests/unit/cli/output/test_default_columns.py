"""The columns of a table that nobody chose."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import pytest

from odapi_async import resources
from odapi_async.cli.output.default_columns import FIRST, default_columns
from odapi_async.resources.base import Row

ROWS = {
    operation.returns.__name__: operation.returns
    for name in resources.names()
    for operation in resources.operations(name).values()
    if getattr(operation.returns, "__struct_fields__", ())
}


class Bill(Row, frozen=True):
    serverDateTime: datetime | None = None
    BillNum: int = 0
    ProvNum: int = 0
    IsSent: bool = False
    PayType: int = 0
    payType: str = ""
    Note: str = ""
    SecDateTEdit: datetime | None = None
    Amount: Annotated[Decimal, "money"] = Decimal(0)
    BillStatus: str = ""
    DateDue: date | None = None
    BillName: str = ""


def test_the_id_names_dates_states_and_amounts_come_first_and_times_of_entry_last() -> None:
    assert default_columns(Bill) == [
        *("BillNum", "BillName", "DateDue", "payType", "BillStatus", "Amount"),
        *("Note", "ProvNum", "IsSent", "PayType", "serverDateTime", "SecDateTEdit"),
    ]
    assert default_columns(Bill()) == default_columns(Bill)
    assert default_columns({"a": 1}) == []


def test_every_column_of_every_row_has_its_place_and_none_leads_with_the_time_of_the_response() -> None:
    for name, kind in ROWS.items():
        found = default_columns(kind)
        assert sorted(found) == sorted(kind.__struct_fields__), name
        assert found[0] != "serverDateTime", name


def test_the_list_of_exceptions_names_rows_and_columns_that_exist() -> None:
    assert FIRST.keys() <= ROWS.keys()
    for name, columns in FIRST.items():
        assert set(columns.split()) <= set(ROWS[name].__struct_fields__), name


@pytest.mark.parametrize(
    ("row", "looked_for"),
    [
        ("Appointment", {"AptDateTime", "AptStatus", "PatNum"}),
        ("Patient", {"LName", "FName", "Birthdate"}),
        ("ProcedureLog", {"ProcDate", "procCode", "ProcFee"}),
        ("Adjustment", {"AdjDate", "AdjAmt", "adjType"}),
        ("Provider", {"Abbr", "LName", "FName"}),
        ("Claim", {"DateService", "ClaimStatus", "ClaimFee"}),
        ("Deposit", {"DateDeposit", "Amount"}),
    ],
)
def test_people_find_what_they_look_for_among_the_first_columns(row: str, looked_for: set[str]) -> None:
    assert looked_for <= set(default_columns(ROWS[row])[:8])

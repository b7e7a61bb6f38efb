"""Columns derived from structs: their names, their types, and the values that drivers take."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
import sqlalchemy as sa

from odapi_async._wire import decoder
from odapi_async.mirror.database.columns import column_encoder, format_timespan, sql_type
from odapi_async.mirror.database.names import SERVER_TIME, columns
from odapi_async.mirror.database.schema import OWN_COLUMNS, define_tables
from odapi_async.mirror.plans import BY_TABLE, PLANS, Plan
from odapi_async.resources.claim_procs import ClaimProc
from tests.support.checks import run_checks

DIALECTS: Final = [sa.make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+asyncpg")]


class Everything(msgspec.Struct):
    Number: int
    Name: str | None
    Amount: Decimal | None
    Share: float
    Yes: bool
    Day: dt.date | None
    Moment: dt.datetime | None
    Hour: dt.time | None
    Long: dt.timedelta | None
    Some: list[int]
    serverDateTime: dt.datetime | None = None


ROW: Final = Everything(
    Number=7,
    Name="Zoë",
    Amount=Decimal("12.50"),
    Share=0.1,
    Yes=True,
    Day=dt.date(2026, 11, 23),
    Moment=dt.datetime(2026, 11, 23, 8, 5),
    Hour=dt.time(8, 5),
    Long=dt.timedelta(hours=30, minutes=5),
    Some=[1, 2],
    serverDateTime=dt.datetime(2026, 11, 25),
)
NOTHING: Final = Everything(8, None, None, 0.0, False, None, None, None, None, [])


def column_names_are_unique_and_differ_from_the_own_columns(plan: Plan) -> None:
    found = columns(plan.operation.returns)
    names = [each.name for each in found]
    assert max(Counter(names).values()) == 1
    assert names == [name.lower() for name in names]
    assert not {*names} & {*OWN_COLUMNS}
    assert {each.wire for each in found} | {SERVER_TIME} == {
        *plan.operation.returns.__struct_fields__,
        SERVER_TIME,
    }
    assert plan.id_field in {each.wire for each in found}


def test_if_two_fields_differ_only_in_case_the_text_column_has_a_suffix() -> None:
    names = {each.wire: each.name for each in columns(BY_TABLE["appointments"].operation.returns)}
    assert (names["Confirmed"], names["confirmed"]) == ("confirmed", "confirmed_text")


def every_column_has_a_type_in_both_databases(plan: Plan) -> None:
    table = define_tables()[plan.table]
    for dialect in DIALECTS:
        text = str(sa.schema.CreateTable(table).compile(dialect=dialect))
        assert text.count("\n") > len(columns(plan.operation.returns))
    for index in table.indexes:
        assert str(sa.schema.CreateIndex(index).compile(dialect=DIALECTS[0]))


@pytest.mark.parametrize("plan", PLANS, ids=[plan.table for plan in PLANS])
def test_a_table_has_a_column_for_each_field(plan: Plan) -> None:
    run_checks(
        (column_names_are_unique_and_differ_from_the_own_columns, every_column_has_a_type_in_both_databases),
        plan,
    )


def test_amounts_are_numbers_in_the_database() -> None:
    kinds = {each.name: sql_type(each) for each in columns(Everything)}
    for dialect in DIALECTS:
        assert kinds["amount"].compile(dialect=dialect) == "NUMERIC"


def read(dialect: str, *rows: Any) -> list[tuple[Any, ...]]:
    return list(zip(*column_encoder(Everything, dialect)(rows), strict=True))


def test_sqlite_takes_dates_and_amounts_as_text() -> None:
    first, second = read("sqlite", ROW, NOTHING)
    assert first == (
        7, "Zoë", "12.50", 0.1, True, "2026-11-23", "2026-11-23 08:05:00", "08:05:00", "30:05:00", "[1,2]",
    )  # fmt: skip
    assert second == (8, None, None, 0.0, False, None, None, None, None, "[]")


def test_postgresql_takes_dates_and_amounts_as_they_are() -> None:
    first, second = read("postgresql", ROW, NOTHING)
    assert first == (7, "Zoë", ROW.Amount, 0.1, True, ROW.Day, ROW.Moment, ROW.Hour, "30:05:00", "[1,2]")
    assert second == (8, None, None, 0.0, False, None, None, None, None, "[]")


def test_a9_a_number_that_means_none_is_stored_as_null() -> None:
    for dialect in ("sqlite", "postgresql"):
        [row] = [*zip(*column_encoder(ClaimProc, dialect)(decoder_rows()), strict=True)]
        stored = dict(zip([each.wire for each in columns(ClaimProc)], row, strict=True))
        assert (stored["AllowedOverride"], stored["PercentOverride"]) == (None, None)


def decoder_rows() -> list[ClaimProc]:
    """Return one row as it is decoded from a page."""
    return decoder(ClaimProc).page(b'[{"ClaimProcNum":1,"AllowedOverride":-1.0,"PercentOverride":-1}]')


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00:00"), (61, "00:01:01"), (-3661, "-01:01:01"), (360_000, "100:00:00")],
)
def test_a_time_span_is_written_as_the_api_writes_it(seconds: int, text: str) -> None:
    assert format_timespan(dt.timedelta(seconds=seconds)) == text

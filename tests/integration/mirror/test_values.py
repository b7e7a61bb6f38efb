"""What the API answers comes out of the database as the same values, whatever it is."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final

import pytest
import sqlalchemy as sa

from odapi_async import Request
from odapi_async.mirror import PLANS
from odapi_async.sandbox.catalogue import load
from tests.integration.mirror.conftest import SERVERS
from tests.support.bad_office import responding
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, copying, execute, held

pytestmark = pytest.mark.unmeasured

ODD: Final = 'O\'Brien "😀" ünï \\ %s :name {} ?'
TABLES: Final = [plan.table for plan in PLANS]
SIZES: Final = {
    name: 4 for name, resource in load().items() if resource.primary_key and name != "patients"
} | {"patients": 3}


async def test_every_table_comes_out_as_it_was_answered(url: str) -> None:
    async with copying(url, remote(rows=SIZES, messy=0.3)) as copy:
        report = await copy.mirror.run({NAME: copy.practice}, TABLES)
        assert report.complete, report.failed
        assert len(report.tables) == len(TABLES)
        assert await copy.check(*TABLES) > 300


@pytest.mark.parametrize(
    ("table", "resource", "values", "expected"),
    [
        ("patients", "patients", {"LName": 'O\'Brien "😀" ünï \\ %s'}, {"lname": 'O\'Brien "😀" ünï \\ %s'}),
        ("patients", "patients", {"LName": ""}, {"lname": ""}),
        ("patients", "patients", {"Birthdate": "0001-01-01"}, {"birthdate": None}),
        ("patients", "patients", {"Birthdate": "1890-02-28"}, {"birthdate": dt.date(1890, 2, 28)}),
        ("claims", "claims", {"ClaimFee": 0.1}, {"claimfee": Decimal("0.1")}),
        ("claims", "claims", {"ClaimFee": 1234567890.12}, {"claimfee": Decimal("1234567890.12")}),
        ("claims", "claims", {"ClaimFee": -0.01}, {"claimfee": Decimal("-0.01")}),
    ],
)
async def test_values_that_others_stumble_over(
    url: str, table: str, resource: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    async with copying(url) as copy:
        copy.bench.box.change_row(KEY, resource, 3, values)
        await copy.one(table)
        row = (await held(copy.store, NAME, table))[3]
        assert {name: row[name] for name in expected} == expected
        await copy.check(table)


async def test_amounts_add_up_to_the_cent(url: str) -> None:
    async with copying(url, remote(rows={"claims": 120})) as copy:
        await copy.one("claims")
        claims = copy.store.tables["claims"]
        async with copy.store.engine.connect() as connection:
            found = (await connection.execute(sa.select(claims.c.claimfee))).scalars().all()
            most = (await connection.execute(sa.select(sa.func.max(claims.c.claimfee)))).scalar_one()
        stored = [Decimal(str(row["ClaimFee"])) for row in copy.bench.box.rows(KEY, "claims")]
        assert sum(found) == sum(stored)
        assert most == max(stored), "they compare as numbers"


async def test_a_text_with_a_nul_stops_nothing(url: str) -> None:
    async with copying(url) as copy:
        copy.bench.box.change_row(KEY, "patients", 3, {"LName": "a\0b"})
        await copy.one("patients")
        name = (await held(copy.store, NAME, "patients"))[3]["lname"]
        assert name == ("a\0b" if url.startswith("sqlite") else "a\N{REPLACEMENT CHARACTER}b")


async def test_dates_can_be_compared_in_sql(url: str) -> None:
    async with copying(url, remote(rows={"appointments": 60})) as copy:
        await copy.one("appointments")
        table = copy.store.tables["appointments"]
        day = dt.datetime(2026, 11, 23)
        query = sa.select(sa.func.count()).where(table.c.aptdatetime >= day)
        async with copy.store.engine.connect() as connection:
            found = (await connection.execute(query)).scalar_one()
        stored = [row["AptDateTime"] for row in copy.bench.box.rows(KEY, "appointments")]
        assert found == sum(each >= str(day) for each in stored) > 0


@pytest.mark.parametrize("number", [2**63, 99999999999999999999])
async def test_b1_a_number_that_no_column_holds_fails_its_table_only(url: str, number: int) -> None:
    offices = [remote(KEY, rows={"patients": 250}), remote("office-two")]
    async with copying(url, *offices, concurrency=1) as copy:
        copy.bench.box.change_row(KEY, "patients", 150, {"Guarantor": number}, checked=False)
        practices = {NAME: copy.practice, "two": copy.bench.practice("office-two")}
        report = await copy.mirror.run(practices, ["patients", "claims"])
        (failed,) = report.failed
        assert (failed.practice, failed.table, failed.rows) == (NAME, "patients", 100)
        assert "row 51, field Guarantor" in failed.error
        assert str(number) not in failed.error
        assert await copy.store.count(NAME, "patients") == 100


@pytest.mark.parametrize("amount", [b"1e999999", b"-1e999999", b"1e-999999", b'"NaN"', b'"Infinity"'])
async def test_b1_an_amount_that_no_column_holds_fails_its_table_only(url: str, amount: bytes) -> None:
    def with_amount(_: Request, body: bytes) -> bytes:
        return re.sub(rb'"BalTotal":[^,]+', b'"BalTotal":' + amount, body, count=1)

    async with copying(url) as copy:
        async with responding(copy, "/patients/Simple", with_amount) as bad:
            report = await bad.run("patients", "claims")
            (failed,) = report.failed
            assert failed.table == "patients"
            assert failed.error.startswith(("ValueRejected: ", "DecodeError: "))
            assert await copy.store.count(NAME, "claims") == 12
        assert (await copy.run("patients")).complete


async def test_b1_a_time_with_a_zone_is_stored_without_it(url: str) -> None:
    async with copying(url) as copy:
        zoned = {"SecDateTEdit": "2026-01-02T03:04:05Z"}
        copy.bench.box.change_row(KEY, "claims", 3, zoned, checked=False)
        await copy.one("claims")
        assert (await held(copy.store, NAME, "claims"))[3]["secdatetedit"] == dt.datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("url", SERVERS, indirect=True)  # SQLite refuses no value
async def test_b1_a_value_that_the_database_refuses_fails_its_table_only(url: str) -> None:
    async with copying(url) as copy:
        await copy.store.open(["patients", "claims"])
        await execute(
            copy.store,
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'no' USING ERRCODE = '22008'; END $$",
            "CREATE TRIGGER breaks BEFORE INSERT ON patients FOR EACH ROW EXECUTE FUNCTION no()",
        )
        report = await copy.run("patients", "claims")
        (failed,) = report.failed
        assert (failed.table, failed.practice) == ("patients", NAME)
        assert failed.error.startswith("ValueRejected: ")
        assert "22008" in failed.error

"""Fault F9: a query that writes is refused before it is sent."""

from __future__ import annotations

import pytest

from odapi_async import InvalidRequest
from odapi_async._core.requests import prepare
from odapi_async.resources.queries import SHORT_QUERY


def check(statement: str) -> None:
    prepare(SHORT_QUERY, (), {}, {"SqlCommand": statement}, check=True, version=None)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE patient",
        "  delete FROM patient",
        "UPDATE\npatient SET LName=''",
        "create table x (a INT)",
        "TRUNCATE t",
    ],
)
def test_f9_a_statement_that_writes_is_refused(statement: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^SqlCommand: must be a SELECT, perhaps of temporary tables"):
        check(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT LName FROM patient",
        " select 1",
        "-- all of them\nSELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION (SELECT 2)",
        "CREATE TEMPORARY TABLE due SELECT PatNum FROM recall; SELECT * FROM due",
        "DROP TEMPORARY TABLE IF EXISTS due; SELECT 1",
        "SHOW TABLES",
        "SELECT 'DROP TABLE patient'",
    ],
)
def test_a_statement_that_reads_is_sent(statement: str) -> None:
    check(statement)

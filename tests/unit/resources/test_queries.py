"""Fault F9: a query that writes is refused before it is sent."""

from __future__ import annotations

import time

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
        "LOAD DATA INFILE 'x' INTO TABLE patient",
        "SELECT 1; DROP TABLE patient",
        "SELECT 1 /* ; */;;(DELETE FROM patient)",
        "SELECT '\\\\'; DELETE FROM patient",
        "/* all */ DELETE FROM patient",
        "-- all\nDELETE FROM patient",
        "# all\nDELETE FROM patient",
        "/*!50000 DELETE FROM patient */",
        "\ufeffDELETE FROM patient",
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
        "SELECT 'a; delete' FROM patient",
        r"SELECT 'it\'s; delete', 'it''s; delete' FROM patient",
        'SELECT "; delete", `; delete` FROM patient',
        "SELECT 1 -- ; delete\n FROM patient; -- delete nothing",
        "SELECT 1 /* ; delete */; SELECT 2;",
        "SELECT REPLACE(LName, ';', '') FROM patient",
    ],
)
def test_a_statement_that_reads_is_sent(statement: str) -> None:
    check(statement)


@pytest.mark.parametrize("part", ["'", "'\\", "-- ", "/*", "/**/", ";", " ", "#\n", "(", "a'b\"c`"])
def test_f9_a_long_statement_is_checked_at_once(part: str) -> None:
    begun = time.process_time()
    check(f"SELECT 1 {part * 30_000}")
    assert time.process_time() - begun < 1

"""Texts in SQL: MySQL's usual collation ignores case and accents in every comparison."""

from __future__ import annotations

import time
from typing import Any

import pytest

from odapi_async.sandbox.sql import work
from tests.unit.sandbox.test_sql import Queried


@pytest.fixture(scope="module")
def office() -> Queried:
    return Queried()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'YATES' = 'yates'", 1),
        ("'YATES' <> 'yates'", 0),
        ("'a' < 'B'", 1),
        ("'a' <=> 'A'", 1),
        ("'a' IN ('b', 'A')", 1),
        ("'a' NOT IN ('A')", 0),
        ("'a' BETWEEN 'A' AND 'A'", 1),
        ("CASE 'a' WHEN 'A' THEN 1 ELSE 0 END", 1),
        ("('a', 1) = ('A', 1)", 1),
        ("(SELECT 'a') = 'A'", 1),
        ("NULLIF('a', 'A')", None),
        ("GREATEST('a', 'B')", "B"),
        ("LOCATE('I', 'Smith')", 3),
        ("LOCATE('I', 'iii', 2)", 2),
        ("INSTR('Smith', 'X')", 0),
        ("'NÚÑEZ' = 'nunez'", 1),
        ("'a' = 'b'", 0),
        ("'a' = NULL", None),
        ("BINARY 'a' = 'A'", 0),
        ("'A' = BINARY 'a'", 0),
        ("'a' COLLATE utf8_bin = 'A'", 0),
        ("'a' COLLATE utf8mb4_general_ci = 'A'", 1),
    ],
)
def test_a_comparison_ignores_case(office: Queried, expression: str, expected: Any) -> None:
    assert office.value(expression) == expected


@pytest.mark.parametrize(
    ("rest", "count"),
    [
        ("FROM patient WHERE UPPER(LName) = 'smith'", 2),
        ("FROM patient WHERE 'smith' = UPPER(LName)", 2),
        ("FROM patient WHERE CONCAT(LName, '') = 'SMITH'", 2),
        ("FROM patient WHERE LOWER(LName) IN (SELECT UPPER(LName) FROM patient)", 4),
        ("FROM patient WHERE BINARY LName = 'smith'", 1),
        ("FROM patient WHERE LName COLLATE utf8_bin = 'smith'", 1),
        ("FROM patient WHERE FName = 'ZOË'", 1),
        ("FROM patient a JOIN patient b ON UPPER(a.LName) = LOWER(b.LName)", 6),
        ("FROM (SELECT UPPER(LName) AS name FROM patient) t WHERE name = 'smith'", 2),
        ("FROM (SELECT DISTINCT CONCAT(LName, '') AS name FROM patient) t", 3),
        ("FROM (SELECT CONCAT(LName, '') AS name FROM patient GROUP BY name) t", 3),
        ("FROM (SELECT 'a' AS name UNION SELECT 'A') t", 1),
    ],
)
def test_a_statement_ignores_case(office: Queried, rest: str, count: int) -> None:
    assert office.value("COUNT(*)", rest) == count


def test_texts_are_counted_and_ordered_without_regard_to_case(office: Queried) -> None:
    assert office.value("COUNT(DISTINCT CONCAT(LName, ''))", "FROM patient") == 3
    status, rows = office.ask("SELECT FName FROM patient ORDER BY CONCAT(LName, '') DESC, FName")
    assert status == 200
    assert [row["FName"] for row in rows] == ["Bob", "Jane", "Zoe", "Ann"]


def test_an_unknown_collation_is_refused(office: Queried) -> None:
    assert office.ask("SELECT 'Quinzelburg' COLLATE nonsense") == (400, "Unknown collation in the statement")


@pytest.mark.parametrize(
    "condition",
    [
        "a.Description < b.Abbr OR b.Abbr < c.Address",
        "DATE_ADD('2026-01-01', INTERVAL a.ClinicNum + b.ClinicNum + c.ClinicNum DAY) < NOW()",
    ],
)
def test_a_comparison_and_a_function_count_as_the_steps_for_which_they_last(
    office: Queried, condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MAX_STEPS", work.MAX_STEPS // 10)
    begun = time.process_time()
    command = f"SELECT COUNT(*) FROM clinic a, clinic b, clinic c WHERE {condition}"  # 15 million rows
    assert office.ask(command) == (400, "The query takes too long.")
    assert time.process_time() - begun < 3  # a tenth of the time that the whole limit allows

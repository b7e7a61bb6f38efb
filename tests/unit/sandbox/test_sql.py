"""SQL on the rows of a sandbox: MySQL's dialect in, rows with ISO dates out, and nothing but one SELECT."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import pytest

from odapi_async.sandbox import Office, Sandbox, SandboxRequest
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.office_api import OfficeApi
from odapi_async.sandbox.sql import work
from odapi_async.sandbox.tables import Table

MADE = "2026-11-23 09:30:00"


class Clock(OfficeClock):
    """A clock that stands still."""

    def now(self) -> str:
        return MADE


class Queried:
    """One office with four patients and five appointments whose values are known."""

    def __init__(self) -> None:
        office = Office(
            customer_key="k",
            mode="local",
            permissions=frozenset({"Queries"}),
            rows={"patients": 0, "appointments": 0, "clinics": 250},
        )
        self.api = OfficeApi(office, Clock())
        patients = (
            ("Smith", "Jane", "1990-11-24"),
            ("smith", "Bob", "1985-06-22"),
            ("Jones", "Ann", "2000-01-01"),
            ("O'Brien", "Zoe", "0001-01-01"),
        )
        for last, first, born in patients:
            self.table("patients").add(
                {"LName": last, "FName": first, "Birthdate": born, "TxtMsgOk": "Yes", "EstBalance": 12.5}
            )
        times = ("2026-11-22 08:00:00", "2026-11-23 00:00:00", "2026-11-23 14:05:09", "2026-12-31 23:59:59")
        for number, moment in enumerate(times, 1):
            self.table("appointments").add(
                {
                    "PatNum": 1 + number % 2,
                    "AptDateTime": moment,
                    "IsNewPatient": "true" if number == 1 else "false",
                }
            )

    def table(self, name: str) -> Table:
        from odapi_async.sandbox import catalogue

        return self.api.tables.table(catalogue.load()[name])

    def ask(self, command: str, path: str = "/queries/ShortQuery", **query: str) -> tuple[int, Any]:
        sent = msgspec.json.encode({"SqlCommand": command})
        response = self.api.respond(SandboxRequest(method="PUT", path=path, query=query, body=sent))
        return response.status, msgspec.json.decode(response.body) if response.body else None

    def value(self, expression: str, rest: str = "") -> Any:
        status, rows = self.ask(f"SELECT {expression} AS found {rest}")
        assert status == 200, rows
        return rows[0]["found"]


@pytest.fixture(scope="module")
def office() -> Queried:
    return Queried()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("NOW()", "2026-11-23T09:30:00"),
        ("CURDATE()", "2026-11-23T00:00:00"),
        ("CURRENT_TIMESTAMP", "2026-11-23T09:30:00"),
        ("DATE('2026-11-22 08:00:00')", "2026-11-22T00:00:00"),
        ("DATE_ADD('2026-01-31', INTERVAL 1 MONTH)", "2026-02-28T00:00:00"),
        ("DATE_ADD(NOW(), INTERVAL 90 MINUTE)", "2026-11-23T11:00:00"),
        ("DATE_SUB(CURDATE(), INTERVAL 1 YEAR)", "2025-11-23T00:00:00"),
        ("CURDATE() - INTERVAL 7 DAY", "2026-11-16T00:00:00"),
        ("SUBDATE('2026-01-31', 3)", "2026-01-28T00:00:00"),
        ("LAST_DAY('2026-02-03')", "2026-02-28T00:00:00"),
        ("STR_TO_DATE('1/2/2026', '%m/%d/%Y')", "2026-01-02T00:00:00"),
        ("CAST('2026-01-01' AS DATETIME)", "2026-01-01T00:00:00"),
        ("DATE_FORMAT('2026-11-03 14:05:09', '%m/%d/%Y %l:%i %p, %W %e')", "11/03/2026 2:05 PM, Tuesday 3"),
        ("DATEDIFF('2026-11-28 00:10:00', '2026-11-01 23:00:00')", 27),
        ("TIMESTAMPDIFF(YEAR, '1990-11-24', '2026-11-23')", 35),
        ("TIMESTAMPDIFF(MONTH, '2026-11-23', '2026-01-24')", -9),
        ("TIMESTAMPDIFF(MINUTE, '2026-11-23 10:00:59', '2026-11-23 11:00:00')", 59),
        ("CONCAT(YEAR(NOW()), '-', MONTH(NOW()), '-', DAY(NOW()))", "2026-11-23"),
        ("DAYOFWEEK('2026-11-22')", 1),
        ("WEEKDAY('2026-11-22')", 6),
        ("EXTRACT(HOUR FROM NOW())", 9),
        ("MONTHNAME(NOW())", "November"),
        ("CONCAT('a', NULL)", None),
        ("CONCAT_WS('-', 'a', NULL, 'b')", "a-b"),
        ("IFNULL(NULL, 5)", 5),
        ("IF(1 > 2, 'yes', 'no')", "no"),
        ("LEFT('Smith', 2)", "Sm"),
        ("RIGHT('Smith', 2)", "th"),
        ("SUBSTRING('Smith', 2, 3)", "mit"),
        ("SUBSTRING_INDEX('a,b,c', ',', 2)", "a,b"),
        ("LPAD('5', 3, '0')", "005"),
        ("LOCATE('i', 'Smith')", 3),
        ("CHAR_LENGTH('é')", 1),
        ("7 / 2", 3.5),
        ("7 DIV 2", 3),
        ("ROUND(2.567, 2)", 2.57),
        ("FORMAT(1234.5, 2)", "1,234.50"),
        ("COALESCE(NULL, NULL, 'x')", "x"),
    ],
)
def test_a_function_of_mysql_gives_what_mysql_gives(office: Queried, expression: str, expected: Any) -> None:
    assert office.value(expression) == expected


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (
            "SELECT LName, FName FROM patient WHERE LName LIKE 's%' ORDER BY FName LIMIT 1",
            [{"LName": "smith", "FName": "Bob"}],
        ),
        (
            "SELECT COUNT(*), count(DISTINCT LName) FROM Patient",
            [{"COUNT(*)": 4, "count(DISTINCT LName)": 3}],
        ),
        (
            "SELECT SUM(EstBalance) AS total, AVG(EstBalance) FROM patient",
            [{"total": 50.0, "AVG(EstBalance)": 12.5}],
        ),
        (
            (
                "SELECT p.PatNum, COUNT(*) AS visits FROM patient p JOIN appointment a USING (PatNum) "
                "GROUP BY p.PatNum HAVING visits > 1 ORDER BY p.PatNum DESC"
            ),
            [{"PatNum": 2, "visits": 2}, {"PatNum": 1, "visits": 2}],
        ),
        (
            (
                "SELECT p.LName, a.AptNum FROM patient p LEFT JOIN appointment a ON a.PatNum = p.PatNum "
                "WHERE a.AptNum IS NULL ORDER BY 1"
            ),
            [{"LName": "Jones", "AptNum": None}, {"LName": "O'Brien", "AptNum": None}],
        ),
        (
            "SELECT GROUP_CONCAT(DISTINCT PatNum ORDER BY PatNum DESC SEPARATOR '; ') AS p FROM appointment",
            [{"p": "2; 1"}],
        ),
        (
            "SELECT AptNum FROM appointment WHERE DATE(AptDateTime) = CURDATE() AND AptDateTime >= NOW()",
            [{"AptNum": 3}],
        ),
        ("SELECT AptNum FROM appointment WHERE AptDateTime = '2026-11-23'", [{"AptNum": 2}]),
        (
            "SELECT AptNum FROM appointment WHERE AptDateTime BETWEEN '2026-11-22' AND '2026-11-23'",
            [{"AptNum": 1}, {"AptNum": 2}],
        ),
        ("SELECT MIN(AptDateTime) FROM appointment", [{"MIN(AptDateTime)": "2026-11-22T08:00:00"}]),
        ("SELECT PatNum FROM patient WHERE LName = 'SMITH' ORDER BY 1", [{"PatNum": 1}, {"PatNum": 2}]),
        ("SELECT PatNum FROM patient WHERE Birthdate LIKE '%-06-22'", [{"PatNum": 2}]),
        (
            "SELECT AptNum, IsNewPatient FROM appointment WHERE IsNewPatient = 1",
            [{"AptNum": 1, "IsNewPatient": 1}],
        ),
        (
            (
                "SELECT LName FROM patient p WHERE EXISTS (SELECT 1 FROM appointment WHERE PatNum=p.PatNum) "
                "UNION SELECT FName FROM patient WHERE PatNum IN (SELECT 4) ORDER BY 1"
            ),
            [{"LName": "Smith"}, {"LName": "Zoe"}],
        ),
        (
            (
                "WITH old AS (SELECT PatNum, Birthdate FROM patient WHERE Birthdate < '1990-01-01') "
                "SELECT COUNT(*) AS n, MAX(Birthdate) AS born FROM old"
            ),
            [{"n": 2, "born": "1985-06-22T00:00:00"}],
        ),
        (
            "-- patients\n(SELECT `patnum`, Birthdate\nFROM `patient` /* all */ WHERE PatNum = 4);",
            [{"patnum": 4, "Birthdate": "0001-01-01T00:00:00"}],
        ),
        (
            "SELECT a.PatNum, b.PatNum FROM patient a, patient b WHERE a.PatNum + b.PatNum = 2",
            [{"PatNum": 1, "PatNum1": 1}],
        ),
    ],
)
def test_a_statement_gives_its_rows(office: Queried, command: str, rows: list[dict[str, Any]]) -> None:
    assert office.ask(command) == (200, rows)


@pytest.mark.parametrize(
    "command", ["SELECT * FROM patient", "SELECT p.* FROM patient p", "SELECT * FROM patient;"]
)
def test_a_star_gives_the_columns_of_the_database(office: Queried, command: str) -> None:
    row = office.ask(command)[1][0]
    assert all(name[0].isupper() for name in row)
    assert (row["PatNum"], row["Birthdate"], row["DateTStamp"]) == (
        1,
        "1990-11-24T00:00:00",
        MADE.replace(" ", "T"),
    )


@pytest.mark.parametrize("order", ["", " ORDER BY ClinicNum DESC"])
def test_pages_have_100_rows(office: Queried, order: str) -> None:
    command = f"SELECT ClinicNum FROM clinic{order}" if order else "SELECT * FROM clinic"
    pages = [office.ask(command, Offset=str(offset))[1] for offset in (0, 100, 200, 300)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    assert {row["ClinicNum"] for page in pages for row in page} == set(range(1, 251))
    window = office.ask(command, Offset="120", Limit="3")[1]
    assert [row["ClinicNum"] for row in window] == ([130, 129, 128] if order else [121, 122, 123])
    assert len(office.ask(command, Limit="1000")[1]) == 100


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("DELETE FROM patient", 401),
        ("update patient SET LName = 'x'", 401),
        ("/* SELECT */ DROP TABLE patient", 401),
        ("SELECT 1; DELETE FROM patient", 401),
        ("WITH x AS (SELECT 1) DELETE FROM patient", 401),
        ("SELECT 1; SELECT 2", 400),
        ("SHOW TABLES", 400),
        ("SET @x = 1", 400),
        ("PRAGMA table_info(patient)", 400),
        ("ATTACH DATABASE 'file' AS other", 400),
        ("SELECT PatNum FROM patient INTO OUTFILE 'file'", 400),
        ("SELECT PatNum INTO @x FROM patient", 400),
        ("SELECT PatNum FROM patient FOR UPDATE", 400),
        ("SELECT /*!50000 SLEEP(9), */ 1", 400),
        ("SELECT LOAD_FILE('/etc/passwd')", 400),
        ("SELECT load_extension('x')", 400),
        ("SELECT SLEEP(9)", 400),
        ("SELECT randomblob(1000000000)", 400),
        ("SELECT * FROM sqlite_master", 400),
        ("SELECT name FROM sqlite_master", 400),
        ("SELECT * FROM information_schema.tables", 400),
        ("SELECT * FROM mysql.user", 400),
        ("SELECT LName FROM nowhere", 400),
        ("SELECT Quinzelburg FROM patient", 400),
        ("SELECT `Quinzelburg` FROM patient", 400),
        ("SELECT LName, FROM WHERE Quinzelburg", 400),
        ("SELECT SECRET('Quinzelburg')", 400),
        ("SELECT @x", 400),
        ("", 400),
        ("SELECT " + "(" * 5_000 + "1" + ")" * 5_000, 400),
        ("SELECT '" + "x" * 70_000 + "'", 400),
    ],
)
def test_anything_but_one_select_is_refused_without_a_value(
    office: Queried, command: str, status: int
) -> None:
    found, text = office.ask(command)
    assert found == status
    assert isinstance(text, str)
    assert "Quinzelburg" not in text
    assert len(office.ask("SELECT PatNum FROM patient ORDER BY PatNum")[1]) == 4


@pytest.mark.parametrize(
    "command",
    [
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
        "SELECT COUNT(*) FROM clinic a, clinic b, clinic c, clinic d, clinic e",
    ],
)
def test_a_query_that_takes_too_long_is_ended(
    office: Queried, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MAX_STEPS", work.MAX_STEPS // 10)  # the tests shall not take long
    assert office.ask(command) == (400, "The query takes too long.")


def test_a_query_sees_every_change_of_the_rows() -> None:
    office = Queried()
    assert office.value("COUNT(*)", "FROM patient") == 4
    added = office.table("patients").add({"LName": "New"})
    assert office.value("LName", f"FROM patient WHERE PatNum = {added}") == "New"
    office.table("patients").change(added, {"LName": "Newer"})
    assert office.value("LName", f"FROM patient WHERE PatNum = {added}") == "Newer"
    office.table("patients").remove(added)
    assert office.value("COUNT(*)", "FROM patient") == 4
    office.api.tables.reset()
    assert office.value("COUNT(*)", "FROM patient") == 0


def test_two_offices_have_their_own_rows() -> None:
    sandbox = Sandbox([Office(customer_key="one"), Office(customer_key="two")])
    sandbox.add_row("one", "patients", {"LName": "Only"})
    assert len(sandbox.rows("two", "patients")) == 12


def test_without_sqlglot_whole_tables_can_be_read_and_the_rest_says_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "sqlglot"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("translation", "calls", "moments"):
        monkeypatch.delitem(sys.modules, f"odapi_async.sandbox.sql.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    office = Queried()
    assert len(office.ask("SELECT * FROM patient LIMIT 2")[1]) == 2
    status, text = office.ask("SELECT LName FROM patient")
    assert status == 400
    assert "pip install 'odapi-async[sandbox]'" in text

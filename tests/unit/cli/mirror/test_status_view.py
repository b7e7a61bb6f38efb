"""`odapi mirror status`: practices, the worst first, as text and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest
from rich.cells import cell_len

from odapi_async.cli.mirror.status_json import as_json
from odapi_async.cli.mirror.status_view import as_text, is_too_old, practices
from odapi_async.mirror import Status, TableFreshness
from tests.unit.cli.mirror.runs import EASTERN, NAIVE_NOON, OFFLINE, REFUSED, TOO_OLD

TABLES: Final = tuple(f"table_{number}" for number in range(12))


def table(
    practice: str = "main",
    name: str = "patients",
    age: float | None = 240.0,
    error: str = "",
    since: dt.timedelta = dt.timedelta(hours=2, minutes=48),
) -> TableFreshness:
    read_at = None if age is None else NAIVE_NOON - dt.timedelta(seconds=max(age, 0.0))
    return TableFreshness(
        practice=practice,
        table=name,
        read_at=read_at,
        swept_at=read_at,
        failing_since=NAIVE_NOON - since if error else None,
        error=error,
        age=age,
    )


def status_of(*tables: TableFreshness) -> Status:
    return Status(at=NAIVE_NOON, tables=tables)


def offline(practice: str, **more: Any) -> list[TableFreshness]:
    return [table(practice, name, error=OFFLINE, **more) for name in TABLES]


SMALL: Final = status_of(
    *offline("harbour", age=10_080.0),
    table("hill", "patients", age=None),
    table("hill", "recalls", 60.0),
    table("lake", "recalls", 60.0, REFUSED, dt.timedelta(days=2)),
    table("main-street", "claims", 30.0),
    table("main-street"),
    table("old", age=11_000.0),
)


def shown(status: Status, **options: Any) -> list[str]:
    return as_text(status, zone=EASTERN, **options).splitlines()


def test_the_worst_practices_are_first() -> None:
    assert shown(SMALL) == [
        "5 practices at 07:00 EST: 2 current, 1 not complete, 1 offline, 1 failed",
        "1 practice: KeyRefused -> correct the key of this practice, or enable it in the",
        "  developer portal, then run it again",
        "  lake  recalls, since 2026-11-26 07:00 EST: GET /recalls failed with status",
        "        401: no such key",
        "1 practice offline -> run it again when the eConnector runs: it continues from",
        "  here",
        "  harbour  since 04:12 EST, 12 tables wait",
        "hill         first copy of patients not complete, oldest table recalls 1 min",
        "old          current, oldest table patients 3 h 03 min",
        "main-street  current, oldest table patients 4 min",
    ]


def test_a_limit_marks_tables_that_are_too_old() -> None:
    lines = shown(SMALL, max_age=7_200.0, width=120)
    assert lines[0] == (
        "5 practices at 07:00 EST: 1 current, 1 too old, 1 not complete, 1 offline, 1 failed, "
        "3 with tables older than 2 h"
    )
    assert "  harbour  too old  since 04:12 EST, 12 tables wait" in lines
    assert "old          too old, oldest table patients 3 h 03 min" in lines
    assert not any("too old" in line for line in lines if line.startswith(("  lake", "main-street")))


@pytest.mark.parametrize(
    ("tables", "max_age", "too_old"),
    [
        ([table(age=7_200.0)], 7_200.0, False),
        ([table(age=7_200.1)], 7_200.0, True),
        ([table(), table(name="recalls", age=None)], 7_200.0, True),
        ([table(age=None)], None, False),
        ([table(age=1e9)], None, False),
        ([table(age=-5.0)], 1.0, False),
        (offline("harbour", age=60.0), 7_200.0, False),
        ([], 1.0, False),
    ],
)
def test_the_exit_code_depends_on_the_limit_alone(
    tables: list[TableFreshness], max_age: float | None, too_old: bool
) -> None:
    assert is_too_old(status_of(*tables), max_age) is too_old


def test_a_table_with_all_rows_that_was_never_found_current_is_no_first_copy() -> None:
    unknown = msgspec.structs.replace(table(name="documents", age=None), swept_at=NAIVE_NOON)
    assert shown(status_of(unknown))[1] == "main  documents never found current"
    assert shown(status_of(unknown, table(name="recalls", age=None), table()), width=120)[1] == (
        "main  first copy of recalls not complete, documents never found current, oldest table patients 4 min"
    )


def test_a_mirror_that_does_not_run_is_not_called_current() -> None:
    assert shown(status_of(table(age=90_000.0)))[1] == "main  too old, oldest table patients 1 d 01 h"


def test_a_clock_that_was_set_back_makes_nothing_younger_than_now() -> None:
    future = table(age=-3_600.0)
    assert shown(status_of(future))[1] == "main  current, oldest table patients 0 s"
    assert json.loads(as_json(status_of(future)))["practices"][0]["tables"][0]["age"] == 0


def fleet(count: int = 500, failing: int = 40) -> Status:
    errors = (OFFLINE, REFUSED, TOO_OLD)
    return status_of(
        *(
            table(
                f"practice-of-main-street-{number:03}", name, number, errors[number % 3] * (number < failing)
            )
            for number in range(count)
            for name in TABLES
        )
    )


def test_500_practices_of_which_40_fail_in_three_ways() -> None:
    lines = shown(fleet())
    assert lines[0] == "500 practices at 07:00 EST: 460 current, 14 offline, 26 failed"
    assert max(map(cell_len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    for advised in ("correct the key", "update Open Dental there", "when the eConnector runs"):
        assert text.count(advised) == 1
    assert all(f"practice-of-main-street-{number:03}" in text for number in range(40))
    assert lines[-2] == "practice-of-main-street-490  current, oldest table table_0 8 min"
    assert lines[-1] == "+ 450 more that are current"


@pytest.mark.parametrize("width", [20, 80, 300])
@pytest.mark.parametrize("name", ["x" * 200, "歯科" * 30, "a\x1b[31m\x07b", "🦷" * 40])
def test_names_are_whole_and_safe_at_any_width(name: str, width: int) -> None:
    lines = shown(status_of(table(name), table(f"{name}2", error=REFUSED)), width=width)
    assert max(map(cell_len, lines)) <= width
    assert all(line.isprintable() for line in lines)
    whole = "".join(each if each.isprintable() else " " for each in name)
    assert "".join("".join(lines).split()).count("".join(whole.split())) == 2


def test_without_copies_the_text_says_what_to_do() -> None:
    assert shown(status_of()) == ["the database has no copies yet; make them with: odapi mirror"]


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (dt.UTC, "12:00 UTC"),
        (ZoneInfo("America/Los_Angeles"), "04:00 PST"),
        (ZoneInfo("America/Sao_Paulo"), "09:00 UTC-03:00"),
        (ZoneInfo("Asia/Kathmandu"), "17:45 UTC+05:45"),
    ],
)
def test_times_are_local_and_name_their_zone(zone: dt.tzinfo, text: str) -> None:
    assert as_text(status_of(table()), zone=zone).startswith(f"1 practice at {text}: ")


def test_json_has_the_same_facts() -> None:
    found = json.loads(as_json(SMALL, 7_200.0))
    assert {name: found[name] for name in found if name != "practices"} == {
        "at": "2026-11-28T12:00:00Z",
        "max_age": 7_200.0,
        "ok": False,
        "states": {"failed": 1, "offline": 1, "not_complete": 1, "too_old": 1, "current": 1},
    }
    assert [(each["practice"], each["state"]) for each in found["practices"]] == [
        ("lake", "failed"),
        ("harbour", "offline"),
        ("hill", "not_complete"),
        ("old", "too_old"),
        ("main-street", "current"),
    ]
    assert found["practices"][1]["tables"][0] == {
        "table": "table_0",
        "read_at": "2026-11-28T09:12:00Z",
        "swept_at": "2026-11-28T09:12:00Z",
        "age": 10_080,
        "too_old": True,
        "failing_since": "2026-11-28T09:12:00Z",
        "error": OFFLINE,
        "advice": "run it again when the eConnector runs: it continues from here",
    }
    assert found["practices"][2]["tables"][0] == {
        "table": "patients",
        "read_at": None,
        "swept_at": None,
        "age": None,
        "too_old": True,
    }
    empty = json.loads(as_json(status_of()))
    assert (empty["practices"], empty["ok"], sum(empty["states"].values())) == ([], True, 0)


@pytest.mark.parametrize("max_age", [None, 1.0, 7_200.0, 1e9])
def test_the_numbers_in_json_agree_with_each_other(max_age: float | None) -> None:
    found = json.loads(as_json(SMALL, max_age))
    states = [each["state"] for each in found["practices"]]
    assert {name: states.count(name) for name in found["states"]} == found["states"]
    is_old = any("too_old" in table for each in found["practices"] for table in each["tables"])
    assert found["ok"] is (max_age is None or not is_old)


def test_of_the_same_state_the_longest_failure_is_first() -> None:
    tables = [
        *offline("a", since=dt.timedelta(hours=1)),
        *offline("b", since=dt.timedelta(days=3)),
        *offline("c", since=dt.timedelta(hours=2)),
    ]
    assert [each.practice for each in practices(status_of(*tables))] == ["b", "c", "a"]

"""The state of a fleet as text: numbers, what needs a person, workers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import pytest

from odapi_async.cli.fleet.status_view import as_json, as_text, counts, is_too_old
from odapi_async.fleet.status import FleetStatus, Pace, PracticeStatus, WorkerStatus

AT: Final = dt.datetime(2026, 11, 28, 9, 12, tzinfo=dt.UTC)
HOUR: Final = dt.timedelta(hours=1)


def practice(name: str = "hill", **fields: Any) -> PracticeStatus:
    settings: dict[str, Any] = {
        "enabled": True,
        "every": 900.0,
        "lag": 60.0,
        "due_in": 840.0,
        "reading": False,
        "outcome": "done",
        "failures": 0,
        "failing_since": None,
        "error": "",
    }
    return PracticeStatus(practice=name, **(settings | fields))


def failing(name: str, error: str, **fields: Any) -> PracticeStatus:
    return practice(name, **({"failures": 3, "failing_since": AT - HOUR, "error": error} | fields))


def worker(host: str = "one", **fields: Any) -> WorkerStatus:
    settings: dict[str, Any] = {
        "worker": UUID(int=1),
        "process": 41,
        "version": "1.0",
        "concurrency": 100,
        "slices": 7,
        "started_at": AT - HOUR,
        "silence": 3.0,
    }
    return WorkerStatus(host=host, **(settings | fields))


def status(practices: Sequence[PracticeStatus], *workers: WorkerStatus) -> FleetStatus:
    return FleetStatus(at=AT, practices=tuple(practices), workers=workers or (worker(),), pace=())


def lines(found: FleetStatus, max_age: float | None = None, width: int = 100) -> list[str]:
    return as_text(found, max_age=max_age, width=width, zone=dt.UTC).splitlines()


def test_all_practices_are_shown_on_request() -> None:
    others = [
        practice("mill", lag=None, due_in=-5.0),
        practice("oak", reading=True),
        practice("elm", enabled=False),
    ]
    shown = as_text(status([practice(), *others]), show_all=True, width=80, zone=dt.UTC).splitlines()
    assert shown[-5:] == [
        "",
        "elm   copy 1 min old           disabled",
        "hill  copy 1 min old           due in 14 min",
        "mill  first copy not complete  due now",
        "oak   copy 1 min old           reading now",
    ]


def test_a_fleet_that_needs_nothing_takes_three_lines() -> None:
    assert lines(status([practice()])) == [
        "1 practice at 09:12 UTC: all current",
        "1 worker: 1 alive",
        "  one 41  7 of 100  last sign 3 s ago",
    ]


def test_the_first_line_counts_all_states() -> None:
    found = [
        practice("a", reading=True, lag=None),
        practice("b", due_in=-61.0),
        practice("c", due_in=-59.0),
        practice("d", enabled=False, due_in=-9_999.0, lag=None, failing_since=AT),
        failing("e", "OfficeOffline: x"),
    ]
    assert lines(status(found))[0] == (
        "5 practices at 09:12 UTC: 1 reading now, 1 overdue, 1 failing, 1 never complete, 1 disabled"
    )
    assert counts(status(found))["workers_alive"] == 1


def test_failures_are_grouped_and_each_group_has_its_advice_once() -> None:
    many = [failing(f"office-{number:02}", "OfficeOffline: the eConnector is off") for number in range(12)]
    key = failing("hill", "KeyNotFound: the variable HILL_KEY is not set; set it", failing_since=None)
    tables = failing("harbour", "patients: Unauthorized: 401; and 2 more tables")
    assert lines(status([*many, key, tables]))[2:-1] == [
        "1 practice: Unauthorized -> check both keys and this permission in the developer portal",
        "  harbour  patients, since 08:12 UTC: 401; and 2 more tables",
        "12 practices offline -> it is read again when the eConnector runs",
        *(f"  office-{number:02}  since 08:12 UTC" for number in range(10)),
        "  + 2 more",
    ], "a practice without a time does not fail"


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("KeyNotFound: x", "provide the key there; workers that find it read the practice meanwhile"),
        ("ConcurrentMirror: x", "stop odapi mirror for the practices of the fleet"),
        ("KeyChanged: x", "odapi fleet accept NAME"),
        ("PracticeRenamed: x", "odapi mirror forget OLD-NAME"),
        ("Surprise: x", "-> it is tried again by itself"),
        ("Surprise", "1 practice: Surprise -> it is tried again by itself"),
        ("patients: ServerError: x", "1 practice: ServerError ->"),
    ],
)
def test_the_advice_is_for_a_fleet(error: str, advice: str) -> None:
    assert advice in " ".join(lines(status([failing("hill", error)]), width=1_000))


def test_overdue_practices_need_more_workers_or_a_first_one() -> None:
    found = [practice(due_in=-7_200.0)]
    assert lines(status(found))[2] == "1 practice overdue, by up to 2 h -> start more workers"
    silent = lines(status(found, worker(silence=16.0)))
    assert silent[1:] == [
        "no worker is running -> start one: odapi fleet work",
        "  one 41  silent  last sign 16 s ago",
    ]


def test_silent_workers_are_first_and_versions_are_shown_if_they_differ() -> None:
    found = status([practice()], worker("b"), worker("a", version="0.9"), worker("c", silence=90.0))
    assert lines(found)[1:] == [
        "3 workers: 2 alive, 1 silent",
        "  c 41  silent    last sign 1 min ago, version 1.0",
        "  a 41  7 of 100  last sign 3 s ago, version 0.9",
        "  b 41  7 of 100  last sign 3 s ago, version 1.0",
    ]


def test_hundreds_of_workers_fit_on_a_screen() -> None:
    assert lines(status([practice()], *(worker(f"host-{at:03}") for at in range(200))))[-1] == "  + 180 more"


@pytest.mark.parametrize(
    ("fields", "too_old"),
    [
        ({"lag": 3_601.0}, True),
        ({"lag": 3_599.0}, False),
        ({"lag": None}, False),
        ({"lag": None, "due_in": -3_601.0}, True),
        ({"lag": None, "due_in": -3_601.0, "reading": True}, False),
        ({"lag": None, "failing_since": AT - 2 * HOUR}, True),
        ({"lag": 9_999.0, "enabled": False}, False),
    ],
)
def test_what_is_too_old(fields: dict[str, Any], too_old: bool) -> None:
    found = status([practice(**fields)])
    assert is_too_old(found, 3_600.0) is too_old
    assert not is_too_old(found, None)
    assert (
        "1 practice older than 1 h, or failing or waiting for longer:" in lines(found, 3_600.0)
    ) is too_old


def test_a_name_is_never_cut_and_never_writes_to_the_terminal() -> None:
    name = "a practice with a name that is longer than the terminal is wide"
    text = "\n".join(lines(status([failing(f"{name}\x1b", "OfficeOffline: x")]), width=40))
    assert name in " ".join(text.split())
    assert "\x1b" not in text


def test_json_has_all_facts() -> None:
    pace = Pace(minute=AT, requests=4, rows=300, allowed=60.0)
    found = FleetStatus(at=AT, practices=(practice(),), workers=(worker(),), pace=(pace,))
    decoded = json.loads(as_json(found, 60.0))
    assert {"at", "max_age", "too_old", "counts", "practices", "workers", "pace"} == decoded.keys()
    assert decoded["at"] == "2026-11-28T09:12:00Z"
    assert decoded["workers"][0]["host"] == "one"
    assert decoded["pace"][0]["allowed"] == 60.0

"""The order of the few lists for which the reference names one."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.offices import TODAY, Asked

ORDERS = [("/documents", "DateCreated", False), ("/procnotes", "EntryDateTime", True)]


@pytest.mark.parametrize(("path", "column", "is_newest_first"), ORDERS)
def test_a_list_is_in_its_order_over_all_pages(path: str, column: str, *, is_newest_first: bool) -> None:
    asked = Asked(rows={"patients": 1, path[1:]: 300})
    moments = [row[column] for row in asked.list(path, PatNum=1)]
    assert len(set(moments)) > 100
    assert moments == sorted(moments, reverse=is_newest_first)
    pages = [asked.list(path, PatNum=1, Limit=100, Offset=offset) for offset in (0, 100, 200)]
    assert [row[column] for page in pages for row in page] == moments


def test_schedules_are_ordered_by_the_time_at_which_they_start() -> None:
    asked = Asked(rows={"schedules": 200})
    starts = [row["StartTime"] for row in asked.list("/schedules", dateStart=TODAY)]
    assert len(set(starts)) > 1
    assert starts == sorted(starts)


def test_a_note_on_a_procedure_is_the_first_one_once_it_is_written() -> None:
    asked = Asked()
    procedure = asked.api.tables.named("procedurelogs").row(3)
    body = {"PatNum": procedure["PatNum"], "ProcNum": 3, "Note": "Numb for three hours.", "isSigned": "false"}
    asked.one("POST", "/procnotes", body)
    assert asked.list("/procnotes")[0]["Note"] == "Numb for three hours."
    assert asked.list("/procnotes", ProcNum=3)[0]["Note"] == "Numb for three hours."


def test_a_document_moves_if_its_day_changes() -> None:
    asked = Asked(rows={"patients": 1})
    last = asked.list("/documents", PatNum=1)[-1]
    asked.one("PUT", f"/documents/{last['DocNum']}", {"DateCreated": "1999-01-02"})
    assert asked.list("/documents", PatNum=1)[0]["DocNum"] == last["DocNum"]


def test_other_lists_are_ordered_by_id() -> None:
    assert [row["PatNum"] for row in Asked().list("/patients/Simple")] == [*range(1, 13)]

"""An open page gets what changed since it last heard, and nothing else."""

from __future__ import annotations

from odapi_async.fleet.status import PracticeStatus
from odapi_async.watch import board as board_module
from odapi_async.watch import fleet_view
from odapi_async.watch.board import Board, shown
from odapi_async.watch.data import Cell, Level
from tests.unit.watch.views import OFFLINE, failing, fleet, practice


def show(board: Board, *practices: PracticeStatus) -> None:
    board.show(fleet_view.view(fleet(*practices)))


def test_the_second_look_at_the_same_state_changes_nothing() -> None:
    board = Board()
    show(board, practice("a"), practice("b"))
    show(board, practice("a"), practice("b"))
    assert board.version == 2
    assert board.changes(1) == {}


def test_only_the_practice_that_changed_is_sent() -> None:
    board = Board()
    show(board, *(practice(f"p{each:03}") for each in range(200)))
    show(board, *(practice(f"p{each:03}", lag=1_000.0 if each == 7 else 61.0) for each in range(200)))
    assert set(board.changes(1)) == {"c7", "summary", "problems"}
    assert "late" in board.changes(1)["c7"]


def test_a_page_that_missed_several_versions_gets_the_last_state_of_each_part() -> None:
    board = Board()
    show(board, practice("a"), practice("b"))
    show(board, failing("a", OFFLINE, 1), practice("b"))
    show(board, practice("a"), practice("b", lag=700.0))
    changes = board.changes(1)
    assert set(changes) == {"c0", "c1", "summary", "problems"}
    assert "offline" not in "".join(changes.values())
    assert set(board.changes(2)) == {"c0", "c1", "summary", "problems"}
    assert board.changes(3) == {}


def test_a_page_of_an_earlier_server_gets_everything() -> None:
    board = Board()
    show(board, practice("a"))
    ids = ["alarm", "as-of", "grid", "pace", "problems", "summary", "workers"]
    assert sorted(board.changes(0)) == ids
    assert len(board.parts()) == len(ids)


def test_if_practices_come_or_go_the_whole_grid_is_sent_once() -> None:
    board = Board()
    show(board, practice("a"))
    show(board, practice("a"), practice("b"))
    assert "grid" in board.changes(1)
    assert "c1" not in board.changes(1)
    show(board, practice("a"), practice("b", lag=700.0))
    assert "grid" not in board.changes(2)
    show(board)
    assert "No practice yet" in board.changes(3)["grid"]


def test_a_database_that_cannot_be_read_is_an_alarm_until_it_can() -> None:
    board = Board()
    board.show_failure()
    assert board.version == 0
    show(board, practice("a"))
    board.show_failure()
    board.show_failure()
    assert set(board.changes(1)) == {"alarm"}
    assert board.changes(2) == {}
    assert "cannot be read" in board.changes(1)["alarm"]
    assert "12:03 UTC" in board.changes(1)["alarm"]
    show(board, practice("a"))
    assert "cannot be read" not in board.changes(3)["alarm"]


def test_of_very_many_practices_those_with_problems_are_shown() -> None:
    most = board_module.MOST
    cells = [Cell(f"p{each:05}", Level.CURRENT, "", "5 min") for each in range(most + 10)]
    cells[-1] = cells[-1]._replace(level=Level.LATE)
    cells[-2] = cells[-2]._replace(failing="offline")
    found = shown(tuple(cells))
    assert (len(found), found[-2:]) == (most, cells[-2:])
    assert found == sorted(found)

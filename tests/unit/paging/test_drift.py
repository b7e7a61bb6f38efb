"""DriftDetector and Checkpoint: which pages continue a list, and how far back a rewind goes."""

from __future__ import annotations

import msgspec
import pytest

from odapi_async import Checkpoint
from odapi_async._paging.drift import OVERLAP, START, DriftDetector, Page

PAGE = range(1, 101)
BEHIND = 100 - OVERLAP
"""The offset of the page after `PAGE`."""


def after(ids: range | list[int], offset: int = 0) -> DriftDetector:
    """A detector that has recorded one page."""
    detector = DriftDetector(START)
    detector.record_page([*ids], offset)
    return detector


def test_a_checkpoint_survives_json() -> None:
    checkpoint = Checkpoint(250, (246, 247, 248, 249, 250))
    stored = msgspec.json.encode(checkpoint)
    assert stored == b'{"offset":250,"tail":[246,247,248,249,250]}'
    assert msgspec.json.decode(stored, type=Checkpoint) == checkpoint


def test_ids_of_a_checkpoint_may_be_texts() -> None:
    checkpoint = Checkpoint(2, ("a", "b"))
    assert msgspec.json.decode(msgspec.json.encode(checkpoint), type=Checkpoint) == checkpoint


def test_a_checkpoint_is_a_value() -> None:
    assert msgspec.json.decode(b"{}", type=Checkpoint) == START == Checkpoint(0, ())
    assert len({Checkpoint(1, (1,)), Checkpoint(1, (1,)), START}) == 2
    with pytest.raises(AttributeError, match="immutable"):
        START.offset = 1  # type: ignore[misc]


def test_a_page_unpacks() -> None:
    rows, checkpoint, drifted = Page([1], START, False)
    assert (rows, checkpoint, drifted) == ([1], START, False)


def test_at_the_beginning_every_row_is_new() -> None:
    assert DriftDetector(START).new_rows([7, 8, 9], 0) == [0, 1, 2]


def test_after_an_overlap_the_remaining_rows_are_new() -> None:
    assert after(PAGE).new_rows([99, 100, 101, 102], BEHIND) == [2, 3]


def test_the_last_page_may_have_no_new_rows() -> None:
    assert after(PAGE).new_rows([99, 100], BEHIND) == []


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([], id="so many rows were deleted that the page is empty"),
        pytest.param([100, 101, 102], id="one row was deleted"),
        pytest.param([101, 102, 103], id="two rows were deleted"),
        pytest.param([98, 99, 100, 101], id="one row was added"),
        pytest.param([500, 99, 100, 101], id="one row was added exactly here"),
        pytest.param([101, 102, 50], id="a row was moved to the end"),
        pytest.param([100, 99, 101], id="two rows were swapped"),
        pytest.param([101, 102, *range(1, 51)], id="half of the known rows were moved to the end"),
    ],
)
def test_without_the_overlap_the_list_has_drifted(ids: list[int]) -> None:
    assert after(PAGE).new_rows(ids, BEHIND) is None


def test_after_a_rewind_a_page_with_most_known_ids_continues() -> None:
    detector = after(PAGE, 400)
    assert detector.new_rows([*range(-40, 52)], 358) == [*range(41)], "51 of 100 are known"
    assert detector.new_rows([*range(-40, 51)], 358) is None


def test_a_page_at_offset_0_always_continues() -> None:
    assert after(PAGE).new_rows([500, 7, 501], 0) == [0, 2]
    assert DriftDetector(Checkpoint(800, (1, 2, 3))).new_rows([], 0) == []


def test_if_no_id_is_known_any_page_continues() -> None:
    assert DriftDetector(Checkpoint(offset=300)).new_rows([1, 2], 300) == [0, 1]


@pytest.mark.parametrize(
    ("ids", "new"),
    [
        ([1, 2, 3, 4, 5, 6], [5]),
        ([3, 4, 5, 6], [3]),
        ([4, 5, 6], [2]),
        ([0, 1, 2, 3, 6], [0, 4]),
        ([5, 6, 7], None),
        ([6, 7, 1, 2], None),
    ],
)
def test_after_a_checkpoint_a_page_with_its_ids_continues(ids: list[int], new: list[int] | None) -> None:
    assert DriftDetector(Checkpoint(100, (1, 2, 3, 4, 5))).new_rows(ids, 95) == new


def test_the_first_rewind_from_a_page_is_its_length_and_each_further_one_doubles() -> None:
    detector = after(range(1000), 4000)
    assert detector.rewind(4998) == 3998
    assert detector.rewind(3998) == 1998
    assert detector.rewind(1998) == 0


def test_the_first_rewind_from_a_checkpoint_is_100_rows() -> None:
    detector = DriftDetector(Checkpoint(500, (1, 2, 3)))
    assert [detector.rewind(497), detector.rewind(397), detector.rewind(197)] == [397, 197, 0]


def test_a_recorded_page_resets_the_rewind() -> None:
    detector = after(PAGE, 900)
    detector.rewind(998)
    detector.rewind(898)
    assert detector.record_page([*range(1, 101)], 698) == (Checkpoint(798, (96, 97, 98, 99, 100)), True)
    assert detector.record_page([*range(99, 199)], 796)[1] is False
    assert detector.rewind(894) == 794


def test_a_checkpoint_is_after_the_page_and_has_five_ids() -> None:
    assert DriftDetector(START).record_page([*PAGE], 300) == (Checkpoint(400, (96, 97, 98, 99, 100)), False)


def test_a_short_page_keeps_earlier_ids_in_the_tail() -> None:
    detector = after(PAGE)
    assert detector.record_page([99, 100, 101], BEHIND) == (Checkpoint(101, (97, 98, 99, 100, 101)), False)


def test_an_empty_page_does_not_change_the_tail() -> None:
    detector = DriftDetector(Checkpoint(100, (99, 100)))
    assert detector.record_page([], 0) == (Checkpoint(0, (99, 100)), False)
    assert DriftDetector(START).record_page([], 0) == (START, False)

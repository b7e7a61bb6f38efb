"""What later steps of a run have changed in the row of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from odapi_async.recipes.journal.finding import MOVED
from odapi_async.recipes.journal.notes import Note
from odapi_async.recipes.journal.schema import StepState


class Later(NamedTuple):
    """What has happened to a row since its step.

    Attributes:
        fields: the wire names of the fields that later steps have written.
        is_deleted: whether one of them deletes it.
    """

    fields: frozenset[str]
    is_deleted: bool


def later_steps(note: Note, noted: Mapping[int, Note]) -> Later:
    """Return what the later steps of a run do to the row of a step.

    Args:
        note: what is noted of the step.
        noted: what is noted of all steps, by number.
    """
    resource = _resource(note)
    later = [each for number, each in noted.items() if number > note.step and _resource(each) == resource]
    same = [each for each in later if _is_same_row(each, note)]
    fields = frozenset[str]().union(*(each.fields for each in same))
    moved = MOVED.get(resource, frozenset()) if later else frozenset[str]()
    return Later(fields | moved, any(each.operation.startswith("DELETE ") for each in same))


def _is_same_row(later: Note, note: Note) -> bool:
    if later.row_id is None:  # an update whose path has no id, and whose outcome is lost
        return later.state is StepState.SENT and later.operation.startswith("PUT ")
    return later.row_id == note.row_id


def _resource(note: Note) -> str:
    return note.operation.split("/")[1]

"""What has become of a step, from the rows of the office. Pure: no request, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from odapi_async.recipes.journal.steps import Step, id_of


class Verdict(Enum):
    """What has become of a step."""

    OURS = auto()
    """The row is there, and has what was sent."""
    ABSENT = auto()
    """It is not there."""
    CONFLICT = auto()
    """Another row is in its place."""
    ASK = auto()
    """Rows are there that may be it."""


class StepOutcome(NamedTuple):
    """A verdict, with the row, or the ids of the rows that are in question and the fields that differ."""

    verdict: Verdict
    row: Any = None
    row_ids: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()


ABSENT = StepOutcome(Verdict.ABSENT)


def before_writing(step: Step[Any], rows: Sequence[Any]) -> StepOutcome:
    """Say whether a step that was never sent has to be sent.

    Args:
        step: the step.
        rows: the rows of the list that would have its row; of an update or a deletion, its row alone.
    """
    if not step.is_identified:
        return ABSENT
    return _named(step, rows) if step.ids else _identified(step, rows)


def after_writing(step: Step[Any], rows: Sequence[Any], known: frozenset[int]) -> StepOutcome:
    """Say whether a step was executed that was sent and whose outcome is lost.

    Args:
        step: the step.
        rows: as in `before_writing`, as they are now.
        known: the ids of the rows that were there before; of an update, of the row that had its values.
    """
    if step.is_identified:
        return _named(step, rows) if step.ids else _identified(step, rows)
    if step.ids:
        found = _named(step, rows)
        is_older = found.verdict is Verdict.OURS and not known.isdisjoint(found.row_ids)
        return found._replace(verdict=Verdict.ASK) if is_older else found
    new = [row for row in rows if id_of(row) not in known]
    equal = [row for row in new if not step.differing(row)]
    if len(equal) == 1:
        return StepOutcome(Verdict.OURS, equal[0], _ids(equal))
    maybe = equal or [row for row in new if step.resembles(row)]
    return StepOutcome(Verdict.ASK, row_ids=_ids(maybe)) if maybe else ABSENT


def known_before(step: Step[Any], rows: Sequence[Any]) -> frozenset[int]:
    """Return the ids that `after_writing` needs, from the rows before the write."""
    if step.ids:
        return frozenset(_named(step, rows).row_ids)
    return frozenset(_ids(rows))


def _named(step: Step[Any], rows: Sequence[Any]) -> StepOutcome:
    """Say whether the row of an update has its values, or that of a deletion is gone."""
    if step.operation.method == "DELETE":
        return ABSENT if rows else StepOutcome(Verdict.OURS)
    equal = [row for row in rows if not step.differing(row)]
    return StepOutcome(Verdict.OURS, equal[0], step.ids[-1:]) if equal else ABSENT


def _identified(step: Step[Any], rows: Sequence[Any]) -> StepOutcome:
    same = [row for row in rows if step.has_identity(row)]
    equal = [row for row in same if not step.differing(row)]
    if equal:
        return StepOutcome(Verdict.OURS, equal[0], _ids(equal))
    if same and step.operation.method == "POST":
        return StepOutcome(Verdict.CONFLICT, row_ids=_ids(same), fields=step.differing(same[0]))
    return ABSENT


def _ids(rows: Sequence[Any]) -> tuple[int, ...]:
    return tuple(found for found in map(id_of, rows) if found is not None)

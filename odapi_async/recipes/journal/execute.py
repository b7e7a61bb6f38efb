"""Does one step, at most once: looks at the office, notes it, sends it, and finds out what became of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, TypeVar

from odapi_async.client import Practice
from odapi_async.errors import (
    NoSuchResource,
    NotFound,
    NotKept,
    NotVerified,
    OpenDentalError,
    OutcomeUnknown,
)
from odapi_async.mirror import MirrorError
from odapi_async.recipes.journal.errors import Ask, Conflict, JournalError, StepsChanged
from odapi_async.recipes.journal.later import later_steps
from odapi_async.recipes.journal.notes import Note, RunLease
from odapi_async.recipes.journal.outcome import (
    StepOutcome,
    Verdict,
    after_writing,
    before_writing,
    known_before,
)
from odapi_async.recipes.journal.schema import StepState
from odapi_async.recipes.journal.step_requests import StepRequests, can_read, check_scope
from odapi_async.recipes.journal.steps import Step, id_of

T = TypeVar("T")

_NOT_LISTED: Final = "the row is gone already, or it has another"
_GO_BACK: Final = "let the program that began the run end it"
_CORRECT: Final = "look at it, and correct the row or the program"
_GO_ON: Final = "if that is right, do the steps that are left in a run with another name"
_MOST_WRITES: Final = 3
"""How often one call sends a step whose outcome is lost each time."""


class Steps:
    """The steps of one run.

    Args:
        lease: the run in the database.
        practice: the practice.
        settle: seconds after which a lost write is either at the office or never will be.

    Attributes:
        noted: what is noted of the steps, by number.
    """

    def __init__(self, lease: RunLease, practice: Practice, settle: float) -> None:
        self.noted: dict[int, Note] = {}
        self._lease = lease
        self._requests = StepRequests(practice)
        self._digest = practice.keyed_digest
        self._settle = settle
        self._ended: dict[int, float] = {}  # when this process stopped sending a step, by the loop's clock

    def begin(self, noted: dict[int, Note]) -> None:
        """Begin with the first step.

        Args:
            noted: what is noted of the steps, by number.
        """
        self.noted = noted
        self._ended.clear()

    async def do(self, step: Step[T]) -> T:
        """Do a step unless the office has it, and return its row."""
        check_scope(step)
        digest = step.digest(self._digest)
        note = self.noted.get(step.number)
        if note is None:
            return await self._begin(step, digest)
        if (note.operation, note.digest) != (step.operation.name, digest):
            is_same = note.operation == step.operation.name
            happened = "its values have changed" if is_same else f"it was {note.operation} before"
            raise StepsChanged(self._lease.run, step.number, step.operation.name, f"{happened}; {_GO_BACK}")
        if note.state is StepState.DONE:
            return await self._check_done(step, note)
        return await self._lost_outcome(step, note, writes=0)

    async def note(self, note: Note) -> None:
        """Note a step."""
        await self._lease.write(note)
        self.noted[note.step] = note

    async def forget(self, step: int) -> None:
        """Forget a step that was not executed."""
        await self._lease.erase(step)
        del self.noted[step]

    async def _begin(self, step: Step[T], digest: str) -> T:
        """Do a step that was never sent."""
        now = self._lease.clock()
        name, row_id = step.operation.name, _last(step)
        note = Note(step.number, name, digest, step.fields, StepState.SENT, row_id, frozenset(), now)
        if can_read(step):
            rows = await self._requests.rows(step)
            if step.scope and not rows:
                raise self._conflict(step, _NOT_LISTED, step.ids, tuple(step.scope), advice=_CORRECT)
            found = await self._reconsidered(step, before_writing(step, rows))
            if found.verdict is not Verdict.ABSENT:
                return await self._conclude(step, note, found)
            note = note._replace(known=known_before(step, rows))
        return await self._write(step, note, writes=0)

    async def _write(self, step: Step[T], note: Note, writes: int) -> T:
        """Note that a step is sent, send it, and note that it is done."""
        note = note._replace(noted_at=self._lease.clock())
        await self.note(note)
        try:
            try:
                row = await self._requests.write(step)
            finally:
                self._ended[step.number] = asyncio.get_running_loop().time()
        except OutcomeUnknown as error:
            if writes + 1 >= _MOST_WRITES:
                error.add_note("resume the run later: it looks at the office before it sends anything")
                raise
            return await self._lost_outcome(step, note, writes + 1)
        except NotKept as error:
            await self.note(note._replace(state=StepState.DONE, row_id=error.row_id or _last(step)))
            raise self._conflict(
                step, "the office has not kept", _some(error.row_id), error.fields, advice=_CORRECT
            ) from error
        except NotVerified as error:
            return await self._executed(step, note, error)
        except OpenDentalError as error:
            if not _is_gone(step, error):
                with suppress(MirrorError, JournalError):  # if it stays noted, the office is looked at
                    await self.forget(note.step)
                raise
            return await self._record(step, note, None, None)
        row_id = id_of(row) if not step.ids else step.ids[-1]
        if row_id is None and can_read(step):
            found = after_writing(step, await self._requests.rows(step), note.known)
            row_id = next(iter(found.row_ids), None)
        await self.note(note._replace(state=StepState.DONE, row_id=row_id))
        return row

    async def _executed(self, step: Step[T], note: Note, error: NotVerified) -> T:
        """Go on after a write that was executed, and that could not be read back."""
        row_id = error.row_id or _last(step)
        if row_id is None:
            raise error
        done = note._replace(state=StepState.DONE, row_id=row_id)
        await self.note(done)
        return await self._check_done(step, done)

    async def _lost_outcome(self, step: Step[T], note: Note, writes: int) -> T:
        """Find out whether a step was executed, and send it again if it was not."""
        if step.is_ask and not step.operation.idempotent:
            reason = step.finding.reason or "look for it"
            raise Ask(self._lease.run, step.number, step.operation.name, reason)
        if not can_read(step):
            return await self._write(step, note, writes)
        found = await self._look(step, note)
        left = self._settle - self._elapsed(note)
        if found.verdict is Verdict.ABSENT and left > 0 and not step.operation.idempotent:
            await asyncio.sleep(left)  # the office may be executing it at this moment
            found = await self._look(step, note)
        if found.verdict is Verdict.ABSENT:
            return await self._write(step, note, writes)
        return await self._conclude(step, note, found)

    def _elapsed(self, note: Note) -> float:
        """Return the seconds since a step was sent at the latest: it may have waited long for its slot."""
        ended = self._ended.get(note.step)
        if ended is not None:  # the clock on the wall may jump
            return asyncio.get_running_loop().time() - ended
        since = max(note.noted_at, self._lease.free_since)
        return max(0.0, (self._lease.clock() - since).total_seconds())

    async def _look(self, step: Step[Any], note: Note) -> StepOutcome:
        found = after_writing(step, await self._requests.rows(step), note.known)
        return await self._reconsidered(step, found, note.known)

    async def _reconsidered(
        self, step: Step[Any], found: StepOutcome, known: frozenset[int] | None = None
    ) -> StepOutcome:
        """Return an outcome. Rows that are in question are read by their ids: a list may leave out fields."""
        if found.verdict not in {Verdict.CONFLICT, Verdict.ASK} or step.ids:
            return found
        rows = await self._requests.read_again(step, found.row_ids)
        again = before_writing(step, rows) if known is None else after_writing(step, rows, known)
        return found if again.verdict is Verdict.ABSENT and rows else again

    async def _conclude(self, step: Step[T], note: Note, found: StepOutcome) -> T:
        """Return the row that was found, or raise what is in its place."""
        if found.verdict is Verdict.CONFLICT:
            raise self._conflict(
                step, "the office has another row with other", found.row_ids, found.fields, advice=_CORRECT
            )
        if found.verdict is Verdict.ASK:
            names = ", ".join(map(str, found.row_ids))
            happened = f"look at the rows {names} of /{step.resource}, which may be it"
            raise Ask(self._lease.run, step.number, step.operation.name, happened, found.row_ids)
        return await self._record(step, note, found.row, next(iter(found.row_ids), _last(step)))

    async def _record(self, step: Step[T], note: Note, row: Any, row_id: int | None) -> T:
        await self.note(note._replace(state=StepState.DONE, row_id=row_id))
        return step.made(row_id) if row is None else await self._requests.as_returned(step, row)

    async def _check_done(self, step: Step[T], note: Note) -> T:
        """Read the row of a step that is done: the office is believed, not the journal."""
        later = later_steps(note, self.noted)
        if not can_read(step):
            return step.made(note.row_id)
        row = await self._row_of(step, note)
        if step.operation.method == "DELETE":
            if row is not None:
                raise self._conflict(step, "the row is there again", step.ids[-1:])
            return step.made(note.row_id)
        if row is None:
            if later.is_deleted:
                return step.made(note.row_id)
            raise self._conflict(step, "it was done, and the row is not there any more")
        fields = step.differing(row, later.fields)
        if fields:
            raise self._conflict(step, "it was done, and somebody has changed", _some(note.row_id), fields)
        return await self._requests.as_returned(step, row)

    async def _row_of(self, step: Step[Any], note: Note) -> Any | None:
        if note.row_id is not None:
            return await self._requests.row(step, note.row_id)
        rows = await self._requests.rows(step)
        return next((row for row in rows if not step.is_identified or step.has_identity(row)), None)

    def _conflict(
        self,
        step: Step[Any],
        happened: str,
        row_ids: tuple[int, ...] = (),
        fields: tuple[str, ...] = (),
        *,
        advice: str = _GO_ON,
    ) -> Conflict:
        names = f" {', '.join(sorted(fields))}" if fields else ""
        rows = f" (row {', '.join(map(str, row_ids))})" if row_ids else ""
        text = f"{happened}{names}{rows}; {advice}"
        return Conflict(self._lease.run, step.number, step.operation.name, text, row_ids, fields)


def _last(step: Step[Any]) -> int | None:
    return step.ids[-1] if step.ids else None


def _some(row_id: int | None) -> tuple[int, ...]:
    return () if row_id is None else (row_id,)


def _is_gone(step: Step[Any], error: OpenDentalError) -> bool:
    """Return whether the row of a deletion was not there."""
    is_missing = isinstance(error, NotFound) and not isinstance(error, NoSuchResource)
    return step.operation.method == "DELETE" and is_missing

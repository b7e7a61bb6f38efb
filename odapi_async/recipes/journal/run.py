"""A run: writes that are done in order, each of them once, however often the program is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import uuid4

from odapi_async._core.operation import Operation
from odapi_async.client import Practice
from odapi_async.errors import (
    InvalidRequest,
    NoSuchResource,
    NotFound,
    NotKept,
    NotVerified,
    OpenDentalError,
    OutcomeUnknown,
)
from odapi_async.mirror import MirrorError
from odapi_async.recipes.journal.errors import Ask, Conflict, JournalError, RunLost, StepsChanged
from odapi_async.recipes.journal.later import later_steps
from odapi_async.recipes.journal.notes import Note, Notes
from odapi_async.recipes.journal.office import Office, can_read
from odapi_async.recipes.journal.outcome import (
    Outcome,
    Verdict,
    after_writing,
    before_writing,
    known_before,
)
from odapi_async.recipes.journal.schema import State
from odapi_async.recipes.journal.steps import Step, id_of

T = TypeVar("T")

_NO_SCOPE: Final[Mapping[str, int]] = MappingProxyType({})
_RENEWALS: Final = 4  # during a lease
_MOST_WRITES: Final = 3
"""How often one call sends a step whose outcome is lost each time."""


class Run:
    """The writes of one run, made by `Journal.run`. Use it in `async with`.

    Args:
        name: its name.
        practice: the practice.
        notes: the database.
        lease: seconds for which the run is kept for this process.
        settle: seconds after which a lost write is either at the office or never will be.
    """

    def __init__(self, name: str, practice: Practice, notes: Notes, *, lease: float, settle: float) -> None:
        self._name = name
        self._practice = practice
        self._office = Office(practice)
        self._notes = notes
        self._lease = lease
        self._settle = settle
        self._token = uuid4().hex
        self._noted: dict[int, Note] = {}
        self._done = 0
        self._is_busy = False
        self._lost: RunLost | None = None
        self._renewing: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Run {self._name!r}: {self._done} steps>"

    async def __aenter__(self) -> Self:
        await self._notes.open()
        try:
            fingerprint = self._practice.key_fingerprint
            self._noted = await self._notes.acquire(self._name, fingerprint, self._token)
        except JournalError as error:
            raise self._told(error) from None
        self._renewing = asyncio.create_task(self._renew())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
        left = sorted(step for step in self._noted if step > self._done)
        ended = kind is None and not left
        with suppress(MirrorError):  # the lease ends by itself
            await self._notes.release(self._name, self._token, ended=ended)
        if kind is None and left:
            note = self._noted[left[0]]
            raise self._told(
                StepsChanged(
                    self._name, note.step, note.operation, "was noted before, and is no step any more"
                )
            )

    async def ensure(
        self,
        operation: Operation[T],
        *ids: int,
        scope: Mapping[str, int] = _NO_SCOPE,
        **body: object,
    ) -> T:
        """Do a write, unless the office has it already, and return its row.

        Args:
            operation: the write, such as `pat_plans.CREATE` from `odapi_async.resources`.
            ids: the ids in its path.
            scope: filters of the list that has the row, such as `{"PatNum": 48}`: needed to look at a row of an
                update or a deletion that the API does not read by its id.
            body: its body, with the names of the API.

        Raises:
            InvalidRequest: a parameter breaks a rule of the API. Nothing was sent.
            Conflict: another row is in the place of this one.
            Ask: it was sent, and nobody but a person can find out whether it was executed.
            StepsChanged: the run had another step in this place before.
            RunLost: another process has taken the run over.
            OutcomeUnknown: the response was lost several times.
            StoreError: the database cannot be used.
            OpenDentalError: the office could not be read, or refused the write; call it again to go on.
        """
        if self._renewing is None or self._renewing.done() or self._is_busy:
            raise self._told(
                JournalError("a run does one step at a time, inside of its block: await each step")
            )
        self._is_busy = True
        try:
            step = Step(self._done + 1, operation, ids, scope, body)
            row = await self._ensure(step)
        except JournalError as error:
            self._told(error)
            raise
        finally:
            self._is_busy = False
        self._done += 1
        return row

    async def answer(self, step: int, *, row_id: int | None) -> None:
        """Tell what has become of a step that raised `Ask`; then call `ensure` for it again.

        Args:
            step: the number of the step, as in the error.
            row_id: the id of the row that it has written; None if it was not executed, so that it is sent.

        Raises:
            InvalidRequest: nobody asked about this step, or the number is no id.
            StoreError: the database cannot be used.
        """
        note = self._noted.get(step)
        if note is None or note.state is not State.SENT:
            raise InvalidRequest("step", f"{step} is no step of this run whose outcome is lost")
        if row_id is None:
            await self._notes.erase(self._name, self._token, step)
            del self._noted[step]
            return
        if row_id <= 0:
            raise InvalidRequest("row_id", "must be a positive whole number")
        await self._note(note._replace(state=State.DONE, row_id=row_id))

    async def _ensure(self, step: Step[T]) -> T:
        if self._lost:
            raise self._lost
        digest = step.digest(self._practice.keyed_digest)
        note = self._noted.get(step.number)
        if note is None:
            return await self._first(step, digest)
        if (note.operation, note.digest) != (step.operation.name, digest):
            was = "other values" if note.operation == step.operation.name else f"{note.operation} before"
            raise StepsChanged(self._name, step.number, step.operation.name, f"was noted with {was}")
        if note.state is State.DONE:
            return await self._again(step, note)
        return await self._lost_outcome(step, note, writes=0)

    async def _first(self, step: Step[T], digest: str) -> T:
        """Do a step that was never sent."""
        now = self._notes.clock()
        note = Note(step.number, step.operation.name, digest, step.fields, State.SENT, None, frozenset(), now)
        if can_read(step):
            rows = await self._office.rows(step)
            found = await self._judged(step, before_writing(step, rows))
            if found.verdict is not Verdict.ABSENT:
                return await self._settled(step, note, found)
            note = note._replace(known=known_before(step, rows))
        return await self._write(step, note, writes=0)

    async def _write(self, step: Step[T], note: Note, writes: int) -> T:
        """Note that a step is sent, send it, and note that it is done."""
        note = note._replace(noted_at=self._notes.clock())
        await self._note(note)
        try:
            row = await self._office.write(step)
        except OutcomeUnknown:
            if writes + 1 >= _MOST_WRITES:
                raise
            return await self._lost_outcome(step, note, writes + 1)
        except NotKept as error:
            await self._note(note._replace(state=State.DONE, row_id=error.row_id or _last(step)))
            raise self._conflict(
                step, "the office has not kept", _some(error.row_id), error.fields
            ) from error
        except NotVerified as error:
            return await self._executed(step, note, error)
        except OpenDentalError as error:
            if not _is_gone(step, error):
                await self._forget(note)
                raise
            return await self._finish(step, note, None, None)
        row_id = id_of(row) if not step.ids else step.ids[-1]
        if row_id is None and can_read(step):
            found = after_writing(step, await self._office.rows(step), note.known)
            row_id = next(iter(found.row_ids), None)
        await self._note(note._replace(state=State.DONE, row_id=row_id))
        return row

    async def _executed(self, step: Step[T], note: Note, error: NotVerified) -> T:
        """Go on after a write that was executed, and that could not be read back."""
        row_id = error.row_id or _last(step)
        if row_id is None:
            raise error
        done = note._replace(state=State.DONE, row_id=row_id)
        await self._note(done)
        return await self._again(step, done)

    async def _lost_outcome(self, step: Step[T], note: Note, writes: int) -> T:
        """Find out whether a step was executed, and send it again if it was not."""
        if step.is_ask and not step.operation.idempotent:
            reason = (
                f"its outcome is lost; {step.finding.reason}"
                if step.finding.reason
                else "its outcome is lost"
            )
            raise Ask(self._name, step.number, step.operation.name, reason)
        if not can_read(step):
            return await self._write(step, note, writes)
        found = await self._look(step, note)
        left = self._settle - max(0.0, (self._notes.clock() - note.noted_at).total_seconds())
        if found.verdict is Verdict.ABSENT and left > 0 and not step.operation.idempotent:
            await asyncio.sleep(left)  # the office may be executing it at this moment
            found = await self._look(step, note)
        if found.verdict is Verdict.ABSENT:
            return await self._write(step, note, writes)
        return await self._settled(step, note, found)

    async def _look(self, step: Step[Any], note: Note) -> Outcome:
        found = after_writing(step, await self._office.rows(step), note.known)
        return await self._judged(step, found, note.known)

    async def _judged(self, step: Step[Any], found: Outcome, known: frozenset[int] | None = None) -> Outcome:
        """Return an outcome. Rows that are in question are read by their ids: a list may leave out fields."""
        if found.verdict not in {Verdict.CONFLICT, Verdict.ASK} or step.ids:
            return found
        rows = await self._office.read_again(step, found.row_ids)
        again = before_writing(step, rows) if known is None else after_writing(step, rows, known)
        return found if again.verdict is Verdict.ABSENT and rows else again

    async def _settled(self, step: Step[T], note: Note, found: Outcome) -> T:
        """Return the row that was found, or raise what is in its place."""
        if found.verdict is Verdict.CONFLICT:
            raise self._conflict(step, "the office has another row with other", found.row_ids, found.fields)
        if found.verdict is Verdict.ASK:
            happened = "its outcome is lost, and the office has new rows that may be it"
            raise Ask(self._name, step.number, step.operation.name, happened, found.row_ids)
        return await self._finish(step, note, found.row, next(iter(found.row_ids), _last(step)))

    async def _finish(self, step: Step[T], note: Note, row: Any, row_id: int | None) -> T:
        await self._note(note._replace(state=State.DONE, row_id=row_id))
        return step.made(row_id) if row is None else await self._office.as_returned(step, row)

    async def _again(self, step: Step[T], note: Note) -> T:
        """Read the row of a step that is done: the office is believed, not the journal."""
        later = later_steps(note, self._noted)
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
        return await self._office.as_returned(step, row)

    async def _row_of(self, step: Step[Any], note: Note) -> Any | None:
        if note.row_id is not None:
            return await self._office.row(step, note.row_id)
        rows = await self._office.rows(step)
        return next((row for row in rows if not step.is_identified or step.has_identity(row)), None)

    async def _note(self, note: Note) -> None:
        await self._notes.write(self._name, self._token, note)
        self._noted[note.step] = note

    async def _forget(self, note: Note) -> None:
        with suppress(MirrorError, JournalError):  # if it stays noted, the office is looked at
            await self._notes.erase(self._name, self._token, note.step)
            del self._noted[note.step]

    async def _renew(self) -> None:
        """Keep the run for this process until the block ends."""
        while self._lost is None:
            await asyncio.sleep(self._lease / _RENEWALS)
            with suppress(MirrorError):  # it is tried again before the lease ends
                try:
                    await self._notes.renew(self._name, self._token)
                except RunLost as error:
                    self._lost = error

    def _conflict(
        self, step: Step[Any], happened: str, row_ids: tuple[int, ...] = (), fields: tuple[str, ...] = ()
    ) -> Conflict:
        names = f" {', '.join(sorted(fields))}" if fields else ""
        rows = f" (row {', '.join(map(str, row_ids))})" if row_ids else ""
        text = f"{happened}{names}{rows}; look at it, and change it or give the run another name"
        return Conflict(self._name, step.number, step.operation.name, text, row_ids, fields)

    def _told(self, error: JournalError) -> JournalError:
        error.practice = self._practice.name
        return error


def _last(step: Step[Any]) -> int | None:
    return step.ids[-1] if step.ids else None


def _some(row_id: int | None) -> tuple[int, ...]:
    return () if row_id is None else (row_id,)


def _is_gone(step: Step[Any], error: OpenDentalError) -> bool:
    """Return whether the row of a deletion was not there."""
    is_missing = isinstance(error, NotFound) and not isinstance(error, NoSuchResource)
    return step.operation.method == "DELETE" and is_missing

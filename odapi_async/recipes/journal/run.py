"""A run: writes that are done in order, each of them once, however often the program is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType, TracebackType
from typing import Final, Self, TypeVar

from odapi_async._core.operation import Operation
from odapi_async._wire.values import whole_number
from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest
from odapi_async.mirror import MirrorError
from odapi_async.recipes.journal.errors import JournalError, RunLost, StepsChanged
from odapi_async.recipes.journal.execute import Steps
from odapi_async.recipes.journal.notes import RunLease
from odapi_async.recipes.journal.schema import StepState
from odapi_async.recipes.journal.steps import Step

T = TypeVar("T")

_NO_SCOPE: Final[Mapping[str, int]] = MappingProxyType({})
_RENEWALS: Final = 4  # during a lease
_HIGHEST_ID: Final = 2**63 - 1


class Run:
    """The writes of one run, made by `Journal.run`. Use it in `async with`.

    Args:
        lease: the run in the database.
        practice: the practice.
        settle: seconds after which a lost write is either at the office or never will be.
    """

    def __init__(self, lease: RunLease, practice: Practice, settle: float) -> None:
        self._lease = lease
        self._practice = practice
        self._steps = Steps(lease, practice, settle)
        self._done = 0
        self._is_busy = False
        self._has_failed = False
        self._lost: RunLost | None = None
        self._renewing: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Run {self._lease.run!r}: {self._done} steps>"

    async def __aenter__(self) -> Self:
        try:
            with self._naming_practice():
                self._steps.begin(await self._lease.acquire(self._practice.key_fingerprint))
        except asyncio.CancelledError:
            with suppress(MirrorError):  # it may have been acquired before
                await self._lease.release(ended=False)
            raise
        self._done, self._has_failed, self._lost = 0, False, None  # the block may be entered again
        self._renewing = asyncio.create_task(self._renew())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        noted = self._steps.noted
        left = sorted(step for step in noted if step > self._done)
        try:
            if self._renewing is not None:
                self._renewing.cancel()
                await asyncio.wait([self._renewing])
        finally:
            self._renewing = None
            with suppress(MirrorError):  # the lease ends by itself
                await self._lease.release(ended=kind is None and not left and not self._has_failed)
        if kind is None and left and not self._has_failed:
            note, happened = noted[left[0]], "the run had this step, and the program has left it out"
            with self._naming_practice():
                raise StepsChanged(self._lease.run, note.step, note.operation, happened)

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
            scope: filters of the list that has the row, such as `{"PatNum": 48}`. An update or a deletion
                needs it if the API does not read the row by its id.
            body: its body, with the names of the API.

        Raises:
            InvalidRequest: a parameter breaks a rule of the API. Nothing was sent.
            Conflict: another row is in the place of this one.
            Ask: it was sent, and nobody but a person can find out whether it was executed.
            StepsChanged: the run had another step in this place before.
            RunLost: this process did not renew its lease in time, so another one may have taken the run over.
            OutcomeUnknown: the response was lost several times.
            StoreError: the database cannot be used.
            OpenDentalError: the office could not be read, or refused the write; call it again to go on.
        """
        step = Step(self._done + 1, operation, ids, scope, body)  # first, because it empties body
        with self._naming_practice():
            self._check_usable()
            self._is_busy = self._has_failed = True
            try:
                if (
                    self._lease.fence.is_past
                ):  # the process was held up; perhaps nobody has taken the run over
                    await self._lease.renew()
                async with self._lease.fence.guard():
                    row = await self._steps.do(step)
            finally:
                self._is_busy = False
        self._done += 1
        self._has_failed = False
        return row

    async def answer(self, step: int, *, row_id: int | None) -> None:
        """Tell what has become of a step that raised `Ask`; then call `ensure` for it again.

        Args:
            step: the number of the step, as in the error.
            row_id: the id of the row that it has written; None if it was not executed, so that it is sent.

        Raises:
            InvalidRequest: nobody asked about this step, or the number is no id.
            JournalError: the run is not inside of its block, or a step is in progress.
            RunLost: as for `ensure`.
            StoreError: the database cannot be used.
        """
        with self._naming_practice():
            self._check_usable()
            await self._answer(step, row_id)

    async def _answer(self, step: int, row_id: int | None) -> None:
        note = self._steps.noted.get(step)
        if note is None or note.state is not StepState.SENT:
            raise InvalidRequest("step", f"{step} is no step of this run whose outcome is lost")
        if row_id is None:
            await self._steps.forget(step)
            return
        number = whole_number(row_id)
        if number is None or not 0 < number <= _HIGHEST_ID:
            raise InvalidRequest("row_id", "must be a positive whole number, or None if it was not executed")
        await self._steps.note(note._replace(state=StepState.DONE, row_id=number))

    def _check_usable(self) -> None:
        if self._lost:
            raise self._lost
        if self._renewing is None:
            raise JournalError("use a run in `async with`, and do its steps inside of that block")
        if self._is_busy:
            raise JournalError("a run does one step at a time: await each step before the next one")
        if self._renewing.done():
            self._renewing.result()  # raises what has ended it: without it the run is soon lost

    async def _renew(self) -> None:
        """Keep the run for this process until the block ends."""
        while self._lost is None:
            await asyncio.sleep(self._lease.seconds / _RENEWALS)
            with suppress(MirrorError):  # it is tried again before the lease ends
                try:
                    await self._lease.renew()
                except RunLost as error:
                    self._lost = error

    @contextmanager
    def _naming_practice(self) -> Generator[None]:
        """Add the name of the practice to the errors of the journal."""
        try:
            yield
        except JournalError as error:
            error.practice = self._practice.name
            raise

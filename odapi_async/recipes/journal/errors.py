"""The errors that only a journal raises. They name steps, fields and ids, and never a value."""

from __future__ import annotations

from odapi_async.errors import OpenDentalError


class JournalError(OpenDentalError):
    """Base of the journal's own errors. Nothing was sent for the step, unless the class says otherwise."""


class StepError(JournalError):
    """An error of one step of a run.

    Attributes:
        run: the name of the run.
        step: the number of the step, from 1 on.
        operation: method and path of the step's operation.
    """

    def __init__(self, run: str, step: int, operation: str, happened: str) -> None:
        super().__init__(f"step {step} of run {run!r} ({operation}): {happened}")
        self.run = run
        self.step = step
        self.operation = operation


class Conflict(StepError):  # noqa: N818 - named after what happened
    """The office has another row in the place of the one that a step is to make, or did not keep all of it.

    Read the row and decide: correct it, or correct the program. If somebody has changed on purpose what a run
    had done, do the steps that are left in a run with another name.

    Attributes:
        row_ids: the ids of the rows; empty if none is there any more.
        fields: the wire names of the fields that differ.
    """

    def __init__(
        self,
        run: str,
        step: int,
        operation: str,
        happened: str,
        row_ids: tuple[int, ...] = (),
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(run, step, operation, happened)
        self.row_ids = row_ids
        self.fields = fields


class Ask(StepError):  # noqa: N818 - named after what to do
    """A step was sent, its outcome is lost, and the office cannot tell it. A person has to look.

    Look whether the office has done it, and tell the run with `run.answer(step, row_id=…)`. It was not sent
    again, and it is not until then.

    Attributes:
        row_ids: the ids of the rows that may be the one that was written.
    """

    def __init__(
        self, run: str, step: int, operation: str, happened: str, row_ids: tuple[int, ...] = ()
    ) -> None:
        super().__init__(
            run,
            step,
            operation,
            f"its outcome is lost; {happened}, and tell the run: run.answer({step}, row_id=ID) if it was done"
            f", run.answer({step}, row_id=None) if not",
        )
        self.row_ids = row_ids


class StepsChanged(StepError):  # noqa: N818 - named after what happened
    """A run has other steps than it had before, so what was noted does not fit them.

    Steps are known by their order and their values. Let the program that began the run end it. If that is not
    possible, use another name for what is left: only rows with an identity are adopted there (`finding_of`),
    and all other steps that this run has done would be done twice.
    """


class WrongPractice(JournalError):  # noqa: N818 - named after the state
    """A run belongs to another practice, or to another key of the same one. No request was sent."""

    def __init__(self, run: str) -> None:
        super().__init__(
            f"run {run!r} was begun with another customer key or developer key; use that one, or another name"
        )
        self.run = run


class RunBusy(JournalError):  # noqa: N818 - named after the state
    """Another process, or another task of this one, is in the same run. No request was sent.

    Attributes:
        run: the name of the run.
        seconds: seconds after which the run is free if that process was killed.
    """

    def __init__(self, run: str, seconds: float) -> None:
        super().__init__(
            f"run {run!r} is in use by another process or task; if that one was killed, it is free in"
            f" {seconds:.0f} s"
        )
        self.run = run
        self.seconds = seconds


class RunLost(JournalError):  # noqa: N818 - named after what happened
    """This process did not renew its lease in time, so another one may have taken over the run.

    Stop. The step that was in progress may have been sent. The process that resumes the run finds out.
    """

    def __init__(self, run: str) -> None:
        super().__init__(
            f"this process did not renew its lease of run {run!r} in time, so another one may have taken it"
            " over; stop, and resume the run later"
        )
        self.run = run

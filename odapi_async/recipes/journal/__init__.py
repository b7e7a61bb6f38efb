"""Writes that resume: a program that was killed in the middle goes on where it was, and writes nothing twice.

    async with Journal("writes.db") as journal:
        async with journal.run("ins-48", practice) as run:      # the same name resumes
            sub = await run.ensure(ins_subs.CREATE, PlanNum=7, Subscriber=48, SubscriberID="X")
            await run.ensure(pat_plans.CREATE, PatNum=48, InsSubNum=sub.InsSubNum, Ordinal=1)

`Journal` is the database, `Run` has the writes. `Conflict` and `Ask` are what a person decides, and
`finding_of` tells how the row of an operation is found again.

Names are loaded on first use (PEP 562), because the libraries of the extra `mirror` take long.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.recipes.journal.errors import (
        Ask,
        Conflict,
        JournalError,
        RunBusy,
        RunLost,
        StepError,
        StepsChanged,
        WrongPractice,
    )
    from odapi_async.recipes.journal.finding import Finding, Kind, finding_of
    from odapi_async.recipes.journal.journal import Journal
    from odapi_async.recipes.journal.run import Run

_NAMES: Final = {
    "errors": (
        "Ask",
        "Conflict",
        "JournalError",
        "RunBusy",
        "RunLost",
        "StepError",
        "StepsChanged",
        "WrongPractice",
    ),
    "finding": ("Finding", "Kind", "finding_of"),
    "journal": ("Journal",),
    "run": ("Run",),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "Ask",
    "Conflict",
    "Finding",
    "Journal",
    "JournalError",
    "Kind",
    "Run",
    "RunBusy",
    "RunLost",
    "StepError",
    "StepsChanged",
    "WrongPractice",
    "finding_of",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(f"odapi_async.recipes.journal.{_MODULES[name]}"), name)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("odapi_async"):
                raise
            package = (missing.name or "").partition(".")[0]
            raise ModuleNotFoundError(
                f"odapi_async.recipes.journal needs {package}: pip install 'odapi-async[mirror]'",
                name=missing.name,
            ) from missing
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

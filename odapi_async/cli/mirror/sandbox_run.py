"""`odapi mirror --sandbox`: mirrors made-up practices twice, and shows the cost of the second run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from odapi_async.cli.mirror.job import DEFAULT_STORE, MirrorJob, merge
from odapi_async.cli.mirror.options import Overrides
from odapi_async.cli.mirror.report import Round, as_table, failures, summary
from odapi_async.cli.mirror.runner import MakeDisplay, MirrorRunner, RoundOptions, open_runner
from odapi_async.cli.output.table import aligned
from odapi_async.cli.sandbox_practices import PracticeSpec, make_office, started
from odapi_async.limits import Mode, Tier
from odapi_async.mirror import Store
from odapi_async.mirror.config import Config, PracticeConfig
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.mirror.suggestions import check_tables
from odapi_async.mirror.texts import counted

_TABLES: Final = ("patients", "appointments")
_NICKNAME: Final = "Mirrored"
INTRODUCTION: Final = """\
A sandbox plays three practices with made-up data, and their tables are copied into a database.
Then some patients are changed and a second run reads only the changes, to show how little it costs."""


class _SandboxPractice(NamedTuple):
    """One practice: its rows, the patients that change between the runs, and its tables if not all."""

    spec: PracticeSpec
    rows: Mapping[str, int]
    changed: tuple[int, ...] = ()
    tables: tuple[str, ...] | None = None


# the ReadAll practice gets one request every five seconds and cannot write, so it has one small table
_PRACTICES: Final = (
    _SandboxPractice(
        PracticeSpec("sandbox-local", Tier.STANDARD, Mode.LOCAL),
        {"patients": 20_000, "appointments": 20_000},
        (1, 2, 3),
    ),
    _SandboxPractice(
        PracticeSpec("sandbox-standard", Tier.STANDARD), {"patients": 450, "appointments": 250}, (1, 2)
    ),
    _SandboxPractice(PracticeSpec("sandbox-readall", Tier.READ_ALL), {"patients": 90}, tables=("patients",)),
)


class RowCount(msgspec.Struct, frozen=True):
    """The number of rows of one table of one practice in the database."""

    practice: str
    table: str
    rows: int


class SandboxRun(msgspec.Struct, frozen=True, kw_only=True):
    """The result.

    Attributes:
        clean: whether both runs were complete, all changes arrived, and the second run sent no request more
            than it had to.
        first: the first run.
        second: the second run.
        needed: requests that the second run needs: one for each list that has a filter for changes.
        changed: patients that were changed between the runs.
        arrived: changed patients whose change is in the database.
        held: the rows in the database.
    """

    clean: bool
    first: Round
    second: Round
    needed: int
    changed: int
    arrived: int
    held: list[RowCount]


async def run_in_sandbox(overrides: Overrides, make_display: MakeDisplay) -> SandboxRun:
    """Mirror a sandbox, change some rows, mirror it again, and look into the database.

    Args:
        overrides: the tables, and the database; without a database it is a temporary file.
        make_display: makes the display of one run's progress.

    Raises:
        CommandFailed: the sandbox did not start.
        StoreError: the database cannot be used.
        ConfigurationError: there is no such table, or the database URL is malformed.
    """
    check_tables(overrides.tables)
    async with AsyncExitStack() as stack:
        store = overrides.store or stack.enter_context(_temporary_folder()) + f"/{DEFAULT_STORE}"
        async with Store(store):
            pass  # a problem with the database shows before a sandbox is started for it
        offices = [make_office(each.spec, each.rows) for each in _PRACTICES]
        server = await stack.enter_async_context(started(offices))
        practices = {each.spec.key: _config(each, server.url) for each in _PRACTICES}
        job = MirrorJob(
            config=merge(Config(store=store, tables=_TABLES, practices=practices), overrides),
            developer_key=server.developer_key,
            customer_keys={name: name for name in practices},
        )
        runner = await stack.enter_async_context(open_runner(job, make_display))
        first = await runner.run_round(RoundOptions(sweep=True))
        changed = await _change_patients(runner)
        return await _evaluate(runner, first, await runner.run_round(), changed)


def as_text(found: SandboxRun, store: str | None) -> str:
    """Return the result as text.

    Args:
        found: the result.
        store: the database; None if it was a temporary file.
    """
    held = [(each.practice, each.table, f"{each.rows:,}") for each in found.held]
    requests = f"{found.second.requests} of {found.needed} requests that it needs at least"
    lines = (
        "First run: read all rows.",
        as_table(found.first.tables),
        *failures(found.first),
        summary(found.first),
        "",
        f"Then {counted(found.changed, 'patient')} got a new nickname. Second run: read only what changed.",
        as_table(found.second.tables),
        *failures(found.second),
        summary(found.second),
        f"It sent {requests}, one for each list; {found.arrived} of {found.changed} changes arrived.",
        "",
        "Rows in the database:",
        aligned([("practice", "table", "rows"), *held]),
        _next_step(store),
    )
    return "\n".join(lines)


def _next_step(store: str | None) -> str:
    if store is None:
        return f"The database was a temporary file and is deleted. To keep it, add: --store {DEFAULT_STORE}"
    return "Look into it with SQL, or with: odapi export patients --format csv --to DIR"


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="odapi-mirror-")


def _config(practice: _SandboxPractice, url: str) -> PracticeConfig:
    spec = practice.spec
    return PracticeConfig(tier=spec.tier, mode=spec.mode, base_url=url, tables=practice.tables)


async def _change_patients(runner: MirrorRunner) -> int:
    for each in _PRACTICES:
        for patient in each.changed:
            await runner.practices[each.spec.key].patients.update(patient, Preferred=_NICKNAME)
    return sum(len(each.changed) for each in _PRACTICES)


async def _evaluate(runner: MirrorRunner, first: Round, second: Round, changed: int) -> SandboxRun:
    held = [
        RowCount(each.practice, each.table, await runner.store.count(each.practice, each.table))
        for each in second.tables
    ]
    plans = [BY_TABLE[each.table] for each in second.tables]
    needed = sum(len(plan.list_filters) for plan in plans if plan.changes)
    has_patients = any(plan.table == "patients" for plan in plans)
    arrived = await _count_arrived(runner.store) if has_patients else changed
    return SandboxRun(
        clean=first.complete and second.complete and second.requests == needed and arrived == changed,
        first=first,
        second=second,
        needed=needed,
        changed=changed,
        arrived=arrived,
        held=held,
    )


async def _count_arrived(store: Store) -> int:
    patients = store.tables["patients"]
    changed = [
        sa.and_(patients.c.practice == each.spec.key, patients.c.patnum.in_(each.changed))
        for each in _PRACTICES
    ]
    query = sa.select(sa.func.count()).where(sa.or_(*changed), patients.c.preferred == _NICKNAME)
    with translate_errors():
        async with store.engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

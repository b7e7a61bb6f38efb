"""`odapi mirror --sandbox`: a mirror of made-up practices, and what it costs to keep it current."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from odapi_async.cli.errors import Failed
from odapi_async.cli.mirror.job import STORE, Job, Target, Wish
from odapi_async.cli.mirror.report import Round, as_table, failures, summary
from odapi_async.cli.mirror.view import counted
from odapi_async.cli.mirror.work import Copying, Showing, copying
from odapi_async.cli.output.table import aligned
from odapi_async.cli.sandbox_practices import Spec, make_office
from odapi_async.limits import Mode, Tier
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.mirror.suggestions import check_tables
from odapi_async.sandbox import SandboxProcess

_TABLES: Final = ("patients", "appointments")
_SLOWEST: Final = {"sandbox-readall": ("patients",)}
_NICKNAME: Final = "Mirrored"


class _Part(NamedTuple):
    """One practice: how many rows it has, and the patients that are changed between the two runs."""

    spec: Spec
    rows: Mapping[str, int]
    changed: tuple[int, ...] = ()


# The slowest one may ask every five seconds only, and may not write: one table of it is enough.
_PARTS: Final = (
    _Part(
        Spec("sandbox-local", Tier.STANDARD, Mode.LOCAL),
        {"patients": 20_000, "appointments": 20_000},
        (1, 2, 3),
    ),
    _Part(Spec("sandbox-standard", Tier.STANDARD), {"patients": 450, "appointments": 250}, (1, 2)),
    _Part(Spec("sandbox-readall", Tier.READ_ALL), {"patients": 90}),
)


class Held(msgspec.Struct, frozen=True):
    """Rows of one table of one practice in the database."""

    practice: str
    table: str
    rows: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        clean: whether both runs were complete, the changes arrived, and the second run cost no request more
            than it had to.
        first: the first run.
        second: the second run.
        needed: requests that the second run needs: one for each list that can be asked for changes.
        changed: patients that were changed between the two.
        arrived: those of them whose change is in the database.
        held: what the database holds.
    """

    clean: bool
    first: Round
    second: Round
    needed: int
    changed: int
    arrived: int
    held: list[Held]


async def trial(wish: Wish, showing: Showing) -> Trial:
    """Mirror a sandbox, change some rows, mirror it again, and look into the database.

    Args:
        wish: the tables, and the database; without one it is a file that does not stay.
        showing: gives what shows each run.

    Raises:
        Failed: the sandbox did not start.
        StoreError: the database cannot be used.
        ConfigurationError: there is no such table, or the database cannot be one.
    """
    tables = check_tables(wish.tables) or _TABLES
    async with AsyncExitStack() as stack:
        store = wish.store or stack.enter_context(_folder()) + f"/{STORE}"
        async with Store(store):
            pass  # what is wrong with it shows before a sandbox is started for it
        server = await stack.enter_async_context(_sandbox())
        job = Job(
            developer_key=server.developer_key,
            store=store,
            targets={
                part.spec.key: Target(
                    customer_key=part.spec.key, tier=part.spec.tier, mode=part.spec.mode, base_url=server.url
                )
                for part in _PARTS
            },
            tables=tables,
            others={} if wish.tables else _SLOWEST,
        )
        copy = await stack.enter_async_context(copying(job, showing))
        first = await copy.round(sweep=True)
        changed = await _change(copy)
        return await _judged(copy, first, await copy.round(), changed)


def as_text(found: Trial, store: str | None) -> str:
    """Write what was found for people.

    Args:
        found: what was found.
        store: the database, if it stays.
    """
    held = [(each.practice, each.table, f"{each.rows:,}") for each in found.held]
    changes = f"{found.second.requests} of {found.needed} requests that it needs at least"
    lines = (
        "First run: all rows.",
        as_table(found.first.tables),
        *failures(found.first),
        summary(found.first),
        "",
        f"Then {counted(found.changed, 'patient')} got another nickname. Second run: what has changed since.",
        as_table(found.second.tables),
        *failures(found.second),
        summary(found.second),
        f"It took {changes}, one for each list; {found.arrived} of {found.changed} changes arrived.",
        "",
        "In the database:",
        aligned([("practice", "table", "rows"), *held]),
        _afterwards(store),
    )
    return "\n".join(lines)


def _afterwards(store: str | None) -> str:
    if store is None:
        return f"It was a temporary file and is gone; --store {STORE} keeps it."
    return "Look into it with SQL, or with: odapi export patients --format csv --to DIR"


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="odapi-mirror-")


@asynccontextmanager
async def _sandbox() -> AsyncGenerator[SandboxProcess]:
    server = SandboxProcess([make_office(part.spec, part.rows) for part in _PARTS])
    try:
        await server.start()
    except (RuntimeError, TimeoutError, OSError) as error:
        raise Failed(f"the sandbox did not start: {error}") from None
    try:
        yield server
    finally:
        await server.close()


async def _change(copy: Copying) -> int:
    for part in _PARTS:
        for patient in part.changed:
            await copy.practices[part.spec.key].patients.update(patient, Preferred=_NICKNAME)
    return sum(len(part.changed) for part in _PARTS)


async def _judged(copy: Copying, first: Round, second: Round, changed: int) -> Trial:
    held = [
        Held(each.practice, each.table, await copy.store.count(each.practice, each.table))
        for each in second.tables
    ]
    plans = [BY_TABLE[each.table] for each in second.tables]
    needed = sum(len(plan.list_filters) for plan in plans if plan.changes)
    arrived = await _arrived(copy.store) if any(plan.table == "patients" for plan in plans) else changed
    return Trial(
        clean=first.complete and second.complete and second.requests == needed and arrived == changed,
        first=first,
        second=second,
        needed=needed,
        changed=changed,
        arrived=arrived,
        held=held,
    )


async def _arrived(store: Store) -> int:
    patients = store.tables["patients"]
    wanted = [
        sa.and_(patients.c.practice == part.spec.key, patients.c.patnum.in_(part.changed)) for part in _PARTS
    ]
    query = sa.select(sa.func.count()).where(sa.or_(*wanted), patients.c.preferred == _NICKNAME)
    with translate_errors():
        async with store.engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

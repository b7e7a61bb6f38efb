"""Keeps copies of many practices: all of them at once, each table after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from odapi_async import ConfigurationError, OpenDental, Practice, Priority
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.errors import StoreError
from odapi_async.mirror.plans import BY_TABLE, PLANS, Plan
from odapi_async.mirror.reader import PracticeClock, TableReader
from odapi_async.mirror.report import Report, TableStatus
from odapi_async.mirror.suggestions import check_tables

DEFAULT_TABLES: Final = (
    "patients",
    "appointments",
    "procedure_logs",
    "procedure_codes",
    "providers",
    "operatories",
    "clinics",
    "definitions",
    "recall_types",
    "recalls",
    "claims",
    "payments",
)
"""What is copied if nobody says what."""

_NONE: Final[Mapping[str, Iterable[str]]] = MappingProxyType({})


class Mirror:
    """Copies practices into a store, and keeps the copies current.

    Every call goes at the lowest priority, so that whoever else asks these practices through the same client
    (or through the same Redis) goes first. It may be killed at any moment: what was read is there, and the
    next run goes on from it.

    Args:
        client: the client that the practices belong to.
        store: where the copies are kept.
        sweep_days: days from one reading of all rows to the next, for all tables; by default each table has
            its own.
    """

    def __init__(self, client: OpenDental, store: Store, *, sweep_days: float | None = None) -> None:
        self.client = client
        self.store = store
        self._sweep_days = sweep_days
        self.statuses: tuple[TableStatus, ...] = ()
        """How far the run is that is under way, or was last."""

    async def run(
        self,
        practices: Mapping[str, Practice],
        tables: Iterable[str] = DEFAULT_TABLES,
        *,
        tables_by_practice: Mapping[str, Iterable[str]] = _NONE,
        sweep: bool = False,
    ) -> Report:
        """Read what is due of all practices, once.

        Args:
            practices: the practices by the names that their rows carry in the database.
            tables: names of tables. What they are read by comes with them: documents are read patient by
                patient, so they bring patients.
            tables_by_practice: by name of a practice, the tables that are read there instead.
            sweep: read all rows, also of tables whose next sweep is not due yet.

        Returns:
            What has become of each table. One that failed does not stop the others.

        Raises:
            StoreError: the database cannot be used. Nothing of a page is in it without its cursor.
            ConfigurationError: there is no such table, or a practice has no name.
        """
        tables = tuple(tables)
        plans = {name: _plans(tables_by_practice.get(name, tables)) for name in practices}
        if "" in practices:
            raise ConfigurationError("a practice needs a name")
        names = {plan.table for found in plans.values() for plan in found}
        await self.store.open(names)
        work = {
            name: [(plan, TableStatus(practice=name, table=plan.table)) for plan in found]
            for name, found in plans.items()
        }
        self.statuses = tuple(status for found in work.values() for _, status in found)
        try:
            async with asyncio.TaskGroup() as group:
                for name, practice in practices.items():
                    office = PracticeClock(name, practice.with_options(priority=Priority.BULK))
                    group.create_task(self._read(office, work[name], sweep=sweep))
        except* StoreError as errors:
            raise errors.exceptions[0] from None
        await self.store.index(names)
        return Report(tables=self.statuses)

    async def _read(
        self, office: PracticeClock, work: Sequence[tuple[Plan, TableStatus]], *, sweep: bool
    ) -> None:
        for plan, status in work:
            reading = TableReader(self.store, office, plan, status)
            await reading.read(sweep_days=self._sweep_days, sweep=sweep)


def _plans(tables: Iterable[str]) -> list[Plan]:
    """Return the plans of tables and of those that they are read by, the latter first."""
    wanted: set[str] = set()
    for name in check_tables(tables):
        table: str | None = name
        while table is not None:
            wanted.add(table)
            parent = BY_TABLE[table].parent
            table = parent.table if parent else None
    return [plan for plan in PLANS if plan.table in wanted]

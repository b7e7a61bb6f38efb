"""The events of one office: it polls its subscriptions one after another, and posts what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from odapi_async.sandbox.events import subscribed
from odapi_async.sandbox.events.payloads import PATIENT_SELECTED, Payload, Payloads
from odapi_async.sandbox.events.post import Outcome, post
from odapi_async.sandbox.events.subscribed import SUBSCRIPTIONS, Subscribed
from odapi_async.sandbox.faults import FaultKind, Faults, Hit
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.tables import OfficeTables, Table
from odapi_async.sandbox.versions import Version, is_newer

_WORKSTATION_SINCE: Final = "22.4.28"
_TYPE_SINCE: Final = "22.4.35"
_PAUSE: Final = 1.0  # seconds until a subscription is tried again; the reference tells the order only


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One POST of an office.

    Attributes:
        customer_key: the key of the office.
        subscription: the id of the subscription.
        kind: what the header Event-Type says, such as `WatchTable: Appointment`, also of an old office.
        workstation: the machine that has sent it.
        rows: the number of rows.
        status: the status of the response; None if there was none.
        problem: what went wrong; empty after a 200.
    """

    customer_key: str
    subscription: int
    kind: str
    workstation: str
    rows: int
    status: int | None
    problem: str


class _Event(NamedTuple):
    """What is posted once."""

    to: Subscribed
    kind: str
    machine: str
    payload: Payload


class OfficeEvents:
    """Posts the events of one office.

    Args:
        office: the office.
        tables: its rows.
        faults: decides what goes wrong.
        record: is told of each POST.
        polling: seconds between two polls of each subscription, instead of its own; None keeps its own.
        limit: seconds until a receiver must have responded.
    """

    def __init__(
        self,
        office: Office,
        tables: OfficeTables,
        faults: Faults,
        record: Callable[[SentEvent], object],
        *,
        polling: float | None,
        limit: float,
    ) -> None:
        self._key = office.customer_key
        self._version = office.program_version
        self._tables = tables
        self._payloads = Payloads(office, tables)
        self._faults = faults
        self._record = record
        self._polling = polling
        self._limit = limit
        self._pause = _PAUSE if polling is None else min(_PAUSE, polling)
        self.reset()

    def reset(self) -> None:
        """Return to the start; an event that is being posted changes nothing any more."""
        self._turn = asyncio.Lock()
        self._off: frozenset[str] = frozenset()
        self._selected: dict[str, int] = {}
        self._held: dict[int, _Event] = {}
        self._not_before: dict[int, float] = {}

    def set_workstation(self, name: str, *, running: bool) -> None:
        """Start or end the program on a machine."""
        other = self._off - {name.casefold()}
        self._off = other if running else other | {name.casefold()}

    def next_poll(self) -> float | None:
        """Return the seconds until the next poll is due; None if there is nothing to poll."""
        return min([self._wait(each) for each in self._watching()], default=None)

    async def poll(self, *, everything: bool = False) -> int:
        """Poll the subscriptions that are due, one after another, and return how many events were accepted.

        Args:
            everything: also poll those that are not due.
        """
        turn = self._turn
        async with turn:
            due = [each for each in self._watching() if everything or self._is_due(each)]
            return sum([await self._poll_one(each.row_id, turn) for each in due])

    async def select_patient(self, row_id: int, workstation: str) -> int:
        """Select a patient on a machine, and return how many events were accepted.

        Raises:
            KeyError: there is no such patient.
        """
        payload = self._payloads.of_patient(row_id)
        machine = workstation.casefold()
        if self._selected.get(machine) == row_id or machine in self._off:
            return 0
        self._selected[machine] = row_id
        now, accepted = self._tables.now, 0
        for each in subscribed.all_of(self._table, self._key):
            is_its = each.ui_event == PATIENT_SELECTED and each.fires_on(workstation)
            if is_its and not each.is_expired(now):
                event = _Event(each, f"UiEventType: {each.ui_event}", workstation, payload)
                outcome = await self._deliver(event)
                accepted += outcome is not None and outcome.status == HTTPStatus.OK
        return accepted

    @property
    def _table(self) -> Table:
        return self._tables.named(SUBSCRIPTIONS)

    def _watching(self) -> list[Subscribed]:
        now = self._tables.now
        found = subscribed.all_of(self._table, self._key)
        return [each for each in found
                if each.table and each.machines(self._off) and not each.is_expired(now)]  # fmt: skip

    def _wait(self, each: Subscribed) -> float:
        paused = self._not_before.get(each.row_id, 0.0) - asyncio.get_running_loop().time()
        return max(paused, each.wait(self._tables.now) if self._polling is None else 0.0)

    def _is_due(self, each: Subscribed) -> bool:
        return self._wait(each) <= 0

    async def _poll_one(self, row_id: int, turn: asyncio.Lock) -> int:
        """Poll a subscription, as it is now, and return how many events were accepted."""
        each = next((each for each in self._watching() if each.row_id == row_id), None)
        if each is None or turn is not self._turn:  # deleted, expired or reset meanwhile
            return 0
        self._not_before[row_id] = asyncio.get_running_loop().time() + (self._polling or 0.0)
        noted = self._tables.now
        payloads = self._payloads.of_table(each.table, each.since(noted))
        accepted = 0
        for machine in each.machines(self._off):
            for payload in payloads:
                event = _Event(each, f"WatchTable: {each.table}", machine, payload)
                outcome = await self._deliver(event)
                if outcome is None or outcome.status != HTTPStatus.OK:
                    self._end_early(row_id, outcome, turn)
                    return accepted
                accepted += 1
        self._write(row_id, turn, subscribed.polled(noted))
        return accepted

    def _end_early(self, row_id: int, outcome: Outcome | None, turn: asyncio.Lock) -> None:
        """Leave DateTimeStart where it is, so that everything comes again after the other subscriptions."""
        self._not_before[row_id] = asyncio.get_running_loop().time() + self._pause
        if outcome is not None and row_id in self._table:
            row = self._table.row(row_id)
            now = self._tables.now
            self._write(row_id, turn, subscribed.failed(row, now, self._pause, outcome.problem))

    def _write(self, row_id: int, turn: asyncio.Lock, values: dict[str, object]) -> None:
        if turn is self._turn and row_id in self._table:
            self._table.change(row_id, values)

    async def _deliver(self, event: _Event) -> Outcome | None:
        """Post an event with the faults that hit it; None if it is held back until after the next one."""
        hit = self._faults.hit_event(self._key, _path_of(event.to.url))
        held = self._held.pop(event.to.row_id, None)
        if hit.kind is FaultKind.EVENT_OUT_OF_ORDER and held is None:
            self._held[event.to.row_id] = event
            return None
        outcome = await self._posted(event, hit)
        if held is not None:
            await self._posted(held, Hit())
        return outcome

    async def _posted(self, event: _Event, hit: Hit) -> Outcome:
        await asyncio.sleep(hit.seconds)
        outcome = await self._post(event)
        return await self._post(event) if hit.kind is FaultKind.EVENT_TWICE else outcome

    async def _post(self, event: _Event) -> Outcome:
        headers = _headers(self._key, event, self._version)
        outcome = await post(event.to.url, headers, event.payload.body, self._limit)
        self._record(
            SentEvent(self._key, event.to.row_id, event.kind, event.machine, event.payload.rows, *outcome)
        )
        return outcome


def _headers(customer_key: str, event: _Event, version: Version) -> dict[str, str]:
    headers = {"Authorization": customer_key}
    if not is_newer(_WORKSTATION_SINCE, version):
        headers["Workstation"] = event.machine
    if not is_newer(_TYPE_SINCE, version):
        headers["Event-Type"] = event.kind
    return headers


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"

"""What a receiver is doing: its counts, and the changes that a person wants to know of. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, NamedTuple

import msgspec

from odapi_async.cli.mirror.local_time import Clock, iso, rough, utc_now
from odapi_async.cli.mirror.problems import table_names
from odapi_async.cli.screen import printable
from odapi_async.events import Cause, InboxStatus, Reading, Received
from odapi_async.mirror.texts import counted

_STILL: Final = dt.timedelta(hours=1)
"""A silence that was told is told again after this time."""


class Note(NamedTuple):
    """A change that a person wants to know of.

    Attributes:
        text: the change, without a row and without a key.
        is_problem: whether it is told even if nothing else is.
    """

    text: str
    is_problem: bool = False


class Counts(NamedTuple):
    """What was received.

    Attributes:
        events: POSTs that were stored.
        rows: their rows.
        new: how many of these had not come before.
        refused: POSTs of known practices that were refused or not stored.
        strangers: POSTs without the key of a known practice.
    """

    events: int = 0
    rows: int = 0
    new: int = 0
    refused: int = 0
    strangers: int = 0

    def since(self, before: Counts) -> Counts:
        """Return what was received since earlier counts."""
        return Counts(*(now - then for now, then in zip(self, before, strict=True)))

    def __str__(self) -> str:
        parts = [counted(self.events, "event"), f"{counted(self.rows, 'row')} ({self.new:,} new)"]
        parts += [f"{self.refused:,} refused"] if self.refused else []
        parts += [f"{self.strangers:,} without a known key"] if self.strangers else []
        return ", ".join(parts)


class Activity:
    """Counts what is received, and finds what has changed.

    Args:
        clock: returns the time in UTC.
        on_note: called with each change.
    """

    def __init__(self, on_note: Callable[[Note], object], clock: Clock = utc_now) -> None:
        self.counts = Counts()
        self.waiting: int | None = None
        self._note = on_note
        self._clock = clock
        self._heard: set[str] = set()
        self._refused: set[tuple[str, int]] = set()
        self._not_stored_since: dt.datetime | None = None
        self._silent: dict[tuple[str, tuple[str, ...]], dt.datetime] = {}
        self._failing: dict[tuple[str, tuple[str, ...]], str] = {}
        self._set_aside: Counter[str] = Counter()
        self._mirror_error = ""

    def received(self, received: Received) -> None:
        """Note what became of a POST."""
        counts, practice, status = self.counts, received.practice, received.status
        if practice is None:
            if not counts.strangers:
                self._tell("a request without a known customer key was refused; further ones are counted")
            self.counts = counts._replace(strangers=counts.strangers + 1)
        elif status == HTTPStatus.OK:
            rows, new = counts.rows + received.rows, counts.new + received.new
            self.counts = counts._replace(events=counts.events + 1, rows=rows, new=new)
            self._stored(practice)
        else:
            self.counts = counts._replace(refused=counts.refused + 1)
            self._not_stored(practice, status)

    def _stored(self, practice: str) -> None:
        if practice not in self._heard:
            self._heard.add(practice)
            self._tell(f"{printable(practice)}: the first event was received")
        if self._not_stored_since is not None:
            seconds = (self._clock() - self._not_stored_since).total_seconds()
            self._not_stored_since = None
            self._tell(f"events are stored again, after {rough(seconds)}", is_problem=True)

    def _not_stored(self, practice: str, status: int) -> None:
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            if self._not_stored_since is None:
                self._not_stored_since = self._clock()
                self._tell("events cannot be stored; offices send them again later", is_problem=True)
        elif (practice, status) not in self._refused:
            self._refused.add((practice, status))
            why = f"{status} {HTTPStatus(status).phrase}"
            self._tell(f"{printable(practice)}: an event was refused with {why}", is_problem=True)

    def read(self, reading: Reading) -> None:
        """Note what was read besides the events."""
        key, name = (reading.practice, reading.tables), printable(reading.practice)
        what = f"{name}, {table_names(reading.tables)}"
        self._mirror_error = ""
        if reading.error:
            if self._failing.get(key) != reading.error:
                self._tell(f"{what}: {printable(reading.error)}", is_problem=True)
            self._failing[key] = reading.error
            return
        if self._failing.pop(key, None):
            self._tell(f"{what}: read again", is_problem=True)
        elif reading.cause is Cause.START:
            self._tell(f"{what}: read; from now on events tell what changes")
        elif reading.cause is Cause.GAP:
            self._tell(f"{what}: nothing was posted for more than three days, so all rows were read")
        elif reading.cause is Cause.SILENCE:
            self._silence(key, what)

    def _silence(self, key: tuple[str, tuple[str, ...]], what: str) -> None:
        now, before = self._clock(), self._silent.get(key)
        self._silent[key] = now
        if before is None or now - before > _STILL:
            text = "no subscription is alive, so it is read instead; see: odapi events check"
            self._tell(f"{what}: {text}", is_problem=True)

    def mirror_failed(self, error: str) -> None:
        """Note that events cannot be applied."""
        if error != self._mirror_error:
            self._mirror_error = error
            text = f"events are kept, but cannot be applied to the mirror: {printable(error)}; trying again"
            self._tell(text, is_problem=True)

    def looked(self, status: InboxStatus) -> None:
        """Note what waits in the inbox."""
        self.waiting = status.waiting
        for each in status.practices:
            if each.set_aside > self._set_aside[each.practice]:
                what = f"{counted(each.set_aside, 'event')} failed too often; see: odapi events set-aside"
                self._tell(f"{printable(each.practice)}: {what}", is_problem=True)
            self._set_aside[each.practice] = each.set_aside

    def _tell(self, text: str, *, is_problem: bool = False) -> None:
        self._note(Note(text, is_problem))


def post_line(received: Received, at: dt.datetime) -> str:
    """Return what became of a POST as one line of JSON, without a row and without a key."""
    return msgspec.json.encode({"at": iso(at), **received._asdict()}).decode()

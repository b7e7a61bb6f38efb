"""The changes of a run: tables that begin to fail, recover or are done. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from odapi_async.cli.mirror.problems import Failure, Problem, advice_for, counts, grouped
from odapi_async.mirror import Outcome, Status, TableStatus
from odapi_async.mirror.advice import advice, kind_of
from odapi_async.mirror.texts import in_utc

OPEN: Final = frozenset({Outcome.RUNNING, Outcome.WAITING})
_PATIENCE: Final = 30.0
"""Seconds from the first failed table of a practice to its line, in which other tables fail, too."""

_TableKey = tuple[str, str]


class Change(StrEnum):
    """What has changed."""

    NONE = ""
    FAILING = "failing"
    """It did not fail before, and does now."""
    RECOVERED = "recovered"
    """It failed before, and has been read now."""
    DONE = "done"
    """All tables of the practice have been read for the first time since the start."""
    WITHHELD = "withheld"
    """A sweep missed so many rows that another one has to confirm it."""


class TableEnd(NamedTuple):
    """The end of one table in a round.

    Attributes:
        status: its status.
        change: FAILING, RECOVERED or NONE.
        since: the time in UTC since when it has failed, or had failed until now; None if it never did.
    """

    status: TableStatus
    change: Change
    since: dt.datetime | None


class PracticeChange(NamedTuple):
    """A change of one practice.

    Attributes:
        practice: the name of the practice.
        change: the change.
        problem: the problem that began or ended; None if there is none.
        rows: rows that were written in this round; of a problem WITHHELD, the rows that are missing.
        requests: responses that arrived in this round.
        failing: the number of its tables that still fail.
    """

    practice: str
    change: Change
    problem: Problem | None = None
    rows: int = 0
    requests: int = 0
    failing: int = 0


class Changes(NamedTuple):
    """The changes since the look before.

    Attributes:
        tables: the tables that have ended.
        practices: the changes of practices.
    """

    tables: tuple[TableEnd, ...] = ()
    practices: tuple[PracticeChange, ...] = ()


class _Spell(msgspec.Struct):
    """The time in which a table fails: since when, the kinds of its errors, and the last error."""

    since: dt.datetime
    kinds: set[str]
    error: str
    advice: str


class _Announced(NamedTuple):
    """A problem of a practice that has been announced: since when, and the tables that have or had it."""

    since: dt.datetime
    tables: list[str]


class FailureTracker:
    """Finds the changes of a run, over all of its rounds.

    A problem of a practice is announced once for each class of error, when the practice has been read to the
    end in this round, or 30 seconds after its first failed table. It is over when all tables that had it have
    been read. So a table that fails in two ways in turn is announced twice, however many rounds it takes.

    Args:
        earlier: how current the copies were before; problems in it have begun already.
        follow: whether the mirror itself tries again in the next round, for the advice.
        fail_after: seconds that a table must have failed before its problem is announced.
    """

    def __init__(
        self, earlier: Status | None = None, *, follow: bool = False, fail_after: float = 0.0
    ) -> None:
        self._follow = follow
        self._fail_after = fail_after
        self._spells: dict[_TableKey, _Spell] = {}
        self._announced: defaultdict[str, dict[str, _Announced]] = defaultdict(dict)
        self._round: tuple[TableStatus, ...] = ()
        self._seen: list[Outcome] = []
        self._by_practice: Mapping[str, list[TableStatus]] = MappingProxyType({})
        self._unannounced: dict[str, float] = {}
        self._finished: set[str] = set()
        for each in earlier.tables if earlier else ():
            if each.failing_since is not None:
                since = in_utc(each.failing_since)
                advised = advice(each.error, follow=follow)
                self._begin((each.practice, each.table), each.error, since, advised)
                if earlier and counts(each.error, (in_utc(earlier.at) - since).total_seconds(), fail_after):
                    self._announce(each.practice, kind_of(each.error), since, [each.table])

    def update(self, statuses: tuple[TableStatus, ...], at: dt.datetime, seconds: float) -> Changes:
        """Compare the statuses with those of the call before.

        Args:
            statuses: the statuses of a round; a tuple of its own for each round.
            at: the time in UTC.
            seconds: the time of a clock that does not jump.
        """
        if not statuses:  # a round that has not begun
            return Changes()
        at = in_utc(at)
        if statuses is not self._round:
            self._start_round(statuses)
        changed = [
            (number, status)
            for number, status in enumerate(statuses)
            if status.outcome is not self._seen[number]
        ]
        ended: list[TableEnd] = []
        for number, status in changed:
            self._seen[number] = status.outcome
            if status.outcome not in OPEN:
                ended.append(self._end(status, at, seconds))
        practices = dict.fromkeys(each.status.practice for each in ended)
        late = [name for name, since in self._unannounced.items() if seconds - since >= _PATIENCE]
        found = [*self._withheld(ended)]
        for name in dict.fromkeys((*practices, *late)):
            found += self._practice_changes(name, at, is_late=name in late)
        return Changes(tuple(ended), tuple(found))

    def problems(self) -> list[Problem]:
        """Return the problems of this round's practices, the oldest first: one for each class of error."""
        found = grouped(_failure(key, spell) for key, spell in self._spells.items())
        return sorted(found, key=lambda each: (self._began(each), each.practice))

    def _start_round(self, statuses: tuple[TableStatus, ...]) -> None:
        self._round = statuses
        self._seen = [Outcome.WAITING] * len(statuses)
        self._unannounced.clear()
        grouped: defaultdict[str, list[TableStatus]] = defaultdict(list)
        for status in statuses:
            grouped[status.practice].append(status)
        self._by_practice = grouped
        read = {(each.practice, each.table) for each in statuses}
        self._spells = {key: spell for key, spell in self._spells.items() if key in read}
        for name, announced in self._announced.items():
            for kind, each in [*announced.items()]:
                if not any((name, table) in read for table in each.tables):
                    del announced[kind]

    def _announce(self, practice: str, kind: str, since: dt.datetime, tables: list[str]) -> None:
        announced = self._announced[practice].setdefault(kind, _Announced(since, []))
        announced.tables.extend(table for table in tables if table not in announced.tables)

    def _begin(self, key: _TableKey, error: str, at: dt.datetime, advised: str) -> _Spell:
        spell = self._spells.setdefault(key, _Spell(at, set(), error, ""))
        spell.kinds.add(kind_of(error))
        spell.error, spell.advice = error, advised
        return spell

    def _end(self, status: TableStatus, at: dt.datetime, seconds: float) -> TableEnd:
        key = status.practice, status.table
        if not status.outcome.is_failure:
            spell = self._spells.pop(key, None)
            if spell is None:
                return TableEnd(status, Change.NONE, None)
            return TableEnd(status, Change.RECOVERED, spell.since)
        is_new = key not in self._spells
        advised = advice_for(status.outcome, status.error, follow=self._follow)
        spell = self._begin(key, status.error, at, advised)
        if kind_of(status.error) not in self._announced[status.practice]:
            self._unannounced.setdefault(status.practice, seconds)
        return TableEnd(status, Change.FAILING if is_new else Change.NONE, spell.since)

    def _withheld(self, ended: Iterable[TableEnd]) -> Iterable[PracticeChange]:
        for status, _, _ in ended:
            if status.withheld:
                problem = Problem(status.practice, Change.WITHHELD, (status.table,), "", "")
                yield PracticeChange(status.practice, Change.WITHHELD, problem, status.withheld)

    def _practice_changes(self, name: str, at: dt.datetime, *, is_late: bool) -> Iterable[PracticeChange]:
        statuses = self._by_practice[name]
        finished = not any(each.outcome in OPEN for each in statuses)
        if not (finished or is_late):
            return
        self._unannounced.pop(name, None)
        spells = {
            each.table: spell
            for each in statuses
            if (spell := self._spells.get((name, each.table))) is not None
        }
        if finished:
            yield from self._recovered(name, spells)
            if name not in self._finished and len(spells) < len(statuses):
                self._finished.add(name)
                rows, requests = sum(s.rows for s in statuses), sum(s.requests for s in statuses)
                yield PracticeChange(name, Change.DONE, None, rows, requests, len(spells))
        yield from self._failing(
            name, {table: spell for table, spell in spells.items() if self._counts(spell, at)}
        )

    def _counts(self, spell: _Spell, at: dt.datetime) -> bool:
        """Return whether the failure of a table is announced already."""
        return counts(spell.error, (at - spell.since).total_seconds(), self._fail_after)

    def _failing(self, name: str, spells: Mapping[str, _Spell]) -> Iterable[PracticeChange]:
        for problem in grouped(_failure((name, table), spell) for table, spell in spells.items()):
            is_new = problem.kind not in self._announced[name]
            self._announce(name, problem.kind, self._began(problem), [*problem.tables])
            if is_new:
                yield PracticeChange(name, Change.FAILING, problem, failing=len(spells))

    def _began(self, problem: Problem) -> dt.datetime:
        return min(self._spells[problem.practice, table].since for table in problem.tables)

    def _recovered(self, name: str, spells: Mapping[str, _Spell]) -> Iterable[PracticeChange]:
        announced = self._announced[name]
        over = [kind for kind in announced if not any(kind in spell.kinds for spell in spells.values())]
        for kind in over:
            since, tables = announced.pop(kind)
            problem = Problem(name, kind, tuple(tables), "", "", since)
            yield PracticeChange(name, Change.RECOVERED, problem, failing=len(spells))


def _failure(key: _TableKey, spell: _Spell) -> Failure:
    return Failure(*key, spell.error, spell.advice, spell.since)

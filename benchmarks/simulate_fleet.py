"""Simulates a day of a fleet in virtual time: 100,000 practices, 200 workers, and what happens to them.

`python -m benchmarks.simulate_fleet [--quick] [--svg FILE]`; --quick is 2,000 practices and 20 workers with
fewer slices. A host with a tenth of the workers dies at 04:00, some workers freeze for a minute at 06:00,
first copies of giants begin at 10:00, a tenth of the offices is offline from 14:00 to 15:00, and from 17:00
on all workers are updated, one after the other. All day somebody wants practices at once. A fifth of the
offices is offline at night, a few keys are refused, and each practice has a sweep once a week.

Requests of a slice are counted with the real mirror (`fleet_rounds`), and statements of the database with
real workers and a real PostgreSQL (`fleet_statements`), before the simulation begins.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks import fleet_rounds, fleet_statements
from benchmarks.chart import charts, panel
from benchmarks.figures import Figure, Size, add_sizes, machine, table
from benchmarks.fleet_model import Counts, Model, Plan
from benchmarks.fleet_statements import Costs
from odapi_async.limits import INTERVALS, Tier

SHARES: Final = {"50 %": 0.5, "90 %": 0.9, "99 %": 0.99, "99.9 %": 0.999, "all": 1.0}
SIZES: Final = (25, 50, 100, 200)
_TIERS: Final = {Tier.READ_ALL: 0.2, Tier.STANDARD: 0.7, Tier.ENTERPRISE: 0.1}
_HOURS: Final = 24
_HOUR: Final = 3_600.0
_SLOTS: Final = 144
_SEED: Final = 20_261_128
_DOWN: Final = 1_800.0  # seconds until the dead host is back
_FROZEN: Final = 60.0
_RESTART: Final = 10.0  # seconds that a worker needs to end and to start again
_UPDATE: Final = 3_000.0  # seconds of the whole rolling update
_SYNCS: Final = 20  # an hour
_SWEEP_DAYS: Final = 7
_CALM: Final = (8 * _HOUR, 9 * _HOUR)
_COPIES: Final = (10 * _HOUR, 13 * _HOUR)
_TARGET: Final = 120.0  # seconds that a copy may be older than a round is long

_MARKS: Final = {
    "host dies": 4.0,
    "freeze": 6.0,
    "first copies": 10.0,
    "region offline": 14.0,
    "update": 17.0,
}


@dataclass(slots=True)
class Seen:
    """The results of a day.

    Attributes:
        lags: the seconds since copies were current, by the share of healthy practices; one for each slot.
        load: slices that ran and practices that waited; one for each slot.
        calm: what happened in an hour without faults.
        calm_lags: the lags in that hour.
        waits: the seconds that practices were overdue in that hour, and during first copies.
        total: what happened in the whole day.
    """

    lags: dict[str, list[float]]
    load: dict[str, list[float]]
    calm: Counts
    calm_lags: list[float]
    waits: tuple[list[float], list[float]]
    total: Counts


def plan(size: Size) -> Plan:
    """Return the fleet of a size, with what the real mirror needs for a round."""
    practices, workers, concurrency = size.of((2_000, 20, 20), (100_000, 200, 100))
    rounds = fleet_rounds.measure()
    chosen = random.Random(_SEED).choices([*_TIERS], [*_TIERS.values()], k=practices)
    return Plan(
        intervals=[INTERVALS[each] for each in chosen],
        workers=workers,
        concurrency=concurrency,
        requests=rounds.requests,
        offline=rounds.offline,
        refused=rounds.refused,
        seed=_SEED + 1,  # from the same numbers, the tier of a practice would decide when it is due
    )


class Day:
    """A day of a fleet: its events, and what is seen of them.

    Args:
        plan: the fleet.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed + 1)
        self._model = Model(plan)
        self._all = range(len(plan.intervals))
        self._workers = range(plan.workers)

    def run(self) -> Seen:
        """Let the day pass."""
        model = self._model
        self._plan_offices()
        self._plan_workers()
        lags: dict[str, list[float]] = {name: [] for name in SHARES}
        load: dict[str, list[float]] = {"running": [], "waiting": []}
        calm_lags: list[float] = []
        counts = {0.0: model.counts.copy()}
        began = {0.0: 0}  # waits that were counted until then
        slot = _HOURS * _HOUR / _SLOTS
        for number in range(1, _SLOTS + 1):
            model.run(number * slot)
            now = model.lags()
            for name, share in SHARES.items():
                lags[name].append(percentile(now, share))
            load["running"].append(model.running)
            load["waiting"].append(model.waiting)
            if _CALM[0] < model.now <= _CALM[1]:
                calm_lags += now
            counts[model.now] = model.counts.copy()
            began[model.now] = len(model.counts.waits)
        waits = [sorted(model.counts.waits[began[a] : began[b]]) for a, b in (_CALM, _COPIES)]
        calm = counts[_CALM[1]].since(counts[_CALM[0]])
        return Seen(lags, load, calm, sorted(calm_lags), (waits[0], waits[1]), model.counts)

    def _plan_offices(self) -> None:
        model, draw = self._model, self._random
        for number in self._chosen(0.005):
            model.practices[number].refused = True
        for number in self._chosen(0.2):
            opens = draw.uniform(5, 8) * _HOUR
            model.practices[number].online_at = opens
            closes = draw.uniform(20, 23) * _HOUR
            model.at(closes, self._offline([number], _HOURS * _HOUR))
        for number in self._chosen(1 / _SWEEP_DAYS):
            requests = round(draw.lognormvariate(5.5, 1.0))
            model.at(draw.uniform(0, _HOURS) * _HOUR, self._backlog(number, requests))
        for number in self._chosen(0.02):
            requests = round(draw.uniform(2_000, 20_000))
            model.at(_COPIES[0], self._backlog(number, requests, first_copy=True))
        region = self._chosen(0.1)
        model.at(_MARKS["region offline"] * _HOUR, self._offline(region, 15 * _HOUR))
        for _ in range(_SYNCS * _HOURS):
            number = draw.choice(self._all)
            model.at(draw.uniform(0, _HOURS) * _HOUR, lambda number=number: model.sync(number))  # type: ignore[misc]

    def _plan_workers(self) -> None:
        model = self._model
        tenth = max(1, self._plan.workers // 10)
        host, frozen = self._workers[:tenth], self._workers[-max(1, tenth // 2) :]
        for each in host:
            self._from_to(_MARKS["host dies"] * _HOUR, _DOWN, each, model.kill)
        for each in frozen:
            self._from_to(_MARKS["freeze"] * _HOUR, _FROZEN, each, model.freeze)
        for each in self._workers:
            start = _MARKS["update"] * _HOUR + each * _UPDATE / self._plan.workers
            self._from_to(start, _RESTART, each, model.end_worker)

    def _from_to(self, time: float, seconds: float, worker: int, action: Callable[[int], object]) -> None:
        self._model.at(time, lambda: action(worker))
        self._model.at(time + seconds, lambda: self._model.start_worker(worker))

    def _chosen(self, share: float) -> list[int]:
        return self._random.sample(self._all, round(share * len(self._all)))

    def _backlog(self, number: int, requests: int, *, first_copy: bool = False) -> Callable[[], object]:
        return lambda: self._model.add_backlog(number, requests, first_copy=first_copy)

    def _offline(self, numbers: Sequence[int], until: float) -> Callable[[], object]:
        def go_offline() -> None:
            for each in numbers:
                practice = self._model.practices[each]
                practice.online_at = max(practice.online_at, until)

        return go_offline


def percentile(found: Sequence[float], share: float) -> float:
    """Return the value below which a share of sorted values is; 0 if there are none."""
    return found[min(len(found) - 1, int(len(found) * share))] if found else 0.0


def sizing(fleet: Plan) -> list[Figure]:
    """Return the lag that numbers of workers keep, an hour after first copies began."""
    figures: list[Figure] = []
    needed: int | None = None
    for workers in SIZES:
        number = workers * fleet.workers // SIZES[-1]
        model = Model(replace(fleet, workers=number))
        draw = random.Random(fleet.seed + 1)
        for each in draw.sample(range(len(fleet.intervals)), len(fleet.intervals) // 50):
            model.add_backlog(each, round(draw.uniform(2_000, 20_000)), first_copy=True)
        model.run(_HOUR)
        found = model.lags()
        lag = percentile(found, 0.999)
        if needed is None and lag <= fleet.every + _TARGET:
            needed = number
        about = f"{number} workers of {fleet.concurrency} slices, during first copies"
        figures += [
            Figure(f"lag of 99.9 % of the practices: {about}", lag, "s"),
            Figure(f"for comparison: slices that run: {about}", model.running, ""),
        ]
    text = f"workers needed for a lag of a round and {_TARGET:.0f} s"
    return [*figures, Figure(text, needed or 0, "")]


def figures(seen: Seen, fleet: Plan, costs: Costs | None) -> list[Figure]:
    """Return the figures of a day."""
    lost, urgent, (before, during) = sorted(seen.total.lost), sorted(seen.total.urgent), seen.waits
    every, tick = fleet.every, fleet.timing.tick
    calm = [
        Figure(
            f"lag of healthy practices without faults, {name}",
            percentile(seen.calm_lags, share),
            "s",
            every + _TARGET if name == "99.9 %" else None,
        )
        for name, share in SHARES.items()
    ]
    return [
        *calm,
        Figure("a practice is read again after its worker was lost, 50 %", percentile(lost, 0.5), "s"),
        Figure("a practice is read again after its worker was lost, 99 %", percentile(lost, 0.99), "s", 30.0),
        Figure("a practice is read again after its worker was lost, all", percentile(lost, 1.0), "s"),
        Figure("an overdue practice waits for a worker, 99.9 %", percentile(before, 0.999), "s", tick + 1.0),
        Figure("the same while giants make first copies", percentile(during, 0.999), "s", tick + 1.0),
        Figure("a practice that somebody waits for is read, 99 %", percentile(urgent, 0.99), "s"),
        Figure("slices that found a lock taken", seen.total.busy, ""),
        Figure("for comparison: requests of a round without changes", fleet.requests, ""),
        *_rates(seen.calm, fleet, costs),
    ]


def _rates(calm: Counts, fleet: Plan, costs: Costs | None) -> list[Figure]:
    slices, requests, ends = calm.slices / _HOUR, calm.requests / _HOUR, calm.ends / _HOUR
    found = [
        Figure("for comparison: slices", slices, "/s"),
        Figure("for comparison: requests", requests, "/s"),
    ]
    if costs is None:
        return found
    parts = statements(slices, ends, fleet, costs)
    return [
        *found,
        Figure("statements of the database", sum(parts.values()), "/s"),
        *(Figure(f"for comparison: of these for {name}", value, "/s") for name, value in parts.items()),
    ]


def statements(slices: float, ends: float, fleet: Plan, costs: Costs) -> Mapping[str, float]:
    """Return the statements of the database a second, by what they are for.

    Args:
        slices: slices a second.
        ends: statements a second that told the queue of slices that have ended.
        fleet: the fleet.
        costs: what each of them costs.
    """
    workers = fleet.workers
    return {
        "slices": slices * costs.slice,
        "workers": workers * (costs.worker + costs.heartbeat),
        "ends and ticks": ends * costs.end + costs.tick / fleet.timing.tick,
        "looks after ticks": workers / fleet.timing.tick * costs.looks * costs.look,
    }


def picture(seen: Seen) -> str:
    """Draw the day: lags, and the load of the workers."""
    lags = {name: seen.lags[name] for name in ("50 %", "99 %", "99.9 %", "all")}
    return charts(
        [
            panel("Age of the copies of healthy practices", "s", lags, _HOURS, _MARKS),
            panel("Slices at workers, and practices that wait for one", "each", seen.load, _HOURS, _MARKS),
        ]
    )


def run(size: Size) -> list[Figure]:
    """Run the simulation and return its figures."""
    fleet = plan(size)
    return [*figures(Day(fleet).run(), fleet, fleet_statements.measure(size)), *sizing(fleet)]


def main() -> None:
    """Run the simulation from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate_fleet")
    add_sizes(parser)
    parser.add_argument("--svg", metavar="FILE", type=Path, help="write the picture to this file")
    options = parser.parse_args()
    print("\n".join(machine()), flush=True)
    fleet = plan(options.size)
    costs = fleet_statements.measure(options.size)
    seen = Day(fleet).run()
    print(table("simulate_fleet", [*figures(seen, fleet, costs), *sizing(fleet)]))
    if options.svg:
        options.svg.write_text(picture(seen), encoding="utf-8")


if __name__ == "__main__":
    main()

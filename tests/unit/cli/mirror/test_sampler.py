"""What is sampled of a run: practices, rows per second, and the share of the limit that is used."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, cast

import pytest

from odapi_async.cli.mirror.progress import ProgressSampler, RecentRate
from odapi_async.mirror import Outcome, TableStatus
from odapi_async.scheduler import Counts, LaneSnapshot, Snapshot
from tests.unit.cli.mirror.runs import NOON, failed, running, status

WAITING: Final = Outcome.WAITING


class Client:
    """Has a scheduler with the snapshot that a test wants."""

    def __init__(self) -> None:
        self.sent = 0
        self.lanes: tuple[LaneSnapshot, ...] = ()
        self.statuses: tuple[TableStatus, ...] = ()

    @property
    def scheduler(self) -> Client:
        return self

    def snapshot(self) -> Snapshot:
        return Snapshot(self.lanes, 0, Counts(self.sent))


class Named:
    """A practice that has nothing but its lane."""

    def __init__(self, lane: str) -> None:
        self.lane = lane


def lane(name: str, interval: float) -> LaneSnapshot:
    return LaneSnapshot(name, interval, None, {}, 1, 0.0, 0.0, False, 0.1, Counts())


def sampler_of(client: Client, *names: str) -> ProgressSampler:
    found = ProgressSampler(
        cast("Any", client), cast("Any", client), cast("Any", {name: Named(name) for name in names}), 100.0
    )
    found.start_round(100.0)
    return found


def test_nothing_is_known_before_the_first_table() -> None:
    client = Client()
    client.statuses = (status(),)  # of an earlier run
    progress = sampler_of(client, "main").sample(103.0)
    assert (progress.seconds, progress.practices, progress.statuses) == (3.0, (), ())


def test_a_practice_is_open_until_its_last_table_has_ended() -> None:
    client = Client()
    sampler = sampler_of(client, "a", "b")
    first, second, other = status(WAITING, "a"), status(WAITING, "a", "recalls"), running("b", rows=7)
    client.statuses = (first, second, other)
    a, b = sampler.sample(101.0).practices
    assert (a.is_open, a.waiting, a.running, b.rows, b.running) == (True, 2, None, 7, other)
    first.outcome = Outcome.RUNNING
    sampler.sample(102.0)
    assert sampler.sample(105.0).practices[0].seconds == 3.0
    first.outcome, second.outcome = Outcome.FAILED, Outcome.RUNNING
    assert sampler.sample(107.0).practices[0].seconds == 0.0
    second.outcome = Outcome.DONE
    a, _ = sampler.sample(108.0).practices
    assert (a.is_open, a.waiting, a.running) == (False, 0, None)


def test_the_pace_is_what_was_sent_of_what_the_intervals_allow() -> None:
    client = Client()
    client.lanes = lane("fast", 1.0), lane("slow", 5.0), lane("local", 0.0)
    sampler = sampler_of(client, "fast", "slow", "local")
    local = running("local")
    client.statuses = (running("fast"), running("slow"), local)
    for second in range(1, 101):
        client.sent += second % 5 > 0  # 0.8 of the 1.2 requests per second
        client.sent += 10
        local.requests += 10  # without a limit
        sampler.sample(100.0 + second)
    assert sampler.sample(200.0).pace == pytest.approx(0.8 / 1.2, abs=0.02)


def test_practices_that_are_done_count_for_no_limit() -> None:
    client = Client()
    client.lanes = lane("a", 1.0), lane("b", 1.0)
    sampler = sampler_of(client, "a", "b")
    client.statuses = (running("a"), status(practice="b"))
    for second in range(1, 101):
        client.sent += 1
        sampler.sample(100.0 + second)
    assert sampler.sample(200.0).pace == 1.0
    client.statuses[0].outcome = Outcome.DONE
    assert sampler.sample(201.0).pace is None


def test_rows_per_second_are_those_of_the_last_half_minute() -> None:
    client = Client()
    sampler = sampler_of(client, "a")
    table = running("a")
    client.statuses = (table,)
    for second in range(1, 301):
        table.rows += 1_000 if second <= 100 else 10
        sampler.sample(100.0 + second)
    progress = sampler.sample(400.0)
    assert progress.rows_per_second == pytest.approx(10, abs=2)
    assert sampler.sample(399.0).rows_per_second == progress.rows_per_second


def test_between_two_rounds_the_last_sample_stays() -> None:
    client = Client()
    sampler = sampler_of(client, "a")
    client.statuses = (status(practice="a", rows=5),)
    last = sampler.sample(110.0)
    sampler.end_round(NOON)
    resting = sampler.sample(150.0)
    assert resting == last._replace(next_round=NOON, uptime=50.0)
    sampler.start_round(160.0)
    assert (progress := sampler.sample(161.0)).practices == ()
    assert (progress.number, progress.uptime, progress.next_round) == (2, 61.0, None)
    client.statuses = (status(practice="a", rows=2),)
    assert sampler.sample(162.0).practices[0].rows == 2


def test_a_rate_of_nothing_is_not_known() -> None:
    rate = RecentRate()
    assert rate.value is None
    rate.add(5.0, 2.0, 2.0)
    assert rate.value == 2.5
    rate.add(0.0, 1e9, 1e9)
    assert rate.value == pytest.approx(0.0)


def test_a_round_that_failed_before_its_first_table_leaves_nothing() -> None:
    sampler = sampler_of(Client(), "a")
    sampler.end_round(NOON + dt.timedelta(minutes=5))
    assert sampler.sample(101.0).practices == ()


def test_tables_that_are_not_read_count_in_each_round() -> None:
    client = Client()
    missing = failed("keyless", error="MissingKey: there is no key")
    sampler = ProgressSampler(cast("Any", client), cast("Any", client), {}, not_read=[missing])
    for number in (1, 2):
        sampler.start_round(100.0 * number)
        client.statuses = (status(practice="main"),)
        first = sampler.sample(100.0 * number + 1.0)
        assert [each.name for each in first.practices] == ["main", "keyless"]
        assert first.statuses is sampler.sample(100.0 * number + 2.0).statuses

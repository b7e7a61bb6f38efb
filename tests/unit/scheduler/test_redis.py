"""Shared buckets on a real server. Two `RedisBuckets` share no state: for Redis they are two processes."""

from __future__ import annotations

import asyncio
import gc
import importlib
import itertools
import logging
import math
import sys
import time
import warnings
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any, Final

import pytest

from odapi_async.errors import ConfigurationError, SchedulerClosed, WaitTooLong
from odapi_async.scheduler import Bucket, Pace, Scheduler
from odapi_async.scheduler.redis import BucketUnavailable, RedisBuckets, bucket, scripts, subscription
from odapi_async.scheduler.redis import connection as line
from tests.support.redis_server import RedisServer, binaries
from tests.support.watch import passes, pending, until

INTERVAL: Final = 0.1
LONG: Final = 0.3  # long enough to finish a step before the next start, even on a busy machine
MARGIN: Final = 0.02
STEP: Final = round((INTERVAL + MARGIN) * 1e6)  # as Redis counts, in microseconds
LATE: Final = 0.1
KEY: Final = "odapi:lane"
FIELDS: Final = ("free", "last", "moved", "floor")


@pytest.fixture(params=binaries(), ids=attrgetter("name"))
def server(request: pytest.FixtureRequest) -> Generator[RedisServer]:
    with RedisServer(request.param) as found:
        yield found


@asynccontextmanager
async def sharing(server: RedisServer, **options: Any) -> AsyncGenerator[RedisBuckets]:
    """Return one process that is already connected, so that connecting takes no time later."""
    buckets = RedisBuckets(server.url, **{"margin": MARGIN, **options})
    try:
        await buckets.bucket("first", 0.001).acquire()
        server.run("DEL", "odapi:first")
        server.run("CONFIG", "RESETSTAT")
        yield buckets
    finally:
        await buckets.close()


def now() -> float:
    return asyncio.get_running_loop().time()


def free(server: RedisServer) -> int:
    """Return the first free start, in microseconds of the server's clock."""
    return int(server.held()[KEY]["free"])


async def start(bucket: Bucket, starts: list[float]) -> None:
    await bucket.acquire()
    starts.append(now())
    bucket.sent(0.0)


def gaps(starts: list[float]) -> list[float]:
    return [later - sooner for sooner, later in itertools.pairwise(starts)]


async def test_processes_keep_one_pace_and_take_turns(server: RedisServer) -> None:
    starts: list[float] = []
    names: list[str] = []
    async with sharing(server) as one, sharing(server) as two, sharing(server) as three:

        async def process(name: str, bucket: Bucket) -> None:
            for _ in range(4):
                await start(bucket, starts)
                names.append(name)

        await asyncio.gather(
            *(
                process(name, each.bucket("lane", INTERVAL))
                for name, each in zip("abc", (one, two, three), strict=True)
            )
        )
    assert min(gaps(starts)) >= INTERVAL
    middle = names[2:-2]  # at both ends not all of them compete
    assert all(set(middle[index : index + 4]) == set("abc") for index in range(len(middle) - 3))


async def test_a_token_takes_one_run_of_the_script(server: RedisServer) -> None:
    wide = {"margin": INTERVAL}  # so that no start is late on a busy machine
    async with sharing(server, **wide) as one, sharing(server, **wide) as two:
        buckets = [each.bucket("lane", INTERVAL) for each in (one, two)]
        for each in (*buckets, *buckets):
            await each.acquire()
            each.sent(0.0)
        assert server.calls() == 4
        for number in range(100):
            await one.bucket(f"lane-{number}", 100.0).acquire()
        assert server.calls() == 104


async def test_lanes_of_one_process_share_their_connections(server: RedisServer) -> None:
    async with sharing(server) as one:
        buckets = [one.bucket(f"lane-{number}", 100.0) for number in range(200)]
        await asyncio.gather(*(each.acquire() for each in buckets))
        assert server.calls() == len(server.held()) == 200
        assert server.connections() == 2


async def test_a_lane_without_an_interval_sends_nothing_to_redis(server: RedisServer) -> None:
    buckets = RedisBuckets(server.url)
    unlimited = buckets.bucket("lane", 0.0)
    await unlimited.acquire()
    unlimited.sent(1.0)
    unlimited.pause(1.0)
    assert server.connections() == 0
    await buckets.close()


async def test_keys_in_redis_expire_a_second_after_their_deadline(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", 2.0)
        await shared.acquire()
        assert 2000 < server.run("PTTL", KEY) <= 2000 + 1000 * MARGIN + 1000
        shared.pause(7.0)
        await until(lambda: server.run("PTTL", KEY) > 7000)
        assert server.run("PTTL", KEY) <= 8000
        assert list(server.held()) == [KEY]


async def test_a_late_start_moves_the_starts_that_follow(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        early, behind = one.bucket("lane", LONG), two.bucket("lane", LONG)
        await early.acquire()
        starts: list[float] = []
        waiting = asyncio.create_task(start(behind, starts))
        await until(lambda: server.calls() >= 2)
        await asyncio.sleep(LATE)  # a slow connect
        sent_at = now()
        early.sent(0.0)
        await waiting
        assert starts[0] - sent_at >= LONG


async def test_a_start_that_is_hardly_late_sends_no_move(server: RedisServer) -> None:
    async with sharing(server, margin=10.0) as one:
        for lane, late in (("lane", 4.0), ("other", 6.0)):
            shared = one.bucket(lane, 100.0)
            await shared.acquire()
            shared.sent(late)
    assert server.calls() == 3
    held = server.held()
    assert [held[key]["moved"] for key in (KEY, "odapi:other")] == ["0", "6000000"]


async def test_a_token_blocks_the_others_until_its_request_is_sent(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        slow, behind = one.bucket("lane", LONG), two.bucket("lane", LONG)
        await slow.acquire()
        starts: list[float] = []
        waiting = asyncio.create_task(start(behind, starts))
        await asyncio.sleep(1.5 * LONG)  # a connect that takes longer than the interval
        assert starts == []
        sent_at = now()
        slow.sent(0.0)
        await waiting
        assert starts[0] - sent_at >= LONG


async def test_no_token_blocks_the_others_forever(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_MAX_HOLD", 2 * INTERVAL)
    async with sharing(server) as one, sharing(server) as two:
        stuck = one.bucket("lane", INTERVAL)
        await stuck.acquire()
        began = now()
        async with asyncio.timeout(10):  # without that limit they wait for half a minute
            await two.bucket("lane", INTERVAL).acquire()
        assert now() - began > 2 * INTERVAL, "it was held as long as it may be"
        stuck.sent(0.0)


async def test_a_lane_that_drops_its_bucket_blocks_nobody(server: RedisServer) -> None:
    async with sharing(server) as one:
        await one.bucket("lane", INTERVAL).acquire()
        await asyncio.sleep(2 * INTERVAL)  # the times at which the token would have been renewed
        assert server.calls() == 1


async def test_a_refunded_token_is_free_again(server: RedisServer) -> None:
    async with sharing(server) as one:
        await one.bucket("lane", 100.0).acquire()
        before = free(server)
        shared = one.bucket("lane", INTERVAL)
        # the wait of a hundred seconds is refunded here
        waiting = asyncio.create_task(shared.acquire())
        await until(lambda: free(server) == before + STEP)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await until(lambda: free(server) == before)
        assert server.held()[KEY]["last"] == "1"


async def test_an_unused_token_is_refunded_once(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared: Any = one.bucket("lane", 100.0)
        await shared.acquire()
        before = free(server)
        shared.refund()
        shared.refund()
        shared.sent(50.0)
        await until(lambda: free(server) < before)
    assert before - free(server) == 100_000_000 + round(MARGIN * 1e6)
    assert server.calls() == 2


@pytest.mark.parametrize("granted", [False, True])
async def test_a_lane_that_becomes_idle_refunds_its_token(granted: bool, server: RedisServer) -> None:
    async with sharing(server) as one:
        scheduler = Scheduler(buckets=one)

        async def call() -> None:
            with await scheduler.acquire("lane", Pace(100.0)):
                await asyncio.sleep(100.0)  # a connect that fails

        leaving = asyncio.create_task(call())
        await until(lambda: server.calls() == 1)
        if granted:
            await until(lambda: any(lane.in_flight for lane in scheduler.snapshot().lanes))
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await until(lambda: server.held()[KEY]["last"] == "0")
        began = now()
        with await scheduler.acquire("lane", Pace(100.0)) as slot:
            slot.sent()
        assert now() - began < 50.0
        assert server.held()[KEY]["last"] == "1"


async def test_a_token_followed_by_another_is_not_refunded(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        first: Any = one.bucket("lane", 100.0)
        await first.acquire()
        behind = asyncio.create_task(two.bucket("lane", 100.0).acquire())
        await until(lambda: server.calls() == 2)
        before = free(server)
        first.refund()
        await until(lambda: server.calls() == 3)
        assert free(server) == before
        behind.cancel()
        await asyncio.gather(behind, return_exceptions=True)


async def test_cancelled_at_any_point_it_has_taken_no_token(server: RedisServer) -> None:
    async with sharing(server) as one:
        taken: set[str] = set()
        for before in range(4):
            for after in range(12):
                lane = f"{before}-{after}"
                asking = asyncio.create_task(one.bucket(lane, 100.0).acquire())
                await passes(before)
                server.calls()  # blocks this loop: the commands sent meanwhile are done now
                await passes(after)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                if not asking.cancelled():
                    taken.add(f"odapi:{lane}")
    assert {key for key, held in server.held().items() if held["last"] == "1"} == taken


async def test_a_pause_in_one_process_pauses_all_and_keeps_their_intervals(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two, sharing(server) as three:
        refused = one.bucket("lane", LONG)
        starts: list[float] = []
        await start(refused, starts)
        waiting = [asyncio.create_task(start(each.bucket("lane", LONG), starts)) for each in (two, three)]
        await until(lambda: server.calls() >= 3)
        paused_at = now()
        refused.pause(0.5)
        await asyncio.gather(*waiting)
        assert starts[1] - paused_at >= 0.5
        assert min(gaps(starts)) >= LONG


async def test_a_wait_for_a_token_of_others_ends_with_what_was_waited(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        two.bucket("lane", INTERVAL).pause(30.0)
        await until(lambda: KEY in server.held())
        scheduler = Scheduler(buckets=one)
        with pytest.raises(
            WaitTooLong, match=r"waited 0\.3 s, all of max_wait, and the slot is about"
        ) as caught:
            await scheduler.acquire("lane", Pace(INTERVAL), max_wait=0.3)
        assert caught.value.estimated_wait >= INTERVAL


async def test_pauses_do_not_add_up(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        shared = one.bucket("lane", INTERVAL)
        await start(shared, [])
        waiting = asyncio.create_task(two.bucket("lane", INTERVAL).acquire())
        await until(lambda: server.calls() >= 2)
        for calls in (3, 4, 5):
            shared.pause(30.0)
            await until(lambda calls=calls: server.calls() >= calls)  # type: ignore[misc]
        assert 30_000_000 - 2 * STEP < int(server.held()[KEY]["moved"]) < 40_000_000
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_a_pause_that_ends_before_the_next_start_changes_nothing(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", 100.0)
        await shared.acquire()
        before = free(server)
        shared.pause(50.0)
        await until(lambda: server.calls() == 2)
        assert free(server) == before
        shared.pause(150.0)
        await until(lambda: server.calls() == 3)
        assert free(server) - before == pytest.approx(50e6, abs=1e6)


@pytest.mark.parametrize("task", ["sent", "pause", "refund"])
async def test_expired_tokens_can_still_be_late_paused_or_refunded(task: str, server: RedisServer) -> None:
    async with sharing(server) as one:
        shared: Any = one.bucket("lane", 100.0)
        await shared.acquire()
        server.run("FLUSHALL")
        getattr(shared, task)(*([50.0] if task != "refund" else []))
        await until(lambda: server.calls() == 2)
        held = server.held()
        seconds = server.run("PTTL", KEY) / 1000 - 1 if held else None
    expected = {"sent": 100.0, "pause": 50.0, "refund": None}[task]
    assert seconds == (expected and pytest.approx(expected, abs=1.0))


async def test_without_redis_a_request_fails_with_the_reason(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with sharing(server) as one:
        shared = one.bucket("lane", INTERVAL)
        await shared.acquire()
        server.kill()
        for _ in range(2):
            with pytest.raises(BucketUnavailable, match="on_unavailable"):
                await shared.acquire()
        server.start()
        await shared.acquire()
        assert server.held()[KEY]["last"] == "1"
    # asyncio also logs each step of more than 0.1 s, which a busy machine makes of any
    ours = [each.levelname for each in caplog.records if each.name.startswith("odapi_async")]
    assert ours == ["WARNING", "INFO"]


async def test_without_redis_a_process_may_continue_at_a_fraction_and_recovers(server: RedisServer) -> None:
    async with sharing(server, on_unavailable=0.5) as one:
        shared = one.bucket("lane", INTERVAL)
        starts: list[float] = []
        await start(shared, starts)
        server.kill()
        for _ in range(3):
            await start(shared, starts)
        assert min(gaps(starts)) >= 2 * INTERVAL
        began = now()
        await start(one.bucket("never used", INTERVAL), starts)
        assert starts[-1] - began >= 2 * INTERVAL
        server.start()
        await start(shared, starts)
        assert server.held()[KEY]["last"] == "1"


async def test_commands_to_an_unreachable_server_are_dropped(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared: Any = one.bucket("lane", INTERVAL)
        await shared.acquire()
        server.kill()
        shared.pause(1.0)
        shared.refund()
    buckets = RedisBuckets(server.url)
    buckets.bucket("lane", INTERVAL).pause(1.0)
    await buckets.close()
    assert pending() == []


async def test_cancelled_when_redis_has_just_failed_it_is_quiet(server: RedisServer) -> None:
    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: problems.append(context))
    async with sharing(server) as one:
        await one.bucket("lane", INTERVAL).acquire()
        server.kill()
        for count in range(20):
            asking = [asyncio.create_task(one.bucket("lane", INTERVAL).acquire())]
            await passes(count)
            asking[0].cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            asking.clear()
    assert problems == []


async def test_a_restart_while_a_process_waits_lets_nothing_start_early(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        starts: list[float] = []
        first, second = one.bucket("lane", LONG), two.bucket("lane", LONG)
        await start(first, starts)
        waiting = asyncio.create_task(start(second, starts))
        await until(lambda: server.held()[KEY]["last"] == "2")
        server.kill()
        server.start()
        await asyncio.gather(waiting, start(first, starts))
        assert min(gaps(starts)) >= LONG
        assert server.held()[KEY]["last"] == "2"


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_a_broken_connection_is_opened_again(kind: str, server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", INTERVAL)
        starts: list[float] = []
        for _ in range(3):
            waiting = asyncio.create_task(start(shared, starts))
            calls = server.calls()
            await until(lambda calls=calls: server.calls() > calls)  # type: ignore[misc]
            server.run("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
            await waiting
        await start(shared, starts)
        assert min(gaps(starts)) >= INTERVAL
        assert server.connections() == 2


async def test_flushed_scripts_are_loaded_again(server: RedisServer) -> None:
    async with sharing(server) as one:
        for _ in range(2):
            await one.bucket("lane", 0.001).acquire()
            server.run("SCRIPT", "FLUSH")


async def test_a_server_that_hangs_counts_as_unreachable(server: RedisServer) -> None:
    async with sharing(server, timeout=0.05) as one:
        shared = one.bucket("lane", 0.001)
        await shared.acquire()
        with server.frozen():
            for _ in range(2):
                with pytest.raises(BucketUnavailable, match="no answer within"):
                    await shared.acquire()
        await shared.acquire()


async def test_a_dead_subscription_is_detected(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "_SILENCE", 0.05)
    async with sharing(server, timeout=0.2) as one:
        shared = one.bucket("lane", 0.001)
        await shared.acquire()
        await until(lambda: server.calls("ping") >= 2)
        await shared.acquire()
        assert server.connections() == 2
        with server.frozen():
            await until(
                lambda: not [task for task in pending() if task.get_name() == "odapi-redis-subscription"]
            )
        await shared.acquire()


async def test_nobody_waits_for_a_subscription_cancelled_before_it_began(server: RedisServer) -> None:
    given_up = subscription.MoveSubscription(
        line.connections_to(server.url)(), 1.0, lambda _lane, _moved: None, after_loss=False
    )
    waiting = asyncio.create_task(given_up.opened())
    await given_up.close()
    assert not await waiting
    assert given_up.is_over


async def test_close_leaves_no_task_and_no_connection(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", 100.0)
        await shared.acquire()
        waiting = asyncio.create_task(shared.acquire())
        await until(lambda: server.calls() == 2)
        assert server.connections() == 2
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        shared.pause(1.0)
        await one.close()
        assert pending() == []
        assert server.calls() == 4
        await until(lambda: not server.connections())
        shared.sent(50.0)
        shared.pause(1.0)
        assert pending() == []
        with pytest.raises(SchedulerClosed):
            await shared.acquire()
        assert pending() == []


async def test_buckets_that_were_never_used_close(server: RedisServer) -> None:
    await RedisBuckets(server.url).close()


async def test_a_refused_login_is_reported_without_the_password(server: RedisServer) -> None:
    server.run("CONFIG", "SET", "requirepass", "right")
    buckets = RedisBuckets(server.url.replace("unix://", "unix://:wrong-password@"))
    with pytest.raises(BucketUnavailable) as caught:
        await buckets.bucket("lane", INTERVAL).acquire()
    assert caught.value.reason
    assert "wrong-password" not in f"{buckets!r} {caught.value!r} {caught.value.__cause__!r}"
    await buckets.close()


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://:secret@host", {}),
        ("redis://:secret@host:many", {}),
        ("redis://host", {"on_unavailable": 0.0}),
        ("redis://host", {"on_unavailable": 1.5}),
        ("redis://host", {"margin": -0.1}),
        ("redis://host", {"margin": math.nan}),
        ("redis://host", {"timeout": 0.0}),
        ("redis://host", {"timeout": math.inf}),
        ("redis://[::1/secret", {}),
        ("redis://host?ssl_ca_certs=secret.pem", {}),  # fault B4: the first call failed with a TypeError
        ("rediss://host?ssl_cert_reqs=secret", {}),
        ("redis://host?decode_responses=true", {}),  # fault B4: every call hung
        ("redis://host/0?retry_on_timeout=&health_check_interval=30", {}),
        ("redis://:mostly?secret@host:6379/0", {}),
        ("redis://:mostly?secret=secret&secret@host:6379/0", {}),
    ],
)
def test_invalid_options_are_refused_at_once(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RedisBuckets(url, **options)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["redis://host:6379/2?client_name=odapi", "rediss://host?ssl_ca_certs=ca.pem"]
)
def test_options_that_change_no_answer_are_accepted(url: str) -> None:
    RedisBuckets(url)


def test_a_password_with_a_question_mark_has_to_be_encoded() -> None:
    with pytest.raises(ConfigurationError, match=r"if a \? belongs to the password, write it as %3F$"):
        RedisBuckets("redis://:a?b@host:6379/0")
    RedisBuckets("redis://:a%3Fb@host:6379/0")


async def test_b4_an_unexpected_failure_reaches_everyone_who_waits(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise KeyError("secret")

    async with sharing(server) as one:
        monkeypatch.setattr(one._scripts, "_exchange", fail)
        with pytest.raises(BucketUnavailable, match="KeyError") as caught:
            async with asyncio.timeout(5):
                await one.bucket("lane", INTERVAL).acquire()
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "command",
    [
        ("SET", KEY, "of another program"),
        ("RPUSH", KEY, "1", "2"),
        *(("HSET", KEY, field, value) for field in FIELDS for value in ("inf", "nan", "1e300", "x")),
    ],
)
@pytest.mark.unmeasured
async def test_b5_what_another_program_wrote_stops_no_lane(
    server: RedisServer, command: tuple[str, ...]
) -> None:
    async with sharing(server) as one:
        server.run(*command)
        starts: list[float] = []
        async with asyncio.timeout(10):
            for _ in range(2):
                await start(one.bucket("lane", INTERVAL), starts)
            await start(one.bucket("other", INTERVAL), [])
        assert min(gaps(starts)) >= INTERVAL


@pytest.mark.parametrize("hours", [3, 23])
async def test_b5_a_start_that_is_hours_away_is_of_another_program(server: RedisServer, hours: int) -> None:
    """Another program wrote it, or the clock of the server was set back."""
    async with sharing(server) as one:
        server.run("HSET", KEY, "free", str(int((time.time() + hours * 3600) * 1e6)))
        async with asyncio.timeout(10):
            await start(one.bucket("lane", INTERVAL), [])


@pytest.mark.parametrize(
    "message",
    [
        *("", "hello", f"{KEY} x", f"{KEY} -5", f"{KEY} {3 * 3600 * 10**6}", f"{KEY} 9007199254740992"),
        f"{KEY} {'9' * 5000}",
    ],
)
async def test_b5_a_message_of_another_program_is_ignored(server: RedisServer, message: str) -> None:
    async with sharing(server) as one:
        starts: list[float] = []
        shared = one.bucket("lane", INTERVAL)
        await start(shared, starts)
        waiting = asyncio.create_task(start(shared, starts))
        await until(lambda: server.held()[KEY]["last"] == "2")
        server.run("PUBLISH", "odapi:moved", message)
        async with asyncio.timeout(10):
            await waiting
            await start(shared, starts)
        assert min(gaps(starts)) >= INTERVAL


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (None, "the connection was closed"),  # by this process itself, when Redis was lost
        (line.RedisError("no answer within 1 s"), "no answer within 1 s"),
        (ValueError("secret"), "ValueError"),
    ],
)
def test_each_failure_has_a_reason_that_shows_nothing_else(error: Exception | None, reason: str) -> None:
    assert scripts._described(error) == reason


async def test_b5_an_error_of_one_command_is_not_that_of_the_others(server: RedisServer) -> None:
    async with sharing(server) as one:
        client = one._scripts
        good, bad = await asyncio.gather(
            client.run((KEY, "reserve", (STEP, 0)), lambda _: None),
            client.run((KEY, "reserve", ()), lambda _: None),
            return_exceptions=True,
        )
        assert isinstance(bad, BucketUnavailable)
        assert not isinstance(good, BaseException)
        assert good.numbers[2] == 1


async def test_f7_buckets_that_are_dropped_close_their_connections_and_do_not_warn(
    server: RedisServer,
) -> None:
    dropped = RedisBuckets(server.url)
    await dropped.bucket("lane", INTERVAL).acquire()
    assert server.connections() == 2
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del dropped
        gc.collect()
        await until(lambda: not server.connections())
    assert [str(each.message) for each in warned] == []


def test_f7_a_message_for_a_client_that_was_dropped_is_ignored() -> None:
    class Client:
        def move(self, key: str, moved: int) -> None:
            heard.append((key, moved))

    heard: list[tuple[str, int]] = []
    client = Client()
    call = scripts._weak(client.move)
    call("lane", 1)
    del client
    gc.collect()
    call("lane", 2)
    assert heard == [("lane", 1)]


def test_without_the_redis_client_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("odapi_async.scheduler.redis")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'odapi-async\[redis\]'"):
        importlib.import_module("odapi_async.scheduler.redis")

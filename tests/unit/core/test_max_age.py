"""Reads that are answered with earlier responses: never with one that a write of this client made wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async import (
    ConfigurationError,
    DecodeError,
    Event,
    EventName,
    Mode,
    NotFound,
    OpenDental,
    OutcomeUnknown,
    Practice,
    Request,
    Response,
    SchedulerClosed,
    Tier,
    asked_at,
)
from odapi_async._core import response_cache
from tests.support.clock import run_virtually, virtual_time
from tests.support.register import RegisterOffice


@asynccontextmanager
async def at(office: RegisterOffice, **options: Any) -> AsyncGenerator[tuple[OpenDental, Practice]]:
    async with OpenDental("developer", transport=office, **options) as client:
        practice = client.practice("one", mode=Mode.LOCAL)
        yield client, practice.with_options(max_age=60.0)


async def seen(practice: Practice) -> int:
    """Return the number at the office, as a read shows it."""
    return int((await practice.patients.get(3)).Ward)


async def write(practice: Practice) -> int:
    """Write, and return the number afterwards."""
    return int((await practice.patients.update(3, Ward="x")).Ward)


def later(seconds: float, awaitable: Awaitable[Any]) -> asyncio.Task[Any]:
    async def wait() -> Any:
        await asyncio.sleep(seconds)
        return await awaitable

    return asyncio.create_task(wait())


@virtual_time
async def test_a_max_age_of_zero_is_none_also_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    class Office:
        sent = 0

        async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
            on_sent()
            self.sent += 1
            return Response(200, {}, b'{"PatNum": 3}')

        async def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(response_cache, "wall_time", lambda: 0.0)
    office = Office()
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", mode=Mode.LOCAL)
        for max_age in (60.0, 0.0, 0, None):
            await practice.with_options(max_age=max_age).patients.get(3)
        assert office.sent == 4


@virtual_time
async def test_a_read_is_answered_with_a_response_that_is_young_enough() -> None:
    office = RegisterOffice(takes=2.0)
    async with at(office) as (_, practice):
        await seen(practice)  # was sent at 0
        await asyncio.sleep(57.9)
        await seen(practice)
        assert office.asked() == 1
        await asyncio.sleep(0.2)  # now it is older than a minute, although it came two seconds later
        await seen(practice)
        assert office.asked() == 2


@virtual_time
async def test_without_max_age_every_read_is_sent() -> None:
    office = RegisterOffice()
    async with at(office) as (client, practice):
        await seen(practice)
        await seen(practice.with_options(max_age=None))
        await seen(client.practice("one", mode=Mode.LOCAL))
        assert office.asked() == 3


@virtual_time
async def test_the_response_of_a_read_without_max_age_is_not_kept() -> None:
    office = RegisterOffice()
    async with at(office) as (client, practice):
        await seen(client.practice("one", mode=Mode.LOCAL))
        await seen(practice)
        assert office.asked() == 2


@virtual_time
async def test_a_write_is_seen_by_the_next_read() -> None:
    office = RegisterOffice()
    async with at(office) as (_, practice):
        assert await seen(practice) == 0
        await write(practice)
        assert await seen(practice) == 1
        assert await seen(practice) == 1
        assert office.asked() == 2


@virtual_time
async def test_a_write_through_another_way_to_the_office_is_seen_too() -> None:
    office = RegisterOffice()
    async with at(office) as (client, practice):
        assert await seen(practice) == 0
        await write(client.practice("one", tier=Tier.ENTERPRISE))
        assert await seen(practice) == 1


@pytest.mark.parametrize("delay", [0.0, 0.5, 1.5])
def test_a_read_in_flight_while_a_write_runs_is_not_kept(delay: float) -> None:
    async def play() -> None:
        office = RegisterOffice(takes=2.0)
        async with at(office) as (_, practice):
            reading = asyncio.create_task(seen(practice))
            await later(delay, write(practice))
            await reading
            assert await seen(practice) == 1

    run_virtually(play())


@virtual_time
async def test_a_read_that_began_during_a_write_and_ends_after_it_is_not_kept() -> None:
    office = RegisterOffice(takes=2.0)
    async with at(office) as (_, practice):
        writing = asyncio.create_task(write(practice))
        await asyncio.sleep(0)
        office.takes = 9.0
        await seen(practice)
        await writing
        before = office.asked()
        await seen(practice)
        assert office.asked() == before + 1


@virtual_time
async def test_a_write_that_was_cancelled_in_flight_may_still_be_executed() -> None:
    office = RegisterOffice(takes=50.0)  # it takes effect 25 seconds after it was sent
    async with at(office) as (_, practice):
        writing = asyncio.create_task(write(practice))
        await asyncio.sleep(1.0)
        writing.cancel()
        await asyncio.wait([writing])
        office.takes = 0.2
        assert await seen(practice) == 0
        await asyncio.sleep(40.0)
        assert await seen(practice) == 1, "the response of the first read was kept"


@virtual_time
async def test_a_write_whose_deadline_is_over_may_still_be_executed() -> None:
    office = RegisterOffice(takes=50.0)
    async with at(office) as (_, practice):
        with pytest.raises(OutcomeUnknown):
            await write(practice.with_options(deadline=1.0))
        office.takes = 0.2
        assert await seen(practice) == 0
        await asyncio.sleep(40.0)
        assert await seen(practice) == 1


@virtual_time
async def test_a_write_whose_response_cannot_be_read_may_still_be_executed() -> None:
    office = RegisterOffice(takes=0.2, body=b"<html>Please wait</html>")
    async with at(office) as (_, practice):
        with pytest.raises(OutcomeUnknown):
            await write(practice)
        office.body = None
        assert await seen(practice) == 1
        office.value = 2  # what was between has passed it on late
        await asyncio.sleep(40.0)
        assert await seen(practice) == 2, "the response of the first read was kept"


class Faulty(RegisterOffice):
    """A transport of the user's own, which fails after it has sent a write."""

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if request.method == "GET":
            return await super().send(request, on_sent)
        on_sent()
        asyncio.get_running_loop().call_later(20.0, self._write)
        raise RuntimeError


@virtual_time
async def test_a_write_in_which_a_transport_has_failed_may_still_be_executed() -> None:
    async with at(Faulty(takes=0.2)) as (_, practice):
        with pytest.raises(RuntimeError):
            await write(practice)
        assert await seen(practice) == 0
        await asyncio.sleep(40.0)
        assert await seen(practice) == 1


@virtual_time
async def test_a_write_that_was_cancelled_in_the_queue_ends_and_reads_are_kept_again() -> None:
    office = RegisterOffice()
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.READ_ALL).with_options(max_age=60.0)
        await seen(practice)
        writing = asyncio.create_task(write(practice))  # waits five seconds for its slot
        await asyncio.sleep(1.0)
        writing.cancel()
        await asyncio.wait([writing])
        await seen(practice)
        await seen(practice)
        assert (office.asked("PUT"), office.asked("GET")) == (0, 2)


@virtual_time
async def test_a_read_that_is_cancelled_keeps_nothing_and_harms_no_other() -> None:
    office = RegisterOffice(takes=10.0)
    async with at(office) as (client, practice):
        reads = [asyncio.create_task(seen(practice)) for _ in range(3)]
        await asyncio.sleep(5.0)
        reads[0].cancel()
        await asyncio.wait(reads)
        assert [each.cancelled() for each in reads] == [True, False, False]
        assert client._context.cache._practices[practice._calls.settings.authorization].reads == set()
        sent = office.asked()
        await seen(practice)
        assert office.asked() == sent


@virtual_time
async def test_identical_reads_still_share_one_request() -> None:
    office = RegisterOffice()
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.STANDARD).with_options(max_age=60.0)
        await asyncio.gather(*(seen(practice) for _ in range(5)))
        await seen(practice)
        assert office.asked() == 1


@virtual_time
async def test_another_key_and_another_url_get_responses_of_their_own() -> None:
    office = RegisterOffice()
    async with at(office) as (client, practice):
        await seen(practice)
        other = client.practice("two", mode=Mode.LOCAL).with_options(max_age=60.0)
        elsewhere = client.practice("one", mode=Mode.SERVICE).with_options(max_age=60.0)
        await seen(other)
        await seen(elsewhere)
        assert office.asked() == 3
        await write(other)
        await seen(practice)
        await seen(elsewhere)
        assert office.asked() == 3, "a write at another practice changes nothing here"


@virtual_time
async def test_another_query_gets_a_response_of_its_own() -> None:
    office = RegisterOffice()
    async with at(office) as (_, practice):
        await practice.patients.list(LName="A")
        await practice.patients.list(LName="B")
        await practice.patients.list(LName="A")
        assert office.asked() == 2


@virtual_time
async def test_an_error_is_not_kept() -> None:
    office = RegisterOffice(status=404, body=b'"no"')
    async with at(office) as (_, practice):
        with pytest.raises(NotFound):
            await seen(practice)
        office.status, office.body = 200, None
        assert await seen(practice) == 0


@virtual_time
async def test_a_response_that_cannot_be_read_is_not_kept() -> None:
    office = RegisterOffice(body=b"<html>Sign in to this network</html>")
    async with at(office) as (_, practice):
        with pytest.raises(DecodeError):
            await seen(practice)
        with pytest.raises(DecodeError):
            await practice.patients.list()
        office.body = None
        assert await seen(practice) == 0
        assert len(await practice.patients.list()) == 1


@virtual_time
async def test_each_page_of_a_list_is_a_response() -> None:
    office = RegisterOffice(rows=250)
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.STANDARD).with_options(max_age=60.0)
        assert len(await practice.patients.list()) == 250
        assert len(await practice.patients.list()) == 250
        assert office.asked() == 3
        await practice.patients.list().first()
        assert office.asked() == 4, "a page of one row is another response"


@virtual_time
async def test_the_pages_of_a_list_never_get_older_towards_its_end() -> None:
    office = RegisterOffice(rows=250, takes=0.2)
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.STANDARD).with_options(max_age=60.0)
        async for _page in practice.patients.list().pages():
            await asyncio.sleep(20.0)  # so the last page is sent later
        await asyncio.sleep(5.0)  # now the first two are older than a minute
        office.value = 7
        wards = [row.Ward for row in await practice.patients.list()]
        assert (wards, office.asked()) == (["7"] * 250, 6)


@virtual_time
async def test_the_pages_of_a_part_of_a_list_never_get_older_towards_its_end_either() -> None:
    office = RegisterOffice(rows=250, takes=0.2)
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.STANDARD).with_options(max_age=60.0)
        part = practice.patients.list()[:150]  # the second page has a Limit
        async for _page in part.pages():
            await asyncio.sleep(20.0)
        await asyncio.sleep(20.4)  # now the first page is older than a minute, and the second is not
        office.value = 7
        wards = [row.Ward for row in await part]
        assert (wards, office.asked()) == (["7"] * 150, 4)


@pytest.mark.parametrize("jump", [12 * 3600.0, -12 * 3600.0])
@virtual_time
async def test_a_night_in_which_the_machine_sleeps_counts(
    jump: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = RegisterOffice(takes=0.2)
    async with at(office) as (_, practice):
        assert await seen(practice) == 0
        office.value = 1
        monkeypatch.setattr("odapi_async._core.response_cache.wall_time", lambda: time.time() + jump)
        assert await seen(practice) == (jump > 0), "monotonic clocks stand still meanwhile"
        await asyncio.sleep(61.0)
        assert await seen(practice) == 1


@virtual_time
async def test_the_wait_for_a_slot_does_not_make_a_response_older() -> None:
    office = RegisterOffice(takes=0.2)
    async with OpenDental("developer", transport=office) as client:
        practice = client.practice("one", tier=Tier.READ_ALL).with_options(max_age=4.0)
        await practice.patients.get(4)
        await seen(practice)  # waits almost five seconds
        await seen(practice)
        assert office.asked() == 2


@virtual_time
async def test_a_walk_sends_its_requests() -> None:
    office = RegisterOffice(rows=250)
    async with at(office) as (_, practice):
        await practice.patients.list()
        office.value = 7
        pages = [page.rows async for page in practice.patients.list().walk("PatNum")]
        assert {row.Ward for page in pages for row in page} == {"7"}


@virtual_time
async def test_a_read_of_a_hand_written_path_is_kept_and_a_write_of_one_drops_it() -> None:
    office = RegisterOffice()
    async with at(office) as (_, practice):
        await practice.request("GET", "/patients/3")
        await practice.request("GET", "/patients/3")
        assert office.asked() == 1
        await practice.request("PUT", "/patients/3", body={"Ward": "x"})
        assert (await practice.request("GET", "/patients/3"))["Ward"] == "1"


@virtual_time
async def test_a_query_through_put_is_sent_each_time_and_drops_nothing() -> None:
    office = RegisterOffice()
    async with at(office) as (_, practice):
        await seen(practice)
        office.body = b"[]"
        for _ in range(2):
            await practice.queries.short_query(SqlCommand="SELECT 1")
        await seen(practice)
        assert (office.asked("PUT"), office.asked()) == (2, 1)


@virtual_time
async def test_a_closed_client_answers_nothing() -> None:
    office = RegisterOffice()
    async with at(office) as (client, practice):
        await seen(practice)
        await client.aclose()
        with pytest.raises(SchedulerClosed):
            await seen(practice)


@virtual_time
async def test_a_reused_response_is_told_with_its_age() -> None:
    events: list[Event] = []
    async with at(RegisterOffice(takes=2.0), on_event=events.append) as (_, practice):
        await seen(practice)
        await asyncio.sleep(10.0)
        await seen(practice)
    names = [each.name for each in events]
    assert names == [EventName.STARTED, EventName.FINISHED, EventName.REUSED]
    assert (events[-1].age, events[-1].status) == (12.0, 200)
    assert (events[-1].operation, events[-1].wait) == ("GET /patients/{PatNum}", None)


@virtual_time
async def test_a_block_knows_when_the_oldest_of_its_responses_was_asked_for() -> None:
    async with at(RegisterOffice(takes=2.0)) as (_, practice):
        await seen(practice)
        await asyncio.sleep(10.0)
        with asked_at() as outer:
            assert outer.at is None
            with asked_at() as inner:
                await asyncio.create_task(seen(practice.with_options(max_age=None)))
            await practice.patients.get(4)
            assert inner.at is not None
            assert outer.at == inner.at
            await seen(practice)
            assert outer.at is not None
        age = (datetime.now(UTC) - outer.at).total_seconds()
        assert 4.0 <= age < 9.0, "the kept response is the younger one, of the read without max_age"


@virtual_time
async def test_a_kept_response_is_as_old_as_its_request() -> None:
    async with at(RegisterOffice(takes=2.0)) as (_, practice):
        await seen(practice)
        await asyncio.sleep(10.0)
        with asked_at() as asked:
            await seen(practice)
        assert asked.at is not None
        age = (datetime.now(UTC) - asked.at).total_seconds()
        assert 12.0 <= age < 14.0


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), True, "60"])
async def test_a_max_age_that_is_no_time_is_refused(value: Any) -> None:
    async with OpenDental("developer") as client:
        with pytest.raises(ConfigurationError, match="max_age"):
            client.practice("one").with_options(max_age=value)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["read", "read", "plain", "write", "cancel"]),
        st.sampled_from([0.0, 0.5, 1.0, 1.5, 3.0, 30.0]),
        st.sampled_from([0.5, 2.0, 8.0]),
    ),
    min_size=2,
    max_size=25,
)


class History:
    """Reads and writes of one client at one office, and what each read may have seen."""

    def __init__(self, office: RegisterOffice, practice: Practice) -> None:
        self.office = office
        self.practice = practice
        self.now = asyncio.get_running_loop().time
        self.tasks: list[asyncio.Task[None]] = []
        self.known = 0
        """The number at the office after the writes that have ended."""

    async def read(self, max_age: float | None) -> None:
        known, came = self.known, self.now()
        found = await seen(self.practice.with_options(max_age=max_age))
        assert found >= known, "an own write that had ended was not seen"
        ended = [time for time, value in self.office.history if value == found + 1]
        if ended:
            assert ended[0] >= came - (max_age or 0.0), "older than allowed"

    async def write(self) -> None:
        self.known = max(await write(self.practice), self.known)

    async def make(self, move: str) -> None:
        if move == "cancel":
            for task in self.tasks[-1:]:
                task.cancel()
            return
        work = self.write() if move == "write" else self.read(20.0 if move == "read" else None)
        self.tasks.append(asyncio.create_task(work, name=move))


@settings(max_examples=150, deadline=None)
@given(MOVES)
def test_no_read_is_older_than_allowed_or_than_an_own_write(moves: list[tuple[str, float, float]]) -> None:
    async def play() -> None:
        office = RegisterOffice()
        async with at(office) as (client, practice):
            history = History(office, practice)
            for move, pause, takes in moves:
                office.takes = takes
                await history.make(move)
                await asyncio.sleep(pause)
            for outcome in await asyncio.gather(*history.tasks, return_exceptions=True):
                if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
                    raise outcome
            for state in client._context.cache._practices.values():
                assert (state.writes, state.reads) == (0, set())

    run_virtually(play())

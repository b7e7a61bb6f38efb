"""`OpenDental` and `Practice`: invalid options, reprs without secrets, options, and closed clients."""

import asyncio
import copy
import pickle
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest

from odapi_async import (
    ConfigurationError,
    DecodeError,
    InvalidRequest,
    Mode,
    NeedsVersion,
    OfficeOffline,
    OpenDental,
    Practice,
    Priority,
    RetryPolicy,
    SchedulerClosed,
    Tier,
    Unauthorized,
    WrongEventLoop,
)
from odapi_async._core.options import RequestOptions
from odapi_async.resources.patients import CREATE
from odapi_async.sandbox import Fault, Office, Sandbox
from odapi_async.scheduler import Pace
from odapi_async.testing import SandboxTransport
from tests.support.bench import KEY, local, serving
from tests.support.wire import RawServer, ok

DEVELOPER = "Xyzzy-Developer-Key"
CUSTOMER = "Xyzzy-Customer-Key"
VARIABLE = "OPENDENTAL_DEVELOPER_KEY"
NO_NAMES = ["", " ", "x" * 65, "har\nbour", "har\x1bbour", "har\u202ebour", 7]


class Name(msgspec.Struct):
    PatNum: int
    LName: str


@pytest.fixture
def client() -> OpenDental:
    return OpenDental(DEVELOPER)


@pytest.fixture
def practice(client: OpenDental) -> Practice:
    return client.practice(CUSTOMER)


def test_without_a_developer_key_there_is_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ConfigurationError, match=f"pass developer_key or set {VARIABLE}"):
        OpenDental()
    with pytest.raises(ConfigurationError, match="developer_key is empty"):
        OpenDental("")
    monkeypatch.setenv(VARIABLE, " ")
    with pytest.raises(ConfigurationError, match="developer_key is empty"):
        OpenDental()


async def test_the_developer_key_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox([local()], developer_key=DEVELOPER) as box:
        monkeypatch.setenv(VARIABLE, DEVELOPER)
        async with OpenDental() as client:
            patient = await client.practice(KEY, mode=Mode.LOCAL, base_url=box.url).patients.get(1)
            assert patient.PatNum == 1
        async with OpenDental("another-key") as client:
            with pytest.raises(Unauthorized):
                await client.practice(KEY, mode=Mode.LOCAL, base_url=box.url).patients.get(1)


def test_no_repr_shows_a_key_or_a_filter(client: OpenDental, practice: Practice) -> None:
    rows = practice.patients.list(LName=CUSTOMER)
    prepared = practice._calls.prepare(CREATE, (), {}, {"LName": CUSTOMER, "FName": CUSTOMER})
    shown = [
        client,
        client.scheduler.snapshot(),
        practice,
        practice.patients,
        practice._calls.settings,
        rows,
        prepared,
    ]
    for each in shown:
        assert "Xyzzy" not in f"{each!r} {each!s}"
    assert repr(practice) == f"<Practice {practice.lane} at https://api.opendental.com/api/v1>"
    assert repr(rows) == "<Rows of Patient>"


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_d12_nothing_with_keys_is_pickled_or_copied(
    client: OpenDental, practice: Practice, duplicate: Callable[[object], object]
) -> None:
    for thing in (client, practice):
        with pytest.raises(TypeError, match="has keys"):
            duplicate(thing)


def test_a_lane_belongs_to_a_key_and_a_url(client: OpenDental, practice: Practice) -> None:
    assert client.practice(CUSTOMER, tier=Tier.ENTERPRISE).lane == practice.lane
    assert client.practice("another").lane != practice.lane
    assert client.practice(CUSTOMER, mode=Mode.SERVICE).lane != practice.lane


@pytest.mark.parametrize(
    ("options", "pace", "url"),
    [
        ({}, None, "https://api.opendental.com/api/v1"),
        ({"tier": Tier.READ_ALL}, Pace(5.0, 1, Tier.READ_ALL), "https://api.opendental.com/api/v1"),
        ({"tier": Tier.STANDARD}, Pace(1.0, 1, Tier.STANDARD), "https://api.opendental.com/api/v1"),
        (
            {"tier": Tier.ENTERPRISE, "concurrency": 9},
            Pace(0.5, 1, Tier.ENTERPRISE),
            "https://api.opendental.com/api/v1",
        ),
        ({"mode": Mode.LOCAL}, Pace(0.0, 4), "http://localhost:30222/api/v1"),
        ({"mode": Mode.SERVICE, "concurrency": 9}, Pace(0.0, 9), "http://localhost:30223/api/v1"),
        ({"base_url": "https://proxy.example/od/"}, None, "https://proxy.example/od"),
        (
            {"mode": "Remote", "tier": "standard"},  # fault F5: as on the command line, any case is fine
            Pace(1.0, 1, Tier.STANDARD),
            "https://api.opendental.com/api/v1",
        ),
    ],
)
def test_tier_and_mode_determine_pace_and_url(
    client: OpenDental, options: dict[str, Any], pace: Pace | None, url: str
) -> None:
    settings = client.practice(CUSTOMER, **options)._calls.settings
    assert (settings.pace, settings.base_url) == (pace, url)


@pytest.mark.parametrize(
    ("key", "options", "reason"),
    [
        ("", {}, "customer_key is empty"),
        (f"{DEVELOPER}/{CUSTOMER}", {}, "customer_key contains a slash"),
        (CUSTOMER, {"concurrency": 0}, "concurrency has to be 1 or more"),
        (CUSTOMER, {"base_url": "http://api.opendental.com/api/v1"}, "the keys would be sent unencrypted"),
        (CUSTOMER, {"base_url": ""}, "has to look like https://host/api/v1"),  # not a usual URL by mistake
        (CUSTOMER, {"version": "24"}, "version has to look like 24.4 or 24.4.13"),
        (CUSTOMER, {"version": "v24.4"}, "version has to look like 24.4 or 24.4.13"),
        (CUSTOMER, {"tier": "Gold"}, "tier has to be one of ReadAll, Standard, Enterprise"),
        (CUSTOMER, {"mode": "cloud"}, "mode"),
        *(
            (CUSTOMER, {"name": name}, "name has to be a text of 1 to 64 printable characters")
            for name in NO_NAMES
        ),
        (CUSTOMER, {"name": CUSTOMER}, "name is a key"),
        (CUSTOMER, {"name": DEVELOPER}, "name is a key"),
        (CUSTOMER, {"name": f"ODFHIR {DEVELOPER}/{CUSTOMER}"}, "name is a key"),
    ],
)
def test_an_invalid_option_is_refused_at_once(
    client: OpenDental, key: str, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as raised:
        client.practice(key, **options)
    assert "Xyzzy" not in str(raised.value)


def test_with_options_keeps_options_that_are_not_given(practice: Practice) -> None:
    bulk = practice.with_options(priority=Priority.BULK, flow="nightly")
    hasty = bulk.with_options(max_wait=2.5).with_options(timeout=5.0, check=False)
    assert practice._calls.options == RequestOptions()
    assert bulk._calls.options == RequestOptions(priority=Priority.BULK, flow="nightly")
    assert hasty._calls.options == RequestOptions(
        priority=Priority.BULK, flow="nightly", max_wait=2.5, timeout=5.0, check=False
    )
    assert hasty.with_options(flow=None)._calls.options.flow is None
    assert (hasty._calls.settings, hasty.lane) == (practice._calls.settings, practice.lane)


def test_an_unknown_option_is_refused(practice: Practice) -> None:
    with pytest.raises(TypeError, match="speed"):
        practice.with_options(speed=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="no option 'max_wiat'; did you mean max_wait"):
        practice.with_options(max_wiat=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("deadline", 0, "deadline has to be a number of seconds, more than 0, or None for no limit; not 0"),
        ("deadline", -1.5, "not -1.5"),
        ("deadline", float("nan"), "not nan"),
        ("deadline", float("inf"), "None for no limit; not inf"),
        ("deadline", "12", "not a str"),
        ("deadline", True, "not a bool"),
        (
            "max_wait",
            "2",
            "max_wait has to be a number of seconds, 0 or more, or None for no limit; not a str",
        ),
        ("max_wait", -1, "not -1"),
        ("timeout", "x", "timeout has to be a number of seconds, more than 0, such as 65; not a str"),
        ("timeout", 0.0, "not 0"),
        ("timeout", None, "not None"),
        ("priority", "bulk", "priority has to be a Priority; did you mean Priority.BULK?"),
        ("priority", 7, "there are Priority.INTERACTIVE, Priority.NORMAL, Priority.BULK"),
        ("priority", True, "priority has to be a Priority"),
        ("priority", None, "priority has to be a Priority"),
        ("check", 1, 'check has to be True, False or "rows", not a int'),
        ("check", "row", 'check has to be True, False or "rows", not a str'),
        ("flow", [1], "flow has to be a text or a number, not a list"),
    ],
)
def test_an_option_with_a_wrong_value_is_refused_before_anything_is_sent(
    practice: Practice, option: str, value: Any, reason: str
) -> None:
    options: Any = {option: value}
    with pytest.raises(ConfigurationError, match=f"^{option}.*{re.escape(reason)}$|^{re.escape(reason)}"):
        practice.with_options(**options)


def test_usual_values_of_options_are_accepted(practice: Practice) -> None:
    options: Any = {
        "priority": 2,
        "flow": ("a", 1),
        "max_wait": 0,
        "deadline": 12,
        "timeout": 5,
        "check": False,
    }
    found = practice.with_options(**options)._calls.options
    assert found == RequestOptions(
        priority=Priority.BULK, flow=("a", 1), max_wait=0, deadline=12, timeout=5, check=False
    )
    assert found.priority is Priority.BULK
    none = practice.with_options(**options).with_options(max_wait=None, deadline=None)._calls.options
    assert (none.max_wait, none.deadline) == (None, None)


def test_a_name_is_in_the_repr_and_the_lane_is_the_same(client: OpenDental, practice: Practice) -> None:
    named = client.practice(CUSTOMER, name="Zahnärzte am Hafen 2")
    assert named.name == named.with_options(flow=1).name == "Zahnärzte am Hafen 2"
    assert repr(named) == "<Practice Zahnärzte am Hafen 2 at https://api.opendental.com/api/v1>"
    assert practice.name is None
    assert practice.lane in repr(practice)
    assert named.lane == practice.lane


async def test_a_name_is_in_snapshots_errors_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(local()) as bench:
        practice = bench.practice(name="harbour")
        bench.practice(name="airport")
        bench.box.add_fault(Fault("offline"))
        with pytest.raises(OfficeOffline, match=r"^harbour: GET /patients/1 failed") as raised:
            await practice.patients.get(1)
        assert raised.value.practice == "harbour"
        assert "no calls are sent to practice harbour for 30 s" in caplog.text
        with pytest.raises(OfficeOffline, match=r"^harbour: "):
            await practice.patients.get(1)
        bench.client.scheduler.record_success(practice.lane)
        reading = asyncio.create_task(practice.patients.get(1))
        await asyncio.sleep(0)
        (lane,) = bench.client.scheduler.snapshot().lanes
        assert (lane.practices, lane.label, lane.lane) == (
            ("airport", "harbour"),
            "airport, harbour",
            practice.lane,
        )
        await reading


async def test_an_error_of_decoding_has_the_name_of_the_practice() -> None:
    async with RawServer(lambda _: ok(b'"no"')) as server, OpenDental(DEVELOPER) as client:
        practice = client.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, name="harbour")
        for call in (
            lambda: practice.patients.get(1),
            practice.patients.list,
            lambda: practice.request("GET", "/patients/1", into=Name),
        ):
            with pytest.raises(DecodeError, match=r"^harbour: the response"):
                await call()


async def test_without_a_name_the_lane_is_shown() -> None:
    async with serving(local()) as bench:
        practice = bench.practice()
        reading = asyncio.create_task(practice.patients.get(1))
        await asyncio.sleep(0)
        (lane,) = bench.client.scheduler.snapshot().lanes
        assert (lane.practices, lane.label) == ((), practice.lane)
        await reading


def test_a_resource_is_created_once_for_each_practice_object(practice: Practice) -> None:
    assert practice.patients is practice.patients
    assert practice.with_options(check=False).patients is not practice.patients


def test_a_resource_that_does_not_exist_is_an_attribute_error(practice: Practice) -> None:
    assert not hasattr(practice, "patient")
    with pytest.raises(AttributeError, match="patient"):
        getattr(practice, "patient")  # noqa: B009 - a type checker would refuse the plain spelling


def test_parameters_newer_than_the_office_are_refused(client: OpenDental) -> None:
    old = client.practice(CUSTOMER, version="24.1")
    with pytest.raises(NeedsVersion) as raised:
        old.patients.simple(FeeSched=5)
    assert (raised.value.field, raised.value.needed, raised.value.version) == ("FeeSched", "25.2.19", "24.1")
    for able in (client.practice(CUSTOMER, version="25.2"), old.with_options(check=False)):
        assert repr(able.patients.simple(FeeSched=5)) == "<Rows of Patient>"


async def test_after_closing_nothing_is_sent() -> None:
    async with serving() as bench:
        practice = bench.practice()
        await practice.patients.get(1)
        await bench.client.aclose()
        await bench.client.aclose()
        for call in (
            practice.patients.get(1),
            practice.patients.list(),
            practice.request("GET", "/patients/1"),
            practice.rows("/patients").first(),
        ):
            with pytest.raises(SchedulerClosed):
                await call
        assert len(bench.arrivals) == 1


def test_another_event_loop_is_refused_before_anything_is_sent() -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(asyncio.Runner(debug=True)) for _ in range(2))
        box = Sandbox([local()])
        first.run(box.start())
        stack.callback(lambda: first.run(box.close()))
        client = OpenDental(box.developer_key)
        stack.callback(lambda: first.run(client.aclose()))
        practice = client.practice(KEY, mode=Mode.LOCAL, base_url=box.url)
        first.run(practice.patients.get(1))
        with pytest.raises(WrongEventLoop, match="one OpenDental"):
            second.run(practice.patients.get(1))
        assert len(box.arrivals) == 1
        assert first.run(practice.patients.get(1)).PatNum == 1


@pytest.mark.parametrize(
    "path",
    [
        "patients",
        "",
        "/patients?LName=Smith",
        "/patients/{PatNum}",
        "/patients#all",
        "/patients/1 2",
        "/patients/1\r\nX-Other: 1",
        "/patients/é",
        "/../../admin",  # fault D10
        "/patients/..",
        "/./patients",
    ],
)
async def test_an_unlisted_path_has_no_query(practice: Practice, path: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        practice.rows(path)
    assert raised.value.field == "path"
    with pytest.raises(InvalidRequest):
        await practice.request("GET", path)


async def test_an_unlisted_operation_is_decoded_into_the_given_struct() -> None:
    async with serving() as bench:
        practice = bench.practice()
        plain = await practice.request("GET", "/patients/3")
        assert plain["PatNum"] == 3
        assert await practice.request("GET", "/patients/3", into=Name) == Name(3, plain["LName"])
        found = await practice.rows("/patients", query={"LName": plain["LName"]}, into=Name)
        assert Name(3, plain["LName"]) in found
        first = await practice.rows("/patients").first()
        assert first is not None
        assert first["PatNum"] == 1


async def test_an_empty_response_is_none_or_a_decode_error() -> None:
    async with (
        RawServer(lambda _: ok(b"")) as server,
        OpenDental(DEVELOPER, retries=RetryPolicy(max_attempts=1)) as client,
    ):
        practice = client.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url)
        assert await practice.request("PUT", "/patients/3", body={"LName": "Smith"}) is None
        with pytest.raises(DecodeError):
            await practice.request("GET", "/patients/3", into=Name)


async def test_a_transport_that_counts_as_false_is_used_nevertheless() -> None:
    class Recording(SandboxTransport):
        def __len__(self) -> int:
            return 0

    sandbox = Sandbox([Office(customer_key="office", mode="local", rows={"patients": 3})])
    async with OpenDental(sandbox.developer_key, transport=Recording(sandbox)) as od:
        assert (await od.practice("office", mode=Mode.LOCAL).patients.get(2)).PatNum == 2

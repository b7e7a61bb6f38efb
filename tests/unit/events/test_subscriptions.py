"""Subscriptions at an office: made once, whatever gets lost; checked by its clock; removed."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from odapi_async import AUTO, Mode, OpenDental, Practice, Request, Response, RetryPolicy
from odapi_async.errors import (
    ConfigurationError,
    ConnectionLost,
    DecodeError,
    InvalidRequest,
    NeedsVersion,
    OfficeOffline,
    OutcomeUnknown,
)
from odapi_async.events.subscriptions import Action, Ensured, Health, check, ensure, remove
from odapi_async.sandbox import Fault, Office, Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.clock import virtual_time

KEY = "Cst0merK3y"
TOKEN = "T0ps3cret"
URL = f"https://example.com/od?token={TOKEN}"
NOW = dt.datetime(2031, 3, 4, 7, 0)  # far from the time of this machine
FIELDS = ("EndPointUrl", "WatchTable", "UiEventType", "PollingSeconds", "Workstation")
READ_ALL = frozenset({"ReadAll"})


class Place:
    """One office and a practice that reaches it without a socket."""

    def __init__(self, box: Sandbox, practice: Practice) -> None:
        self.box = box
        self.practice = practice
        self.made_up = len(box.rows(KEY, "subscriptions"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The subscriptions that were not there at the start."""
        return self.box.rows(KEY, "subscriptions")[self.made_up :]

    @property
    def writes(self) -> list[str]:
        """The requests that were no reads."""
        return [f"{each.method} {each.path}" for each in self.box.arrivals if each.method != "GET"]

    async def ensure(self, *tables: str, url: str = URL, **options: Any) -> list[Ensured]:
        options = {"workstation": "SERVER", **options}
        return await ensure(self.practice, url, tables, **options)

    def add(self, **values: Any) -> int:
        plain = {
            "EndPointUrl": f"{URL}&table=Patient", "WatchTable": "Patient", "PollingSeconds": 30,
            "Workstation": "SERVER", "CustomerKey": KEY, "DateTimeStart": str(NOW),
        }  # fmt: skip
        return self.box.add_row(KEY, "subscriptions", plain | values)

    def change(self, number: int, **values: Any) -> None:
        self.box.change_row(KEY, "subscriptions", number, values)


@asynccontextmanager
async def place(
    *,
    permissions: frozenset[str] = READ_ALL | {"AllOthers"},
    version: str = "26.3.1.0",
    transport: Callable[[Sandbox], SandboxTransport] = SandboxTransport,
    known_version: Any = None,
    rows: dict[str, int] | None = None,
) -> AsyncGenerator[Place]:
    office = Office(customer_key=KEY, mode="local", permissions=permissions, version=version, rows=rows or {})
    box = Sandbox([office], now=NOW)
    policy = RetryPolicy(max_attempts=2, base_delay=0.01)
    async with OpenDental(box.developer_key, transport=transport(box), retries=policy) as od:
        yield Place(box, od.practice(KEY, mode=Mode.LOCAL, version=known_version))


@virtual_time
async def test_each_table_gets_one_subscription_and_a_repetition_changes_nothing() -> None:
    async with place() as at:
        made = await at.ensure("Appointment", "Patient", "Appointment", selected=True)
        assert [(each.kind, each.action) for each in made] == [
            ("Appointment", Action.CREATED),
            ("Patient", Action.CREATED),
            ("PatientSelected", Action.CREATED),
        ]
        assert [
            tuple(row[name] for name in FIELDS)
            for row in at.rows
        ] == [
            (f"{URL}&table=Appointment", "Appointment", "", 30, "SERVER"),
            (f"{URL}&table=Patient", "Patient", "", 30, "SERVER"),
            (f"{URL}&table=PatientSelected", "", "PatientSelected", 0, "SERVER"),
        ]  # fmt: skip
        assert [each.subscription for each in made] == [row["SubscriptionNum"] for row in at.rows]
        at.box.arrivals.clear()
        again = await at.ensure("Appointment", "Patient", selected=True, workstation="server")
        assert {each.action for each in again} == {Action.UNCHANGED}
        assert [f"{each.method} {each.path}" for each in at.box.arrivals] == ["GET /subscriptions"]


@virtual_time
async def test_what_differs_is_updated_and_others_are_left_alone() -> None:
    async with place() as at:
        ours = at.add(PollingSeconds=5, Workstation="OLD", DateTimeStop="2030-01-01 00:00:00")
        others = [
            at.add(EndPointUrl="https://example.com/od?token=other&table=Patient", PollingSeconds=5),
            at.add(EndPointUrl=f"https://example.com/other?token={TOKEN}&table=Patient", PollingSeconds=5),
            at.add(EndPointUrl=f"http://example.com/od?token={TOKEN}&table=Patient", PollingSeconds=5),
            at.add(EndPointUrl=f"{URL}&table=Provider", WatchTable="Provider", PollingSeconds=5),
            at.add(EndPointUrl="not a URL", PollingSeconds=5),
        ]
        before = at.rows
        (found,) = await at.ensure("Patient", polling_seconds=30)
        assert (found.action, found.subscription) == (Action.UPDATED, ours)
        assert found.why == "Workstation, PollingSeconds, DateTimeStop"
        changed, *left = at.rows
        assert left == before[1:]
        assert len(left) == len(others)
        expected = {"Workstation": "SERVER", "PollingSeconds": 30, "DateTimeStop": "0001-01-01 00:00:00"}
        assert changed == {**before[0], **expected}
        assert at.writes == [f"PUT /subscriptions/{ours}"]


@virtual_time
async def test_a_subscription_of_the_url_without_a_table_gets_one() -> None:
    async with place() as at:
        ours = at.add(EndPointUrl=URL)
        (found,) = await at.ensure("Patient")
        assert (found.action, found.subscription, found.why) == (Action.UPDATED, ours, "EndPointUrl")
        assert [row["EndPointUrl"] for row in at.rows] == [f"{URL}&table=Patient"]


@virtual_time
async def test_of_several_the_one_without_an_end_is_kept() -> None:
    async with place() as at:
        at.add(DateTimeStop="2030-01-01 00:00:00")
        living = at.add()
        (found,) = await at.ensure("Patient")
        assert (found.action, found.subscription) == (Action.UNCHANGED, living)


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "torn", "garbage", "drop", "status"])
@virtual_time
async def test_a_lost_response_creates_nothing_twice(kind: str) -> None:
    async with place() as at:
        at.box.add_fault(Fault(kind, method="POST"))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        made = await at.ensure("Patient", "Appointment")
        assert {each.action for each in made} == {Action.CREATED}
        assert sorted(row["WatchTable"] for row in at.rows) == ["Appointment", "Patient"]
        assert {each.subscription for each in made} == {row["SubscriptionNum"] for row in at.rows}


@virtual_time
async def test_two_lost_requests_are_told_and_a_later_call_completes_them() -> None:
    async with place() as at:
        at.box.add_fault(Fault("drop", method="POST", times=2))
        with pytest.raises(OutcomeUnknown):
            await at.ensure("Patient")
        assert at.rows == []
        await at.ensure("Patient")
        assert len(at.rows) == 1


class LateTransport(SandboxTransport):
    """Loses the first POST, which the office executes only after it has listed the subscriptions."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self._late: list[Request] = []
        self._lost = False

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if request.method == "POST" and not self._lost:
            self._lost = True
            on_sent()
            self._late.append(request)
            raise ConnectionLost(request.method, request.path, "lost")
        response = await super().send(request, on_sent)
        if self._late and request.method == "GET":
            await super().send(self._late.pop(), lambda: None)
        return response


@pytest.mark.parametrize("permissions", [READ_ALL, READ_ALL | {"AllOthers"}], ids=["ReadAll", "AllOthers"])
@virtual_time
async def test_a_request_that_is_executed_later_leaves_one_subscription(permissions: frozenset[str]) -> None:
    async with place(permissions=permissions, transport=LateTransport) as at:
        (made,) = await at.ensure("Patient")
        living = [row for row in at.rows if row["DateTimeStop"] == "0001-01-01 00:00:00"]
        assert [row["SubscriptionNum"] for row in living] == [made.subscription]
        assert len(at.rows) == (1 if "AllOthers" in permissions else 2)


@virtual_time
async def test_two_programs_at_once_leave_one_subscription() -> None:
    async with place() as at:
        results = await asyncio.gather(*(at.ensure("Patient", "Provider") for _ in range(3)))
        assert sorted(row["WatchTable"] for row in at.rows) == ["Patient", "Provider"]
        assert {each.subscription for made in results for each in made} == {
            row["SubscriptionNum"] for row in at.rows
        }


@pytest.mark.parametrize("known_version", [None, AUTO])
@virtual_time
async def test_a_table_that_the_office_is_too_old_for_is_told_and_others_go_on(known_version: Any) -> None:
    async with place(version="22.4.34", known_version=known_version) as at:
        patient, deleted, provider, appointment = await at.ensure(
            "Patient", "AppointmentDeleted", "Provider", "Appointment"
        )
        assert {patient.action, appointment.action} == {Action.CREATED}
        assert {deleted.action, provider.action} == {Action.REFUSED}
        assert deleted.subscription is None
        assert ("too old" if known_version is None else "needs Open Dental 22.4.35") in deleted.why
        assert [row["WatchTable"] for row in at.rows] == ["Patient", "Appointment"]


@virtual_time
async def test_a_table_that_this_version_does_not_know_is_left_to_the_office() -> None:
    async with place() as at:
        (found,) = await at.ensure("Hologram")
        assert (found.kind, found.action) == ("Hologram", Action.REFUSED)


@virtual_time
async def test_an_office_that_is_offline_is_no_refusal() -> None:
    async with place() as at:
        at.box.add_fault(Fault("offline", method="POST", times=None))
        with pytest.raises(OfficeOffline):
            await at.ensure("Patient")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"workstation": ""}, "one machine: with an empty one all machines of the office post everything"),
        ({"workstation": " "}, "workstation"),
        ({"workstation": None}, "workstation"),
        ({"polling_seconds": 0}, "polling_seconds"),
        ({"polling_seconds": True}, "polling_seconds"),
        ({"polling_seconds": 1.5}, "polling_seconds"),
        ({"tables": []}, "names no table"),
        ({"tables": "Patient"}, "not one text"),
        ({"tables": ["appointments"]}, "did you mean Appointment?"),
        ({"tables": ["patient"]}, "did you mean Patient?"),
        ({"tables": ["lab_cases"]}, "did you mean LabCase?"),
        ({"tables": ["Pat field"]}, "names of tables"),
        ({"tables": [7]}, "names of tables"),
        ({"tables": ["PatientSelected"]}, "selected=True"),
        ({"url": f"/od?token={TOKEN}"}, "absolute"),
    ],
)
@virtual_time
async def test_a_wrong_argument_is_refused_before_anything_is_sent(
    options: dict[str, Any], problem: str
) -> None:
    async with place() as at:
        arguments: dict[str, Any] = {"url": URL, "tables": ["Patient"], "workstation": "SERVER", **options}
        with pytest.raises((InvalidRequest, ConfigurationError)) as caught:
            await ensure(at.practice, **arguments)
        assert problem in str(caught.value)
        assert TOKEN not in str(caught.value)
        assert list(at.box.arrivals) == []


@pytest.mark.parametrize(("version", "works"), [("26.2.1", True), ("26.2.0", False), ("24.4", False)])
@virtual_time
async def test_all_workstations_needs_an_office_that_knows_it(version: str, *, works: bool) -> None:
    async with place(version=version) as at:
        if works:
            await at.ensure("Patient", workstation="All Workstations")
            assert at.rows[0]["Workstation"] == "All Workstations"
        else:
            with pytest.raises(NeedsVersion, match=r"26\.2\.1"):
                await at.ensure("Patient", workstation="All Workstations")
            assert at.rows == []


@virtual_time
async def test_all_subscriptions_of_the_url_are_removed_and_no_others() -> None:
    async with place() as at:
        await at.ensure("Patient", "Provider", selected=True)
        other = at.add(EndPointUrl="https://example.com/od?token=other&table=Patient")
        at.box.add_fault(Fault("drop_after", method="DELETE"))
        removed = await remove(at.practice, URL)
        assert [(each.kind, each.action) for each in removed] == [
            ("Patient", Action.DELETED),
            ("Provider", Action.DELETED),
            ("PatientSelected", Action.DELETED),
        ]
        assert [row["SubscriptionNum"] for row in at.rows] == [other]
        assert await remove(at.practice, URL) == []


@virtual_time
async def test_a_key_without_all_others_ends_subscriptions_and_renews_them() -> None:
    async with place(permissions=READ_ALL) as at:
        await at.ensure("Patient", "Provider")
        at.box.arrivals.clear()
        removed = await remove(at.practice, URL)
        assert {each.action for each in removed} == {Action.ENDED}
        assert {row["DateTimeStop"] for row in at.rows} == {"2000-01-01 00:00:00"}
        assert [each.partition(" ")[0] for each in at.writes] == ["DELETE", "PUT", "PUT"]
        assert {each.state for each in await check(at.practice, URL)} == {Health.EXPIRED}
        at.box.arrivals.clear()
        assert {each.action for each in await remove(at.practice, URL)} == {Action.ENDED}
        assert [each.partition(" ")[0] for each in at.writes] == ["DELETE"]
        renewed = await at.ensure("Patient", "Provider")
        assert [(each.action, each.why) for each in renewed] == [(Action.UPDATED, "DateTimeStop")] * 2
        assert len(at.rows) == 2


@virtual_time
async def test_health_is_judged_by_the_clock_of_the_office() -> None:
    async with place() as at:
        await at.ensure("Patient", "Provider", "Operatory", selected=True)
        numbers = [row["SubscriptionNum"] for row in at.rows]
        assert {each.state for each in await check(at.practice, URL)} == {Health.ALIVE}
        await asyncio.sleep(600)
        at.change(numbers[1], DateTimeStop="2031-03-04 07:09:00")
        at.change(numbers[2], SubsequentFailures=3, FailureReason=f"POST {URL} got 503 for {KEY}")
        found = await check(at.practice, URL)
        assert [(each.kind, each.state, each.subscription) for each in found] == [
            ("Patient", Health.STANDS_STILL, numbers[0]),
            ("Provider", Health.EXPIRED, numbers[1]),
            ("Operatory", Health.FAILING, numbers[2]),
            ("PatientSelected", Health.ALIVE, numbers[3]),
        ]
        assert found[0].since == NOW
        assert {each.url for each in found} == {"https://example.com/od"}
        assert TOKEN not in repr(found)
        assert KEY not in repr(found)
        everything = await check(at.practice)
        assert len(everything) == at.made_up + 4
        patient, *_ = await check(at.practice, URL, grace=600)
        assert patient.state == Health.ALIVE


@virtual_time
async def test_health_is_never_judged_by_an_earlier_response() -> None:
    async with place() as at:
        await at.ensure("Patient")
        practice = at.practice.with_options(max_age=3600.0)
        assert [each.state for each in await check(practice, URL)] == [Health.ALIVE]
        await asyncio.sleep(600)
        assert [each.state for each in await check(practice, URL)] == [Health.STANDS_STILL]
        at.change(at.rows[0]["SubscriptionNum"], SubsequentFailures=3)
        assert [each.state for each in await check(practice, URL)] == [Health.FAILING]


@pytest.mark.parametrize("grace", [-1, float("nan"), float("inf")])
@virtual_time
async def test_a_grace_that_is_no_number_of_seconds_is_refused(grace: float) -> None:
    async with place() as at:
        with pytest.raises(InvalidRequest, match="grace"):
            await check(at.practice, grace=grace)


@virtual_time
async def test_the_time_comes_from_any_list_that_has_it() -> None:
    async with place(rows={"providers": 0}) as at:
        await at.ensure("Patient")
        assert [each.state for each in await check(at.practice, URL)] == [Health.ALIVE]
    async with place(rows={"providers": 0, "patients": 0, "appointments": 0}) as at:
        with pytest.raises(DecodeError, match="office's time"):
            await check(at.practice, URL)


@virtual_time
async def test_a_cancelled_call_is_completed_by_the_next_one() -> None:
    for delay in range(12):
        async with place() as at:
            at.box.add_fault(Fault("latency", seconds=1, times=None))
            task = asyncio.create_task(at.ensure("Patient", "Provider"))
            await asyncio.sleep(delay / 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            at.box.clear_faults()
            await at.ensure("Patient", "Provider")
            assert sorted(row["WatchTable"] for row in at.rows) == ["Patient", "Provider"]


async def test_a_url_that_strangers_can_read_is_made_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with place() as at:
        await at.ensure("Patient")
        assert caplog.text == ""
        await at.ensure("Patient", url=f"http://example.com/od?token={TOKEN}")
    assert "http://example.com/od is not encrypted: whoever is on the way" in caplog.text
    assert TOKEN not in caplog.text

"""The sandbox posts events as offices do: each rule of the reference about deliveries has a test of its name.

The receiver is a socket that answers as the test says, and keeps what came.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import msgspec
import pytest

from odapi_async import Mode, OpenDental
from odapi_async.sandbox import PERMISSIONS, Fault, Office, Sandbox, SandboxProcess, SandboxRequest
from tests.support.office_clock import jump, on_a_jumping_clock
from tests.support.watch import until
from tests.support.wire import Heard, ScriptedServer, ok

KEY = "office-of-events"
DAY = 86_400.0
Script = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


async def accept(_: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(ok(b""))


async def refuse(_: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(ok(b"", status="500 Error"))


async def never(_: Heard, writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()  # at the end of the test


def in_turn(*scripts: Script) -> Script:
    """Answer the requests with these scripts one after another, and with the last one from then on."""
    left = list(scripts)

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(heard, writer)

    return script


class Place:
    """One office and one receiver."""

    def __init__(self, box: Sandbox, receiver: ScriptedServer) -> None:
        self.box = box
        self.receiver = receiver
        self.read = 0

    async def ask(self, method: str, path: str, body: object = None, **query: str) -> Any:
        content = b"" if body is None else msgspec.json.encode(body)
        headers = {
            "Authorization": f"ODFHIR {self.box.developer_key}/{KEY}",
            "Content-Type": "application/json",
            "Content-Length": f"{len(content)}",
        }
        response = await self.box.respond(
            SandboxRequest(method=method, path=path, query=query, headers=headers, body=content)
        )
        assert response.status in {200, 201}, response.body
        return msgspec.json.decode(response.body) if response.body else None

    async def subscribe(self, table: str = "Patient", **body: Any) -> int:
        """Subscribe to a table; the path of the URL tells subscriptions apart."""
        url = f"http://127.0.0.1:{self.receiver.port}/{body.pop('path', table)}"
        sent = {"EndPointUrl": url, "Workstation": "SERVER", "WatchTable": table, "PollingSeconds": 5}
        if table == "PatientSelected":
            del sent["WatchTable"], sent["PollingSeconds"]
            sent["UiEventType"] = table
        number: int = (await self.ask("POST", "/subscriptions", sent | body))["SubscriptionNum"]
        return number

    def row(self, number: int) -> dict[str, Any]:
        return next(each for each in self.box.rows(KEY, "subscriptions") if each["SubscriptionNum"] == number)

    def start(self, number: int) -> str:
        start: str = self.row(number)["DateTimeStart"]
        return start

    def change(self, row_id: int, note: str, resource: str = "patients", field: str = "FName") -> None:
        self.box.change_row(KEY, resource, row_id, {field: note})

    def news(self) -> list[Heard]:
        """Return what came since the last look."""
        found = self.receiver.heard[self.read :]
        self.read = len(self.receiver.heard)
        return found

    async def come(self, count: int) -> list[Heard]:
        """Wait until so many events came in all."""
        async with asyncio.timeout(20):
            await until(lambda: len(self.receiver.heard) >= count)
        return self.receiver.heard


@contextlib.asynccontextmanager
async def place(
    script: Script = accept, *, version: str = "26.3.1.0", background: bool = False, **options: Any
) -> AsyncGenerator[Place]:
    office = Office(
        customer_key=KEY,
        mode="local",
        permissions=frozenset(PERMISSIONS) - {"Enterprise"},
        rows=options.pop("rows", {}),
        version=version,
    )
    box = Sandbox([office], **options)
    async with ScriptedServer(script) as receiver:
        try:
            if background:
                await box.start()
            yield Place(box, receiver)
        finally:
            await box.close()


def rows_of(heard: Heard) -> list[dict[str, Any]]:
    return msgspec.json.decode(heard.body, type=list[dict[str, Any]])


def ids_of(heard: Heard, field: str = "PatNum") -> list[int]:
    return [row[field] for row in rows_of(heard)]


@on_a_jumping_clock
async def test_tables_are_polled_every_polling_seconds_and_one_event_has_all_rows_since_the_start() -> None:
    async with place(background=True) as at:
        await at.subscribe(PollingSeconds=30)
        jump(10)
        for row_id in (3, 1, 2):
            at.change(row_id, "Zora")
        assert at.news() == []
        jump(10)
        await asyncio.sleep(0.05)
        assert at.news() == []
        jump(15)
        (heard,) = await at.come(1)
        assert ids_of(heard) == [1, 2, 3]
        at.change(4, "Yolanda")
        jump(31)
        assert ids_of((await at.come(2))[1]) == [4]


@on_a_jumping_clock
async def test_changes_at_the_very_second_of_the_start_are_in_the_event() -> None:
    async with place() as at:
        number = await at.subscribe()
        at.change(5, "Zora")
        await at.ask(
            "PUT",
            f"/subscriptions/{number}",
            {"DateTimeStart": at.box.rows(KEY, "patients")[4]["DateTStamp"]},
        )
        await at.box.poll_events()
        assert [ids_of(each) for each in at.news()] == [[5]]


@on_a_jumping_clock
async def test_a_poll_is_due_when_the_seconds_are_over_and_expired_subscriptions_are_skipped() -> None:
    async with place(background=True) as at:
        due = await at.subscribe(PollingSeconds=60)
        expired = await at.subscribe(path="expired", DateTimeStop="2020-01-01 00:00:00")
        before = at.start(due), at.start(expired)
        at.change(1, "Zora")
        jump(50)
        await asyncio.sleep(0.05)
        assert (at.start(due), at.start(expired)) == before
        jump(15)
        await at.come(1)
        assert [each.path for each in at.news()] == ["/Patient"]
        assert at.start(expired) == before[1]
        assert await at.box.poll_events() == 0


@on_a_jumping_clock
async def test_after_a_poll_the_start_moves_to_its_time_also_when_nothing_changed() -> None:
    async with place() as at:
        number = await at.subscribe()
        before = at.start(number)
        jump(100)
        assert await at.box.poll_events() == 0
        assert at.start(number) > before
        assert at.news() == []


@on_a_jumping_clock
async def test_when_delivery_fails_the_start_stays_and_the_next_success_goes_back_three_days_at_most() -> (
    None
):
    async with place(in_turn(refuse, refuse, accept)) as at:
        number = await at.subscribe()
        before = at.start(number)
        at.change(1, "too old")
        jump(0.5 * DAY)
        assert await at.box.poll_events() == 0
        at.change(2, "in time")
        assert at.start(number) == before
        jump(2.75 * DAY)
        assert await at.box.poll_events() == 0
        assert at.start(number) == before
        assert await at.box.poll_events() == 1
        assert [ids_of(each) for each in at.news()] == [[1], [2], [2]]
        assert at.start(number) > before


@on_a_jumping_clock
async def test_nothing_is_sent_when_nothing_changed_and_the_same_value_is_no_change() -> None:
    async with place() as at:
        await at.subscribe()
        same = at.box.rows(KEY, "patients")[0]["FName"]
        await at.ask("PUT", "/patients/1", {"FName": same})
        at.change(2, at.box.rows(KEY, "patients")[1]["FName"])
        assert await at.box.poll_events() == 0
        assert at.news() == []
        await at.ask("PUT", "/patients/1", {"FName": same + "a"})
        assert await at.box.poll_events() == 1


@on_a_jumping_clock
async def test_if_no_program_runs_on_the_machine_there_is_no_polling() -> None:
    async with place(background=True) as at:
        number = await at.subscribe(PollingSeconds=1)
        at.box.set_workstation(KEY, "server", running=False)
        before = at.start(number)
        at.change(1, "Zora")
        jump(100)
        await asyncio.sleep(0.05)
        assert (at.start(number), await at.box.poll_events()) == (before, 0)
        at.box.set_workstation(KEY, "SERVER", running=True)
        assert ids_of((await at.come(1))[0]) == [1]


@pytest.mark.parametrize("workstation", ["", "All Workstations"])
@on_a_jumping_clock
async def test_an_empty_workstation_makes_every_machine_fire(workstation: str) -> None:
    async with place() as at:
        number = await at.subscribe()
        at.box.change_row(KEY, "subscriptions", number, {"Workstation": workstation})
        at.change(1, "Zora")
        assert await at.box.poll_events() == 2
        first, second = at.news()
        assert (first.body, ids_of(first)) == (second.body, [1])
        assert {each.headers["workstation"] for each in (first, second)} == {"SERVER", "FRONTDESK"}


@on_a_jumping_clock
async def test_ui_events_fire_at_once_and_have_no_polling() -> None:
    async with place() as at:
        number = await at.subscribe("PatientSelected", Workstation="FRONTDESK")
        before = at.row(number)
        assert await at.box.poll_events() == 0
        assert await at.box.select_patient(KEY, 3) == 1
        assert await at.box.select_patient(KEY, 3) == 0
        assert await at.box.select_patient(KEY, 4, workstation="SERVER") == 0
        assert await at.box.select_patient(KEY, 5) == 1
        assert [msgspec.json.decode(each.body)["PatNum"] for each in at.news()] == [3, 5]
        assert at.row(number) == before
        with pytest.raises(KeyError):
            await at.box.select_patient(KEY, 999)


@on_a_jumping_clock
async def test_a_ui_event_for_every_machine_fires_once_where_it_happens() -> None:
    async with place() as at:
        number = await at.subscribe("PatientSelected")
        at.box.change_row(KEY, "subscriptions", number, {"Workstation": ""})
        assert await at.box.select_patient(KEY, 3, workstation="CHAIR-2") == 1
        assert await at.box.select_patient(KEY, 3, workstation="CHAIR-3") == 1
        assert [each.headers["workstation"] for each in at.news()] == ["CHAIR-2", "CHAIR-3"]


@on_a_jumping_clock
async def test_changes_through_the_api_or_the_application_fire_and_the_row_equals_the_reply() -> None:
    async with place() as at:
        await at.subscribe()
        await at.subscribe("Appointment")
        created = await at.ask("POST", "/patients", {"LName": "Quinn", "FName": "Zora"})
        at.box.add_row(KEY, "appointments", {"PatNum": 1})
        at.box.change_row(KEY, "appointments", 2, {"Note": "by hand"})
        assert await at.box.poll_events() == 2
        patients, appointments = at.news()
        created.pop("serverDateTime", None)
        (row,) = rows_of(patients)
        assert {name: value for name, value in row.items() if name in created} == created
        assert ids_of(appointments, "AptNum") == [2, 13]
        reply = await at.ask("GET", "/appointments/2")
        del reply["serverDateTime"]
        assert rows_of(appointments)[0] == reply


@on_a_jumping_clock
async def test_there_is_no_signature_event_id_or_retry_count() -> None:
    async with place() as at:
        await at.subscribe(path="od?token=a%20b&x=1")
        at.change(1, "Zora")
        await at.box.poll_events()
        (heard,) = at.news()
        assert (heard.method, heard.path, heard.query) == ("POST", "/od", {"token": "a b", "x": "1"})
        assert heard.headers == {
            "host": f"127.0.0.1:{at.receiver.port}",
            "connection": "close",
            "authorization": KEY,
            "workstation": "SERVER",
            "event-type": "WatchTable: Patient",
            "content-type": "application/json",
            "content-length": str(len(heard.body)),
        }


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("22.4.27", set[str]()),
        ("22.4.28", {"workstation"}),
        ("22.4.34", {"workstation"}),
        ("22.4.35", {"workstation", "event-type"}),
    ],
)
@on_a_jumping_clock
async def test_headers_that_came_later_are_missing_at_old_offices(version: str, names: set[str]) -> None:
    async with place(version=version) as at:
        await at.subscribe()
        at.change(1, "Zora")
        await at.box.poll_events()
        (heard,) = at.news()
        assert heard.headers.keys() & {"workstation", "event-type"} == names
        assert heard.headers["authorization"] == KEY


@on_a_jumping_clock
async def test_batches_of_one_poll_have_1000_rows_and_the_start_moves_after_the_last() -> None:
    starts: list[str] = []

    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        starts.append(at.start(number))
        writer.write(ok(b""))

    async with place(script, rows={"patients": 2500}) as at:
        number = await at.subscribe()
        before = at.start(number)
        for row_id in range(1, 2202):
            at.change(row_id, f"A{row_id}")
        jump(60)
        assert await at.box.poll_events() == 3
        assert [len(rows_of(each)) for each in at.receiver.heard] == [1000, 1000, 201]
        assert starts == [before] * 3
        assert at.start(number) > before


@on_a_jumping_clock
async def test_offices_before_23_2_1_do_not_split() -> None:
    async with place(version="23.2.0", rows={"patients": 1100}) as at:
        await at.subscribe()
        for row_id in range(1, 1101):
            at.change(row_id, "Zora")
        assert await at.box.poll_events() == 1
        assert len(rows_of(at.receiver.heard[0])) == 1100


@on_a_jumping_clock
async def test_any_reply_but_200_stops_the_subscription_until_all_others_had_their_turn() -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        bad = heard.path == "/first" and len(at.receiver.heard) == 2
        writer.write(ok(b"", status="204 No Content" if bad else "200 OK"))

    async with place(script, rows={"patients": 1500}, background=True) as at:
        for path in ("first", "second", "third"):
            await at.subscribe(path=path, PollingSeconds=60)
        for row_id in range(1, 1501):
            at.change(row_id, "Zora")
        jump(61)
        await at.come(4)
        jump(2)  # the pause before it is tried again
        await at.come(8)
        assert [(each.path, len(rows_of(each))) for each in at.news()] == [
            ("/first", 1000), ("/first", 500), ("/second", 1000), ("/second", 500),
            ("/third", 1000), ("/third", 500), ("/first", 1000), ("/first", 500),
        ]  # fmt: skip


@pytest.mark.parametrize("script", [refuse, never, in_turn(never)], ids=["refused", "slow", "none"])
@on_a_jumping_clock
async def test_any_reply_but_200_or_none_in_time_is_a_failure(script: Script) -> None:
    async with place(script, event_timeout=0.05) as at:
        number = await at.subscribe()
        before = at.start(number)
        at.change(1, "Zora")
        jump(60)
        assert await at.box.poll_events() == 0
        assert at.start(number) == before
        (sent,) = at.box.sent_events
        expected = "The receiver responded 500." if script is refuse else "No response within 0.05 s."
        assert (sent.problem, sent.status) == (expected, 500 if script is refuse else None)


@on_a_jumping_clock
async def test_what_is_pending_survives_a_restart_of_the_sender() -> None:
    async with place(in_turn(refuse, accept), background=True) as at:
        await at.subscribe(PollingSeconds=1)
        at.change(7, "Zora")
        jump(2)
        await at.come(1)
        await at.box.close()
        at.change(8, "Yolanda")
        jump(3600)
        assert len(at.receiver.heard) == 1
        await at.box.start()
        assert ids_of((await at.come(2))[1]) == [7, 8]


@on_a_jumping_clock
async def test_since_26_a_subscription_also_tells_of_its_failures() -> None:
    async with place(in_turn(refuse, refuse, accept)) as at:
        number = await at.subscribe()
        at.change(1, "Zora")
        for failures in (1, 2):
            await at.box.poll_events()
            row = at.row(number)
            assert (row["SubsequentFailures"], row["FailureReason"]) == (
                failures,
                "The receiver responded 500.",
            )
            assert row["DateTimeNextRetry"] > row["DateTimeLastFailure"] > "2026"
        await at.box.poll_events()
        assert at.row(number)["SubsequentFailures"] == 0
    async with place(version="25.4") as at:
        await at.subscribe()
        listed = await at.ask("GET", "/subscriptions")
        assert "FailureReason" not in listed[-1]


@on_a_jumping_clock
async def test_what_was_answered_with_200_does_not_come_again() -> None:
    async with place() as at:
        await at.subscribe()
        at.change(1, "Zora")
        jump(2)
        assert await at.box.poll_events() == 1
        assert await at.box.poll_events() == 0
        assert len(at.news()) == 1


@on_a_jumping_clock
async def test_what_was_refused_comes_without_end_until_the_stop() -> None:
    async with place(refuse, background=True) as at:
        number = await at.subscribe(PollingSeconds=1)
        at.change(1, "Zora")
        for count in range(1, 6):
            jump(2)
            await at.come(count)
        await at.ask("PUT", f"/subscriptions/{number}", {"DateTimeStop": "2020-01-01 00:00:00"})
        jump(100)
        await asyncio.sleep(0.05)
        assert len(at.receiver.heard) == 5


@on_a_jumping_clock
async def test_the_payload_of_a_table_is_a_list_of_full_rows_without_the_server_time() -> None:
    async with place() as at:
        tables = {
            "Appointment": ("appointments", "Note"), "LabCase": ("labcases", "Instructions"),
            "MedicationPat": ("medicationpats", "PatNote"), "Operatory": ("operatories", "OpName"),
            "PatField": ("patfields", "FieldValue"), "Patient": ("patients", "FName"),
            "Provider": ("providers", "Abbr"), "Schedule": ("schedules", "Note"),
            "ToothInitial": ("toothinitials", "ToothNum"),
        }  # fmt: skip
        for table, (resource, field) in tables.items():
            await at.subscribe(table)
            at.box.change_row(KEY, resource, 2, {field: "changed"})
        assert await at.box.poll_events() == len(tables)
        for heard in at.news():
            resource, field = tables[heard.path[1:]]
            (row,) = rows_of(heard)
            path = f"/{resource}" if resource != "patients" else "/patients/Simple"
            query = {"PatNum": str(row["PatNum"])} if resource == "medicationpats" else {}
            listed = await at.ask("GET", path, **query)
            assert row.keys() == {name for name in listed[0] if name != "serverDateTime"}
            assert row[field] == "changed"


@on_a_jumping_clock
async def test_the_payload_of_the_program_is_one_object_with_a_textual_clinic_and_whole_balances() -> None:
    async with place() as at:
        await at.subscribe("PatientSelected")
        at.box.change_row(KEY, "patients", 3, {"EstBalance": 12.7, "BalTotal": 99.2, "ClinicNum": 2})
        assert await at.box.select_patient(KEY, 3, workstation="SERVER") == 1
        (heard,) = at.news()
        row = msgspec.json.decode(heard.body)
        assert (row["ClinicNum"], row["EstBalance"], row["BalTotal"]) == ("2", 13, 99)
        assert heard.headers["event-type"] == "UiEventType: PatientSelected"
        absent = {"serverDateTime", "FamFinUrgNote", "EmployerNum", "Ward", "AdmitDate", "SuperFamily"}
        assert row.keys() & absent == set()
        assert {"PatNum", "LName", "Birthdate", "DateTStamp"} <= row.keys()


@on_a_jumping_clock
async def test_deleted_rows_are_told_by_their_ids() -> None:
    async with place() as at:
        await at.subscribe("AppointmentDeleted")
        await at.subscribe("LabCaseDeleted")
        patient = at.box.rows(KEY, "appointments")[4]["PatNum"]
        at.box.remove_row(KEY, "appointments", 5)
        await at.ask("DELETE", "/labcases/3")
        assert await at.box.poll_events() == 2
        appointments, labs = at.news()
        (row,) = rows_of(appointments)
        assert (row["AptNum"], row["PatNum"]) == (5, patient)
        assert ids_of(labs, "LabCaseNum") == [3]


@on_a_jumping_clock
async def test_an_event_may_come_twice_late_or_out_of_order() -> None:
    async with place() as at:
        await at.subscribe()
        at.box.add_fault(Fault("event_twice", path="/Patient"))
        at.box.add_fault(Fault("event_twice", path="/patients"))
        await at.ask("PUT", "/patients/1", {"FName": "Zora"})  # no request is hit
        assert await at.box.poll_events() == 1
        first, second = at.news()
        assert first == second
        jump(5)
        at.box.add_fault(Fault("event_late", seconds=0.02, customer_key=KEY))
        at.change(2, "Yolanda")
        jump(5)
        before = asyncio.get_running_loop().time()
        assert (await at.box.poll_events(), len(at.news())) == (1, 1)
        assert asyncio.get_running_loop().time() >= before + 0.02
        at.box.add_fault(Fault("event_out_of_order"))
        at.change(3, "old")
        assert (await at.box.poll_events(), len(at.news())) == (0, 0)
        at.change(3, "new")
        assert await at.box.poll_events() == 1
        assert [rows_of(each)[0]["FName"] for each in at.news()] == ["new", "old"]
        at.box.add_fault(Fault("event_twice", path="/elsewhere"))
        at.change(3, "newest")
        jump(5)
        assert (await at.box.poll_events(), len(at.news())) == (1, 1)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://198.51.100.7/events", "on this machine only"),
        ("https://events.example.com/x?token=T0KEN", "on this machine only"),
        ("http://localhost.example.com/", "on this machine only"),
        ("http://127.0.0.1.example.com/", "on this machine only"),
        ("http://[::ffff:198.51.100.7]/", "on this machine only"),
        ("https://127.0.0.1/x", "without TLS"),
        ("Night guard", "not absolute"),
        ("ftp://127.0.0.1/x", "not absolute"),
        ("http://[::1/x", "cannot be read"),
        ("http://127.0.0.1:70000/", "cannot be read"),
    ],
)
@on_a_jumping_clock
async def test_nothing_but_this_machine_is_connected_to(
    url: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: Any, **__: Any) -> None:
        pytest.fail("a connection was tried")

    async with place() as at:
        monkeypatch.setattr(asyncio, "open_connection", connect)
        number = await at.subscribe()
        at.box.change_row(KEY, "subscriptions", number, {"EndPointUrl": url})
        at.change(1, "Zora")
        assert await at.box.poll_events() == 0
        assert problem in at.row(number)["FailureReason"]
        assert "T0KEN" not in at.row(number)["FailureReason"]


@on_a_jumping_clock
async def test_a_name_of_a_workstation_adds_no_header() -> None:
    async with place() as at:
        number = await at.subscribe()
        at.box.change_row(KEY, "subscriptions", number, {"Workstation": "A\r\nX-Evil: 1"})
        at.change(1, "Zora")
        assert await at.box.poll_events() == 0
        assert "header" in at.row(number)["FailureReason"]
        assert at.news() == []


@on_a_jumping_clock
async def test_responses_that_are_no_http_or_have_no_end_are_failures() -> None:
    async def garbage(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\r\n\r\n")

    async def endless(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-Long: y\r\n" * 20_000)

    async def gone(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def waits_first(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"fine"))

    async with place(in_turn(garbage, endless, gone, waits_first)) as at:
        await at.subscribe()
        at.change(1, "Zora")
        assert [await at.box.poll_events() for _ in range(4)] == [0, 0, 0, 1]
        assert [each.problem for each in at.box.sent_events] == [
            "The response was not HTTP.",
            "No response: LimitOverrunError.",
            "No response: IncompleteReadError.",
            "",
        ]


@on_a_jumping_clock
async def test_a_sandbox_ends_at_once_while_a_receiver_does_not_answer() -> None:
    async with place(never, background=True) as at:
        await at.subscribe(PollingSeconds=1)
        at.change(1, "Zora")
        jump(2)
        await at.come(1)
        await asyncio.wait_for(at.box.close(), 5)
        working = [task for task in asyncio.all_tasks() if "EventSender" in repr(task.get_coro())]
        assert working == []


@on_a_jumping_clock
async def test_a_cancelled_poll_leaves_the_start_where_it_was() -> None:
    async with place(in_turn(never, accept)) as at:
        number = await at.subscribe()
        before = at.start(number)
        at.change(1, "Zora")
        jump(60)
        task = asyncio.create_task(at.box.poll_events())
        await at.come(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert at.start(number) == before
        assert await at.box.poll_events() == 1


@on_a_jumping_clock
async def test_a_reset_breaks_off_what_is_being_posted() -> None:
    async with place(in_turn(never, accept), background=True) as at:
        await at.subscribe(PollingSeconds=1)
        at.change(1, "Zora")
        jump(2)
        await at.come(1)
        at.box.reset()
        await at.subscribe(PollingSeconds=1)
        at.change(2, "Yolanda")
        jump(2)
        assert ids_of((await at.come(2))[1]) == [2]
        await until(lambda: at.box.sent_events)
        assert [each.rows for each in at.box.sent_events] == [1]


@on_a_jumping_clock
async def test_a_subscription_that_is_deleted_meanwhile_is_not_written_again() -> None:
    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        await at.ask("DELETE", f"/subscriptions/{numbers[0]}")
        await at.ask("DELETE", f"/subscriptions/{numbers[1]}")
        writer.write(ok(b""))

    async with place(script) as at:
        numbers = [await at.subscribe(), await at.subscribe(path="other")]
        at.change(1, "Zora")
        assert await at.box.poll_events() == 1
        assert {row["SubscriptionNum"] for row in at.box.rows(KEY, "subscriptions")} & set(numbers) == set()
        at.change(2, "Yolanda")
        assert await at.box.poll_events() == 0
        assert len(at.receiver.heard) == 1


@on_a_jumping_clock
async def test_a_poll_that_a_reset_overtakes_writes_into_no_new_subscription() -> None:
    starts: list[str] = []

    async def script(_: Heard, writer: asyncio.StreamWriter) -> None:
        at.box.reset()
        assert await at.subscribe() == number
        starts.append(at.start(number))
        writer.write(ok(b""))

    async with place(script) as at:
        number = await at.subscribe()
        at.change(1, "Zora")
        jump(100)
        await at.box.poll_events()
        assert [at.start(number)] == starts


async def test_the_seconds_between_polls_can_be_shortened_for_tests() -> None:
    async with place(background=True, event_polling=0.02) as at:
        await at.subscribe(PollingSeconds=3600)
        for count in (1, 2):
            at.change(count, "Zora")
            await at.come(count)
    with pytest.raises(ValueError, match="event_polling"):
        Sandbox([], event_polling=0)
    with pytest.raises(ValueError, match="event_timeout"):
        Sandbox([], event_timeout=-1)


async def test_a_sandbox_in_another_process_posts_too() -> None:
    office = Office(customer_key=KEY, mode="local", permissions=frozenset(PERMISSIONS))
    async with (
        ScriptedServer(accept) as receiver,
        SandboxProcess([office], event_timeout=5) as sandbox,
        OpenDental(sandbox.developer_key) as od,
    ):
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url)
        url = f"http://localhost:{receiver.port}/od"
        await practice.subscriptions.create(
            EndPointUrl=url, Workstation="SERVER", WatchTable="Patient", PollingSeconds=3600
        )
        await practice.subscriptions.create(
            EndPointUrl=url, Workstation="SERVER", UiEventType="PatientSelected"
        )
        await sandbox.add_fault(Fault("event_twice", path="/od"))
        await sandbox.change_row(KEY, "patients", 1, {"FName": "Zora"})
        assert await sandbox.poll_events(KEY) == 1
        assert await sandbox.select_patient(KEY, 2, workstation="server") == 1
        await sandbox.set_workstation(KEY, "SERVER", running=False)
        await sandbox.change_row(KEY, "patients", 1, {"FName": "Yolanda"})
        assert await sandbox.poll_events() == 0
        assert [each.headers["event-type"] for each in receiver.heard] == [
            "WatchTable: Patient",
            "WatchTable: Patient",
            "UiEventType: PatientSelected",
        ]
        with pytest.raises(KeyError):
            await sandbox.select_patient(KEY, 999)
        with pytest.raises(KeyError):
            await sandbox.poll_events("nobody")

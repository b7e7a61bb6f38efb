"""The sandbox over HTTP, asked by a plain client that knows nothing of the SDK."""

from __future__ import annotations

import asyncio
import gc
import io
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pytest

from odapi_async.sandbox import Fault, Office, Sandbox, SandboxProcess, Throttle
from odapi_async.sandbox.office import PERMISSIONS

ALL: Final = frozenset(PERMISSIONS) - {"Enterprise"}
KEY: Final = "office-one"
OFFLINE: Final = (
    "The office's eConnector is not running. Please contact the office to start their eConnector."
)


class Client:
    """Sends requests with one customer key and gives back status, decoded body and headers."""

    def __init__(self, session: aiohttp.ClientSession, url: str, authorization: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": authorization, "Content-Type": "application/json"}

    async def ask(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        async with self._session.request(
            method, self._url + path, json=body, params=query, headers=self._headers
        ) as reply:
            content = await reply.read()
            return reply.status, msgspec.json.decode(content) if content else None, reply.headers

    async def get(self, path: str, **query: str) -> Any:
        status, rows, _ = await self.ask("GET", path, query=query)
        assert status == 200, rows
        return rows


async def spoken(
    sandbox: Sandbox, method: str, *, content_type: str | None, length: str | None
) -> tuple[int, bytes]:
    """Send a request without a body, written by hand, and return the status and the body of the answer."""
    url = urlsplit(sandbox.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    headers = {
        "Host": url.netloc,
        "Authorization": f"ODFHIR {sandbox.developer_key}/{KEY}",
        "Connection": "close",
        "Content-Type": content_type,
        "Content-Length": length,
    }
    lines = [f"{method} {url.path}/patients/1 HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), body


@asynccontextmanager
async def client_of(sandbox: Sandbox, key: str = KEY, developer: str | None = None) -> AsyncGenerator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sandbox.url, f"ODFHIR {developer or sandbox.developer_key}/{key}")


@asynccontextmanager
async def serving(*offices: Office, **options: Any) -> AsyncGenerator[tuple[Sandbox, Client]]:
    async with Sandbox(offices, **options) as sandbox, client_of(sandbox) as client:
        yield sandbox, client


def local(**options: Any) -> Office:
    return Office(customer_key=KEY, permissions=ALL, mode="local", **options)


def paced(interval: float = 0.05) -> Office:
    return Office(customer_key=KEY, permissions=ALL, interval=interval)


async def test_a_wrong_key_or_scheme_is_refused() -> None:
    async with Sandbox([local()]) as sandbox:
        for key, developer in (("other", None), (KEY, "other"), ("", "")):
            async with client_of(sandbox, key, developer) as client:
                status, text, _ = await client.ask("GET", "/patients/1")
                assert status == 401
                assert isinstance(text, str)
        async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/patients/1") as reply:
            assert reply.status == 401
        assert sandbox.stats(KEY).requests == 0
        assert len(sandbox.arrivals) == 4


async def test_an_operation_needs_its_permission_and_every_read_needs_only_read_all() -> None:
    office = Office(customer_key=KEY, permissions=frozenset({"ReadAll"}), mode="local")
    async with serving(office) as (_, client):
        assert (await client.ask("GET", "/securitylogs"))[0] == 200
        assert (await client.ask("POST", "/patients", {"LName": "A", "FName": "B"}))[0] == 401
        held = {row["Permission"]: row["HasPermission"] for row in await client.get("/securityperms")}
        assert held["ApiReadAll"] == "true"
        assert held["ApiPatients"] == "false"


async def test_early_requests_are_held_and_executed_in_order_at_the_interval() -> None:
    async with serving(paced(), queue_limit=10) as (sandbox, client):
        replies = await asyncio.gather(*(client.ask("GET", f"/patients/{key}") for key in range(1, 6)))
        stats = sandbox.stats(KEY)
        assert {status for status, _, _ in replies} == {200}
        assert (stats.executed, stats.held, stats.violations, stats.refused) == (5, 4, 4, 0)
        gaps = [later - sooner for sooner, later in zip(stats.starts, stats.starts[1:], strict=False)]
        assert min(gaps) >= 0.05


async def test_a_full_queue_is_answered_with_429() -> None:
    async with serving(paced(), queue_limit=2) as (sandbox, client):
        replies = await asyncio.gather(*(client.ask("GET", "/patients/1") for _ in range(6)))
        refused = [headers for status, _, headers in replies if status == 429]
        assert len(refused) == sandbox.stats(KEY).refused == 3
        assert {headers["Retry-After"] for headers in refused} == {"1"}


async def test_early_requests_are_refused_and_not_executed() -> None:
    office = paced(interval=30.0)
    async with serving(office, throttle=Throttle.REFUSE, retry_after=0.25) as (sandbox, client):
        assert (await client.ask("POST", "/patients", {"LName": "A", "FName": "B"}))[0] == 201
        status, _, headers = await client.ask("POST", "/patients", {"LName": "C", "FName": "D"})
        assert (status, headers["Retry-After"]) == (429, "0.25")
        stats = sandbox.stats(KEY)
        assert (stats.executed, stats.refused, stats.violations) == (1, 1, 1)
        assert len(sandbox.rows(KEY, "patients")) == 13


async def test_counting_delays_nothing() -> None:
    async with serving(paced(interval=30.0), throttle=Throttle.COUNT) as (sandbox, client):
        for _ in range(3):
            await client.get("/patients/1")
        stats = sandbox.stats(KEY)
        assert (stats.executed, stats.violations, stats.overlaps, stats.max_overlap) == (3, 2, 0, 1)


async def test_each_key_has_its_own_allowance() -> None:
    other = Office(customer_key="office-two", interval=30.0)
    async with serving(paced(interval=30.0), other, throttle=Throttle.REFUSE) as (sandbox, client):
        async with client_of(sandbox, "office-two") as second:
            await client.get("/patients/1")
            await second.get("/patients/1")
        assert sandbox.stats(KEY).refused == sandbox.stats("office-two").refused == 0


async def test_a_client_that_goes_away_ends_its_execution() -> None:
    async with serving(paced(), throttle=Throttle.REFUSE) as (sandbox, client):
        sandbox.add_fault(Fault("latency", seconds=60.0))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.ask("POST", "/patients", {"LName": "A", "FName": "B"}), 0.1)
        for _ in range(500):
            if (await client.ask("GET", "/patients/1"))[0] == 200:
                break
            await asyncio.sleep(0.01)  # the server notices a closed connection a moment later
        else:
            pytest.fail("the execution of a client that went away never ended")
        assert len(sandbox.rows(KEY, "patients")) == 13, "a late answer is still an executed request"


async def test_a_held_request_that_gives_up_leaves_the_turn_to_the_others() -> None:
    async with serving(paced(interval=0.5)) as (sandbox, client):
        await client.get("/patients/1")
        waiting = [asyncio.create_task(client.ask("GET", f"/patients/{key}")) for key in (2, 3, 4)]
        for _ in range(10_000):
            if sandbox.stats(KEY).held == 3:
                break
            await asyncio.sleep(0)  # lets the requests reach the server
        waiting[0].cancel()
        waiting[1].cancel()
        assert (await waiting[2])[0] == 200
        stats = sandbox.stats(KEY)
        assert (stats.requests, stats.executed, stats.refused) == (4, 2, 0)


@pytest.mark.parametrize(
    ("mode", "extra", "most"),
    [("remote", set[str](), 100), ("remote", {"Enterprise"}, 1000), ("local", set[str](), 1000)],
)
async def test_a_page_ends_at_the_limit_of_mode_and_permission(mode: Any, extra: set[str], most: int) -> None:
    office = Office(
        customer_key=KEY, permissions=ALL | extra, mode=mode, interval=0.0, rows={"patients": 1200}
    )
    async with serving(office) as (_, client):
        assert len(await client.get("/patients/Simple")) == most
        assert len(await client.get("/patients/Simple", Limit="5000")) == most
        page = await client.get("/patients/Simple", Limit="7", Offset="1195")
        assert [row["PatNum"] for row in page] == [1196, 1197, 1198, 1199, 1200]
        assert await client.get("/patients/Simple", Offset="1200") == []


async def test_filters_keep_what_matches() -> None:
    async with serving(local(rows={"patients": 300, "appointments": 300})) as (sandbox, client):
        stored = sandbox.rows(KEY, "patients")
        found = await client.get("/patients/Simple", LName="AK", Limit="1000")
        assert [row["PatNum"] for row in found] == [
            row["PatNum"] for row in stored if "ak" in row["LName"].lower()
        ]
        assert found
        appointments = sandbox.rows(KEY, "appointments")
        wanted = appointments[7]
        day = wanted["AptDateTime"][:10]
        for query in ({"date": day}, {"dateStart": day, "dateEnd": day}):
            keys = [row["AptNum"] for row in await client.get("/appointments", **query)]
            assert keys == [row["AptNum"] for row in appointments if row["AptDateTime"][:10] == day]
        status = await client.get("/appointments", AptStatus="Broken", PatNum=str(wanted["PatNum"]))
        assert len(status) == sum(
            row["AptStatus"] == "Broken" and row["PatNum"] == wanted["PatNum"] for row in appointments
        )


async def test_a_stamp_filter_gives_what_changed_after_it() -> None:
    async with serving(local(rows={"patients": 50, "procedurelogs": 50})) as (sandbox, client):
        edge = sandbox.rows(KEY, "patients")[39]["DateTStamp"]
        after = await client.get("/patients/Simple", DateTStamp=edge)
        assert [row["PatNum"] for row in after] == list(range(41, 51))
        await client.ask("PUT", "/patients/3", {"Preferred": "Bee"})
        again = await client.get("/patients/Simple", DateTStamp=edge)
        assert [row["PatNum"] for row in again] == [3, *range(41, 51)]
        edge = sandbox.rows(KEY, "procedurelogs")[39]["DateTStamp"]
        at_or_after = await client.get("/procedurelogs", DateTStamp=edge)
        assert [row["ProcNum"] for row in at_or_after] == list(range(40, 51))


async def test_what_is_written_stays() -> None:
    async with serving(local()) as (sandbox, client):
        status, row, headers = await client.ask(
            "POST", "/patients", {"LName": "Smith", "FName": "Jane", "Birthdate": "1976-05-24"}
        )
        assert (status, row["PatNum"], row["PatStatus"]) == (201, 13, "Patient")
        assert headers["Location"].endswith("/patients/13")
        status, changed, _ = await client.ask("PUT", "/patients/13", {"Preferred": "Janie", "Nonsense": "1"})
        assert (status, changed) == (200, row | {"Preferred": "Janie", "DateTStamp": changed["DateTStamp"]})
        assert (await client.get("/patients/13"))["Preferred"] == "Janie"
        before = sandbox.rows(KEY, "patients")[1]["DateTStamp"]
        assert (await client.ask("PUT", "/patients/2", {}))[1]["DateTStamp"] == before
        assert (await client.ask("PUT", "/patients/2", {"City": "Zorb"}))[1]["DateTStamp"] > before
        assert sandbox.rows(KEY, "patients")[-1]["LName"] == "Smith"
        assert (await client.ask("DELETE", "/procedurelogs/5"))[:2] == (200, None)
        assert (await client.ask("GET", "/procedurelogs/5"))[1]["ProcStatus"] == "D"
        assert (await client.ask("DELETE", "/statements/5"))[:2] == (200, None)
        assert (await client.ask("GET", "/statements/5"))[:2] == (404, "Statement not found.")
        assert [row["StatementNum"] for row in sandbox.rows(KEY, "statements")][3:5] == [4, 6]


async def test_named_actions_change_the_row() -> None:
    async with serving(local()) as (sandbox, client):
        first = sandbox.rows(KEY, "appointments")[0]
        assert (await client.ask("PUT", "/appointments/4/Confirm", {"confirmVal": "Sent"}))[:2] == (200, None)
        await client.ask("PUT", "/appointments/1/Note", {"Note": "Ring first."})
        await client.ask("PUT", "/appointments/4/Break", {"sendToUnscheduledList": "true"})
        row = await client.get("/appointments/4")
        assert (row["confirmed"], row["AptStatus"]) == ("Sent", "Broken")
        row = await client.get("/appointments/1")
        assert row["Note"].endswith(" Ring first.")
        assert row["Note"].startswith(first["Note"])
        status, planned, _ = await client.ask("POST", "/appointments/Planned", {"PatNum": 2, "Note": "new"})
        assert (status, planned["AptStatus"], planned["AptNum"]) == (201, "Planned", 13)
        body = {"AptNum": 13, "AptDateTime": "2026-12-01 09:00:00", "ProvNum": 1, "Op": 1}
        _, scheduled, _ = await client.ask("POST", "/appointments/SchedulePlanned", body)
        assert (scheduled["AptNum"], scheduled["NextAptNum"], scheduled["PatNum"]) == (14, 13, 2)
        assert (await client.get("/appointments/13"))["AptStatus"] == "Planned"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("GET", "/patients?search=1", None, 400, "'search' is not a valid parameter"),
        ("GET", "/claimpayment", None, 404, "claimpayment is not a valid resource."),
        ("DELETE", "/patients/3", None, 400, "patients DELETE  is not a valid method."),
        ("GET", "/patients/99", None, 404, "Patient not found."),
        ("GET", "/adjustments", None, 400, "PatNum is required."),
        ("GET", "/appointments?AptStatus=Gone", None, 400, "AptStatus is invalid"),
        ("GET", "/appointments?DateTStamp=soon", None, 400, "DateTStamp format must be yyyy-MM-dd HH:mm:ss."),
        ("GET", "/appointments?PatNum=abc", None, 400, "PatNum is invalid."),
        ("GET", "/patients?Limit=-1", None, 400, "Limit is invalid."),
        ("GET", "/accountmodules/99/Aging", None, 404, "Patient not found."),
        ("POST", "/appointments", {"PatNum": 1}, 400, "Op is required."),
        ("PUT", "/appointments/1", {"IsHygiene": True}, 400, 'IsHygiene must be "true" or "false".'),
        ("PUT", "/patients/1", {"Birthdate": "24.5."}, 400, "Birthdate format must be yyyy-MM-dd."),
        ("PUT", "/patients/1", ["LName"], 400, "The body is not a JSON object."),
        ("PUT", "/queries/ShortQuery", {"SqlCommand": "DELETE FROM patient"}, 401, "Only SELECT is allowed."),
    ],
)
async def test_errors_are_worded_as_the_api_words_them(
    method: str, path: str, body: object, status: int, text: str
) -> None:
    async with serving(local()) as (_, client):
        assert (await client.ask(method, path, body))[:2] == (status, text)


async def test_a_body_must_be_json_of_bounded_length() -> None:
    async with serving(local()) as (sandbox, _), aiohttp.ClientSession() as session:
        headers = {"Authorization": f"ODFHIR {sandbox.developer_key}/{KEY}"}
        for content, content_type in (
            (b'{"LName": "A"}', "text/plain"),
            (b'{"LName"', "application/json"),
            (b'{"LName": "%b"}' % (b"A" * 16_800_000), "application/json"),
        ):
            async with session.put(
                f"{sandbox.url}/patients/1",
                data=io.BytesIO(content),
                headers={**headers, "Content-Type": content_type},
            ) as reply:
                assert reply.status == 400
        assert sandbox.rows(KEY, "patients")[0]["LName"] != "A"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("content_type", [None, "text/plain"])
async def test_a_request_without_the_content_type_of_json_is_refused(
    method: str, content_type: str | None
) -> None:
    async with serving(local()) as (sandbox, _):
        status, body = await spoken(sandbox, method, content_type=content_type, length="0")
        assert (status, body) == (400, b'"Content-Type must be application/json."')
        assert sandbox.stats(KEY).executed == 0


@pytest.mark.parametrize(("method", "expected"), [("POST", 411), ("PUT", 411), ("GET", 200), ("DELETE", 400)])
async def test_a_write_without_its_length_is_refused(method: str, expected: int) -> None:
    async with serving(local()) as (sandbox, _):
        status, _body = await spoken(sandbox, method, content_type="application/json", length=None)
        assert status == expected  # 400: patients have no DELETE


async def test_short_queries_read_tables_with_iso_dates() -> None:
    async with serving(local(rows={"patients": 30})) as (_, client):

        async def query(command: str, **parameters: str) -> Any:
            return (await client.ask("PUT", "/queries/ShortQuery", {"SqlCommand": command}, parameters))[1]

        rows = await query("SELECT * FROM patient LIMIT 5", Offset="3")
        assert [row["PatNum"] for row in rows] == [4, 5]
        assert rows[0]["DateTStamp"][10] == "T"
        assert rows[0]["Birthdate"].endswith("T00:00:00")
        counted = await query("SELECT COUNT(*) FROM patient, appointment")
        assert counted == [{"COUNT(*)": 30 * 12}]


async def test_messy_rows_arrive_messy() -> None:
    async with serving(local(rows={"patients": 200}, messy=0.5)) as (_, client):
        rows = await client.get("/patients/Simple")
        assert 0 < sum("newerField" in row for row in rows) < 200


async def test_faults_before_the_execution_leave_everything_as_it_was() -> None:
    faults = (
        (Fault("status", status=503), 503, None),
        (Fault("throttle", retry_after=3), 429, "3"),
        (Fault("throttle"), 429, None),
        (Fault("offline"), 400, None),
    )
    async with serving(local()) as (sandbox, client):
        for fault, expected, retry_after in faults:
            sandbox.add_fault(fault)
            status, text, headers = await client.ask("POST", "/patients", {"LName": "A", "FName": "B"})
            assert (status, headers.get("Retry-After")) == (expected, retry_after)
            assert text == OFFLINE or fault.kind != "offline"
        sandbox.add_fault(Fault("drop"))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.ask("POST", "/patients", {"LName": "A", "FName": "B"})
        stats = sandbox.stats(KEY)
        assert (stats.requests, stats.executed, stats.refused) == (5, 0, 2)
        assert len(sandbox.rows(KEY, "patients")) == 12


async def test_faults_after_the_execution_lose_only_the_answer() -> None:
    async with serving(local()) as (sandbox, client):
        body = {"LName": "A", "FName": "B"}
        sandbox.add_fault(Fault("drop_after"))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.ask("POST", "/patients", body)
        sandbox.add_fault(Fault("torn"))
        with pytest.raises(aiohttp.ClientPayloadError):
            await client.ask("POST", "/patients", body)
        sandbox.add_fault(Fault("status_after", status=504))
        assert (await client.ask("POST", "/patients", body))[0] == 504
        sandbox.add_fault(Fault("garbage"))
        with pytest.raises(msgspec.DecodeError):
            await client.ask("POST", "/patients", body)
        sandbox.add_fault(Fault("latency", seconds=0.01))
        assert (await client.ask("POST", "/patients", body))[0] == 201
        assert sandbox.stats(KEY).executed == 5
        assert len(sandbox.rows(KEY, "patients")) == 17


async def test_faults_can_be_forgotten_and_counts_begun_anew() -> None:
    async with serving(local()) as (sandbox, client):
        sandbox.add_fault(Fault("drop", times=None))
        sandbox.clear_faults()
        await client.get("/patients/1")
        assert sandbox.arrivals[0].path == "/patients/1"
        sandbox.reset_stats()
        assert sandbox.stats(KEY).requests == len(sandbox.arrivals) == 0


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("patients/1", b'{"PatNum":77}', 400, "does not change"),
        ("patients/1", b'{"Nope":1}', 400, "no field 'Nope'"),
        ("patients/1", b'{"lname":"x"}', 400, "did you mean LName?"),
        ("patients/1", b'{"LName":5}', 400, "LName must be a text"),
        ("patients/1", b'{"Birthdate":"garbage"}', 400, "Birthdate must be a date as yyyy-MM-dd"),
        ("patients/1", b'{"LName":' + b"[" * 5000, 400, ""),
        ("patients/1", b"\xff", 400, ""),
        ("patients/1", b"[]", 400, ""),
        (f"patients/{'9' * 5000}", b"{}", 404, ""),
        ("patient/1", b"{}", 404, "did you mean patients?"),
        ("queries/1", b"{}", 404, "no rows of its own"),
        ("patients/1", b'{"PatNum":1,"LName":"New"}', 200, ""),
    ],
)
async def test_a_control_request_writes_only_what_a_row_can_hold(
    path: str, body: bytes, status: int, told: str
) -> None:
    async with serving(local()) as (sandbox, _), aiohttp.ClientSession() as session:
        url = sandbox.url.replace("/api/v1", f"/sandbox/rows/{KEY}/{path}")
        before = sandbox.rows(KEY, "patients")
        async with session.put(url, data=body) as response:
            assert (response.status, told in await response.text()) == (status, True)
        assert (sandbox.rows(KEY, "patients") == before) is (status != 200)
        fault = sandbox.url.replace("/api/v1", "/sandbox/faults")
        async with session.post(fault, data=b"[" * 5000) as response:
            assert response.status == 400


async def test_a_sandbox_in_another_process_serves_counts_and_ends() -> None:
    async with SandboxProcess([local()], throttle=Throttle.COUNT) as box, aiohttp.ClientSession() as session:
        client = Client(session, box.url, f"ODFHIR {box.developer_key}/{KEY}")
        assert (await client.get("/patients/3"))["PatNum"] == 3
        await box.add_fault(Fault("status", status=502))
        assert (await client.ask("GET", "/patients/3"))[0] == 502
        assert (await box.stats())[KEY].requests == 2
        await box.reset_stats()
        assert (await box.stats())[KEY].requests == 0
    with pytest.raises(aiohttp.ClientConnectorError):
        async with aiohttp.ClientSession() as session, session.get(f"{box.url}/patients/3"):
            pass


@pytest.mark.parametrize("turns", range(1, 6))
async def test_a_connection_that_comes_while_the_sandbox_stops_is_closed(turns: int) -> None:
    box = Sandbox([Office(customer_key=KEY)])
    await box.start()
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", urlsplit(box.url).port))
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.create_task(box.close())
    client.close()
    gc.collect()  # asyncio warns here of a connection that nobody has closed
